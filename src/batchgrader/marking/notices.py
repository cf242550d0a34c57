"""Tells the student and the grader, at the top of a graded notebook, what was done with it."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import is_solution

from batchgrader.jobs import Failure, Incident, Repair
from batchgrader.marking.scores import is_test, never_ran
from batchgrader.outcomes import not_run

NOTICE_ID = "batchgrader-notices"
TITLE = "What the grader did with your notebook"

# The cell that feedback leaves out; ``students_view`` knows it by its metadata.
INSTRUCTOR_ID = "batchgrader-instructors"
INSTRUCTOR_TITLE = "For the instructor alone: please look at these tests"
MARK = {"reader": "instructor"}
LOOKED_AT = "A person will look at the result of this test before it counts."
ADVICE = (
    "Their scores are in the gradebook and wait in the formgrader for you to confirm or to change. "
    "What was found may well have an innocent cause; the student's page says only that a person "
    "will look."
)

# Of a list, so many lines stand open, so many more are folded, and the rest is counted.
OPEN = 8
FOLDED = 100

# A sentence of a person is shorter; what is longer came out of a submission.
LONGEST = 600


class Notices(NbGraderPreprocessor):  # type: ignore[misc]
    """Puts one cell at the top of a notebook to which something happened; none where nothing did.

    The coordinator puts it near the end of the list, when all that there is to say is known.
    """

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Add the cell, in place of one that an earlier grading left."""
        notes = resources.get("batchgrader") or {}
        name = resources["nbgrader"]["notebook"]
        incidents = _of(name, notes.get("incidents", []))
        doubtful = [incident for incident in incidents if incident.kind == "integrity"]
        told = [replace(i, text=LOOKED_AT) if i.kind == "integrity" else i for i in incidents]
        text = notice(nb, notes.get("failure"), told, _of(name, notes.get("repairs", [])))
        nb.cells = [cell for cell in nb.cells if not (_is_notice(cell) or _for_instructor(cell))]
        if doubtful:
            parts = [f"### {INSTRUCTOR_TITLE}", _list(nb, doubtful), ADVICE, "---"]
            _insert(nb, new_markdown_cell("\n\n".join(parts)), INSTRUCTOR_ID)
            nb.cells[0].metadata["batchgrader"] = dict(MARK)
        if text:
            _insert(nb, new_markdown_cell(text), NOTICE_ID)
        return nb, resources


def notice(
    nb: NotebookNode,
    failure: Failure | None,
    incidents: Sequence[Incident],
    repairs: Sequence[Repair],
) -> str:
    """The Markdown of the cell: failure, what happened, what was put right; empty if nothing."""
    parts = []
    if failure is not None:
        again = " It is graded again with the next run." if failure.retry else ""
        parts.append(
            f"**Your notebook could not be graded as it should.** {inert(failure.text)}{again}"
        )
    if incidents:
        parts.append("**What happened while it ran**\n\n" + _list(nb, incidents))
    if repairs:
        parts.append("**What was put right before it ran**\n\n" + _list(nb, repairs))
    return "\n\n".join([f"### {TITLE}", *parts, "---"]) if parts else ""


def explain_failure(nb: NotebookNode, failure: Failure) -> None:
    """Give each test cell that was not run the reason, so that it scores 0 and says why.

    The coordinator calls it for a submission that could not be run, or not to its end.
    """
    for cell in filter(is_test, nb.cells):
        if never_ran(cell):
            not_run(cell, f"This test was not run, so it scores 0. {failure.text}")


def students_view(nb: NotebookNode) -> None:
    """Take out of a graded notebook what is for the instructor alone; feedback calls it."""
    nb.cells = [cell for cell in nb.cells if not _for_instructor(cell)]


def inert(text: str) -> str:
    """Text that shows as it is in a Markdown cell: no HTML, no Markdown, no mathematics.

    A notice quotes names out of submissions, and whoever reads it must not be misled by them.
    """
    plain = " ".join(text.split())
    plain = "".join(sign for sign in plain if not unicodedata.category(sign).startswith("C"))
    if len(plain) > LONGEST:
        plain = plain[:LONGEST].rstrip() + " …"
    # At the start of a line these would open a list or underline a heading.
    lead = f"&#{ord(plain[0])};" if plain[:1] and plain[0] in "-+=0123456789" else ""
    return lead + "".join(_inert_sign(sign) for sign in (plain[1:] if lead else plain))


def describe(nb: NotebookNode, name: str) -> str:
    """A cell in the words of a person who looks at the notebook, as inert Markdown.

    ``name`` is a grade id or a cell id. A page of feedback shows the grade id of a test cell, and
    the number that a code cell ran as; of other cells the first line says most.
    """
    cell = next((cell for cell in nb.cells if name in _names(cell)), None)
    if cell is None:
        return f"Cell “{inert(name)}”"
    place = f", In [{cell.execution_count}]" if _ran(cell) else ""
    if is_test(cell):
        return f"Test “{inert(name)}”{place}"
    first = next((line.strip() for line in cell.source.splitlines() if line.strip()), "")
    begins = f" that begins “{inert(_short(first))}”" if first else f" “{inert(name)}”"
    kind = "The answer" if is_solution(cell) else "The cell"
    return f"{kind}{begins}{place}"


def _list(nb: NotebookNode, items: Iterable[Incident | Repair]) -> str:
    lines = list(dict.fromkeys(_line(nb, item) for item in items))
    if len(lines) <= 1.5 * OPEN:
        return "\n".join(lines)
    text = "\n".join(lines[:OPEN])
    folded, rest = lines[OPEN : OPEN + FOLDED], len(lines) - OPEN - FOLDED
    more = [f"- and {rest} more that are not listed"] if rest > 0 else []
    # nbgrader's page hides the triangle that says that there is something to open.
    summary = f'<summary style="display: list-item">and {len(lines) - OPEN} more</summary>'
    parts = [text, f"<details>{summary}", "\n".join([*folded, *more]), "</details>"]
    return "\n\n".join(parts)


def _line(nb: NotebookNode, item: Incident | Repair) -> str:
    """One item of a list, the cell first unless the sentence names it."""
    named = re.search(rf"(?<![\w-]){re.escape(item.cell)}(?![\w-])", item.text)
    if not item.cell or named:
        return f"- {inert(item.text)}"
    return f"- **{describe(nb, item.cell)}:** {inert(item.text)}"


def _of(notebook: str, items: Iterable[Any]) -> list[Any]:
    """What concerns this notebook, of what concerns the whole submission."""
    return [item for item in items if item.notebook in ("", notebook)]


def _names(cell: NotebookNode) -> set[str]:
    marks = cell.metadata.get("nbgrader") or {}
    return {marks.get("grade_id") or "", cell.get("id") or ""} - {""}


def _ran(cell: NotebookNode) -> bool:
    return cell.cell_type == "code" and isinstance(cell.get("execution_count"), int)


def _short(text: str) -> str:
    return text if len(text) <= 50 else text[:50].rstrip() + " …"


def _is_notice(cell: NotebookNode) -> bool:
    return bool(
        cell.get("id") == NOTICE_ID
        and cell.cell_type == "markdown"
        and "nbgrader" not in cell.metadata
    )


def _for_instructor(cell: NotebookNode) -> bool:
    return bool(cell.cell_type == "markdown" and cell.metadata.get("batchgrader") == MARK)


def _insert(nb: NotebookNode, cell: NotebookNode, cell_id: str) -> None:
    """Put a cell at the top, under an id that no other cell has."""
    taken = {other.get("id") for other in nb.cells}
    cell["id"] = next(each for each in _ids(cell_id) if each not in taken)
    if (nb.nbformat, nb.nbformat_minor) < (4, 5):
        del cell["id"]
    nb.cells.insert(0, cell)


def _ids(first: str) -> Iterable[str]:
    yield first
    yield from (f"{first}-{number}" for number in range(2, 1_000_000))


def _inert_sign(sign: str) -> str:
    """A sign as itself, or as what no reader of Markdown takes for markup.

    MathJax reads the finished page, where an entity is a sign again, but it leaves out code.
    """
    if sign in "$\\":
        return f"<code>&#{ord(sign)};</code>"
    return f"&#{ord(sign)};" if sign in '<>&"`*_~[]()#|!{}:/@' else sign
