"""Is the grading true? What to hand in to find out, and what each result says about it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from coursekit.checking.workbench import CellResult, Trial
from coursekit.content.answers import Answer
from coursekit.content.faults import Fault
from coursekit.content.submissions import Exercise

REFERENCE = "reference"
UNTOUCHED = "untouched"
SHOWN = 160  # characters of a message in a fault


@dataclass(frozen=True)
class Submission:
    """A notebook to grade: at most one answer to each exercise.

    ``whole``: the reference answers every other exercise; else their test cells are left out,
    which saves their time. The submission called ``untouched`` is the release itself.
    """

    name: str
    answers: tuple[Answer, ...] = ()
    whole: bool = True

    def tries(self, exercise: Exercise) -> bool:
        """Whether the test cells of an exercise run in this submission."""
        return self.whole or any(answer.exercise == exercise.id for answer in self.answers)


def pack(bank: Sequence[Answer]) -> list[Submission]:
    """Few submissions that carry the whole bank: the i-th holds the i-th answer of each exercise.

    This is fair because exercises do not depend on each other; ``alone`` is for doubting that.
    """
    groups: dict[str, list[Answer]] = {}
    for answer in bank:
        groups.setdefault(answer.exercise, []).append(answer)
    return [
        Submission(
            f"answers-{number:02}",
            tuple(answer for answer in row if answer is not None),
            whole=False,
        )
        for number, row in enumerate(zip_longest(*groups.values()), start=1)
    ]


def alone(bank: Sequence[Answer], *, whole: bool) -> list[Submission]:
    """One submission for each answer: with nothing else, or with the reference elsewhere."""
    return [
        Submission(f"alone-{number:02}", (answer,), whole)
        for number, answer in enumerate(bank, start=1)
    ]


def untried_cells(
    assignment: str, known: Sequence[Exercise], bank: Sequence[Answer]
) -> Iterator[Fault]:
    """Tests that nothing shows to be able to fail; the visible ones fail in the release."""
    lost = {loss.cell for answer in bank for loss in answer.losses}
    for exercise in known:
        for cell in exercise.cells:
            by_nobody = cell not in lost and not cell.endswith("-tests-interface")
            if by_nobody and not exercise.manual:
                yield Fault(
                    assignment,
                    exercise.id,
                    "",
                    f"no wrong answer loses {cell}",
                    "nothing shows that the test can fail: add such an answer to the bank",
                )


def describe(answer: Answer) -> str:
    """An answer as a fault names it."""
    return f"{'right' if answer.right else 'wrong'}: {answer.title}"


def judge(
    assignment: str, submission: Submission, exercises: Sequence[Exercise], trial: Trial
) -> Iterator[Fault]:
    """Everything about one graded submission that is not as it should be."""
    if trial.reason:
        for answer in submission.answers or (None,):
            yield Fault(
                assignment,
                answer.exercise if answer else submission.name,
                describe(answer) if answer else "",
                "nbgrader could not grade the submission",
                trial.reason,
            )
        return
    if submission.name == REFERENCE:
        yield from _judge_noise(assignment, trial)
    results = {result.cell: result for result in trial.cells}
    carried = {answer.exercise: answer for answer in submission.answers}
    for exercise in filter(submission.tries, exercises):
        if submission.name == UNTOUCHED:
            yield from _judge_untouched(assignment, exercise, results)
        else:
            yield from _judge_answer(assignment, exercise, carried.get(exercise.id), results)


def _judge_noise(assignment: str, trial: Trial) -> Iterator[Fault]:
    """The reference run must be clean in every cell, graded or not."""
    for result in trial.cells:
        if result.stderr:
            yield Fault(
                assignment,
                result.cell,
                "",
                "the cell of the reference writes to stderr",
                f"nbgrader takes that for a failure: {result.stderr[:SHOWN]}",
            )
        elif result.message and not result.graded:
            yield Fault(
                assignment,
                result.cell,
                "",
                "the cell of the reference raises an error",
                result.message[:SHOWN],
            )
        if result.graded and result.value:
            yield Fault(
                assignment,
                result.cell,
                "",
                "the test cell ends in a value",
                f"nbgrader reads a lone number as partial credit: {result.value[:SHOWN]}",
            )


def _judge_untouched(
    assignment: str, exercise: Exercise, results: Mapping[str, CellResult]
) -> Iterator[Fault]:
    for cell in exercise.cells:
        result = results.get(cell)
        if result is not None and result.points:
            yield Fault(
                assignment,
                exercise.id,
                "untouched release",
                f"{cell} gives {result.points:g} points",
                "an untouched release must get none: the tests pass without an answer",
            )


def _judge_answer(
    assignment: str,
    exercise: Exercise,
    answer: Answer | None,
    results: Mapping[str, CellResult],
) -> Iterator[Fault]:
    """One exercise of a submission against what its answer must get; None is the reference."""
    name = describe(answer) if answer else "reference"
    expected = {loss.cell: loss.message for loss in answer.losses} if answer else {}
    for cell in exercise.cells:
        result = results.get(cell)
        for what, why in _judge_cell(cell, result, expected.get(cell), exercise.manual):
            yield Fault(assignment, exercise.id, name, what, why)


def _judge_cell(
    cell: str, result: CellResult | None, fragment: str | None, manual: bool
) -> Iterator[tuple[str, str]]:
    if result is None:
        yield f"{cell} is not in the graded notebook", "the cell was lost on the way"
    elif manual:
        if result.points is not None:
            yield (
                f"{cell} got {result.points:g} points without a person",
                "an answer to a manual question must wait for a person",
            )
    elif result.points is None:
        yield f"{cell} waits for a person", "a test cell must be graded by the machine"
    elif fragment is None and result.points < result.maximum:
        yield (
            f"loses {cell} ({result.points:g} of {result.maximum:g} points)",
            result.message[:SHOWN] or "the test cell says nothing",
        )
    elif fragment is not None and result.points:
        yield f"keeps {cell}", f"the test passes; it must fail with {fragment!r}"
    elif fragment is not None and " ".join(fragment.split()) not in result.message:
        yield (
            f"loses {cell} with another message",
            f"wanted {fragment!r}, got {result.message[:SHOWN]!r}",
        )
