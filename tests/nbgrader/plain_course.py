"""A course of plain nbgrader that names the isolated kernel, and work that looks around."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
from nbgrader.api import Gradebook
from tiny_course import REFERENCE, TINY, hand_in, make_tiny_course

from batchgrader.kernelspec import install
from coursekit.course import Course
from coursekit.grading.grader import generate_assignment

BIN = str(Path(sys.executable).parent)

BARE = """c = get_config()
c.CourseDirectory.course_id = "mlops"
"""
KERNELSPEC = 'c.Execute.kernel_name = "batchgrader"\n'
ENABLED = "import batchgrader\n\nbatchgrader.enable(c)\n"

SPY = """import json, os, socket
from pathlib import Path

def tried(act):
    try:
        act()
    except OSError:
        return False
    return True

seen = {{
    "solutions": tried(Path("{root}/source/01_tiny/tiny.ipynb").read_text),
    "gradebook": tried(Path("{root}/gradebook.db").read_bytes),
    "work of others": tried(Path("{root}/submitted/ada/01_tiny/tiny.ipynb").read_text),
    "network": tried(lambda: socket.create_connection(("127.0.0.1", {port}), 5).close()),
    "data": tried(Path("data.csv").read_text),
}}
told = [name for name in os.environ if name.startswith("NBGRADER_")]
Path("seen.json").write_text(json.dumps([seen, sorted(told)]))

def double(x):
    return 2 * x
"""


@contextmanager
def plain_course(root: Path) -> Iterator[Course]:
    """The course, with work that is right, wrong and curious, while something listens to it.

    Its configuration names the kernelspec; ``configure`` gives it another.
    """
    made = make_tiny_course(root)
    (made.source / TINY / "data.csv").write_text("a,b\n", "utf-8")
    generate_assignment(made, TINY)
    configure(made, KERNELSPEC)
    install(made.root / "prefix")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        spy = SPY.format(root=made.root, port=listening.getsockname()[1])
        hand_in(made, "ada", REFERENCE)
        hand_in(made, "spy", REFERENCE | {"double": spy})
        hand_in(made, "wrong", REFERENCE | {"half": "def half(x):\n    return x // 2"})
        yield made


def configure(course: Course, lines: str) -> None:
    """Write the course's configuration: plain nbgrader's, and some lines."""
    (course.root / "nbgrader_config.py").write_text(BARE + lines, "utf-8")


def nbgrader(course: Course, *words: str, path: str = "") -> "subprocess.CompletedProcess[str]":
    """Run a command of nbgrader in the course."""
    command = [sys.executable, "-m", "nbgrader", *words]
    return subprocess.run(
        command,
        cwd=course.root,
        env=environment(course) | ({"PATH": path} if path else {}),
        capture_output=True,
        text=True,
        check=False,
    )


def environment(course: Course) -> dict[str, str]:
    """An active environment in which the kernelspec of the course is found."""
    return os.environ | {
        "JUPYTER_CONFIG_DIR": str(course.root / ".jupyter"),
        "JUPYTER_PATH": str(course.root / "prefix" / "share" / "jupyter"),
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
    }


def result(course: Course, student: str) -> dict[str, Any]:
    """Points and graded notebook of a student, and what the notebook says that it could do."""
    folder = course.root / "autograded" / student / TINY
    with Gradebook(f"sqlite:///{course.root}/gradebook.db", "mlops") as book:
        grades = book.find_submission(TINY, student).notebooks[0].grades
        points = {grade.name: grade.auto_score for grade in grades}
    notebook = json.loads((folder / "tiny.ipynb").read_text("utf-8"))
    for cell in notebook["cells"]:
        cell["metadata"].pop("execution", None)  # when it ran
    seen = folder / "seen.json"
    told = json.loads(seen.read_text("utf-8")) if seen.exists() else None
    return {"points": points, "notebook": notebook, "told": told}


def could(told: Any) -> list[str]:
    """What the curious notebook could reach."""
    return [name for name, done in told[0].items() if done]


def words(process: psutil.Process) -> list[str]:
    """The command line of a process, empty where it has ended."""
    try:
        return list(process.cmdline())
    except psutil.Error:
        return []
