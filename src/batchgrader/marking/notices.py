"""Tells the student and the grader, at the top of a graded notebook, what was done with it."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
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
        text = notice(
            nb,
            notes.get("failure"),
            _of(name, notes.get("incidents", [])),
            _of(name, notes.get("repairs", [])),
        )
        nb.cells = [cell for cell in nb.cells if not _is_notice(cell)]
        if text:
            cell = new_markdown_cell(text)
            taken = {other.get("id") for other in nb.cells}
            cell["id"] = next(each for each in _ids() if each not in taken)
            if (nb.nbformat, nb.nbformat_minor) < (4, 5):
                del cell["id"]
            nb.cells.insert(0, cell)
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


def _ids() -> Iterable[str]:
    yield NOTICE_ID
    yield from (f"{NOTICE_ID}-{number}" for number in range(2, 1_000_000))


def _inert_sign(sign: str) -> str:
    """A sign as itself, or as what no reader of Markdown takes for markup.

    MathJax reads the finished page, where an entity is a sign again, but it leaves out code.
    """
    if sign in "$\\":
        return f"<code>&#{ord(sign)};</code>"
    return f"&#{ord(sign)};" if sign in '<>&"`*_~[]()#|!{}:/@' else sign
