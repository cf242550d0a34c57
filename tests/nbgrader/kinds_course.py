"""A course with one cell of each kind that nbgrader knows, and a class that answers it variously.

The assignment has two notebooks: ``first`` writes a file that ``second`` reads. It needs files that
the instructor gives, takes points off late work, and gives partial credit.
"""

import base64
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nbgrader.utils import parse_utc
from tiny_course import ROOT, cell, notebook, write_notebook

from coursekit.course import Course
from coursekit.grading.grader import generate_assignment, gradebook_of

KINDS = "01_kinds"
DEADLINE = "2026-03-01 12:00:00 UTC"
LATE = "2026-03-01 14:00:00 UTC"
IN_TIME = "2026-02-28 09:30:00 UTC"
PIXEL = base64.b64encode(b"\x89PNG\r\n\x1a\n not much of a picture").decode("ascii")
SOLUTION = "{}\n### BEGIN SOLUTION\n{}\n### END SOLUTION"

# What learners answer in the first notebook, by grade id.
RIGHT = {
    "double": "def double(x):\n    return x + x",
    "steps": "def steps(n):\n    return list(range(n))",
    "plot": "print('a plot, in words')\n{'height': 3}",
    "words": "The *median*, for it is robust.",
    "tell": "tell = 'a made file'\nopen('made.txt', 'w').write(tell)",
}
WRONG = {"double": "def double(x):\n    return x ** 2", "tell": "tell = undefined_name"}

PENALTY = '''"""Takes a tenth off late work."""

from nbgrader.plugins import BasePlugin


class Tenth(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return round(score / 10, 3)
'''
SETTINGS = """
import sys

sys.path.insert(0, str(Path(__file__).resolve().parent))
from late_work import Tenth

c.AssignLatePenalties.plugin_class = Tenth
"""


def make_kinds_course(root: Path) -> Course:
    """The course, its assignment released and in the gradebook with a deadline; no hand-ins."""
    write_notebook(root / "source" / KINDS / "first.ipynb", notebook(first_cells()))
    write_notebook(root / "source" / KINDS / "second.ipynb", notebook(second_cells()))
    (root / "source" / KINDS / "data.csv").write_text("height\n3\n4\n", "utf-8")
    (root / "source" / KINDS / "tools").mkdir()
    (root / "source" / KINDS / "tools" / "helper.py").write_text("SECRET = 'given'\n", "utf-8")
    (root / "late_work.py").write_text(PENALTY, "utf-8")
    settings = (ROOT / "nbgrader_config.py").read_text("utf-8")
    (root / "nbgrader_config.py").write_text(settings + SETTINGS, "utf-8")
    course = Course(root)
    generate_assignment(course, KINDS)
    with gradebook_of(course) as gradebook:
        gradebook.update_or_create_assignment(KINDS, duedate=parse_utc(DEADLINE))
    return course


def first_cells() -> list[dict[str, Any]]:
    """Cells for the machine and for people, locked ones, partial credit, a picture; 16 points."""
    picture = cell("prompt", "picture", "Double it: ![](picture.png)")
    picture["attachments"] = {"picture.png": {"image/png": PIXEL}}
    task = cell("prompt", "essay", "Improve the plot, in as many cells as you like.", 3)
    task["metadata"]["nbgrader"]["task"] = True
    plot = cell("solution", "plot", "{'height': 3}", 2)
    plot["metadata"]["nbgrader"]["grade"] = True
    given = cell("test", "given", "import csv\nrows = list(csv.DictReader(open('data.csv')))")
    given["metadata"]["nbgrader"]["grade"] = False
    parts = (
        "points = 0\nfor n in (1, 2, 3, 4):\n    points += steps(n) == [*range(n)]\n"
        "### BEGIN HIDDEN TESTS\nprint('of four:', points)\n### END HIDDEN TESTS\npoints"
    )
    return [
        picture,
        {"cell_type": "code", "id": "plain", "metadata": {}, "source": "from tools.helper import *"}
        | {"outputs": [], "execution_count": None},
        given,
        cell("solution", "double", SOLUTION.format("def double(x):", "    return 2 * x")),
        cell("test", "double-tests", "assert double(3) == 6\nassert SECRET == 'given'", 2),
        cell("test", "data-tests", "assert [row['height'] for row in rows] == ['3', '4']", 1),
        cell("solution", "steps", SOLUTION.format("def steps(n):", "    return [*range(n)]")),
        cell("test", "steps-tests", parts, 4),
        plot,
        cell("manual", "words", "The median.", 4),
        cell("solution", "tell", SOLUTION.format("", "open('made.txt', 'w').write('a made file')")),
        task,
    ]


def second_cells() -> list[dict[str, Any]]:
    """A test of what the first notebook wrote; 1 point."""
    return [cell("test", "made-tests", "assert open('made.txt').read() == 'a made file'", 1)]


class Class:
    """The learners of the course: each has a folder, made from the release, then changed."""

    def __init__(self, course: Course) -> None:
        self._course = course

    def hand_in(self, student: str, answers: dict[str, str], when: str = IN_TIME) -> Path:
        """Put answers into the release; gives the folder that was handed in."""
        folder = self._course.root / "submitted" / student / KINDS
        shutil.copytree(self._course.release / KINDS, folder)
        (folder / "timestamp.txt").write_text(when, "utf-8")
        with changed(folder / "first.ipynb") as content:
            for name, text in answers.items():
                by_id(content, name)["source"] = text
        return folder

    def enrol(self) -> None:
        """All learners whom nbgrader grades rightly; each name says what is special."""
        self.hand_in("right", RIGHT)
        self.hand_in("wrong", WRONG)
        self.hand_in("blank", {})
        half = "def steps(n):\n    return list(range(min(n, 2)))"
        self.hand_in("partly", RIGHT | {"steps": half})
        self.hand_in("raises", RIGHT | {"steps": "def steps(n):\n    raise OSError('no')"})
        self.hand_in("late", RIGHT, LATE)
        (self.hand_in("missing", RIGHT) / "second.ipynb").unlink()
        files = self.hand_in("files", RIGHT)
        (files / "data.csv").write_text("height\n99\n", "utf-8")
        (files / "own").mkdir()
        (files / "own" / "notes.txt").write_text("mine", "utf-8")
        shutil.copy(files / "first.ipynb", files / "first-copy.ipynb")
        for student, change in CHANGES.items():
            with changed(self.hand_in(student, RIGHT) / "first.ipynb") as content:
                change(content)


def _own_cells(content: dict[str, Any]) -> None:
    extra: dict[str, Any] = {
        "cell_type": "code",
        "metadata": {},
        "outputs": [],
        "execution_count": None,
    }
    content["cells"].insert(4, extra | {"id": "own-code", "source": "double(4)"})
    content["cells"].insert(6, {"cell_type": "markdown", "id": "own", "metadata": {}, "source": ""})


def _stored_outputs(content: dict[str, Any]) -> None:
    shown = {"output_type": "stream", "name": "stdout", "text": "from before"}
    for entry in content["cells"]:
        if entry["cell_type"] == "code":
            entry["outputs"], entry["execution_count"] = [shown], 99


def _attached(content: dict[str, Any]) -> None:
    words = by_id(content, "words")
    words["source"] = "See ![](mine.png)"
    words["attachments"] = {"mine.png": {"image/png": PIXEL}}


def _tampered(content: dict[str, Any]) -> None:
    tests = by_id(content, "double-tests")
    tests["source"] = "pass"
    tests["metadata"]["nbgrader"]["points"] = 50
    by_id(content, "given")["source"] = "rows = [{'height': '3'}, {'height': '4'}]"
    by_id(content, "picture")["metadata"]["nbgrader"]["locked"] = False


def _old_format(content: dict[str, Any]) -> None:
    content["nbformat_minor"] = 4
    for entry in content["cells"]:
        del entry["id"]


def _other_kernel(content: dict[str, Any]) -> None:
    content["metadata"]["kernelspec"] |= {"name": "my-env", "display_name": "My environment"}
    content["metadata"]["language_info"] = {"name": "python", "version": "3.8.1"}


CHANGES: dict[str, Callable[[dict[str, Any]], None]] = {
    "own-cells": _own_cells,
    "stored-outputs": _stored_outputs,
    "attached": _attached,
    "tampered": _tampered,
    "old-format": _old_format,
    "other-kernel": _other_kernel,
}


@contextmanager
def changed(path: Path) -> Iterator[dict[str, Any]]:
    """Change a notebook in place."""
    content: dict[str, Any] = json.loads(path.read_text("utf-8"))
    yield content
    path.write_text(json.dumps(content), "utf-8")


def by_id(content: dict[str, Any], name: str) -> dict[str, Any]:
    """The cell of a notebook with this id."""
    found: dict[str, Any] = next(entry for entry in content["cells"] if entry["id"] == name)
    return found
