"""A run that is stopped, by a person or by a fault of the machine: what is graded stays graded."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from instant_run import Instant
from nbgrader.coursedir import CourseDirectory
from tiny_course import REFERENCE, TINY, hand_in
from traitlets.config.loader import PyFileConfigLoader

from batchgrader.autograde import BatchAutograde
from batchgrader.course import gradebook as gradebooks
from batchgrader.failures import StoppedEarly
from coursekit.course import Course

STUDENTS = ["ann", "bob", "cyd", "dan"]
SLOW = {"half": "import time\ntime.sleep(2)\n" + REFERENCE["half"]}
COMMAND = [sys.executable, "-m", "batchgrader", TINY]


@pytest.fixture
def course(released_course: Course) -> Course:
    for student in STUDENTS:
        hand_in(released_course, student, REFERENCE | SLOW)
    return released_course


def graded(course: Course) -> set[str]:
    found = (course.root / "autograded").glob(f"[!.]*/{TINY}/tiny.ipynb")
    return {path.parents[1].name for path in found}


def wait_for(what: Callable[[], object], seconds: float = 120) -> None:
    ends = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < ends, "what the test waits for did not happen"
        time.sleep(0.02)


def sound(course: Course) -> bool:
    with sqlite3.connect(course.root / "gradebook.db") as database:
        answer = database.execute("PRAGMA integrity_check").fetchone()
    database.close()
    return bool(answer == ("ok",))


@pytest.mark.parametrize(
    ("sign", "status"), [(signal.SIGINT, 3), (signal.SIGTERM, 3), (signal.SIGKILL, -9)]
)
def test_a_stopped_run_leaves_no_process_behind_and_is_finished_by_the_next(
    course: Course, sign: signal.Signals, status: int
) -> None:
    command = subprocess.Popen(
        [*COMMAND, "--workers=1"], cwd=course.root, text=True, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    wait_for(lambda: graded(course))
    children = psutil.Process(command.pid).children(recursive=True)
    assert children, "a worker and its kernel"
    os.kill(command.pid, sign)
    _, complaint = command.communicate(timeout=60)
    assert command.returncode == status
    assert "Traceback" not in complaint
    wait_for(lambda: not any(child.is_running() for child in children), seconds=30)
    assert sound(course)
    done = graded(course)
    assert done < set(STUDENTS)
    again = subprocess.run(COMMAND, cwd=course.root, capture_output=True, text=True)
    assert again.returncode == 0, again.stderr
    assert graded(course) == set(STUDENTS)
    assert sound(course)


def batch(course: Course) -> BatchAutograde:
    root = str(course.root)
    config = PyFileConfigLoader("nbgrader_config.py", path=root).load_config()
    directory = CourseDirectory(config=config, root=root, assignment_id=TINY)
    return BatchAutograde(coursedir=directory, config=config, executor=Instant())


def test_a_locked_gradebook_stops_the_run_and_the_next_does_the_rest(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gradebooks, "PATIENCE", 0.1)
    other = sqlite3.connect(course.root / "gradebook.db")

    class LocksAfterTheFirst:
        def begin(self, assignment: str, due: int, workers: int) -> None: ...
        def working(self, worker: int, text: str) -> None: ...
        def close(self) -> None: ...
        def ended(self, record: object) -> None:
            if not other.in_transaction:
                other.execute("BEGIN EXCLUSIVE")

    run = batch(course)
    run.listener = LocksAfterTheFirst()
    with pytest.raises(StoppedEarly, match="Another program holds"):
        run.start()
    assert run.report is not None
    assert "Another program holds" in run.report.stopped
    other.close()
    done = graded(course)
    assert len(done) == 1
    rest = batch(course)
    rest.start()
    assert rest.report is not None
    assert {record.student for record in rest.report.of("graded")} == set(STUDENTS) - done
    assert sound(course)


def test_two_runs_do_not_grade_one_course_at_once(course: Course) -> None:
    said: list[str] = []

    class StartsAnother:
        def begin(self, assignment: str, due: int, workers: int) -> None:
            try:
                batch(course).start()
            except StoppedEarly as stop:
                said.append(str(stop))

        def working(self, worker: int, text: str) -> None: ...
        def close(self) -> None: ...
        def ended(self, record: object) -> None: ...

    run = batch(course)
    run.listener = StartsAnother()
    run.start()
    assert len(said) == 1
    assert "Another grading run is at work" in said[0]
    assert graded(course) == set(STUDENTS)


def test_a_run_after_the_disk_was_full_does_the_rest(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_bytes = Path.write_bytes
    run = batch(course)

    def full(path: Path, data: bytes) -> int:
        if run.report is not None and run.report.of("graded"):
            raise OSError(28, "No space left on device", str(path))
        return write_bytes(path, data)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", full)
        with pytest.raises(StoppedEarly, match="The disk is full"):
            run.start()
    done = graded(course)
    assert len(done) == 1
    rest = batch(course)
    rest.start()
    assert rest.report is not None
    assert len(rest.report.of("graded")) == len(STUDENTS) - 1
    assert graded(course) == set(STUDENTS)
