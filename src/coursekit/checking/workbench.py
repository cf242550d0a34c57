"""A temporary course to grade in: the course's own configuration, a gradebook of its own."""

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook

from batchgrader.showing.progress import Listener
from batchgrader.showing.report import SubmissionRecord
from coursekit.content.submissions import grade_id, read_notebook, role
from coursekit.course import Course, CourseError
from coursekit.grading import grader

CONFIG = "nbgrader_config.py"
ANSI = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class CellResult:
    """What became of one cell: its marks, where it has any, and what it printed.

    ``points`` is None for a cell without marks and for one that waits for a person.
    """

    cell: str
    graded: bool
    points: float | None
    maximum: float
    message: str
    stderr: str
    value: str


@dataclass(frozen=True)
class Trial:
    """One graded submission: every code cell and every graded cell, and what the kernel cost.

    ``reason`` says why nbgrader could not grade it at all; then there are no cells.
    """

    submission: str
    cells: tuple[CellResult, ...]
    cpu: float
    reason: str


@dataclass(frozen=True)
class Workbench:
    """A course folder that nothing else writes to; made by check and by release."""

    course: Course

    @classmethod
    def make(cls, course: Course, folder: Path) -> "Workbench":
        """Copy the configuration and the header of a course to an empty folder."""
        config = course.root / CONFIG
        if not config.exists():
            raise CourseError(f"There is no {config}; run this in the folder of a course.")
        (folder / "source").mkdir(parents=True)
        (folder / CONFIG).write_text(config.read_text("utf-8"), "utf-8")
        for header in course.source.glob("*.ipynb"):
            shutil.copy(header, folder / "source")
        bench = Course(folder)
        for assignment in course.assignments:
            shutil.copytree(
                course.source / assignment,
                bench.source / assignment,
                ignore=shutil.ignore_patterns(".ipynb_checkpoints", "__pycache__"),
            )
        return cls(bench)

    def release(self, assignment: str) -> Path:
        """The students' version that nbgrader makes of the source; made on the first call."""
        path = self.course.release / assignment / self.course.notebook(assignment).name
        if not path.exists():
            grader.generate_assignment(self.course, assignment)
        return path

    def grade(
        self,
        assignment: str,
        notebooks: Mapping[str, NotebookNode],
        *,
        workers: int = 1,
        listener: Listener | None = None,
    ) -> dict[str, Trial]:
        """Hand in notebooks, by the name of who hands them in, grade them, and read the results."""
        name = self.release(assignment).name
        for student, notebook in notebooks.items():
            submitted = self.course.root / "submitted" / student / assignment / name
            submitted.parent.mkdir(parents=True, exist_ok=True)
            nbformat.write(notebook, submitted)
        report = grader.autograde(
            self.course, assignment, list(notebooks), force=True, workers=workers, listener=listener
        )
        with grader.gradebook_of(self.course) as gradebook:
            return {
                record.student: self._trial(record, name, gradebook) for record in report.records
            }

    def _trial(self, record: SubmissionRecord, name: str, gradebook: Gradebook) -> Trial:
        student, cpu = record.student, record.usage.cpu
        if record.status != "graded":
            return Trial(student, (), cpu, record.failure)
        folder = self.course.root / "autograded" / student / record.assignment
        scores = _scores(gradebook, record.assignment, student)
        cells = (_result(cell, scores) for cell in read_notebook(folder / name).cells)
        return Trial(student, tuple(cell for cell in cells if cell is not None), cpu, "")


def _scores(
    gradebook: Gradebook, assignment: str, student: str
) -> dict[str, tuple[float | None, float]]:
    """Points and maximum of each graded cell; no points where a person must give them."""
    submission = gradebook.find_submission(assignment, student)
    return {
        grade.name: (
            None if grade.needs_manual_grade else float(grade.score or 0),
            float(grade.max_score),
        )
        for notebook in submission.notebooks
        for grade in notebook.grades
    }


def _result(cell: NotebookNode, scores: dict[str, tuple[float | None, float]]) -> CellResult | None:
    """What is worth knowing of a cell of the autograded notebook; None for plain text."""
    graded = role(cell) in ("test", "manual")
    if cell.cell_type != "code" and not graded:
        return None
    name = grade_id(cell) or str(cell.get("id", ""))
    points, maximum = scores.get(name, (None, 0.0)) if graded else (None, 0.0)
    outputs = cell.get("outputs", [])
    errors = [f"{out.ename}: {out.evalue}" for out in outputs if out.output_type == "error"]
    noise = [
        _text(out.text)
        for out in outputs
        if out.output_type == "stream" and out.get("name") == "stderr"
    ]
    values = [
        _text(out.data.get("text/plain", ""))
        for out in outputs
        if out.output_type == "execute_result"
    ]
    return CellResult(
        cell=name,
        graded=graded,
        points=points,
        maximum=maximum,
        message=_plain(" ".join(errors or noise)),
        stderr=_plain(" ".join(noise)),
        value=_plain(" ".join(values)),
    )


def _text(text: str | list[str]) -> str:
    return text if isinstance(text, str) else "".join(text)


def _plain(text: str) -> str:
    return " ".join(ANSI.sub("", text).split())
