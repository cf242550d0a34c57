"""Keeps hidden tests hidden in the feedback that nbgrader makes of graded notebooks.

nbgrader's pages show every hidden test in full (nbgrader issues 917 and 1363), so that it cannot be
used again. ``HideHiddenTests`` cuts their source and what quotes it: tracebacks, warnings, and
all that a program printed or showed. What it cannot close: a notebook that prints its tests in
disguise (encoded, ciphered, drawn, a sign for each cell), and failure messages, which are the
author's to word. nbgrader's AutoTest needs nothing of its own: the tests that it makes of
``### AUTOTEST`` and ``### HASHED AUTOTEST`` stand in the released notebook, or between the markers
of hidden tests.
"""

import base64
import re
from collections.abc import Callable, Iterator
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.preprocessors import ClearHiddenTests
from nbgrader.utils import is_locked
from traitlets import List, Unicode
from traitlets.config import Config
from traitlets.config.loader import LazyConfigValue

from batchgrader.marking.masking import ANSI, HIDDEN, hider
from batchgrader.marking.notices import NOTICE_ID, students_view
from batchgrader.marking.pages import SafePage

LEFT_OUT = "(The rest of this message shows hidden tests and is left out.)"

# How IPython names the place of a frame in a cell.
PLACE = re.compile(r"^Cell In\[(?P<count>\d+)\], line \d+.*$", re.MULTILINE)


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
        students_view(nb)
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
                whole = any(cell is each for each in cut)
                _hide_in_cell(cell, hide, counts, whole=whole)
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
    """Hide hidden tests in feedback, and make its pages safe to read.

    ``c`` is the configuration of nbgrader_config.py. What it says of ``GenerateFeedback`` stays,
    and a second call changes nothing.
    """
    if "exporter_class" not in c.GenerateFeedback:
        c.GenerateFeedback.exporter_class = SafePage
    steps = c.GenerateFeedback.preprocessors
    lazy = isinstance(steps, LazyConfigValue)
    known = _configured(steps.to_dict()) if lazy else steps
    if HideHiddenTests in known or f"{__name__}.{HideHiddenTests.__name__}" in known:
        return
    if lazy:
        steps.append(HideHiddenTests)
    else:
        c.GenerateFeedback.preprocessors = [*steps, HideHiddenTests]


def _hide_in_cell(
    cell: NotebookNode, hide: Callable[[str], str], counts: set[str], *, whole: bool
) -> None:
    """Cut what a cell put out, and what the grader says at the top of the notebook."""
    if str(cell.get("id", "")).startswith(NOTICE_ID) and not is_locked(cell):
        cell.source = hide(cell.source)
    outputs = cell.get("outputs", [])
    for output in outputs:
        if output.get("output_type") == "error":
            _hide_in_error(output, hide, counts, whole=whole)
        for part in ("text", "data", "metadata"):
            if part in output:
                output[part] = _hide_in_value(output[part], hide)
    # A line may be spread over outputs.
    together = "".join(text for output in outputs for text in _texts(output))
    if hide(together) != together:
        cell.outputs = [new_output("stream", name="stdout", text=HIDDEN)]


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


def _hide_in_value(value: Any, hide: Callable[[str], str], form: str = "") -> Any:
    """A part of an output without what it quotes; ``form`` is its type where it has one."""
    if isinstance(value, dict):
        made = {hide(str(key)): _hide_in_value(each, hide, key) for key, each in value.items()}
        return NotebookNode(made)
    if isinstance(value, list):
        lines = all(isinstance(each, str) for each in value)
        return (
            _hide_in_text("".join(value), hide)
            if lines
            else [_hide_in_value(each, hide) for each in value]
        )
    if not isinstance(value, str):
        return value
    if form.startswith("image/") and "svg" not in form:
        inner = _decoded(value)
        return value if hide(inner) == inner else ""
    return _hide_in_text(value, hide)


def _hide_in_text(text: str, hide: Callable[[str], str]) -> str:
    """Text without what it quotes; it loses its colours only where it quotes something."""
    plain = ANSI.sub("", text)
    return hide(plain) if hide(plain) != plain else text


def _decoded(picture: str) -> str:
    """The bytes of a picture as letters: what stands in it or behind it can be read."""
    try:
        return base64.b64decode(picture).decode("latin-1")
    except ValueError:
        return picture


def _texts(output: NotebookNode) -> Iterator[str]:
    """What an output says to whoever reads it."""
    data = output.get("data")
    yield str(output.get("text") or "")
    yield from map(str, output.get("traceback") or [])
    if isinstance(data, dict):
        plain = data.get("text/plain") or data.get("text/html") or ""
        yield plain if isinstance(plain, str) else ""


def _comment_sign(line: str) -> str:
    """What stands before the first word of a marker: the indent, and the language's comment."""
    found = re.match(r"(?P<indent>\s*)(?P<sign>[^\w\s]*)", line)
    indent, sign = (found["indent"], found["sign"]) if found else ("", "")
    return f"{indent}{sign or '#'} "


def _count(part: list[str]) -> str:
    lines = sum(1 for line in part if line)
    return f"{lines} {'line' if lines == 1 else 'lines'} of hidden tests stood here."


def _configured(changes: dict[str, Any]) -> list[Any]:
    """What a configuration adds to a list that it does not replace."""
    inserted = [item for _, item in changes.get("inserts", [])]
    return [*changes.get("extend", []), *changes.get("prepend", []), *inserted]
