"""The two tests of autograding that nbgrader skips, for they take too long or too much memory.

nbgrader's are ``test_many_students`` (which needs PostgreSQL there) and
``test_infinite_loop_with_output``, in ``nbgrader.tests.apps.test_nbgrader_autograde``.
"""

import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

import psutil
import pytest
from grade_course import OURS, generate, grade
from graded_course import auto_scores
from tiny_course import cell, notebook, write_notebook

SETTINGS = "c = get_config()\nc.Execute.timeout = {}\n"
STUDENTS = [f"student{number:03}" for number in range(50)]
UPSTREAM = Path(str(files("nbgrader.tests.apps"))) / "files"

FLOOD = "line = 'y' * 10_000\nwhile True:\n    print(line)"
# Python, nbgrader and its database take 150 MB; stock nbgrader holds all that the loop prints.
ENOUGH = 500_000_000


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An empty course folder."""
    (tmp_path / "nbgrader_config.py").write_text(SETTINGS.format(30), "utf-8")
    return tmp_path


def test_many_students_are_graded_on_sqlite(root: Path) -> None:
    copy(UPSTREAM / "submitted-unchanged.ipynb", root / "source" / "ps1" / "p1.ipynb")
    generate(root, "ps1")
    for student in STUDENTS:
        copy(
            UPSTREAM / "submitted-changed.ipynb",
            root / "submitted" / student / "ps1" / "p1.ipynb",
        )
    grade(root, OURS, "ps1")
    for student in STUDENTS:
        assert sum(filter(None, auto_scores(root, student).values())) == 2, student
        assert (root / "autograded" / student / "ps1" / "p1.ipynb").is_file()
    with sqlite3.connect(root / "gradebook.db") as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    database.close()


def test_an_endless_loop_that_fills_its_memory_is_stopped_and_graded(root: Path) -> None:
    (root / "nbgrader_config.py").write_text(SETTINGS.format(1), "utf-8")
    loop = UPSTREAM / "infinite-loop-with-output.ipynb"
    copy(loop, root / "source" / "ps1" / "p1.ipynb")
    generate(root, "ps1")
    copy(loop, root / "submitted" / "foo" / "ps1" / "p1.ipynb")
    grade(root, OURS, "ps1")
    graded = root / "autograded" / "foo" / "ps1" / "p1.ipynb"
    assert "timeout" in graded.read_text("utf-8").lower()


def test_an_endless_loop_with_output_does_not_fill_the_memory_of_the_grader(root: Path) -> None:
    (root / "nbgrader_config.py").write_text(SETTINGS.format(4), "utf-8")
    cells = [
        cell("solution", "answer", "pass"),
        cell("test", "tests", "assert True", 1),
        cell("test", "late-tests", "assert line", 1),
    ]
    write_notebook(root / "source" / "ps1" / "p1.ipynb", notebook(cells))
    generate(root, "ps1")
    cells[0]["source"] = FLOOD
    write_notebook(root / "submitted" / "foo" / "ps1" / "p1.ipynb", notebook(cells))
    with peaks() as peak:
        grade(root, OURS, "ps1")
    assert auto_scores(root, "foo") == {"tests": 1, "late-tests": 1}
    assert peak
    assert max(peak.values()) < ENOUGH
    graded = root / "autograded" / "foo" / "ps1" / "p1.ipynb"
    assert graded.stat().st_size < ENOUGH / 10


def copy(source: Path, target: Path) -> None:
    """Copy a file into folders that need not be there."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(source, target)


@contextmanager
def peaks() -> Iterator[dict[int, int]]:
    """Peak resident bytes of each process below this one, by process id; kernels are left out.

    The kernel of Linux keeps the peak of each process, so that no moment is missed by looking
    now and then.
    """
    found: dict[int, int] = {}
    done = threading.Event()

    def look() -> None:
        while not done.wait(0.05):
            for process in psutil.Process().children(recursive=True):
                try:
                    kernel = any("batchgrader.kernels" in word for word in process.cmdline())
                    status = Path(f"/proc/{process.pid}/status").read_text("utf-8")
                except (psutil.Error, OSError):
                    continue
                lines = [line for line in status.splitlines() if line.startswith("VmHWM")]
                if lines and not kernel:
                    found[process.pid] = int(lines[0].split()[1]) * 1024

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield found
    finally:
        done.set()
        watcher.join()
