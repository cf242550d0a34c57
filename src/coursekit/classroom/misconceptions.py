"""Which wrong answers of the bank a class gave, told from the test cells that failed and how."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from coursekit.classroom.results import TIMEOUT, AssignmentResults, Failure, Work
from coursekit.content.answers import Answer
from coursekit.content.submissions import Exercise

NOT_ANSWERED = "not answered"
TIMED_OUT = "ran into the time-out"


@dataclass(frozen=True)
class Finding:
    """One way in which learners went wrong in an exercise, who did, and what they were told."""

    exercise: Exercise
    titles: tuple[str, ...]
    message: str
    students: tuple[str, ...]


@dataclass(frozen=True)
class Findings:
    """What went wrong in an assignment: known from the answer bank, plain, and unknown."""

    known: tuple[Finding, ...]
    plain: tuple[Finding, ...]
    unknown: tuple[Finding, ...]


def find(results: AssignmentResults, bank: Sequence[Answer]) -> Findings:
    """Sort every lost test cell of a class into known, plain and unknown ways to go wrong."""
    known: dict[tuple[str, tuple[str, ...]], list[Work]] = defaultdict(list)
    plain: dict[tuple[str, str], list[Work]] = defaultdict(list)
    unknown: dict[tuple[str, str], list[Work]] = defaultdict(list)
    messages: dict[tuple[str, tuple[str, ...]], str] = {}
    for exercise in results.exercises:
        wrong = [answer for answer in bank if answer.exercise == exercise.id and not answer.right]
        for work in results.graded:
            failures = [item for item in work.failures if item.cell in exercise.cells]
            if not failures:
                continue
            if plainly := plain_reason(exercise, work, failures):
                plain[exercise.id, plainly].append(work)
                continue
            titles, told, rest = explain(failures, wrong)
            if titles:
                known[exercise.id, titles].append(work)
                messages.setdefault((exercise.id, titles), told)
            for failure in rest:
                unknown[exercise.id, said(failure)].append(work)
    by_id = {exercise.id: exercise for exercise in results.exercises}
    return Findings(
        known=_sorted(
            Finding(by_id[where], titles, messages[where, titles], _students(works))
            for (where, titles), works in known.items()
        ),
        plain=_sorted(
            Finding(by_id[where], (title,), "", _students(works))
            for (where, title), works in plain.items()
        ),
        unknown=_sorted(
            Finding(by_id[where], (), message, _students(works))
            for (where, message), works in unknown.items()
        ),
    )


def explain(
    failures: Sequence[Failure], wrong: Sequence[Answer]
) -> tuple[tuple[str, ...], str, list[Failure]]:
    """Titles of the wrong answers that fail as this one did, what was said, and what is left over.

    An answer that loses exactly these cells with these messages is the best; failing that, those
    that explain the most of the lost cells.
    """
    said_in = {failure.cell: failure.message for failure in failures}
    fitting = [
        answer
        for answer in wrong
        if all(loss.message in said_in.get(loss.cell, "") for loss in answer.losses)
    ]
    if not fitting:
        return (), "", list(failures)
    most = max(len(answer.losses) for answer in fitting)
    best = [answer for answer in fitting if len(answer.losses) == most]
    covered = {loss.cell for answer in best for loss in answer.losses}
    told = said_in[best[0].losses[0].cell]
    rest = [failure for failure in failures if failure.cell not in covered]
    return tuple(answer.title for answer in best), told, rest


def said(failure: Failure) -> str:
    """What a learner reads first of a failed test."""
    lines = failure.message.splitlines() or [""]
    if failure.kind == "AssertionError" and lines[0]:
        return lines[0]
    return f"{failure.kind}: {lines[0]}".rstrip(": ")


def plain_reason(exercise: Exercise, work: Work, failures: Sequence[Failure]) -> str:
    """Why points were lost where no misconception is needed to explain it; empty otherwise."""
    kinds = {failure.kind for failure in failures}
    if exercise.id in work.blank or kinds == {"NotImplementedError"}:
        return NOT_ANSWERED
    return TIMED_OUT if TIMEOUT in kinds else ""


def _students(works: Sequence[Work]) -> tuple[str, ...]:
    return tuple(sorted({work.name for work in works}))


def _sorted(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(
        sorted(findings, key=lambda one: (-len(one.students), one.exercise.number, one.titles))
    )
