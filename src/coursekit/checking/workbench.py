"""A temporary course to grade in: the course's own configuration, a gradebook of its own."""

import re
import resource
import shutil
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from coursekit.content.submissions import grade_id, read_notebook, role
from coursekit.course import Course, CourseError
from coursekit.grading import grader

CONFIG = "nbgrader_config.py"
# Marks and messages do not depend on tracebacks, which nobody looks at here, and seconds do.
QUICK = """
c.Execute.extra_arguments = [
    "--HistoryManager.hist_file=:memory:",
    "--InteractiveShell.xmode=Minimal",
]
"""
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
    """A course folder that nothing else writes to; made by check's workers and by release."""

    course: Course

    @classmethod
    def make(cls, course: Course, folder: Path) -> "Workbench":
        """Copy the configuration and the header of a course to an empty folder."""
        config = course.root / CONFIG
        if not config.exists():
            raise CourseError(f"There is no {config}; run this in the folder of a course.")
        (folder / "source").mkdir(parents=True)
        (folder / CONFIG).write_text(config.read_text("utf-8") + QUICK, "utf-8")
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

    def grade(self, assignment: str, student: str, notebook: NotebookNode) -> Trial:
        """Hand in a notebook, let nbgrader grade it, and read the result."""
        name = self.release(assignment).name
        submitted = self.course.root / "submitted" / student / assignment / name
        submitted.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, submitted)
        before = _children_seconds()
        outcome = grader.autograde(self.course, assignment, [student], force=True)[0]
        cpu = _children_seconds() - before
        if outcome.state != "graded":
            return Trial(student, (), cpu, outcome.reason)
        graded = read_notebook(self.course.root / "autograded" / student / assignment / name)
        scores = self._scores(assignment, student)
        cells = (_result(cell, scores) for cell in graded.cells)
        return Trial(student, tuple(cell for cell in cells if cell is not None), cpu, "")

    def _scores(self, assignment: str, student: str) -> dict[str, tuple[float | None, float]]:
        """Points and maximum of each graded cell; no points where a person must give them."""
        with grader.gradebook_of(self.course) as gradebook:
            submission = gradebook.find_submission(assignment, student)
            return {
                grade.name: (
                    None if grade.needs_manual_grade else float(grade.score or 0),
                    float(grade.max_score),
                )
                for notebook in submission.notebooks
                for grade in notebook.grades
            }


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


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
