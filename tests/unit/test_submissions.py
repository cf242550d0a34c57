"""Exercises read from notebooks, and answers written into them."""

from pathlib import Path

import pytest
from model_course import UNIT, edited, make_course, source_path
from nbformat import NotebookNode

from coursekit.content.submissions import (
    Exercise,
    exercises,
    fill,
    read_notebook,
    reference_answers,
)
from coursekit.course import CourseError


@pytest.fixture
def source(tmp_path: Path) -> NotebookNode:
    course = make_course(tmp_path)
    return read_notebook(course.notebook(UNIT))


def test_an_exercise_is_what_its_prompt_and_its_cells_say(source: NotebookNode) -> None:
    double, _, words = exercises(source)
    assert double == Exercise(
        id="double",
        number=1,
        title="Double",
        stars=1,
        points=3,
        cells=("double-tests-interface", "double-tests-value"),
        manual=False,
        concepts=("experimentation", "model-training"),
        objectives=("record-a-run",),
    )
    assert (words.manual, words.stars, words.cells) == (True, 0, ("words",))


@pytest.mark.parametrize("heading", ["## Exercise 1: Double", "## Question · Words · 2 points"])
def test_a_heading_that_cannot_be_read_is_refused_by_name(tmp_path: Path, heading: str) -> None:
    course = make_course(tmp_path)
    with edited(source_path(course)) as notebook:
        notebook["cells"]["double-prompt"]["source"] = heading
    with pytest.raises(CourseError, match="of cell 'double-prompt' must read like"):
        exercises(read_notebook(source_path(course)))


def test_a_reference_answer_has_no_markers(source: NotebookNode) -> None:
    answers = reference_answers(source)
    assert answers["double"] == "def double(x):\n    return 2 * x  # the answer"
    assert list(answers) == ["double", "half", "words"]


def test_filling_changes_the_answer_cells_named_and_not_the_release(source: NotebookNode) -> None:
    before = source.cells[3].source
    filled = fill(source, {"double": "def double(x): return x + x"})
    assert filled.cells[3].source == "def double(x): return x + x"
    assert source.cells[3].source == before
    assert [cell.source for cell in filled.cells[4:]] == [cell.source for cell in source.cells[4:]]


def test_an_answer_to_no_exercise_is_refused(source: NotebookNode) -> None:
    with pytest.raises(CourseError, match="no answer cell 'third'; there are: double, half, words"):
        fill(source, {"third": ""})


@pytest.mark.parametrize("content", ['{"cells": [', "[]", '{"nbformat": 3, "cells": []}', "\udc80"])
def test_a_damaged_notebook_is_refused_by_path(tmp_path: Path, content: str) -> None:
    path = tmp_path / "damaged.ipynb"
    path.write_bytes(content.encode(errors="surrogateescape"))
    with pytest.raises(CourseError, match=r"damaged\.ipynb is not a notebook"):
        read_notebook(path)


def test_a_missing_notebook_is_refused_by_path(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"There is no notebook .*missing\.ipynb"):
        read_notebook(tmp_path / "missing.ipynb")
