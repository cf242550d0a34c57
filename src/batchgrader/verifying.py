"""Checks a run by grading some submissions again on cold kernels, and comparing every cell."""

import random
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import replace

import nbformat.v4
from nbgrader.utils import determine_grade, is_grade

from batchgrader.course.due import Due
from batchgrader.execution import run_job
from batchgrader.jobs import Job, Result
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
            for difference in _differences(job, result, Result.from_json(future.result()))
        ]


def _cold(job: Job) -> Job:
    return replace(job, kernels=replace(job.kernels, warm=False))


def _differences(job: Job, warm: Result, cold: Result) -> list[Difference]:
    if bool(warm.failure) != bool(cold.failure):
        return [Difference(job.name, "", "", _failed(warm), _failed(cold))]
    first, second = _points(warm), _points(cold)
    return [
        Difference(job.name, *place, first.get(place), second.get(place))
        for place in sorted(first.keys() | second.keys())
        if first.get(place) != second.get(place)
    ]


def _failed(result: Result) -> float | None:
    return 0.0 if result.failure else None


def _points(result: Result) -> dict[tuple[str, str], float | None]:
    """The points of every graded cell as nbgrader reads them from its outputs."""
    found: dict[tuple[str, str], float | None] = {}
    for name, text in result.notebooks.items():
        for cell in nbformat.v4.reads(text).cells:
            if is_grade(cell):
                found[name, cell.metadata["nbgrader"]["grade_id"]] = determine_grade(cell)[0]
    return found
