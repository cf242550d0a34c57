"""The class that the bench grades: hand-ins to a finished unit, made from its answer bank."""

import json
import os
import random
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from coursekit.content.answers import load_bank
from coursekit.content.submissions import fill, read_notebook, reference_answers
from coursekit.course import Course
from coursekit.grading.grader import generate_assignment

COURSE = Course(Path(__file__).parents[1])
ENABLED = "batchgrader.enable(c)\n"
ABLE = 0.7  # the share of answers that are right


@dataclass(frozen=True)
class Bench:
    """A course folder with one released unit, to copy for each run that is measured."""

    course: Course
    unit: str

    @property
    def notebook(self) -> str:
        """The file name of the unit's notebook."""
        return self.course.notebook(self.unit).name

    def copy(self, folder: Path, students: Sequence[str]) -> Path:
        """A copy of the course with the hand-ins of some students."""
        shutil.copytree(self.course.root, folder, ignore=shutil.ignore_patterns("submitted"))
        (folder / "submitted").mkdir()
        for student in students:
            source = self.course.root / "submitted" / student
            shutil.copytree(source, folder / "submitted" / student)
        return folder


def make_bench(folder: Path, unit: str, students: Sequence[str], seed: int = 7) -> Bench:
    """Release one unit in a new course folder, and hand in for each student."""
    shutil.copytree(COURSE.source / unit, folder / "source" / unit)
    shutil.copy(COURSE.source / "header.ipynb", folder / "source")
    settings = (COURSE.root / "nbgrader_config.py").read_text("utf-8")
    assert ENABLED in settings
    # With this line nbgrader's own command would be ours.
    (folder / "nbgrader_config.py").write_text(settings.replace(ENABLED, ""), "utf-8")
    bench = Bench(Course(folder), unit)
    generate_assignment(bench.course, unit)
    shutil.rmtree(folder / "autograded")
    for student in students:
        path = folder / "submitted" / student / unit / bench.notebook
        path.parent.mkdir(parents=True)
        work = submission(bench, random.Random(f"{seed}/{unit}/{student}"))
        path.write_text(json.dumps(work), "utf-8")
    return bench


def submission(bench: Bench, draw: random.Random) -> NotebookNode:
    """A hand-in with answers of the reference and of the bank, right and wrong."""
    released = read_notebook(bench.course.release / bench.unit / bench.notebook)
    answers = reference_answers(read_notebook(bench.course.notebook(bench.unit)))
    bank = load_bank(COURSE, bench.unit)
    for exercise in sorted({answer.exercise for answer in bank}):
        right = draw.random() < ABLE
        codes = [each.code for each in bank if each.exercise == exercise and each.right == right]
        answers[exercise] = draw.choice(codes + [answers[exercise]] * right)
    return fill(released, answers)


def environment() -> dict[str, str]:
    """The same for all that is measured: one thread for linear algebra, bytecode that is kept."""
    threads = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    inherited = {
        name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
    }
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return inherited | dict.fromkeys(threads, "1") | {"PATH": path, "MPLBACKEND": "agg"}
