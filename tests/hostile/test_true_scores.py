"""What tests score that a kernel ran, where nbgrader scores them wrongly or not at all."""

from typing import Any

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.preprocessors import Execute
from nbgrader.utils import determine_grade

from batchgrader.marking.scores import SettleScores

SUBMITTED = """import sys
import numpy as np
from IPython.core.interactiveshell import InteractiveShell

InteractiveShell.ast_node_interactivity = "all"


class Silent:
    def __repr__(self):
        return ""


def forge():
    sys.displayhook(5)


def double(x):
    return 2 * x
"""

# Each test with its score here and its score in nbgrader, or the error that stops nbgrader.
TESTS: dict[str, tuple[float, Any]] = {
    "assert double(2) == 4": (5, 5),
    "assert double(2) == 5": (0, 0),
    "3": (3, 3),
    "# A comment alone is run as well.": (5, 5),
    "double(0)\nassert double(2) == 4": (5, 0),
    "double(4)\nprint('passed')": (5, ValueError),
    "forge()\nassert double(2) == 5": (0, 5),
    "forge()\n1.5": (1.5, 5),
    "np.float64(2.5)": (2.5, 5),
    "np.int64(7)": (5, 5),
    "7": (5, ValueError),
    "float('nan')": (0, 5),
    "-1": (0, 5),
    "float('inf')": (0, ValueError),
    "Silent()": (5, KeyError),
    "double(3)  # skipped": (0, 5),
}


@pytest.fixture(scope="module")
def executed() -> Any:
    """A notebook with every test, as nbgrader executes it."""
    nb = new_notebook(cells=[new_code_cell(SUBMITTED)])
    for number, source in enumerate(TESTS):
        marks = {"grade": True, "solution": False, "grade_id": f"test-{number}", "points": 5}
        cell = new_code_cell(source, metadata={"nbgrader": marks})
        cell.metadata["tags"] = ["skip-execution"] if "skipped" in source else []
        nb.cells.append(cell)
    nb, _ = Execute(kernel_name="python3")(nb, {})
    return nb


def stock_score(cell: NotebookNode) -> Any:
    try:
        return determine_grade(cell)[0]
    except (KeyError, ValueError) as error:
        return type(error)


@pytest.fixture(scope="module")
def scores(executed: NotebookNode) -> dict[str, tuple[float, Any]]:
    """What each test scores here, and in nbgrader."""
    stock = {cell.source: stock_score(cell) for cell in executed.cells[1:]}
    SettleScores()(executed, {"nbgrader": {"notebook": "p1"}})
    return {
        cell.source: (determine_grade(cell)[0], stock[cell.source]) for cell in executed.cells[1:]
    }


@pytest.mark.parametrize("source", TESTS)
def test_a_test_scores_what_it_should(source: str, scores: dict[str, tuple[float, Any]]) -> None:
    assert scores[source] == TESTS[source]
