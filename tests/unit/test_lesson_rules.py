"""The rules for a lesson that can be checked without running it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from model_course import UNIT, edited, make_course, replace

from coursekit.content.lessons import check_lesson
from coursekit.course import Course

Cells = dict[str, dict[str, Any]]


@pytest.fixture
def course(tmp_path: Path) -> Course:
    made = make_course(tmp_path)
    release = made.release / UNIT / "experiment_tracking.ipynb"
    release.parent.mkdir(parents=True)
    release.touch()
    return made


def test_the_model_lesson_holds_to_every_rule(course: Course) -> None:
    assert check_lesson(course, UNIT) == []


def put(name: str, source: str) -> Callable[[Cells], None]:
    return lambda cells: cells[name].update(source=source)


def forget(name: str) -> Callable[[Cells], Any]:
    return lambda cells: cells.pop(name)


def no_checkpoint(cells: Cells) -> None:
    cells["try-record-a-run"]["metadata"]["course"]["checkpoint"] = False


def unknown_objective(cells: Cells) -> None:
    cells["try-record-a-run"]["metadata"]["course"]["objectives"] += ["fly"]


def long_median(cells: Cells) -> None:
    for name in list(cells):
        if name.startswith("more-"):
            cells[name]["source"] = "1 + 1\n" * 8


BROKEN: dict[str, tuple[Callable[[Cells], Any], str]] = {
    "no lifecycle": (put("title", "# Tracking"), "the first cell has no lifecycle strip"),
    "no objectives": (put("objectives", "None."), "the objective is not in the text"),
    "no checkpoint": (no_checkpoint, "the objective has no checkpoint in the lesson"),
    "an unknown objective": (unknown_objective, "there is no such objective"),
    "no key terms": (put("key-terms", "## Key terms\n\n* run"), "there is no table of key terms"),
    "seven take-aways": (
        put("take-aways", "## Take-aways\n\n" + "* One.\n" * 7),
        "there are 7 take-aways",
    ),
    "no sources": (forget("sources"), "there is no section '## Sources'"),
    "no link to the assignment": (forget("sources"), "there is no link to the assignment"),
    "a broken link": (put("hint-choose-a-run", "[a](b.ipynb)"), "the link to b.ipynb is broken"),
    "a long cell": (put("more-1", "1 + 1\n" * 13), "the cell has 13 lines"),
    "long cells": (long_median, "the median code cell has 8 lines"),
    "a figure without words": (
        put("read-choose-a-run", "Look. " + "word " * 200),
        "the figure has no text for those who cannot see it",
    ),
    "too few words": (put("section-choose-a-run", "## No"), "the lesson has 1842 words of text"),
    "too few figures": (
        put("plot-choose-a-run", "1 + 1"),
        "the lesson has 3 figures",
    ),
    "too few cells": (
        lambda cells: [cells.pop(f"more-{number}") for number in range(5)],
        "the lesson has 32 cells",
    ),
    "an output": (lambda cells: cells["more-1"].update(outputs=[{}]), "the cell holds outputs"),
}


@pytest.mark.parametrize(("spoil", "what"), BROKEN.values(), ids=BROKEN)
def test_a_broken_rule_is_found(course: Course, spoil: Callable[[Cells], Any], what: str) -> None:
    with edited(course.lessons / f"{UNIT}.ipynb") as notebook:
        spoil(notebook["cells"])
    assert what in [fault.what for fault in check_lesson(course, UNIT)]


def test_an_ungraded_lesson_may_be_short(course: Course) -> None:
    path = course.lessons / "00_start_here.ipynb"
    (course.lessons / f"{UNIT}.ipynb").rename(path)
    with edited(path) as notebook:
        notebook["metadata"]["course"]["unit"] = "00"
        notebook["metadata"]["course"]["objectives"] = {}
        for cell in notebook["cells"].values():
            cell["metadata"] = {}
        for number in range(12):
            del notebook["cells"][f"more-{number}"]
    assert check_lesson(course, "00_start_here") == []


def test_a_lesson_outside_the_syllabus_is_found(course: Course) -> None:
    (course.lessons / f"{UNIT}.ipynb").rename(course.lessons / "06_other.ipynb")
    assert "the syllabus has no such unit" in [
        fault.what for fault in check_lesson(course, "06_other")
    ]


def test_a_damaged_lesson_is_one_fault(course: Course) -> None:
    replace(course.lessons / f"{UNIT}.ipynb", '"nbformat": 4', '"nbformat": 3')
    assert [fault.what for fault in check_lesson(course, UNIT)] == ["the lesson cannot be read"]
