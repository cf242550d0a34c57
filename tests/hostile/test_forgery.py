"""Wrong answers that forge a score gain nothing unseen; honest answers that do odd things do not
suffer."""

import json
import re
from dataclasses import replace
from typing import Any, NamedTuple

import nbformat.v4
import pytest
from forgeries import ANSWERS as FORGERIES
from honest_answers import ANSWERS as HONEST
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell
from nbgrader.utils import determine_grade
from readers import NOTHING_FOUND, OVERHEARING, SEEN
from small_jobs import job

from batchgrader.execution import run_job
from batchgrader.guarding import flags
from batchgrader.jobs import Result
from batchgrader.kernels.sources import Recipe
from batchgrader.marking.scores import SettleScores

MODULES = ("numpy", "numpy.testing", "pytest", "pandas", "matplotlib.pyplot")
GUARDED = Recipe(
    isolation="if-possible",
    modules=MODULES,
    kernel_class="batchgrader.guarding.kernel.GuardedKernel",
)
STOCK = replace(GUARDED, kernel_class="", modules=())

SETUP = """import math
import numpy as np
import pytest

CASES = {1: 2, 3: 6}


def close(a, b):
    return math.isclose(a, b)


def check(a, b):
    assert a == b, 'wrong'
"""

TESTS = {
    "plain": "assert double(3) == 6",
    "variable": "expected = 8\nassert double(4) == expected",
    "builtins": "assert abs(double(2) - 4) < 1e-9\nassert isinstance(double(2), int)",
    "loop": "assert all(double(a) == b for a, b in CASES.items())\n"
    "for a, b in CASES.items():\n    assert double(a) == b",
    "math": "result = double(3)\nassert math.isclose(result, 6)",
    "numpy": "np.testing.assert_allclose(double(3), 6)",
    "helper": "assert close(double(3), 6)",
    "assertion": "check(double(3), 6)",
    "pytest": "assert double(3) == pytest.approx(6)",
    "number": "5 if double(3) == 6 else 0",
}
FULL = dict.fromkeys(TESTS, 5)


class Graded(NamedTuple):
    """What tests scored, which of them a person must look at, and why."""

    points: dict[str, float]
    doubtful: set[str]
    said: list[str]
    cells: list[NotebookNode]

    @property
    def unseen(self) -> set[str]:
        return {name for name, each in self.points.items() if each and name not in self.doubtful}


def _cell(name: str, source: str, **marks: Any) -> NotebookNode:
    about = {"grade_id": name, "schema_version": 3, "cell_type": "code"} | marks
    made: NotebookNode = new_code_cell(source, id=name, metadata={"nbgrader": about})
    return made


def notebook(answer: str, tests: dict[str, str]) -> str:
    cells = [
        _cell("setup", SETUP, grade=False, solution=False, locked=True),
        _cell("double", answer, grade=False, solution=True, locked=False),
    ]
    for name, source in tests.items():
        marks = {"grade": True, "solution": False, "locked": True, "points": 5}
        cells.append(_cell(name, source, **marks))
    made = nbformat.v4.new_notebook(cells=cells)
    made.metadata.kernelspec = {"name": "python3", "display_name": "3", "language": "python"}
    return str(nbformat.v4.writes(made))


def graded(answer: str, tests: dict[str, str] = TESTS, kernels: Recipe = GUARDED) -> Graded:
    made = job(notebooks={"p1": notebook(answer, tests)}, kernels=kernels)
    result = Result.from_json(run_job(replace(made, subjects={"p1": ("double",)})))
    nb = nbformat.v4.reads(result.notebooks["p1"])
    SettleScores()(nb, {"nbgrader": {"notebook": "p1"}})
    points = {cell.id: determine_grade(cell)[0] for cell in nb.cells if cell.id in tests}
    found = [each for each in result.incidents if each.kind == flags.KIND]
    return Graded(points, {each.cell for each in found}, [each.text for each in found], nb.cells)


@pytest.mark.parametrize("answer", FORGERIES.values(), ids=FORGERIES)
def test_a_forged_score_is_not_gained_unseen(answer: str) -> None:
    assert graded(answer).unseen == set()


@pytest.mark.parametrize(
    "name", ["tree transformer", "helper overwritten", "an object that equals everything"]
)
def test_without_a_guard_the_same_answers_score(name: str) -> None:
    assert graded(FORGERIES[name], kernels=STOCK).unseen


READ = {"plain": TESTS["plain"]}


@pytest.mark.parametrize("answer", NOTHING_FOUND.values(), ids=NOTHING_FOUND)
def test_the_text_of_a_test_is_nowhere_while_it_runs(answer: str) -> None:
    assert graded(answer, READ, STOCK).points == {"plain": 5}
    assert graded(answer, READ).points == {"plain": 0}


@pytest.mark.parametrize("answer", SEEN.values(), ids=SEEN)
def test_an_answer_that_looks_for_its_test_is_seen(answer: str) -> None:
    (said,) = graded(answer, READ).said
    assert "the notebook searched the memory of its process, or its frames" in said


@pytest.mark.parametrize("answer", OVERHEARING.values(), ids=OVERHEARING)
def test_a_test_that_passes_by_is_not_overheard_unseen(answer: str) -> None:
    assert graded(answer, READ).unseen == set()


@pytest.mark.parametrize("answer", HONEST.values(), ids=HONEST)
def test_an_honest_answer_has_its_points_and_no_flag(answer: str) -> None:
    found = graded(answer)
    assert found.said == []
    assert found.points == FULL


def test_a_guarded_kernel_shows_what_a_stock_kernel_shows() -> None:
    tests = {
        "text": "import sys\nprint('out')\nprint('err', file=sys.stderr)",
        "result": "double(2)",
        "silent": "double(2);",
        "error": "def inner(x):\n    return double(x) / 0\n\nfor each in (1, 2):\n    inner(each)",
        "assertion": "x = 2\nassert double(x) == 5, f'not {double(x)}'",
        "comparison": "assert [double(1)] == [\n    3\n], 'lines'",
        "syntax": "def (:",
        "magic": "%%capture caught\nprint('x')",
        "line": "%precision 2\n3.14159",
        "display": "from IPython.display import HTML, display\ndisplay(HTML('<b>x</b>'))",
        "await": "import asyncio\nawait asyncio.sleep(0)\n'waited'",
        "exit": "raise SystemExit(3)",
        "interrupt": "raise KeyboardInterrupt",
        "figure": "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.title('x')",
        "comment": "# nothing",
        "names": "_, In[1][:6], Out.keys(), __name__",
    }
    answer = "%matplotlib inline\ndef double(x):\n    return 2 * x\n"
    ours, theirs = (graded(answer, tests, kernels) for kernels in (GUARDED, STOCK))
    for mine, stock in zip(ours.cells, theirs.cells, strict=True):
        assert mine.execution_count == stock.execution_count
        assert _plain(mine.outputs) == _plain(stock.outputs), mine.id
    assert ours.points == theirs.points
    assert ours.said == []


def _plain(outputs: Any) -> str:
    """Outputs as text, without what differs between two runs."""
    text = re.sub(r"ipykernel_\d+", "ipykernel", json.dumps(outputs, sort_keys=True))
    return re.sub(r"0x[0-9a-f]+", "0x", text)


def test_a_test_that_patches_for_itself_is_no_finding() -> None:
    tests = {
        "input": "import builtins\nbuiltins.input = lambda *a: '3'\nassert double(3) == 6",
        "mock": "from unittest import mock\n"
        "with mock.patch('math.isclose', return_value=True):\n    assert math.isclose(1, 2)\n"
        "    assert double(3) == 6",
        "after": "assert not math.isclose(1, 2)",
    }
    found = graded(HONEST["plain"], tests)
    assert (found.said, set(found.points.values())) == ([], {5})


def test_a_name_of_python_that_the_exercise_is_about_is_the_students() -> None:
    answer = "def double(x):\n    return 2 * x\n\ndef sum(numbers):\n    return 'mine'\n"
    made = job(
        notebooks={"p1": notebook(answer, {"sum": "assert sum([1]) == 'mine'"})}, kernels=GUARDED
    )
    result = Result.from_json(run_job(replace(made, subjects={"p1": ("double", "sum")})))
    assert result.incidents == ()


def test_what_was_found_is_said_in_words() -> None:
    (said,) = graded("def close(a, b): return True\ndef double(x): return x\n").said
    assert "close, which the instructor's cells define and the test uses, had been changed" in said
    assert said.endswith("A person will look at it.")
