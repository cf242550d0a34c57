"""Grades with nbgrader: the only module that does, so that another grader can take its place."""

import logging
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from nbgrader.api import Gradebook
from nbgrader.plugins import CsvExportPlugin
from traitlets.config import Config

from coursekit.course import Course, CourseError
from coursekit.grading.converters import (
    Autograde,
    GenerateAssignment,
    GenerateFeedback,
    convert,
    converter,
    folders,
    limit_cells,
    log_file,
    settings,
)
from coursekit.grading.failures import check_notebook, raise_environment, sentence
from coursekit.grading.gradebook import marks_of, open_gradebook
from coursekit.grading.ledger import Entry, Ledger, content_of


@dataclass(frozen=True)
class Outcome:
    """How the grading of one submission ended; ``reason`` is one sentence when it failed."""

    assignment: str
    student: str
    state: Literal["graded", "skipped", "failed"]
    seconds: float
    reason: str


def generate_assignment(course: Course, assignment: str) -> None:
    """Make the students' version of an assignment, and enter the assignment in the gradebook."""
    course.notebook(assignment)
    release = course.release / assignment
    with settings(course) as (config, log), _gradebook(course, config), _kept(release):
        convert(GenerateAssignment, course, config, log, (assignment, "."))
    Ledger.of(course).write_note(f"{assignment}.release", _release_state(course, assignment))


def release_is_current(course: Course, assignment: str) -> bool:
    """Whether release and gradebook hold what generate_assignment made of this very source."""
    if Ledger.of(course).note(f"{assignment}.release") != _release_state(course, assignment):
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
    on_outcome: Callable[[Outcome], None] | None = None,
    cell_timeout: int | None = None,
) -> list[Outcome]:
    """Grade the submissions to an assignment, each by itself, and tell how each ended.

    A submission whose content was graded before is skipped unless forced; one that failed before
    is reported again, not run again. ``cell_timeout`` replaces the configuration's seconds for a
    cell. Raises CourseError where the machine is at fault: what was graded stays graded.
    """
    outcomes = []
    with settings(course) as (config, log), Ledger.of(course).locked():
        course.notebook(assignment)
        if cell_timeout is not None:
            limit_cells(config, cell_timeout)
        with _gradebook(course, config) as gradebook:
            if assignment not in {entry.name for entry in gradebook.assignments}:
                raise CourseError(
                    f"{assignment} is not in the gradebook yet; "
                    f"run `nbgrader generate_assignment {assignment}`."
                )
            known = {entry.student.id for entry in gradebook.assignment_submissions(assignment)}
        run = _Run(course, assignment, config, log, known)
        for student in submitters(course, assignment) if students is None else students:
            outcomes.append(run.grade(student, force))
            if on_outcome is not None:
                on_outcome(outcomes[-1])
    return outcomes


def generate_feedback(
    course: Course,
    assignment: str,
    students: Sequence[str] | None = None,
    *,
    on_page: Callable[[str], None] | None = None,
) -> None:
    """Write the feedback pages that are missing or whose grades have changed since."""
    ledger = Ledger.of(course)
    with settings(course) as (config, log):
        with _gradebook(course, config) as gradebook:
            marks = marks_of(gradebook, assignment)
        for student in sorted(marks) if students is None else students:
            entry = ledger.read(assignment, student)
            graded = (course.root / "autograded" / student / assignment).is_dir()
            if student not in marks or not graded:
                continue
            wanted = marks[student] + (entry.content if entry else "")
            page = course.root / "feedback" / student / assignment
            if entry is not None and entry.feedback == wanted and page.is_dir():
                continue
            convert(GenerateFeedback, course, config, log, (assignment, student))
            if entry is not None:
                ledger.write(assignment, student, replace(entry, feedback=wanted))
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
def gradebook_of(course: Course) -> Iterator[Gradebook]:
    """The gradebook that the course's configuration names, to read from and to enrol in."""
    with settings(course) as (config, _), _gradebook(course, config) as gradebook:
        yield gradebook


@dataclass(frozen=True)
class _Run:
    """One call of autograde: what all its submissions share."""

    course: Course
    assignment: str
    config: Config
    log: logging.Logger
    known: set[str]

    def grade(self, student: str, force: bool) -> Outcome:
        """Grade one submission unless that was done before."""
        ledger, submission = Ledger.of(self.course), self._folder("submitted", student)
        if not submission.is_dir():
            reason = f"Nothing was handed in: there is no submitted/{student}/{self.assignment}."
            return Outcome(self.assignment, student, "failed", 0, reason)
        try:
            content = content_of(submission, self.course.source / self.assignment)
        except OSError as error:
            reason = f"The submission cannot be read ({error.strerror}: {error.filename})."
            return Outcome(self.assignment, student, "failed", 0, reason)
        done = None if force else self._done(student, content)
        if done is not None:
            return done
        started = time.perf_counter()
        try:
            ledger.write(self.assignment, student, Entry("grading", content))
            reason = self._grade_now(student)
            seconds = time.perf_counter() - started
            state: Literal["graded", "failed"] = "failed" if reason else "graded"
            ledger.write(self.assignment, student, Entry(state, content, seconds, reason))
        except OSError as error:
            raise_environment(error, self.course.root)
            raise
        return Outcome(self.assignment, student, state, seconds, reason)

    def _done(self, student: str, content: str) -> Outcome | None:
        """The outcome of an earlier grading of the same content, if there was one."""
        before = Ledger.of(self.course).read(self.assignment, student)
        if before is not None and before.content != content:
            return None
        if before is not None and before.state == "failed":
            return Outcome(self.assignment, student, "failed", 0, before.reason)
        graded = self._folder("autograded", student)
        if student not in self.known or not any(graded.glob("*.ipynb")):
            return None
        if before is None:
            # Graded by plain nbgrader: keep to its rule, and note the content for the next time.
            paths = folders(self.course, self.config)
            new = paths.get_existing_timestamp(str(self._folder("submitted", student)))
            old = paths.get_existing_timestamp(str(graded))
            if new is not None and old is not None and new > old:
                return None
            Ledger.of(self.course).write(self.assignment, student, Entry("graded", content))
        elif before.state != "graded":
            return None
        return Outcome(self.assignment, student, "skipped", 0, "")

    def _grade_now(self, student: str) -> str:
        """Let nbgrader grade one submission; returns the sentence that says why it could not."""
        name = self.course.notebook(self.assignment).name
        problem = check_notebook(self._folder("submitted", student) / name)
        if problem:
            self.log.error("%s, %s: %s", student, self.assignment, problem)
            return problem
        grader = converter(
            Autograde, self.course, self.config, self.log, (self.assignment, student)
        )
        try:
            grader.start()
        except Exception as error:
            cause = grader.failure or error
            raise_environment(cause, self.course.root)
            return sentence(cause, grader.cell, log_file(self.course))
        return ""

    def _folder(self, step: str, student: str) -> Path:
        return self.course.root / step / student / self.assignment


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
def _gradebook(course: Course, config: Config) -> Iterator[Gradebook]:
    paths = folders(course, config)
    with open_gradebook(course, paths.db_url, paths.course_id) as gradebook:
        yield gradebook


def _release_state(course: Course, assignment: str) -> str:
    """Hash of what a release is made of and of the release itself."""
    header = (course.source / "header.ipynb", course.root / "nbgrader_config.py")
    made_of = [path.read_text("utf-8") for path in header if path.is_file()]
    return "\n".join(
        [content_of(course.source / assignment, course.release / assignment), *made_of]
    )
