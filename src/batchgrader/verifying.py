"""Checks a run by grading some submissions again on cold kernels, and comparing every test."""

import random
from collections.abc import Sequence
from concurrent.futures import Executor, Future
from dataclasses import replace

import nbformat.v4
from nbgrader.utils import determine_grade

from batchgrader.course.due import Due
from batchgrader.execution import run_job
from batchgrader.failures import failure
from batchgrader.jobs import Job, Result
from batchgrader.marking.scores import SettleScores, is_test
from batchgrader.showing.report import Difference


class Verifier:
    """Keeps the jobs of some submissions and runs them again; the coordinator makes one a run."""

    def __init__(self, dues: Sequence[Due], many: int) -> None:
        chosen = random.SystemRandom().sample(dues, min(many, len(dues)))
        self._chosen = {due.student for due in chosen}
        self._kept: list[tuple[Job, Result]] = []

    def keep(self, student: str, job: Job, result: Result) -> None:
        """Remember what a submission gave, if it is among the chosen."""
        if student in self._chosen:
            self._kept.append((job, result))

    @property
    def many(self) -> int:
        """How many submissions there are to verify."""
        return len(self._kept)

    def compare(self, executor: Executor) -> list[Difference]:
        """Run each again on cold kernels; the cells that got other points."""
        waiting = [
            (job, result, executor.submit(run_job, _cold(job))) for job, result in self._kept
        ]
        return [
            difference
            for job, result, future in waiting
            for difference in _differences(job.name, result, _outcome(future))
        ]


def _cold(job: Job) -> Job:
    return replace(job, kernels=replace(job.kernels, warm=False))


def _outcome(future: Future[str]) -> Result:
    """What came back; a worker that died fails the submission, and not the run."""
    try:
        return Result.from_json(future.result())
    except Exception as error:
        return Result(notebooks={}, failure=failure(error))


def _differences(name: str, warm: Result, cold: Result) -> list[Difference]:
    first, second = _points(warm), _points(cold)
    why = warm.failure or cold.failure
    if why and not (warm.failure and cold.failure):
        points = None if warm.failure else sum(first.values())
        again = None if cold.failure else sum(second.values())
        return [Difference(name, "", "", points, again, why.text)]
    return [
        Difference(name, *place, first.get(place), second.get(place))
        for place in sorted(first.keys() | second.keys())
        if first.get(place) != second.get(place)
    ]


def _points(result: Result) -> dict[tuple[str, str], float]:
    """The points of every test, as the run has recorded them."""
    found = {}
    for name, text in result.notebooks.items():
        notebook = nbformat.v4.reads(text)
        SettleScores().preprocess(notebook, {"nbgrader": {"notebook": name}})
        for cell in filter(is_test, notebook.cells):
            found[name, cell.metadata["nbgrader"]["grade_id"]] = determine_grade(cell)[0]
    return found
