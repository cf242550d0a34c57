"""A learner's own copies of lessons and assignments."""

from pathlib import Path

import pytest

from coursekit.course import Course, CourseError
from coursekit.learner.lab import copy_course

LESSON, ASSIGNMENT = "notebooks/06_tracking.ipynb", "release/06_tracking/tracking.ipynb"


@pytest.fixture
def course(tmp_path: Path) -> Course:
    for name in (LESSON, ASSIGNMENT):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(f"first {name}", "utf-8")
    return Course(tmp_path)


def read(course: Course, name: str) -> str:
    return (course.root / "work" / name).read_text("utf-8")


def test_lessons_and_assignments_are_copied_to_the_same_places(course: Course) -> None:
    assert copy_course(course) == []
    assert read(course, LESSON) == f"first {LESSON}"
    assert read(course, ASSIGNMENT) == f"first {ASSIGNMENT}"


def test_a_link_from_lesson_to_assignment_still_leads_there(course: Course) -> None:
    copy_course(course)
    folder = course.root / "work" / "notebooks"
    assert (folder / f"../{ASSIGNMENT}").resolve().is_file()


def test_work_is_never_written_over(course: Course) -> None:
    copy_course(course)
    mine = course.root / "work" / ASSIGNMENT
    mine.write_text("my answer", "utf-8")
    assert copy_course(course) == []
    assert mine.read_text("utf-8") == "my answer"


def test_a_newer_version_is_put_beside_work_and_said_once(course: Course) -> None:
    copy_course(course)
    (course.root / "work" / ASSIGNMENT).write_text("my answer", "utf-8")
    (course.root / ASSIGNMENT).write_text("second", "utf-8")
    (line,) = copy_course(course)
    assert ASSIGNMENT in line
    assert "tracking.new.ipynb" in line
    assert read(course, ASSIGNMENT) == "my answer"
    assert read(course, "release/06_tracking/tracking.new.ipynb") == "second"
    assert copy_course(course) == []


def test_a_copy_that_was_never_touched_follows_the_course(course: Course) -> None:
    copy_course(course)
    (course.root / LESSON).write_text("second", "utf-8")
    assert copy_course(course) == []
    assert read(course, LESSON) == "second"


def test_a_copy_that_the_learner_threw_away_comes_back(course: Course) -> None:
    copy_course(course)
    (course.root / "work" / ASSIGNMENT).unlink()
    copy_course(course)
    assert read(course, ASSIGNMENT) == f"first {ASSIGNMENT}"


def test_work_is_kept_when_the_memory_of_what_was_copied_is_lost(course: Course) -> None:
    copy_course(course)
    (course.root / "work" / ASSIGNMENT).write_text("my answer", "utf-8")
    (course.root / "work" / ".copied.json").write_text("{", "utf-8")
    (line,) = copy_course(course)
    assert "yours is as you left it" in line
    assert read(course, ASSIGNMENT) == "my answer"


def test_checkpoints_are_not_copied(course: Course) -> None:
    checkpoint = course.root / "notebooks" / ".ipynb_checkpoints" / "a.ipynb"
    checkpoint.parent.mkdir()
    checkpoint.write_text("old", "utf-8")
    copy_course(course)
    assert not list((course.root / "work").rglob("a.ipynb"))


def test_without_a_release_one_sentence_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"run `\./course demo`"):
        copy_course(Course(tmp_path))
