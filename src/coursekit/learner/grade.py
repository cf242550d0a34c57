"""``./course grade``: a learner grades their own work, and reads what it lost points by."""

import shutil
import textwrap
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from coursekit.classroom.misconceptions import NOT_ANSWERED, plain_reason, said
from coursekit.classroom.report import points
from coursekit.classroom.results import ME, AssignmentResults, Failure, Work, assignment_results
from coursekit.content.submissions import Exercise, answers_in, read_notebook
from coursekit.course import Course, CourseError
from coursekit.grading.failures import raise_environment
from coursekit.grading.grader import (
    autograde,
    generate_assignment,
    generate_feedback,
    release_is_current,
)
from coursekit.grading.notes import IGNORED
from coursekit.learner.lab import newer, work_of


@dataclass(frozen=True)
class Desk:
    """One assignment on the learner's desk: the learner's copy and the course's release."""

    course: Course
    assignment: str

    @property
    def copy(self) -> Path:
        """The learner's notebook."""
        name = self.course.notebook(self.assignment).name
        return work_of(self.course) / "release" / self.assignment / name

    @property
    def submission(self) -> Path:
        """Where the learner's work is handed in."""
        return self.course.root / "submitted" / ME / self.assignment

    @property
    def started(self) -> bool:
        """Whether any answer differs from the release; a notebook that cannot be read counts."""
        if not self.copy.parent.is_dir():
            return False
        try:
            mine = answers_in(read_notebook(self.copy))
        except (CourseError, AttributeError, TypeError):
            return True
        release = self.course.release / self.assignment / self.copy.name
        return mine != answers_in(read_notebook(release))

    def hand_in(self) -> None:
        """Copy the learner's files to ``submitted/``, and take away what is no longer there."""
        files = {
            path.relative_to(self.copy.parent): path.read_bytes()
            for path in self.copy.parent.rglob("*")
            if path.is_file() and not IGNORED.intersection(path.parts)
        }
        files.pop(Path(newer(self.copy).name), None)
        for old in sorted(self.submission.rglob("*")):
            if old.is_file() and old.relative_to(self.submission) not in files:
                old.unlink()
        for name, content in files.items():
            place = self.submission / name
            if not place.is_file() or place.read_bytes() != content:
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(content)


def add_arguments(parser: ArgumentParser) -> None:
    """Arguments of ``coursekit grade``."""
    parser.add_argument("assignments", nargs="*", metavar="ASSIGNMENT", help="default: all")


def run(arguments: Namespace) -> int:
    """Grade what the learner has worked on; 1 where something could not be graded."""
    course = Course(Path.cwd())
    if not (work_of(course) / "release").is_dir():
        raise CourseError("There is no work of yours yet; run `./course lab` and begin.")
    names = arguments.assignments or course.assignments
    desks = [Desk(course, name) for name in names]
    untouched = [desk.assignment for desk in desks if not desk.started]
    status = 0
    for desk in desks:
        if desk.assignment not in untouched:
            status = max(status, grade(desk))
    if untouched:
        print(f"Not started: {', '.join(untouched)}")
    return status


def grade(desk: Desk) -> int:
    """Grade one assignment of the learner and print how it went."""
    course, name = desk.course, desk.assignment
    print(f"{name}: grading ...", flush=True)
    try:
        desk.hand_in()
    except OSError as error:
        raise_environment(error, course.root)
        raise
    if not release_is_current(course, name):
        generate_assignment(course, name)
    record = autograde(course, name, [ME]).records[0]
    if record.status == "failed":
        print(f"  It could not be graded. {record.failure}\n")
        return 1
    generate_feedback(course, name, [ME])
    results = assignment_results(course, name, only=ME)
    print("\n".join(table(results, _width())))
    page = course.root / "feedback" / ME / name / f"{results.notebook}.html"
    print(f"  All messages: {page}\n")
    return 0


def table(results: AssignmentResults, width: int = 100) -> Iterator[str]:
    """The learner's score by exercise, each with the message of the first test it lost."""
    work = results.works[0]
    for exercise in results.exercises:
        waits = bool(set(exercise.cells) & set(work.by_hand))
        score = "–" if waits else points(work.share(exercise) * exercise.points)
        yield f"  {exercise.number:2}  {exercise.title:<44} {score:>4} of {exercise.points}"
        message = "a person grades this one" if waits else first_loss(exercise, work)
        if message:
            yield textwrap.fill(message, width, initial_indent="      ", subsequent_indent="      ")
    yield f"      {'Total':<44} {points(work.score):>4} of {points(results.max_score)}"


def first_loss(exercise: Exercise, work: Work) -> str:
    """The first line of the message of the first test that failed; empty for full marks."""
    lost: list[Failure] = [item for item in work.failures if item.cell in exercise.cells]
    if not lost:
        return NOT_ANSWERED if exercise.id in work.blank else ""
    return plain_reason(exercise, work, lost) or said(lost[0])


def _width() -> int:
    return min(100, shutil.get_terminal_size().columns)
