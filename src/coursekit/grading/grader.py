"""Grades: the only module of the course's tools that calls nbgrader and batchgrader."""

import hashlib
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from nbgrader.converters import NbGraderException
from nbgrader.plugins import CsvExportPlugin
from traitlets.config import Config

from batchgrader.autograde import BatchAutograde
from batchgrader.course import records
from batchgrader.course.gradebook import RunGradebook
from batchgrader.failures import StoppedEarly
from batchgrader.showing.progress import Listener, Quiet
from batchgrader.showing.report import RunReport, SubmissionRecord
from coursekit.course import Course, CourseError
from coursekit.grading.converters import (
    GenerateAssignment,
    GenerateFeedback,
    convert,
    folders,
    limit_cells,
    settings,
)
from coursekit.grading.failures import raise_environment
from coursekit.grading.gradebook import marks_of, open_gradebook
from coursekit.grading.notes import Notes, content_of

# Whoever runs the course's own commands grades their own work, or a class that is simulated.
ISOLATION = "if-possible"


def generate_assignment(course: Course, assignment: str) -> None:
    """Make the students' version of an assignment, and enter the assignment in the gradebook."""
    course.notebook(assignment)
    release = course.release / assignment
    with settings(course) as (config, log), _gradebook(course, config), _kept(release):
        convert(GenerateAssignment, course, config, log, (assignment, "."))
    notes = Notes.of(course)
    notes.write(
        "releases", notes.read("releases") | {assignment: _release_state(course, assignment)}
    )


def release_is_current(course: Course, assignment: str) -> bool:
    """Whether release and gradebook hold what generate_assignment made of this very source."""
    known = Notes.of(course).read("releases").get(assignment)
    if known != _release_state(course, assignment):
        return False
    with gradebook_of(course) as gradebook:
        return any(entry.name == assignment for entry in gradebook.assignments)


def submitters(course: Course, assignment: str) -> list[str]:
    """Ids of the students who handed in an assignment, in order."""
    found = (course.root / "submitted").glob(f"[!.]*/{assignment}")
    return sorted(folder.parent.name for folder in found if folder.is_dir())


def autograde(
    course: Course,
    assignment: str,
    students: Sequence[str] | None = None,
    *,
    force: bool = False,
    listener: Listener | None = None,
    cell_timeout: int | None = None,
    workers: int = 0,
) -> RunReport:
    """Grade the submissions to an assignment, in parallel, and tell how each ended.

    A submission whose content was graded before is skipped unless forced; one that failed before
    is reported again, not run again. ``cell_timeout`` replaces the configuration's seconds for a
    cell; ``workers`` is 0 for one on each core. Raises CourseError where the machine is at fault:
    what was graded stays graded.
    """
    with settings(course) as (config, log):
        course.notebook(assignment)
        names = submitters(course, assignment) if students is None else list(students)
        if cell_timeout is not None:
            limit_cells(config, cell_timeout)
        config.BatchAutograde.setdefault("isolation", ISOLATION)
        with _gradebook(course, config) as gradebook:
            if assignment not in {entry.name for entry in gradebook.assignments}:
                raise CourseError(
                    f"{assignment} is not in the gradebook yet; "
                    f"run `nbgrader generate_assignment {assignment}`."
                )
        grader = BatchAutograde(
            coursedir=folders(course, config, assignment, "*"),
            config=config,
            log=log,
            listener=listener or Quiet(),
            force=force,
            workers=workers,
            students=[name for name in names if _handed_in(course, assignment, name)],
        )
        if grader.students:
            _run(grader)
    report = grader.report or RunReport(assignment, grader.worker_count())
    report.records += [_nothing(assignment, name) for name in names if name not in grader.students]
    return report


def failures(course: Course, assignment: str) -> Mapping[str, str]:
    """Why submissions could not be graded, by student; those that could are not in it."""
    with gradebook_of(course) as gradebook:
        entries = records.read_all(gradebook.db, assignment)
        return {name: entry.failure for name, entry in entries.items() if entry.failure}


def generate_feedback(
    course: Course,
    assignment: str,
    students: Sequence[str] | None = None,
    *,
    on_page: Callable[[str], None] | None = None,
) -> None:
    """Write the feedback pages that are missing or whose grades have changed since."""
    notes, name = Notes.of(course), f"{assignment}.feedback"
    made = notes.read(name)
    with settings(course) as (config, log):
        with _gradebook(course, config) as gradebook:
            marks = marks_of(gradebook, assignment)
        for student in sorted(marks) if students is None else students:
            graded = course.root / "autograded" / student / assignment
            if student not in marks or not graded.is_dir():
                continue
            wanted = marks[student] + content_of(graded)
            page = course.root / "feedback" / student / assignment
            if made.get(student) == wanted and page.is_dir():
                continue
            convert(GenerateFeedback, course, config, log, (assignment, student))
            made[student] = wanted
            notes.write(name, made)
            if on_page is not None:
                on_page(student)


def export(course: Course, path: Path, students: Sequence[str] = ()) -> None:
    """Write all grades, or those of some students, as nbgrader's comma-separated table."""
    draft = path.with_suffix(".draft")
    with settings(course) as (config, log), _gradebook(course, config) as gradebook:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            plugin = CsvExportPlugin(config=config, log=log)
            plugin.to, plugin.student = str(draft), list(students)
            plugin.export(gradebook)
            draft.replace(path)
        except OSError as error:
            raise_environment(error, course.root)
            raise


@contextmanager
def gradebook_of(course: Course) -> Iterator[RunGradebook]:
    """The gradebook that the course's configuration names, to read from and to enrol in."""
    with settings(course) as (config, _), _gradebook(course, config) as gradebook:
        yield gradebook


def _run(grader: BatchAutograde) -> None:
    """Run batchgrader; submissions that fail are in its report, and are no error here."""
    try:
        grader.start()
    except StoppedEarly as stop:
        raise CourseError(str(stop)) from stop
    except NbGraderException as error:
        if not grader.report or not grader.report.of("failed"):
            raise CourseError(str(error)) from error


def _handed_in(course: Course, assignment: str, student: str) -> bool:
    folder = course.root / "submitted" / student / assignment
    return any(folder.glob("*.ipynb"))


def _nothing(assignment: str, student: str) -> SubmissionRecord:
    reason = f"Nothing was handed in: there is no notebook in submitted/{student}/{assignment}."
    return SubmissionRecord(assignment, student, "failed", failure=reason)


@contextmanager
def _kept(folder: Path) -> Iterator[None]:
    """Put a folder back as it was where making it anew fails: nbgrader deletes it first."""
    aside = folder.with_name(f".{folder.name}")
    if folder.is_dir() and not aside.exists():
        folder.rename(aside)
    try:
        yield
    except BaseException:
        if aside.exists():
            shutil.rmtree(folder, ignore_errors=True)
            aside.rename(folder)
        raise
    shutil.rmtree(aside, ignore_errors=True)


@contextmanager
def _gradebook(course: Course, config: Config) -> Iterator[RunGradebook]:
    paths = folders(course, config)
    with open_gradebook(course, paths.db_url, paths.course_id) as gradebook:
        yield gradebook


def _release_state(course: Course, assignment: str) -> str:
    """Hash of what a release is made of and of the release itself."""
    made_of = [course.source / "header.ipynb", course.root / "nbgrader_config.py"]
    texts = [path.read_text("utf-8") for path in made_of if path.is_file()]
    content = content_of(course.source / assignment, course.release / assignment)
    return hashlib.sha256("\n".join([content, *texts]).encode()).hexdigest()
