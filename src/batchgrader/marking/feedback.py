"""Keeps hidden tests hidden in the feedback that nbgrader makes of graded notebooks.

nbgrader's pages show every hidden test in full (nbgrader issues 917 and 1363), so that it cannot be
used again. ``HideHiddenTests`` cuts their source and what quotes it: tracebacks, warnings, and
text that a program printed. What it cannot close: a notebook that prints its tests in disguise
(reversed, encoded, drawn), and failure messages, which are the author's to word. nbgrader's
AutoTest needs nothing of its own: the tests that it makes of ``### AUTOTEST`` and
``### HASHED AUTOTEST`` stand in the released notebook, or between the markers of hidden tests.
"""

import html
import re
from collections.abc import Callable, Iterable
from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import ClearHiddenTests
from nbgrader.utils import is_locked
from traitlets import List, Unicode
from traitlets.config import Config
from traitlets.config.loader import LazyConfigValue

LEFT_OUT = "(The rest of this message shows hidden tests and is left out.)"
HIDDEN = "[hidden test]"

# Shorter lines ("try:", "x = 1") give nothing away, and stand in many a program.
SHORTEST = 8

# Nor do lines that say no more than these words and some names.
ORDINARY = re.compile(r"(?:class|elif|else|except|for|from|if|import|raise|return)\b[\w\s.,:*]*")

# How IPython names the place of a frame in a cell.
PLACE = re.compile(r"^Cell In\[(?P<count>\d+)\], line \d+.*$", re.MULTILINE)

ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


class HideHiddenTests(ClearHiddenTests):  # type: ignore[misc]
    """Cuts hidden tests from a graded notebook; ``enable`` puts it into ``GenerateFeedback``.

    The markers are those of ``c.ClearHiddenTests``, whose settings hold here too.
    """

    # nbconvert's HTML exporter configures it for every preprocessor, and nbgrader's own refuse it.
    display_data_priority = List(Unicode()).tag(config=True)

    reveal = List(
        Unicode(),
        help='Assignments whose hidden tests the feedback shows in full; "*" stands for all.',
    ).tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Cut the hidden tests of all cells first, then everything that quotes them."""
        if {"*", resources["nbgrader"]["assignment"]} & set(self.reveal):
            return nb, resources
        hidden: set[str] = set()
        cut = []
        for cell in nb.cells:
            if self.begin_test_delimeter in cell.source and is_locked(cell):
                cell.source, lines = self.cut(cell.source)
                hidden.update(lines)
                cut.append(cell)
        if cut:
            shown = {line.strip() for cell in nb.cells for line in cell.source.splitlines()}
            hide = hider(hidden - shown)
            counts = {str(cell.get("execution_count")) for cell in cut}
            for cell in nb.cells:
                for output in cell.get("outputs", []):
                    if output.get("output_type") == "error":
                        _hide_in_error(output, hide, counts, whole=cell in cut)
                    else:
                        _hide_in_output(output, hide)
        return nb, resources

    def cut(self, source: str) -> tuple[str, list[str]]:
        """A source with a comment in place of each hidden part, and the lines that were cut.

        A part whose end is not marked goes to the end of the cell.
        """
        kept: list[str] = []
        hidden: list[str] = []
        part: list[str] | None = None
        comment = ""
        for line in source.splitlines():
            if self.begin_test_delimeter in line and part is None:
                part, comment = [], _comment_sign(line)
            elif self.end_test_delimeter in line and part is not None:
                kept.append(comment + _count(part))
                part = None
            elif part is None:
                kept.append(line)
            else:
                part.append(line.strip())
                hidden.append(line.strip())
        if part is not None:
            kept.append(comment + _count(part))
        return "\n".join(kept), hidden


def enable(c: Config) -> None:
    """Hide hidden tests in feedback; ``c`` is the configuration of nbgrader_config.py.

    What is configured for ``GenerateFeedback`` stays, and a second call changes nothing.
    """
    steps = c.GenerateFeedback.preprocessors
    lazy = isinstance(steps, LazyConfigValue)
    known = _configured(steps.to_dict()) if lazy else steps
    if HideHiddenTests in known or f"{__name__}.{HideHiddenTests.__name__}" in known:
        return
    if lazy:
        steps.append(HideHiddenTests)
    else:
        c.GenerateFeedback.preprocessors = [*steps, HideHiddenTests]


def hider(lines: Iterable[str]) -> Callable[[str], str]:
    """A function that takes some lines of source out of a text, also as Python quotes them."""
    telling = [line for line in lines if len(line) >= SHORTEST and not ORDINARY.fullmatch(line)]
    secrets = {form for line in telling for form in _forms(line)}
    # The longest first: a line may be part of another.
    ordered = sorted(secrets, key=len, reverse=True)

    def hide(text: str) -> str:
        for secret in ordered:
            text = text.replace(secret, HIDDEN)
        return text

    return hide


def _hide_in_error(
    output: NotebookNode, hide: Callable[[str], str], counts: set[str], *, whole: bool
) -> None:
    """Cut a traceback down to its message where it quotes a hidden test, or always if ``whole``.

    ``counts`` are the execution counts of the cells that have hidden tests. What led from there
    into other cells, such as the student's answer, is named and not quoted.
    """
    message = hide(f"{output.get('ename', '')}: {output.get('evalue', '')}".rstrip(": "))
    trace = ANSI.sub("", "\n".join(output.get("traceback") or []))
    if hide(trace) != trace or (whole and "\n" in trace.strip()):
        places = [found[0] for found in PLACE.finditer(trace) if found["count"] not in counts]
        place = [f"The last line of an open cell: {hide(places[-1])}"] if places else []
        output["traceback"] = [message, *place, LEFT_OUT]
    output["evalue"] = hide(str(output.get("evalue", "")))


def _hide_in_output(output: NotebookNode, hide: Callable[[str], str]) -> None:
    """Cut what a program printed or showed."""
    if output.get("output_type") == "stream":
        output["text"] = _hide_in_text(output.get("text", ""), hide)
    elif isinstance(output.get("data"), dict):
        for form, content in output["data"].items():
            if isinstance(content, str | list):
                output["data"][form] = _hide_in_text(content, hide)


def _hide_in_text(text: Any, hide: Callable[[str], str]) -> Any:
    """Text without what it quotes; it loses its colours only where it quotes something."""
    if isinstance(text, list):
        text = "".join(str(line) for line in text)
    plain = ANSI.sub("", text)
    return hide(plain) if hide(plain) != plain else text


def _comment_sign(line: str) -> str:
    """What stands before the first word of a marker: the indent, and the language's comment."""
    found = re.match(r"(?P<indent>\s*)(?P<sign>[^\w\s]*)", line)
    indent, sign = (found["indent"], found["sign"]) if found else ("", "")
    return f"{indent}{sign or '#'} "


def _count(part: list[str]) -> str:
    lines = sum(1 for line in part if line)
    return f"{lines} {'line' if lines == 1 else 'lines'} of hidden tests stood here."


def _forms(line: str) -> set[str]:
    """A line of source as it is, as a string in Python or JSON quotes it, and as HTML."""
    inner = line.replace("\\", "\\\\")
    quoted = {inner, inner.replace("'", "\\'"), inner.replace('"', '\\"')}
    return quoted | {line, html.escape(line), html.escape(line, quote=False)}


def _configured(changes: dict[str, Any]) -> list[Any]:
    """What a configuration adds to a list that it does not replace."""
    inserted = [item for _, item in changes.get("inserts", [])]
    return [*changes.get("extend", []), *changes.get("prepend", []), *inserted]
