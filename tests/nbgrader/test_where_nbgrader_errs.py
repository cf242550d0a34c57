"""Where batchgrader's grades differ from nbgrader's, because nbgrader 0.9.6 is wrong.

Each case is graded by both. Where a later nbgrader does not err any more, its line fails here and
can go.
"""

import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from grade_course import OURS, STOCK, grade
from graded_course import PHANTOM, auto_scores, rows
from kinds_course import by_id, changed
from tiny_course import REFERENCE, TINY, cell, hand_in, notebook, tiny_cells, write_notebook

from coursekit.course import Course
from coursekit.grading.grader import generate_assignment

ONES = "def double(x):\n    return 2"
SHOW_ALL = "get_ipython().ast_node_interactivity = 'all'\n"
EXIT = "def double(x):\n    import os\n    os._exit(1)"
HALVES = "def half(x):\n    return {}"
NUMPY = "__import__('numpy').float64(0.5)"

# Tests with a result in the middle, and with partial credit at the end.
MORE_TESTS = [
    cell("test", "shown-tests", "double(1)\nassert double(3) == 6", 2),
    cell("test", "credit-tests", "half(2)", 2),
]


@dataclass(frozen=True)
class Case:
    """What somebody hands in, and the points of one cell; None where nothing is graded.

    ``issue`` is the number of nbgrader's issue about it; 0 where none was found.
    """

    student: str
    issue: int
    cell: str
    nbgrader: float | None
    right: float | None
    answers: dict[str, str]
    change: Callable[[dict[str, Any]], None] = lambda content: None


def skip_test(content: dict[str, Any]) -> None:
    by_id(content, "double-tests-value")["metadata"]["tags"] = ["skip-execution"]


def delete_test(content: dict[str, Any]) -> None:
    content["cells"].remove(by_id(content, "half-tests-odd"))


def strip_metadata(content: dict[str, Any]) -> None:
    for entry in content["cells"]:
        entry["metadata"] = {}


def unmark_test(content: dict[str, Any]) -> None:
    by_id(content, "half-tests-odd")["metadata"]["nbgrader"]["grade"] = False


def copy_test(content: dict[str, Any]) -> None:
    content["cells"].append(by_id(content, "half-tests-odd") | {"id": "copy"})


CASES = (
    Case("tagged", 0, "double-tests-value", 2, 0, REFERENCE | {"double": ONES}, skip_test),
    Case("shows", 0, "shown-tests", 2, 0, REFERENCE | {"double": SHOW_ALL + ONES}),
    Case("too-much", 1353, "credit-tests", None, 2, REFERENCE | {"half": HALVES.format(9)}),
    Case("negative", 0, "credit-tests", 2, 0, REFERENCE | {"half": HALVES.format(-1)}),
    Case("numpy", 0, "credit-tests", 2, 0.5, REFERENCE | {"half": HALVES.format(NUMPY)}),
    Case("deleted", 1682, "half-tests-odd", None, 2, REFERENCE, delete_test),
    Case("stripped", 1546, "half-tests-odd", None, 2, REFERENCE, strip_metadata),
    Case("unmarked", 0, "half-tests-odd", None, 2, REFERENCE, unmark_test),
    Case("dead", 0, "half-tests-odd", None, 2, REFERENCE | {"double": EXIT}),
    Case("x-copied", 1083, "half-tests-odd", None, 2, REFERENCE, copy_test),
    Case("y-next", 1083, "half-tests-odd", None, 2, REFERENCE),
)


@dataclass(frozen=True)
class Graded:
    """The two courses."""

    stock: Path
    ours: Path


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    folder = tmp_path_factory.mktemp("errors")
    course = Course(folder / "course")
    write_notebook(course.source / TINY / "tiny.ipynb", notebook([*tiny_cells(), *MORE_TESTS]))
    shutil.copy(Path(__file__).parents[2] / "nbgrader_config.py", course.root)
    generate_assignment(course, TINY)
    for case in CASES:
        with changed(hand_in(course, case.student, case.answers)) as content:
            case.change(content)
    link = hand_in(course, "linked", REFERENCE)
    link.unlink()
    link.symlink_to("../../y-next/01_tiny/tiny.ipynb")
    shutil.rmtree(course.root / "autograded")
    with sqlite3.connect(course.root / "gradebook.db") as database:
        # nbgrader's generate_assignment has the same error as its autograde.
        database.execute("DELETE FROM course WHERE id = ?", [PHANTOM["id"]])
    database.close()
    made = Graded(folder / "stock", folder / "ours")
    for copy, grader in ((made.stock, STOCK), (made.ours, OURS)):
        shutil.copytree(course.root, copy, symlinks=True)
        grade(copy, grader, TINY)
    return made


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.student)
def test_nbgrader_gives_what_the_table_says(graded: Graded, case: Case) -> None:
    assert auto_scores(graded.stock, case.student).get(case.cell) == case.nbgrader


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.student)
def test_batchgrader_gives_what_is_right(graded: Graded, case: Case) -> None:
    assert auto_scores(graded.ours, case.student).get(case.cell) == case.right


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.student)
def test_every_student_has_a_graded_notebook(graded: Graded, case: Case) -> None:
    assert (graded.ours / "autograded" / case.student / TINY / "tiny.ipynb").is_file()


def test_nobody_is_graded_for_the_work_of_another(graded: Graded) -> None:
    assert auto_scores(graded.stock, "linked")["half-tests-odd"] == 2
    assert auto_scores(graded.ours, "linked")["half-tests-odd"] == 0


def test_no_course_is_invented(graded: Graded) -> None:
    assert PHANTOM in rows(graded.stock)["course"]
    assert PHANTOM not in rows(graded.ours)["course"]
