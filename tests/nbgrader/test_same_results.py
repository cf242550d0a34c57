"""A class graded by nbgrader and by batchgrader, each in a copy of one course: the same results.

What nbgrader gets wrong is in test_where_nbgrader_errs.py.
"""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from grade_course import OURS, STOCK, grade
from graded_course import PHANTOM, TABLES, files, notebooks, noticed, permissions, rows, tables_of
from kinds_course import KINDS, Class, changed, make_kinds_course

from coursekit.content.answers import load_bank
from coursekit.content.submissions import fill, read_notebook, reference_answers
from coursekit.course import Course
from coursekit.grading.grader import generate_assignment, gradebook_of

ROOT = Path(__file__).parents[2]
UNITS = ("06_experiment_tracking", "10_model_registry")

# The notebooks of these students were put right before they ran, and say so.
REPAIRED = {"tampered"}


@dataclass(frozen=True)
class Pair:
    """One course graded twice."""

    stock: Path
    ours: Path

    def grade(self, *assignments: str, again: str = "") -> None:
        """Grade both."""
        grade(self.stock, STOCK, *assignments, again=again)
        if not again:
            # Its kernels look for free ports by trying (issue 174); what failed so is tried again.
            grade(self.stock, STOCK, *assignments)
        grade(self.ours, OURS, *assignments, again=again)


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    folder = tmp_path_factory.mktemp("pair")
    course = make_kinds_course(folder / "course")
    Class(course).enrol()
    for unit in UNITS:
        add_unit(course, unit)
    (course.root / "autograded").mkdir(exist_ok=True)
    made = Pair(folder / "stock", folder / "ours")
    for copy in (made.stock, made.ours):
        shutil.copytree(course.root, copy)
        shutil.rmtree(copy / "autograded")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONHASHSEED", "7")  # what prints a set prints it in the same order
        made.grade(KINDS, *UNITS)
    return made


def add_unit(course: Course, unit: str) -> None:
    """One of the course's own assignments, and a hand-in with every second answer wrong."""
    shutil.copytree(ROOT / "source" / unit, course.source / unit)
    generate_assignment(course, unit)
    source = read_notebook(course.notebook(unit))
    answers = reference_answers(source)
    (course.answers).mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "tests" / "answers" / f"{unit}.py", course.answers)
    wrong = {answer.exercise: answer.code for answer in load_bank(course, unit) if not answer.right}
    answers |= {name: wrong[name] for name in list(wrong)[::2]}
    name = course.notebook(unit).name
    path = course.root / "submitted" / "half" / unit / name
    path.parent.mkdir(parents=True)
    filled = fill(read_notebook(course.release / unit / name), answers)
    path.write_text(json.dumps(filled), "utf-8")


def test_every_table_of_nbgrader_is_compared(pair: Pair) -> None:
    for root in (pair.stock, pair.ours):
        more = {name for name in tables_of(root) if not name.startswith("batchgrader")}
        assert more == set(TABLES)


@pytest.mark.parametrize("table", TABLES)
def test_the_rows_are_the_same(pair: Pair, table: str) -> None:
    assert without_phantom(rows(pair.ours)[table]) == without_phantom(rows(pair.stock)[table])


def test_the_class_has_scores_of_every_kind(pair: Pair) -> None:
    grades = rows(pair.stock)["grade"]
    assert {row["auto_score"] for row in grades} >= {None, 0, 1, 2, 4}
    assert {row["needs_manual_grade"] for row in grades} == {0, 1}
    assert "No response." in {row["auto_comment"] for row in rows(pair.stock)["comment"]}
    penalties = [row["late_submission_penalty"] for row in rows(pair.stock)["submitted_notebook"]]
    assert any(penalties)
    assert len({row["student_id"] for row in rows(pair.stock)["submitted_assignment"]}) == 15


def test_the_graded_notebooks_are_the_same(pair: Pair) -> None:
    ours, stock = notebooks(pair.ours), notebooks(pair.stock)
    assert set(ours) == set(stock)
    for path, notebook in stock.items():
        found = in_format_of(notebook, ours[path])
        for cell, wanted in zip(found["cells"], notebook["cells"], strict=True):
            assert cell == wanted, path
        assert found == notebook, path


def test_only_repaired_notebooks_have_a_notice(pair: Pair) -> None:
    assert noticed(pair.ours) == REPAIRED


def test_the_graded_files_and_their_permissions_are_the_same(pair: Pair) -> None:
    assert files(pair.ours) == files(pair.stock)
    assert permissions(pair.ours) == permissions(pair.stock)


def test_a_second_grading_keeps_what_a_person_has_given(pair: Pair) -> None:
    for root in (pair.stock, pair.ours):
        with gradebook_of(Course(root)) as gradebook:
            words = gradebook.find_grade("words", "first", KINDS, "right")
            words.manual_score, words.needs_manual_grade = 3.5, False
            tests = gradebook.find_grade("double-tests", "first", KINDS, "right")
            tests.extra_credit = 1
            comment = gradebook.find_comment("words", "first", KINDS, "right")
            comment.manual_comment = "Well said."
            gradebook.db.commit()
        with changed(root / "submitted" / "right" / KINDS / "first.ipynb") as content:
            content["cells"].append(content["cells"][1] | {"id": "later", "source": "1 + 1"})
    pair.grade(KINDS, again="right")
    kept = [row for row in rows(pair.stock)["grade"] if row["manual_score"] == 3.5]
    assert [row["needs_manual_grade"] for row in kept] == [1]
    for table in TABLES:
        ours, stock = rows(pair.ours)[table], rows(pair.stock)[table]
        assert without_phantom(ours) == without_phantom(stock), table


def in_format_of(stock: dict[str, Any], ours: dict[str, Any]) -> dict[str, Any]:
    """Ours without cell ids where nbgrader's has none: ours gives an old notebook the master's."""
    if stock["nbformat_minor"] >= 5:
        return ours
    cells = [{name: cell[name] for name in cell if name != "id"} for cell in ours["cells"]]
    return ours | {"cells": cells, "nbformat_minor": stock["nbformat_minor"]}


def without_phantom(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows without the one that nbgrader should not have made."""
    return [row for row in found if row != PHANTOM]
