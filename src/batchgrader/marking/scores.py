"""Makes the outputs of test cells say the truth, so that nbgrader's own rule scores them rightly.

nbgrader scores a test cell by the first of its outputs that is an error or text on standard error
(0 points) or a result (its number as partial credit; full marks where it is no number); a cell with
none of these gets full marks. ``SettleScores`` runs right before nbgrader's ``SaveAutoGrades`` and
changes outputs alone. Where the score then differs from that of nbgrader 0.9.6:

=======================================  ===============================  ======================
the test cell                            nbgrader                         here
=======================================  ===============================  ======================
shows a result, then raises an error     the result's number, or full     0
was never run, and shows nothing         full                             0
ends with more than its points           nothing graded: ValueError       its points
(pull request 1090 meant this; 1353 is   (1353)
the case of a cell worth 0 points)
ends with a negative number              full                             0
ends with nan                            full                             0
ends with inf                            nothing graded: ValueError       0
ends with NumPy's np.float64(2.5)        full                             2.5
ends with a result that has no text      nothing graded: KeyError         full, as any display
shows several results                    the first counts                 the last counts
shows results, but does not end in an    the first counts                 full
expression (Python)
=======================================  ===============================  ======================

The numbers are those of nbgrader's issues. Kept as they are: a result that is no number is full
marks, for many tests end by showing something; anything on standard error before the result is 0
points (pull requests 1381 and 1904 speak of it), which the feedback now explains.
"""

import ast
import math
import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import is_grade, is_solution

from batchgrader.jobs import Incident
from batchgrader.outcomes import not_run

# How NumPy 2 writes its numbers.
NUMPY_NUMBER = re.compile(r"np\.(?:float|int|uint|longdouble)\w*\((?P<number>[^()']+)\)")

NEVER_RUN = "This test was not run, so it scores 0. Tell your instructor."
NO_TEXT = (
    "This test ended with something that has no text to read a score from, so it counts as shown, "
    "not as a score: it has all its points."
)
SEVERAL = (
    "This test showed more than one result; the last one counts. Remove any setting of "
    "ast_node_interactivity from your notebook: it shows what a test does not mean to show."
)
NOT_ITS_OWN = (
    "A result was shown in the middle of this test; it does not count as its score. Remove any "
    "setting of ast_node_interactivity from your notebook: it shows what a test does not mean to "
    "show."
)
STDERR = (
    "No error was raised, but something was written to standard error while this test ran, and "
    "that scores 0."
)
STDERR_ADVICE = (
    'If it is a warning, mend what it warns of; hide it (`warnings.filterwarnings("ignore", '
    'message="...")`) only where you know that it is harmless. Write messages of your own with '
    "`print`, and turn progress bars off. If nothing in your answer can have written it, tell your "
    "instructor."
)


@dataclass(frozen=True)
class Verdict:
    """What a test's result counts as; ``points`` is None where nbgrader reads it rightly itself.

    ``note`` is the sentence for the student, empty where there is nothing to say.
    """

    points: float | None = None
    note: str = ""


class SettleScores(NbGraderPreprocessor):  # type: ignore[misc]
    """Settles every test cell of an executed notebook; the coordinator puts it into the list."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Settle each test cell, and add what was decided to the incidents."""
        notes = resources.setdefault("batchgrader", {})
        incidents = notes.setdefault("incidents", [])
        notebook = resources["nbgrader"]["notebook"]
        for cell in filter(is_test, nb.cells):
            if notes.get("executed", True) and never_ran(cell):
                not_run(cell, NEVER_RUN)
                found = [("not-run", NEVER_RUN)]
            else:
                found = settle(cell, python=_in_python(nb))
            name = cell.metadata.nbgrader["grade_id"]
            incidents += [Incident(kind, notebook, name, text) for kind, text in found]
        return nb, resources


def is_test(cell: NotebookNode) -> bool:
    """Whether a cell is scored by its outputs: a code cell for tests, not for an answer."""
    return bool(cell.cell_type == "code" and is_grade(cell) and not is_solution(cell))


def never_ran(cell: NotebookNode) -> bool:
    """Whether a cell that has something to run shows no trace of having been run."""
    return bool(
        cell.source.strip() and cell.get("execution_count") is None and not cell.get("outputs")
    )


def settle(cell: NotebookNode, *, python: bool = True) -> list[tuple[str, str]]:
    """Make a test cell's outputs score what they should; gives kinds and texts of incidents."""
    results = [output for output in cell.outputs if output.output_type == "execute_result"]
    points = float(cell.metadata.nbgrader["points"])
    if points <= 0 or any(output.output_type == "error" for output in cell.outputs):
        _show_only(results)
        return []
    own = results[-1] if results and (not python or ends_in_result(cell.source)) else None
    extra = [output for output in results if output is not own]
    _show_only(extra)
    verdict = Verdict()
    if own is not None:
        verdict = judge(_read_result(own), points)
    if _lost_to_stderr(cell.outputs):
        cell.outputs.append(_note(f"{STDERR} {STDERR_ADVICE}"))
        return [
            ("stderr", f"{STDERR} Mend what it warns of; write messages of your own with print.")
        ]
    if verdict.points is not None:
        _show_only([own])
    found = [SEVERAL if own else NOT_ITS_OWN] if extra else []
    found += [verdict.note] if verdict.note else []
    cell.outputs.extend(_note(text) for text in found)
    if verdict.points is not None:
        cell.outputs.append(_score(verdict.points, cell))
    return [("score", text) for text in found]


def judge(text: str, points: float) -> Verdict:
    """What a test's result counts as, by its text."""
    if not text:
        return Verdict(note=NO_TEXT)
    spelled = NUMPY_NUMBER.fullmatch(text.strip())
    try:
        number = float(spelled["number"] if spelled else text)
    except ValueError:
        return Verdict()
    if not math.isfinite(number):
        return Verdict(
            0.0,
            f"This test ended with {number}, which is no number of points, so it scores 0. Look "
            "for a division by zero or a missing value in what your answer gives back.",
        )
    if number < 0:
        note = f"This test ended with {number:g}; no test scores below 0, so it counts as 0."
        return Verdict(0.0, note)
    if number > points:
        return Verdict(
            points,
            f"This test ended with {number:g}, more than it is worth; it counts as {points:g}, "
            "and you need do nothing.",
        )
    if spelled:
        note = f"This test ended with {spelled[0]}; it counts as {number:g} of {points:g} points."
        return Verdict(number, note)
    return Verdict()


def ends_in_result(source: str) -> bool:
    """Whether a Python cell can end by showing a result; true where that cannot be told.

    Without this, a student's setting that shows every expression of a cell turns the numbers in
    the middle of a test into its score.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return True  # magics and shell commands, which are no Python
    match body[-1:]:
        case [ast.Expr(value=ast.Call(func=ast.Name(id="print")))]:
            return False
        case [ast.Expr()]:
            return True
    return False


def _in_python(nb: NotebookNode) -> bool:
    spec, info = nb.metadata.get("kernelspec", {}), nb.metadata.get("language_info", {})
    return bool((spec.get("language") or info.get("name") or "python") == "python")


def _read_result(output: NotebookNode) -> str:
    """The plain text of a result, as nbgrader can read it; one without text becomes a display."""
    text = _text(output.get("data"))
    if text:
        output["data"]["text/plain"] = text
    else:
        _show_only([output])
    return text


def _text(data: object) -> str:
    """The plain text among what a program sent, which can be anything."""
    text = data.get("text/plain") if isinstance(data, dict) else None
    if isinstance(text, list):
        text = "".join(str(line) for line in text)
    if isinstance(text, int | float):
        text = str(text)
    return text if isinstance(text, str) else ""


def _show_only(outputs: Sequence[Any]) -> None:
    """Turn results into what is merely shown, which nbgrader does not score."""
    for output in outputs:
        output["output_type"] = "display_data"
        output.pop("execution_count", None)
        if not isinstance(output.get("data"), dict):
            output["data"] = {}


def _lost_to_stderr(outputs: Sequence[NotebookNode]) -> bool:
    """Whether text on standard error is what nbgrader comes to first."""
    for output in outputs:
        if output.output_type == "execute_result":
            return False
        if output.output_type == "stream" and output.name == "stderr":
            return True
    return False


def _note(text: str) -> Any:
    """A sentence of the grader among a cell's outputs."""
    data = {"text/plain": text.replace("`", ""), "text/markdown": f"**Grader:** {text}"}
    return new_output("display_data", data)


def _score(points: float, cell: NotebookNode) -> Any:
    """The result that a test should have ended with."""
    count = cell.get("execution_count")
    count = count if isinstance(count, int) else None
    return new_output("execute_result", {"text/plain": str(points)}, execution_count=count)
