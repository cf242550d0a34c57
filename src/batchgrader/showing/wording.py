"""Numbers, names and lists as people read them; progress, the closing table and the command ask."""

import unicodedata
from collections.abc import Sequence


def duration(seconds: float) -> str:
    """Seconds as one reads them: 0.4 s, 12 s, 2 min 05 s, 3 h 07 min."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    minutes = whole // 60
    return f"{minutes // 60:,} h {minutes % 60:02d} min"


def rate(a_second: float) -> str:
    """How fast something goes, in the unit that gives a number above one: 2.1 a second."""
    for unit, times in (("a second", 1), ("a minute", 60)):
        if a_second * times >= 1:
            return f"{_short(a_second * times)} {unit}"
    return f"{_short(a_second * 3600)} an hour"


def memory(size: int) -> str:
    """Bytes as one reads them, in powers of ten: 87 MB, 1.3 GB."""
    if size < 1_000_000_000:
        return f"{max(size / 1_000_000, 1):.0f} MB"
    return f"{size / 1_000_000_000:.1f} GB"


def number(value: float) -> str:
    """A score without needless decimals: 7, 7.5, 7.33."""
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def count(items: int, noun: str) -> str:
    """A number with its noun, in the plural where it must be: 1 worker, 1,200 workers."""
    return f"{items:,} {noun}" if items == 1 else f"{items:,} {noun}s"


def printable(text: str) -> str:
    """Text from a submission on one line, with nothing in it that could command a terminal."""
    line = " ".join(text.split())
    return "".join("�" if unicodedata.category(each)[0] == "C" else each for each in line)


def names(items: Sequence[str], width: int) -> str:
    """Names in a list that fits a width, with how many are left out: ann, bob and 12 more."""
    shown = ""
    for at, name in enumerate(items):
        longer = f"{shown}, {name}" if shown else name
        left = len(items) - at - 1
        more = f" and {left:,} more" if left else ""
        if shown and len(longer) + len(more) > width:
            return f"{shown} and {left + 1:,} more"
        shown = longer
    return shown


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}".removesuffix(".0")
