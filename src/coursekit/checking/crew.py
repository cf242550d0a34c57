"""The worker processes of a check, and the work they are given; called by check."""

import signal
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

from coursekit.checking import trials
from coursekit.checking.plans import Plan
from coursekit.checking.verdicts import Submission
from coursekit.checking.workbench import Trial
from coursekit.course import Course, CourseError
from coursekit.meter import Meter

Result = TypeVar("Result")


@dataclass(frozen=True)
class Crew:
    """The worker processes of one check."""

    course: Course
    folder: Path
    pool: ProcessPoolExecutor
    meter: Meter

    @classmethod
    @contextmanager
    def open(cls, course: Course, workers: int, meter: Meter) -> Iterator["Crew"]:
        """Start the workers; on the way out, whatever happened, stop them and clear up."""
        with tempfile.TemporaryDirectory(prefix="coursekit-check-") as folder:
            pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"))
            try:
                yield cls(course, Path(folder), pool, meter)
            finally:
                pool.shutdown(cancel_futures=True)
                meter.close()

    def inspect(self, plans: Sequence[Plan]) -> dict[str, trials.Inspection]:
        """What can be said without grading, by assignment."""
        self.meter.total += len(plans)
        with _deaf_to_interrupts():
            futures = {
                plan.assignment: self.pool.submit(
                    trials.inspect, self.course.root, self.folder, plan.assignment
                )
                for plan in plans
            }
        found = {}
        for assignment, future in futures.items():
            found[assignment] = _result(future)
            self.meter.step(f"{assignment} inspected")
        return found

    def grade(
        self, work: Sequence[tuple[Plan, Submission]]
    ) -> list[tuple[Plan, Submission, Trial]]:
        """Grade submissions, in any order, and give the results in the order of the work."""
        self.meter.total += len(work)
        futures: dict[Future[Trial], str] = {}
        with _deaf_to_interrupts():
            for plan, item in work:
                future = self.pool.submit(
                    trials.grade,
                    self.course.root,
                    self.folder,
                    plan.assignment,
                    item.name,
                    plan.answers(item),
                    plan.omitted(item),
                )
                futures[future] = f"{plan.assignment}: {item.name}"
        for future in as_completed(futures):
            _result(future)
            self.meter.step(futures[future])
        return [(*pair, future.result()) for pair, future in zip(work, futures, strict=True)]


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Workers started in here ignore Ctrl-C, which a terminal sends to every process.

    They finish the submission that they are at, then this process tells them to stop.
    """
    usual = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)


def _result(future: Future[Result]) -> Result:
    try:
        return future.result()
    except BrokenProcessPool:
        raise CourseError(
            "A process that graded was killed, most likely for want of memory; "
            "check again with --workers 1."
        ) from None
