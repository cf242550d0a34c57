"""A grading run that is killed or stopped: the next one finishes it."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tiny_course import REFERENCE, TINY, hand_in

from coursekit.classroom.results import assignment_results
from coursekit.course import Course
from coursekit.grading import grader

STUDENTS = ["ann", "bob", "cyd", "dan"]
GRADE = f"""
from pathlib import Path
from coursekit.course import Course
from coursekit.grading.grader import autograde
course = Course(Path.cwd())
autograde(course, {TINY!r}, on_outcome=lambda done: print(done.student, flush=True))
"""
SLOW = {"half": "import time\ntime.sleep(2)\n" + REFERENCE["half"]}


@pytest.fixture
def course(released_course: Course) -> Course:
    for student in STUDENTS:
        hand_in(released_course, student, REFERENCE | SLOW)
    return released_course


def graded_notebook(course: Course, student: str) -> Path:
    return course.root / "autograded" / student / TINY / "tiny.ipynb"


def wait_for(what: Callable[[], bool], seconds: float = 60) -> None:
    ends = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < ends, "what the test waits for did not happen"
        time.sleep(0.02)


def stop(course: Course, sign: signal.Signals, when: Callable[[], bool]) -> tuple[int, str]:
    """Start a run, stop it when something has happened; returns its status and what it printed."""
    run = subprocess.Popen(
        [sys.executable, "-c", GRADE], cwd=course.root, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    wait_for(when)
    os.kill(run.pid, sign)
    printed, _ = run.communicate(timeout=60)
    return run.returncode, printed


def assert_finishes(course: Course, done_before: list[str]) -> None:
    """The next run grades the rest and nothing else, and the gradebook is whole."""
    states = {item.student: item.state for item in grader.autograde(course, TINY)}
    assert [student for student in STUDENTS if states[student] == "skipped"] == done_before
    assert set(states.values()) <= {"skipped", "graded"}
    scores = [work.score for work in assignment_results(course, TINY).works]
    assert scores == [5, 5, 5, 5]
    with sqlite3.connect(course.root / "gradebook.db") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()


def test_a_run_killed_in_the_middle_of_a_submission_is_finished_by_the_next(
    course: Course,
) -> None:
    middle = graded_notebook(course, "bob")
    _, printed = stop(course, signal.SIGKILL, middle.exists)
    assert printed.split() == ["ann"]
    assert middle.is_file(), "nbgrader leaves the notebook that it did not finish"
    assert_finishes(course, ["ann"])


def test_a_run_killed_between_two_submissions_is_finished_by_the_next(course: Course) -> None:
    entry = course.root / "autograded" / ".ledger" / TINY / "bob.json"
    _, printed = stop(
        course, signal.SIGKILL, lambda: entry.exists() and '"graded"' in entry.read_text("utf-8")
    )
    done = ["ann", "bob"]
    assert printed.split() in (done, done[:1])
    assert_finishes(course, done)


def test_a_stopped_run_leaves_no_kernel_behind_and_is_finished_by_the_next(
    course: Course,
) -> None:
    def kernels() -> list[str]:
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if (process / "cwd").readlink().is_relative_to(course.root / "autograded"):
                    found.append(process.name)
            except OSError:
                continue
        return found

    status, printed = stop(course, signal.SIGINT, graded_notebook(course, "bob").exists)
    assert status != 0
    assert printed.split() == ["ann"]
    wait_for(lambda: not kernels(), seconds=20)
    assert_finishes(course, ["ann"])
