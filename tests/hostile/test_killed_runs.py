"""A run that is killed at any moment: the next one does the rest, and nothing is graded twice."""

import shutil
import signal
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from instant_run import run
from tiny_course import REFERENCE, TINY, hand_in, make_tiny_course

from coursekit.course import Course
from coursekit.grading import grader

STUDENTS = ["ann", "bob", "cyd"]
POINTS = 5  # of the seven; two wait for a person


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory: pytest.TempPathFactory) -> Course:
    course = make_tiny_course(tmp_path_factory.mktemp("killed") / "course")
    grader.generate_assignment(course, TINY)
    for student in STUDENTS:
        hand_in(course, student, REFERENCE)
    return course


def rows(course: Path, query: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(course / "gradebook.db") as database:
        found = database.execute(query).fetchall()
    database.close()
    return found


def graded(course: Path) -> list[str]:
    """The students whose graded submission is in its place, with all its files."""
    found = sorted((course / "autograded").glob(f"[!.]*/{TINY}"))
    for folder in found:
        assert sorted(path.name for path in folder.iterdir()) == ["made.txt", "tiny.ipynb"]
    return [folder.parent.name for folder in found]


def assert_whole(course: Path) -> None:
    assert rows(course, "PRAGMA integrity_check") == [("ok",)]
    assert graded(course) == STUDENTS
    assert not list((course / "autograded").glob(".*-*")), "nothing unfinished is left"
    scores = rows(
        course,
        "SELECT student_id, SUM(auto_score), COUNT(*) FROM submitted_assignment AS work "
        "JOIN submitted_notebook AS page ON page.assignment_id = work.id "
        "JOIN grade ON grade.notebook_id = page.id GROUP BY student_id ORDER BY student_id",
    )
    assert scores == [(student, POINTS, 4) for student in STUDENTS]


def test_a_run_that_is_killed_at_any_moment_is_finished_by_the_next(
    handed_in: Course, tmp_path: Path
) -> None:
    whole = tmp_path / "whole"
    shutil.copytree(handed_in.root, whole)
    moments = run(whole, TINY).moments
    assert moments > 30, "a run of three submissions changes more than that"
    assert_whole(whole)
    for moment in range(1, moments + 1):
        course = tmp_path / f"killed-{moment}"
        shutil.copytree(handed_in.root, course)
        assert run(course, TINY, moment).status == -signal.SIGKILL
        done = graded(course)
        assert rows(course, "PRAGMA integrity_check") == [("ok",)]
        again = run(course, TINY)
        assert sorted(again.graded) == sorted(set(STUDENTS) - set(done)), f"killed at {moment}"
        assert_whole(course)
        shutil.rmtree(course)


def test_a_run_that_is_killed_while_it_replaces_grades_keeps_the_old_or_has_the_new(
    handed_in: Course, tmp_path: Path
) -> None:
    first = tmp_path / "first"
    shutil.copytree(handed_in.root, first)
    run(first, TINY)
    for student in STUDENTS:
        hand_in(Course(first), student, REFERENCE | {"words": "Otherwise."})
    whole = tmp_path / "whole"
    shutil.copytree(first, whole)
    for moment in range(1, run(whole, TINY).moments + 1, 3):
        course = tmp_path / f"killed-{moment}"
        shutil.copytree(first, course)
        assert run(course, TINY, moment).status == -signal.SIGKILL
        run(course, TINY)
        assert_whole(course)
        for student in STUDENTS:
            page = course / "autograded" / student / TINY / "tiny.ipynb"
            assert "Otherwise." in page.read_text("utf-8"), f"killed at {moment}"
        assert run(course, TINY).graded == []
        shutil.rmtree(course)
