"""Grading again on cold kernels: what is compared, and what is said of it."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from types import SimpleNamespace
from typing import Any

import nbformat.v4
import pytest

from batchgrader.command.ending import GRADED, SOME_FAILED, conclude
from batchgrader.execution import WorkerDied
from batchgrader.jobs import Failure, Job, Result
from batchgrader.showing.report import Difference, RunReport, SubmissionRecord
from batchgrader.verifying import Verifier

JOB = Job("ann/ps1", {"p1": ""}, {}, b"")
LATE = "It took longer than 600 seconds."


class Answering(Executor):
    """Gives the same answer to every job, and remembers the jobs."""

    def __init__(self, answer: Result | Exception) -> None:
        self.answer = answer
        self.jobs: list[Job] = []

    def submit(self, call: Callable[..., Any], /, *words: Any, **_: Any) -> Future[Any]:
        self.jobs += words
        future: Future[Any] = Future()
        if isinstance(self.answer, Result):
            future.set_result(self.answer.to_json())
        else:
            future.set_exception(self.answer)
        return future


def result(*numbers: str, failure: Failure | None = None) -> Result:
    """What comes back of a notebook with tests of 5 points that end with these numbers."""
    notebook = nbformat.v4.new_notebook()
    for at, number in enumerate(numbers):
        marks = {"grade": True, "solution": False, "grade_id": f"test-{at}", "points": 5}
        cell = nbformat.v4.new_code_cell(number, metadata={"nbgrader": marks}, execution_count=1)
        shown = nbformat.v4.new_output("execute_result", {"text/plain": number}, execution_count=1)
        cell.outputs = [shown]
        notebook.cells.append(cell)
    return Result({"p1": nbformat.v4.writes(notebook)}, failure=failure)


def compared(warm: Result, cold: Result | Exception) -> list[Difference]:
    verifier = verifying("ann", many=1)
    verifier.keep("ann", JOB, warm)
    return verifier.compare(Answering(cold))


def verifying(*students: str, many: int) -> Verifier:
    dues: Any = [SimpleNamespace(student=student) for student in students]
    return Verifier(dues, many)


def test_the_same_points_are_no_difference() -> None:
    assert compared(result("3", "5"), result("3", "5")) == []


def test_each_test_with_other_points_is_a_difference() -> None:
    assert compared(result("3", "5"), result("3", "4")) == [
        Difference("ann/ps1", "p1", "test-1", 5, 4)
    ]


def test_points_are_counted_as_they_are_recorded_and_not_as_nbgrader_counts_them() -> None:
    assert compared(result("7"), result("5")) == []  # nbgrader gives up on more than there are
    assert compared(result("-1"), result("0")) == []


def test_a_submission_that_failed_once_is_one_difference_with_the_reason() -> None:
    failed = result("3", "0", failure=Failure(LATE))
    assert compared(result("3", "5"), failed) == [Difference("ann/ps1", "", "", 8, None, LATE)]
    assert compared(failed, result("3", "5")) == [Difference("ann/ps1", "", "", None, 8, LATE)]
    assert compared(failed, failed) == []


def test_a_worker_that_dies_does_not_end_the_run() -> None:
    (found,) = compared(result("3"), WorkerDied("A worker process was killed."))
    assert (found.points, found.cold) == (3, None)
    assert found.failure


def test_what_runs_again_runs_on_cold_kernels_and_is_otherwise_the_same() -> None:
    verifier, executor = verifying("ann", many=1), Answering(result("3"))
    verifier.keep("ann", JOB, result("3"))
    verifier.compare(executor)
    (job,) = executor.jobs
    assert JOB.kernels.warm
    assert not job.kernels.warm
    assert (job.name, job.notebooks, job.limits) == (JOB.name, JOB.notebooks, JOB.limits)


@pytest.mark.parametrize(("wanted", "kept"), [(0, 0), (2, 2), (3, 3), (9, 3)])
def test_as_many_are_chosen_as_are_wished_for_and_there_are(wanted: int, kept: int) -> None:
    students = ["ann", "bob", "cyd"]
    verifier = verifying(*students, many=wanted)
    for student in students:
        verifier.keep(student, JOB, result("3"))
    assert verifier.many == kept


def report(*differences: Difference) -> RunReport:
    record = SubmissionRecord("ps1", "ann", "graded", "new", "", 5, 5)
    found = list(differences)
    return RunReport("ps1", 2, seconds=3, verified=2, differences=found, records=[record])


def test_a_run_without_differences_says_so_and_went_well() -> None:
    said = "  verified    2 submissions graded again on cold kernels: the same"
    assert said in report().table().splitlines()
    assert conclude(report(), None, quiet=True) == GRADED


def test_differences_are_told_cell_by_cell_and_spoil_the_run(
    capsys: pytest.CaptureFixture[str],
) -> None:
    other = report(
        Difference("ann/ps1", "p1", "test-1", 1, 2.5),
        Difference("bob/ps1", "", "", 4, None, LATE),
    )
    assert other.table(120).splitlines()[-3:] == [
        "Graded differently on a cold kernel, of 2 submissions verified:",
        "  ann/ps1  p1, test-1: 1 point in this run, 2.5 points on a cold kernel",
        f"  bob/ps1  the whole submission: 4 points in this run, none on a cold kernel: {LATE}",
    ]
    assert conclude(other, None, quiet=True) == SOME_FAILED
    said = "2 submissions graded differently on a cold kernel: ann/ps1, bob/ps1.\n"
    assert capsys.readouterr() == ("", said)
