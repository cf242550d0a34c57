"""What a graded class did, read from the gradebook and the graded notebooks."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from coursekit.content.submissions import Exercise, exercises, grade_id, read_notebook, role
from coursekit.course import Course
from coursekit.grading.grader import failures, gradebook_of, submitters

ME = "me"  # the learner of `./course lab` and `./course grade`; no part of the class
TIMEOUT = "CellTimeoutError"
INTERRUPT = "KeyboardInterrupt"  # what a kernel says when the time-out stops it
NOT_GRADED = "It is not graded yet."
NO_RESPONSE = "No response."  # nbgrader's comment on an answer cell that is as it was released


@dataclass(frozen=True)
class Failure:
    """A test cell that lost points: the kind of error, and the message that the learner sees."""

    cell: str
    kind: str
    message: str


@dataclass(frozen=True)
class Work:
    """One submission: how it was graded, by cell, or why it was not."""

    student: str
    name: str
    score: float
    scores: dict[str, float]
    failures: tuple[Failure, ...]
    by_hand: tuple[str, ...]
    blank: frozenset[str]
    late: float
    penalty: float
    reason: str
    timeouts: int

    def share(self, exercise: Exercise) -> float:
        """The share of an exercise's points that this work has."""
        earned = sum(self.scores.get(cell, 0.0) for cell in exercise.cells)
        return earned / exercise.points if exercise.points else 0.0


@dataclass(frozen=True)
class AssignmentResults:
    """All work on one assignment; ``graded`` leaves out what could not be graded."""

    name: str
    title: str
    notebook: str
    exercises: tuple[Exercise, ...]
    max_score: float
    due: datetime | None
    works: tuple[Work, ...]
    absent: tuple[str, ...]

    @property
    def graded(self) -> tuple[Work, ...]:
        """The submissions that were graded."""
        return tuple(work for work in self.works if not work.reason)

    @property
    def failed(self) -> tuple[Work, ...]:
        """The submissions that could not be graded."""
        return tuple(work for work in self.works if work.reason)


@dataclass(frozen=True)
class Item:
    """What an exercise told about the class; None where there is too little to say."""

    exercise: Exercise
    share: float | None
    discrimination: float | None
    waiting: int


def class_results(course: Course, leave_out: Iterable[str] = (ME,)) -> list[AssignmentResults]:
    """The results of every assignment that somebody handed in, in the order of the course."""
    skipped = set(leave_out)
    results = []
    for name in course.assignments:
        if any(student not in skipped for student in submitters(course, name)):
            results.append(assignment_results(course, name, skipped))
    return results


def assignment_results(
    course: Course, name: str, leave_out: Iterable[str] = (), only: str | None = None
) -> AssignmentResults:
    """The results of one assignment, of the whole class or of one student."""
    source = course.notebook(name)
    skipped = set(leave_out)
    handed_in = [
        student
        for student in submitters(course, name)
        if student not in skipped and only in (None, student)
    ]
    with gradebook_of(course) as gradebook:
        names = {
            str(student.id): " ".join(filter(None, (student.first_name, student.last_name)))
            for student in gradebook.students
        }
        marks = {
            str(entry.student.id): _marks(entry) for entry in gradebook.assignment_submissions(name)
        }
        assignment = next((entry for entry in gradebook.assignments if entry.name == name), None)
        due = assignment.duedate if assignment else None
    failed = failures(course, name)
    works = []
    for student in handed_in:
        graded = course.root / "autograded" / student / name / source.name
        reason = failed.get(student, "" if graded.is_file() else NOT_GRADED)
        lost = () if reason else tuple(failed_cells(graded))
        works.append(_work(student, names.get(student) or student, marks, lost, reason))
    found = tuple(exercises(read_notebook(source)))
    return AssignmentResults(
        name=name,
        title=next((unit.title for unit in course.units if unit.folder == name), name),
        notebook=source.stem,
        exercises=found,
        max_score=sum(exercise.points for exercise in found),
        due=due,
        works=tuple(works),
        absent=tuple(sorted(set(names) - set(handed_in) - skipped)) if only is None else (),
    )


def failed_cells(graded: Path) -> list[Failure]:
    """The test cells of a graded notebook that ended in an error, with what they said."""
    found = (
        _failure(grade_id(cell), cell.get("outputs", []))
        for cell in read_notebook(graded).cells
        if role(cell) == "test"
    )
    return [failure for failure in found if failure is not None]


def items(results: AssignmentResults) -> list[Item]:
    """Difficulty and discrimination of each exercise, over the graded submissions."""
    works = results.graded
    machine = [exercise for exercise in results.exercises if not exercise.manual]
    made = []
    for exercise in results.exercises:
        waiting = sum(bool(set(exercise.cells) & set(work.by_hand)) for work in works)
        marked = [work for work in works if not set(exercise.cells) & set(work.by_hand)]
        if exercise.manual and waiting:
            made.append(Item(exercise, None, None, waiting))
            continue
        shares = [work.share(exercise) for work in marked]
        rest = [
            sum(work.share(other) * other.points for other in machine if other.id != exercise.id)
            for work in marked
        ]
        made.append(
            Item(
                exercise,
                float(np.mean(shares)) if shares else None,
                _correlation(shares, rest),
                waiting,
            )
        )
    return made


def _correlation(shares: list[float], rest: list[float]) -> float | None:
    """Pearson's r; None for fewer than ten, or where one side does not vary."""
    if len(shares) < 10 or np.ptp(shares) == 0 or np.ptp(rest) == 0:
        return None
    return float(np.corrcoef(shares, rest)[0, 1])


def _failure(cell: str, outputs: list[dict[str, Any]]) -> Failure | None:
    """The first error of a cell, or else what it wrote to stderr, which nbgrader scores as 0."""
    errors = [output for output in outputs if output["output_type"] == "error"]
    if any(error["ename"] in (TIMEOUT, INTERRUPT) for error in errors):
        return Failure(cell, TIMEOUT, str(errors[-1]["evalue"]).strip())
    if errors:
        return Failure(cell, str(errors[0]["ename"]), str(errors[0]["evalue"]).strip())
    noise = [
        "".join(output["text"])
        for output in outputs
        if output["output_type"] == "stream" and output["name"] == "stderr"
    ]
    return Failure(cell, "stderr", re.sub(r"\s+", " ", noise[0]).strip()) if noise else None


def _marks(submission: Any) -> dict[str, Any]:
    grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
    return {
        "scores": {str(grade.name): float(grade.score) for grade in grades},
        "by_hand": tuple(str(grade.name) for grade in grades if grade.needs_manual_grade),
        "blank": frozenset(
            str(comment.name)
            for notebook in submission.notebooks
            for comment in notebook.comments
            if comment.auto_comment == NO_RESPONSE
        ),
        "late": float(submission.total_seconds_late),
        "penalty": float(submission.late_submission_penalty or 0),
    }


def _work(
    student: str,
    name: str,
    marks: Mapping[str, dict[str, Any]],
    failures: tuple[Failure, ...],
    reason: str,
) -> Work:
    nothing = {"scores": {}, "by_hand": (), "blank": frozenset(), "late": 0.0, "penalty": 0.0}
    found = marks.get(student, nothing)
    return Work(
        student=student,
        name=name,
        score=max(0.0, sum(found["scores"].values()) - found["penalty"]),
        scores=found["scores"],
        failures=failures,
        by_hand=() if reason else found["by_hand"],
        blank=found["blank"],
        late=found["late"],
        penalty=found["penalty"],
        reason=reason,
        timeouts=sum(failure.kind == TIMEOUT for failure in failures),
    )
