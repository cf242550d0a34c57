"""The table of concepts, and the promises that a unit does not keep."""

from pathlib import Path

import pytest
from model_course import UNIT, edited, make_course, replace, source_path

from coursekit.__main__ import main
from coursekit.content.claims import finished
from coursekit.content.coverage import PAGE, find_gaps, is_current, render
from coursekit.course import Course


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return make_course(tmp_path)


def gaps(course: Course) -> list[tuple[str, str]]:
    return [(fault.exercise, fault.what) for fault in find_gaps(course, finished(course))]


def test_a_unit_that_keeps_its_promises_has_no_gaps(course: Course) -> None:
    assert gaps(course) == []


def test_a_concept_row_links_sections_and_exercises(course: Course) -> None:
    rows = [
        row for row in render(course, finished(course)).split("\n") if "experimentation`" in row
    ]
    assert len(rows) == 1
    assert f"[06 Part 0](../notebooks/{UNIT}.ipynb)" in rows[0]
    assert f"[06.1 Double](../release/{UNIT}/experiment_tracking.ipynb)" in rows[0]
    assert "[06.3 Words]" in rows[0]
    assert "ipynb) (by a person) |" in rows[0]


def test_a_concept_of_units_to_come_is_planned(course: Course) -> None:
    page = render(course, finished(course))
    assert "*planned: 07, 10, 15, 16*" in page


def test_a_concept_of_the_syllabus_that_nothing_grades_is_a_gap(course: Course) -> None:
    with edited(source_path(course)) as notebook:
        for name in ("double-prompt", "half-prompt", "words-prompt"):
            notebook["cells"][name]["metadata"]["course"]["concepts"] = ["experimentation"]
    assert gaps(course) == [("model-training", "no exercise of the unit grades the concept")]


def test_a_concept_that_only_the_lesson_claims_must_be_graded_too(course: Course) -> None:
    with edited(course.lessons / f"{UNIT}.ipynb") as notebook:
        about = notebook["cells"]["section-record-a-run"]["metadata"]["course"]
        about["concepts"].append("reproducibility")
    assert gaps(course) == [("reproducibility", "no exercise of the unit grades the concept")]


def test_a_concept_of_the_syllabus_that_no_section_explains_is_a_gap(course: Course) -> None:
    with edited(course.lessons / f"{UNIT}.ipynb") as notebook:
        for cell in notebook["cells"].values():
            if "concepts" in cell["metadata"].get("course", {}):
                cell["metadata"]["course"]["concepts"] = ["experimentation"]
    assert gaps(course) == [("model-training", "no section of the lesson explains the concept")]


def test_an_objective_without_an_exercise_is_a_gap(course: Course) -> None:
    with edited(source_path(course)) as notebook:
        notebook["cells"]["words-prompt"]["metadata"]["course"]["objectives"] = ["choose-a-run"]
    assert gaps(course) == [("choose-a-tool", "no exercise of the assignment grades the objective")]


def test_a_graded_unit_without_an_assignment_is_a_gap(course: Course) -> None:
    source_path(course).unlink()
    assert gaps(course) == [(UNIT, "the unit has no assignment")]


def test_an_ungraded_unit_owes_no_exercise(course: Course) -> None:
    path = course.lessons / "00_start_here.ipynb"
    (course.lessons / f"{UNIT}.ipynb").rename(path)
    with edited(path) as notebook:
        for cell in notebook["cells"].values():
            cell["metadata"].get("course", {})["concepts"] = []
    assert gaps(course) == []


def test_the_command_writes_the_page_and_then_finds_it_current(
    course: Course, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(course.root)
    assert main(["coverage", "--check"]) == 1
    assert "out of date" in capsys.readouterr().err
    assert main(["coverage"]) == 0
    assert is_current(course, finished(course))
    assert main(["coverage", "--check"]) == 0


def test_the_check_fails_on_a_page_that_is_out_of_date(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(course.root)
    main(["coverage"])
    replace(course.root / PAGE, "*planned: 01*", "*soon*")
    assert main(["coverage", "--check"]) == 1


def test_the_check_fails_on_a_gap(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(course.root)
    source_path(course).unlink()
    assert main(["coverage"]) == 1
    assert main(["coverage", "--check"]) == 1
