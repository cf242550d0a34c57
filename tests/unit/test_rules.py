"""The rules for an assignment that can be checked without running it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from model_course import UNIT, edited, make_course, source_path

from coursekit.content.rules import inspect_release, inspect_source
from coursekit.content.submissions import read_notebook
from coursekit.course import Course

Cells = dict[str, dict[str, Any]]


def findings(course: Course) -> list[tuple[str, str, str]]:
    return list(inspect_source(course, UNIT, read_notebook(source_path(course))))


def test_the_model_assignment_holds_to_every_rule(tmp_path: Path) -> None:
    assert findings(make_course(tmp_path)) == []


def set_source(name: str, source: str) -> Callable[[Cells], None]:
    return lambda cells: cells[name].update(source=source)


def change_source(name: str, old: str, new: str) -> Callable[[Cells], None]:
    def change(cells: Cells) -> None:
        assert old in cells[name]["source"]
        cells[name]["source"] = cells[name]["source"].replace(old, new)

    return change


def set_mark(name: str, **marks: Any) -> Callable[[Cells], None]:
    return lambda cells: cells[name]["metadata"]["nbgrader"].update(marks)


def set_course(name: str, **about: Any) -> Callable[[Cells], None]:
    return lambda cells: cells[name]["metadata"]["course"].update(about)


def store_output(cells: Cells) -> None:
    cells["setup"]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "3"}]


BROKEN: dict[str, tuple[Callable[[Cells], Any], str]] = {
    "an output is stored": (store_output, "the cell holds outputs"),
    "an execution count is stored": (
        lambda cells: cells["setup"].update(execution_count=3),
        "the cell holds an execution count",
    ),
    "a cell has no id": (lambda cells: cells["setup"].pop("id"), "the cell has no id"),
    "a cell id is unreadable": (
        lambda cells: cells["setup"].update(id="Setup Cell"),
        "the cell id is not a readable slug",
    ),
    "a cell id was made by a machine": (
        lambda cells: cells["setup"].update(id="a1b2c3d4"),
        "the cell id was made by a machine",
    ),
    "two cells have one id": (
        lambda cells: cells["setup"].update(id="title"),
        "2 cells have this id",
    ),
    "two cells have one grade id": (
        set_mark("double-tests-value", grade_id="double-tests-interface"),
        "2 cells have this grade id",
    ),
    "cell id and grade id differ": (
        set_mark("double-tests-value", grade_id="double-tests-worth"),
        "the cell id is 'double-tests-value'",
    ),
    "a concept does not exist": (
        set_course("half-prompt", concepts=["experimentations"]),
        "the concept 'experimentations' does not exist",
    ),
    "a prompt grades nothing": (
        set_course("half-prompt", objectives=[]),
        "the prompt names no concept or no objective",
    ),
    "a prompt can be edited": (
        set_mark("half-prompt", locked=False),
        "the prompt is not a locked cell with an id that ends in -prompt",
    ),
    "exercises are counted wrongly": (
        change_source("half-prompt", "Exercise 2", "Exercise 3"),
        "the number is 3",
    ),
    "points do not add up": (set_mark("half-tests-odd", points=3), "the prompt says 3 points"),
    "an exercise has no stars": (
        change_source("half-prompt", " · ★★☆", ""),
        "the heading has no stars",
    ),
    "a question has no rubric": (
        set_source("words-prompt", "## Question 3 · Words · 2 points · graded by a person"),
        "the question has no mark scheme",
    ),
    "an exercise has no solution cell": (
        lambda cells: cells.pop("half"),
        "there is not exactly one solution cell with the id of the exercise",
    ),
    "a solution has no markers": (
        set_source("half", "def half(x):\n    return x / 2"),
        "the solution is not between markers",
    ),
    "a solution has another name": (
        change_source("half", "def half", "def halve"),
        "the solution defines nothing of that name",
    ),
    "a solution is not Python": (
        set_source("half", "### BEGIN SOLUTION\ndef half(:\n### END SOLUTION"),
        "the solution is not Python",
    ),
    "an exercise has no visible test": (
        lambda cells: cells.pop("half-tests-interface"),
        "the first test cell is not a visible one called -tests-interface",
    ),
    "the visible tests do not say what else is checked": (
        change_source("half-tests-interface", "Interface checks passed.", "Passed."),
        "the visible tests do not print 'Interface checks passed.'",
    ),
    "an exercise has no hidden test": (
        set_source("half-tests-odd", '# Odd.\nassert half(3) == 1.5, "A fraction."'),
        "there is no hidden test",
    ),
    "a test cell has a stray name": (
        lambda cells: (
            cells["half-tests-odd"].update(id="odd"),
            set_mark("half-tests-odd", grade_id="odd")(cells),
        ),
        "the test cell is not called after its exercise",
    ),
    "a test cell uses a magic": (
        change_source("half-tests-odd", "# Odd numbers.", "# Odd numbers.\n%time half(3)"),
        "the test cell uses a magic or a shell command",
    ),
    "a test cell uses the shell": (
        change_source("half-tests-odd", "# Odd numbers.", "# Odd numbers.\nfiles = !ls"),
        "the test cell uses a magic or a shell command",
    ),
    "a test cell does not say what it checks": (
        change_source("half-tests-odd", "# Odd numbers.\n", ""),
        "the test cell has no visible comment",
    ),
    "an assertion is silent": (
        change_source("half-tests-odd", ', "Half of an odd number has a fraction."', ""),
        "the assertion in line 3 has no message",
    ),
}


@pytest.mark.parametrize(("spoil", "what"), BROKEN.values(), ids=BROKEN)
def test_a_broken_rule_is_found(tmp_path: Path, spoil: Callable[[Cells], Any], what: str) -> None:
    course = make_course(tmp_path)
    with edited(source_path(course)) as notebook:
        spoil(notebook["cells"])
    assert what in [found for _, found, _ in findings(course)]


def test_a_foreign_kernel_and_a_wrong_unit_are_found(tmp_path: Path) -> None:
    course = make_course(tmp_path)
    with edited(source_path(course)) as notebook:
        notebook["metadata"]["kernelspec"]["name"] = "julia"
        notebook["metadata"]["course"]["unit"] = "07"
    found = [what for _, what, _ in findings(course)]
    assert found == ["the kernel is 'julia'", "course.unit in the metadata is '07'"]


def test_a_release_without_a_stub_is_found(tmp_path: Path) -> None:
    source = read_notebook(source_path(make_course(tmp_path)))
    assert [where for where, _, _ in inspect_release(source)] == ["double", "half"]
