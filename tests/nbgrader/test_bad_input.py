"""What a user can do wrong, or a machine: one sentence each, and nothing graded is lost."""

import multiprocessing
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from tiny_course import REFERENCE, TINY, hand_in

from coursekit.course import Course, CourseError
from coursekit.grading import grader

# A gradebook as nbgrader 0.6 kept it: no courses, no ids of a learning management system.
OLDER = """
CREATE TABLE old (
    id VARCHAR(32) PRIMARY KEY NOT NULL, name VARCHAR(128) UNIQUE NOT NULL, duedate DATETIME
);
INSERT INTO old SELECT id, name, duedate FROM assignment;
DROP TABLE assignment;
ALTER TABLE old RENAME TO assignment;
DROP TABLE course;
ALTER TABLE student DROP COLUMN lms_user_id;
UPDATE alembic_version SET version_num = '167914646830';
"""
NOBODY = 65534


def revise(course: Course, revision: str) -> None:
    with sqlite3.connect(course.root / "gradebook.db") as database:
        database.execute("UPDATE alembic_version SET version_num = ?", (revision,))
    database.close()


def said_in_a_process(act: Callable[[], object]) -> str:
    """Do something in a process of its own; returns the CourseError that it ended in."""
    here, there = multiprocessing.Pipe(duplex=False)

    def child() -> None:
        try:
            act()
            there.send("nothing was raised")
        except CourseError as error:
            there.send(str(error))
        except BaseException as error:
            there.send(repr(error))

    process = multiprocessing.get_context("fork").Process(target=child)
    process.start()
    process.join(60)
    return str(here.recv())


def assert_graded(course: Course, student: str) -> None:
    """The grade, the graded notebook and the gradebook are all as they were."""
    assert (course.root / "autograded" / student / TINY / "tiny.ipynb").is_file()
    with grader.gradebook_of(course) as gradebook:
        assert gradebook.find_submission(TINY, student).score == 5
    with sqlite3.connect(course.root / "gradebook.db") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()


@pytest.fixture
def course(released_course: Course) -> Course:
    """A course with one submission graded and another handed in."""
    hand_in(released_course, "ann", REFERENCE)
    grader.autograde(released_course, TINY)
    hand_in(released_course, "bob", REFERENCE)
    return released_course


def test_a_gradebook_of_an_older_nbgrader_is_named_and_can_be_upgraded(course: Course) -> None:
    with sqlite3.connect(course.root / "gradebook.db") as database:
        database.executescript(OLDER)
    database.close()
    with pytest.raises(CourseError, match=r"older nbgrader.*`nbgrader db upgrade`"):
        grader.autograde(course, TINY)
    upgrade = [sys.executable, "-m", "nbgrader", "db", "upgrade"]
    path = (
        f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # nbgrader calls alembic
    )
    done = subprocess.run(
        upgrade, cwd=course.root, capture_output=True, text=True, env=os.environ | {"PATH": path}
    )
    assert done.returncode == 0, done.stderr
    assert [item.status for item in grader.autograde(course, TINY).records] == ["skipped", "graded"]
    assert_graded(course, "ann")


def test_a_gradebook_without_a_revision_counts_as_older(course: Course) -> None:
    with sqlite3.connect(course.root / "gradebook.db") as database:
        database.execute("DROP TABLE alembic_version")
    database.close()
    with pytest.raises(CourseError, match="older nbgrader"):
        grader.autograde(course, TINY)


def test_a_gradebook_of_a_newer_nbgrader_is_named(course: Course) -> None:
    revise(course, "ffffffffffff")
    with pytest.raises(CourseError, match="newer nbgrader"):
        grader.autograde(course, TINY)


def test_a_file_that_is_no_gradebook_is_named(course: Course) -> None:
    (course.root / "gradebook.db").write_bytes(b"this is no database" * 99)
    with pytest.raises(CourseError, match=r"gradebook\.db is damaged"):
        grader.autograde(course, TINY)


def test_a_folder_that_is_no_course_is_named(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"is not a course folder: it has no nbgrader_config\.py"):
        grader.export(Course(tmp_path), tmp_path / "grades.csv")


def test_a_configuration_that_is_no_python_is_named(course: Course) -> None:
    (course.root / "nbgrader_config.py").write_text("c = get_config(", "utf-8")
    with pytest.raises(CourseError, match=r"nbgrader_config\.py cannot be read \(SyntaxError"):
        grader.autograde(course, TINY)


def test_a_source_that_is_no_notebook_is_named(course: Course) -> None:
    course.notebook(TINY).write_text("{", "utf-8")
    with pytest.raises(CourseError, match="GenerateAssignment failed for 01_tiny"):
        grader.generate_assignment(course, TINY)


def test_files_that_cannot_grow_count_as_a_full_disk(course: Course) -> None:
    def act() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        grader.autograde(course, TINY)

    assert "The disk is full" in said_in_a_process(act)
    assert_graded(course, "ann")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 800 kB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=800k", "tmpfs", str(folder)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("mounting a small disk needs root; the limit on file size is tested above")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def fill(path: Path) -> None:
    """Take what is left of a disk."""
    with suppress(OSError), path.open("wb", buffering=0) as ballast:
        while ballast.write(b"0" * 4096):
            pass
    assert shutil.disk_usage(path.parent).free == 0


def test_a_disk_that_fills_up_stops_the_run_and_loses_nothing(
    course: Course, small_disk: Path
) -> None:
    moved = Course(small_disk / "course")
    shutil.copytree(course.root, moved.root)
    fill(small_disk / "ballast")
    with pytest.raises(CourseError, match=r"The disk is full.*Make room and run again"):
        grader.autograde(moved, TINY)
    (small_disk / "ballast").unlink()
    assert_graded(moved, "ann")
    states = {item.student: item.status for item in grader.autograde(moved, TINY).records}
    assert states == {"ann": "skipped", "bob": "graded"}


def open_to_all(folder: Path) -> None:
    """Let another user reach a folder and read it."""
    for parent in folder.parents:
        if parent.stat().st_uid == os.getuid() and not parent.stat().st_mode & 0o005:
            parent.chmod(parent.stat().st_mode | 0o055)
    for path in (folder, *folder.rglob("*")):
        path.chmod(path.stat().st_mode | (0o055 if path.is_dir() else 0o044))


def open_to_others(path: Path) -> bool:
    """Whether users without rights can reach a file."""
    real = path.resolve()
    return all(folder.stat().st_mode & 0o001 for folder in (real, *real.parents))


def as_somebody_else(act: Callable[[], object]) -> str:
    """Do something without the right to write: root gives its rights up for that."""

    def restricted() -> None:
        if os.getuid() == 0:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        act()

    return said_in_a_process(restricted)


def test_without_permission_to_read_the_course_is_named(course: Course) -> None:
    course.root.chmod(0)
    said = as_somebody_else(lambda: grader.autograde(course, TINY))
    course.root.chmod(0o755)
    assert "no permission to read" in said


@pytest.mark.parametrize("locked", ["autograded", "gradebook.db"])
def test_without_permission_to_write_the_place_is_named(course: Course, locked: str) -> None:
    if locked == "gradebook.db" and os.getuid() == 0 and not open_to_others(Path(sys.executable)):
        pytest.skip("Python lies where only root may go, so nobody else can start what grades")
    open_to_all(course.root)
    writable = {"autograded": [course.root, course.root / "gradebook.db"], "gradebook.db": []}
    for path in writable[locked]:
        path.chmod(path.stat().st_mode | 0o022)
    if locked == "gradebook.db":
        for path in (course.root / "autograded", *(course.root / "autograded").rglob("*")):
            path.chmod(path.stat().st_mode | 0o022)
    if os.getuid() != 0:
        target = course.root / locked
        for path in (target, *target.rglob("*")):
            path.chmod(path.stat().st_mode & ~0o222)
    said = as_somebody_else(lambda: grader.autograde(course, TINY))
    assert "no permission to" in said
    assert locked in said


def test_the_command_says_one_sentence_and_exits_with_2(course: Course) -> None:
    revise(course, "ffffffffffff")
    command = [sys.executable, "-m", "coursekit", "demo"]
    done = subprocess.run(command, cwd=course.root, capture_output=True, text=True)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
