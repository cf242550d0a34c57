"""What check finds wrong, as data, and the table that shows it."""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

HEADS = ("exercise", "answer", "what", "why")
SHARES = (16, 24, 26, 34)  # parts of a hundred of the width


@dataclass(frozen=True)
class Fault:
    """One thing that is not as it should be, where it is, and why that matters or how it shows.

    ``exercise`` may also name a cell or a file; ``answer`` is empty unless an answer is at fault.
    """

    assignment: str
    exercise: str
    answer: str
    what: str
    why: str


def table(faults: Sequence[Fault], width: int) -> str:
    """All faults as one text table, an assignment after the other, at most ``width`` wide."""
    columns = [max(12, (width - 3 * len(HEADS)) * share // 100) for share in SHARES]
    lines: list[str] = []
    for assignment in dict.fromkeys(fault.assignment for fault in faults):
        found = [fault for fault in faults if fault.assignment == assignment]
        noun = "fault" if len(found) == 1 else "faults"
        lines += [f"{assignment}: {len(found)} {noun}", ""]
        lines += _row(HEADS, columns)
        lines.append("  " + "-" * (sum(columns) + 3 * len(columns) - 3))
        for fault in found:
            lines += _row((fault.exercise, fault.answer, fault.what, fault.why), columns)
        lines.append("")
    return "\n".join(lines)


def _row(texts: Sequence[str], columns: Sequence[int]) -> Iterator[str]:
    wrapped = [
        textwrap.wrap(text, width) or [""] for text, width in zip(texts, columns, strict=True)
    ]
    for number in range(max(map(len, wrapped))):
        parts = [
            (cell[number] if number < len(cell) else "").ljust(width)
            for cell, width in zip(wrapped, columns, strict=True)
        ]
        yield ("  " + "   ".join(parts)).rstrip()
