"""What there is to grade in order to check one assignment; made and used by check."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from coursekit.checking.verdicts import REFERENCE, UNTOUCHED, Submission, alone, pack, untried_cells
from coursekit.content.answers import Answer, load_bank
from coursekit.content.faults import Fault
from coursekit.content.submissions import Exercise, exercises, read_notebook, reference_answers
from coursekit.course import Course, CourseError


@dataclass(frozen=True)
class Plan:
    """What there is to grade for one assignment, and what went wrong in reading it."""

    assignment: str
    exercises: tuple[Exercise, ...]
    bank: tuple[Answer, ...]
    reference: Mapping[str, str]
    submissions: tuple[Submission, ...]
    faults: tuple[Fault, ...]

    def answers(self, submission: Submission) -> dict[str, str]:
        """Every answer of a submission by exercise id; none for the untouched release."""
        if submission.name == UNTOUCHED:
            return {}
        carried = {answer.exercise: answer.code for answer in submission.answers}
        return {**self.reference, **carried}


def make_plan(course: Course, assignment: str, solo: bool, only: Sequence[str] | None) -> Plan:
    """Read an assignment and its bank; what cannot be read becomes a fault.

    only: ids of the exercises whose answers to grade; raises CourseError for one that is unknown.
    """
    faults: list[Fault] = []
    known: list[Exercise] = []
    bank: tuple[Answer, ...] = ()
    source = read_notebook(course.notebook(assignment))
    try:
        known = exercises(source)
        bank = load_bank(course, assignment)
    except CourseError as error:
        faults.append(Fault(assignment, "answer bank", "", "it cannot be used", str(error)))
    for name in only or ():
        if name not in {exercise.id for exercise in known}:
            raise CourseError(f"{assignment} has no exercise {name!r}.")
    if only:
        bank = tuple(answer for answer in bank if answer.exercise in only)
    submissions = [Submission(REFERENCE), Submission(UNTOUCHED)]
    submissions += alone(bank, whole=True) if solo else pack(bank)
    if bank and not only:
        faults += untried_cells(assignment, known, bank)
    return Plan(
        assignment,
        tuple(known),
        bank,
        reference_answers(source),
        tuple(submissions) if known else (),
        tuple(faults),
    )
