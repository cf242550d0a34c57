"""The run itself: prepares submissions, lets workers run them, and records them as they come back.

Nothing that one submission does ends the run. What does is a fault of the machine (a full disk, a
locked database), which is raised as StoppedEarly with everything that was graded in its place.
"""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_client.kernelspec import NoSuchKernel

from batchgrader.course.due import Due
from batchgrader.course.places import Places
from batchgrader.execution import LocalPool, WorkerDied, run_job
from batchgrader.failures import GRADED_STAYS, StoppedEarly, failure
from batchgrader.jobs import Failure, Job, Result, Usage
from batchgrader.preparing import Preparer
from batchgrader.provision import Provision
from batchgrader.recording import Recorder
from batchgrader.showing.report import SubmissionRecord
from batchgrader.stages import Prepared, Steps
from batchgrader.survey import Survey
from batchgrader.verifying import Verifier

if TYPE_CHECKING:
    from batchgrader.autograde import BatchAutograde

LOST = "A notebook did not come back from the worker; the next run grades the submission again."


class Coordinator:
    """One run over the submissions to one assignment; BatchAutograde makes and runs it."""

    def __init__(self, converter: "BatchAutograde", survey: Survey) -> None:
        self._converter = converter
        steps = Steps.of(
            converter.sanitize_preprocessors,
            converter.autograde_preprocessors,
            rebuild=converter.rebuild,
        )
        self._preparer = Preparer(converter, survey, steps)
        self.provision = Provision(converter, survey, self._preparer.runner)
        self._recorder = Recorder(converter, survey, steps)
        self._tried: set[str] = set()
        assert converter.report is not None
        self._report = converter.report

    def run(self, dues: Sequence[Due]) -> None:
        """Grade what is due and report what is not; returns when every submission has a record."""
        started = time.monotonic()
        self._report.started = time.strftime("%Y-%m-%dT%H:%M:%S%z")
        due = [each for each in dues if each.grade]
        self._converter.listener.begin(self._report.assignment, len(due), self._report.workers)
        try:
            with self._converter.stopping():
                Places(self._converter.coursedir).clear_all()
                self._recorder.adopt(each for each in dues if each.adopt)
            for each in dues:
                if not each.grade:
                    self._end(self._left_alone(each))
            if due:
                with self._executor(len(due)) as executor, self._kernels(executor):
                    self._grade(due, executor)
        finally:
            self._report.seconds = time.monotonic() - started

    def _grade(self, due: Sequence[Due], executor: Executor) -> None:
        """Keep every worker busy, and two submissions ready for the next who is free."""
        queue = iter(due)
        verifier = Verifier(due, self._converter.verify)
        running: dict[Future[str], Prepared] = {}
        try:
            while True:
                for prepared in self._fill(queue, self._report.workers + 2 - len(running)):
                    running[self._submit(executor, prepared)] = prepared
                if not running:
                    return self._verify(verifier, executor)
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    prepared = running.pop(future)
                    result = self._result(prepared, future)
                    if result is None:
                        running[self._submit(executor, prepared)] = prepared
                    else:
                        self._record(prepared, result)
                        verifier.keep(prepared.due.student, self._job(prepared), result)
        except BaseException:
            for future in running:
                future.cancel()
            raise

    def _verify(self, verifier: Verifier, executor: Executor) -> None:
        if not verifier.many:
            return
        differences = verifier.compare(executor)
        self._report.verified = verifier.many
        self._report.differences = differences
        for each in differences:
            self._converter.log.error("%s was graded differently: %s", each.name, each)

    def _fill(self, queue: Iterator[Due], room: int) -> Iterator[Prepared]:
        """The next submissions to run; one that there is nothing to run of is recorded at once."""
        while room > 0:
            due = next(queue, None)
            if due is None:
                return
            with self._converter.stopping():
                prepared = self._prepare(due)
            if prepared.notebooks() and self._preparer.executes:
                room -= 1
                yield prepared
            else:
                self._record(prepared, None)

    def _prepare(self, due: Due) -> Prepared:
        try:
            return self._preparer.prepare(due)
        except StoppedEarly:
            raise
        except Exception as error:
            self._raise_for_the_machine(error)
            self._converter.log.exception("%s could not be prepared", due.student)
            return self._unprepared(due, replace(failure(error), retry=True))

    def _unprepared(self, due: Due, why: Failure) -> Prepared:
        """A submission that cannot run; without notebooks where not even empty ones can be made."""
        try:
            return self._preparer.unprepared(due, why)
        except Exception as error:
            self._raise_for_the_machine(error)
            return Prepared(due, failure=why)

    def _submit(self, executor: Executor, prepared: Prepared) -> Future[str]:
        """Hand a submission to a worker; an executor that takes none ends the run."""
        try:
            return executor.submit(run_job, self._job(prepared))
        except Exception as error:
            self._raise_for_the_machine(error)
            raise StoppedEarly(
                f"The executor takes no more work ({type(error).__name__}: {error}); start it "
                f"anew {GRADED_STAYS}"
            ) from error

    def _job(self, prepared: Prepared) -> Job:
        return self._preparer.job(prepared, self.provision.recipe)

    def _result(self, prepared: Prepared, future: Future[str]) -> Result | None:
        """What a worker made of a submission; None where it is to be tried once more."""
        student = prepared.due.student
        try:
            result = Result.from_json(future.result())
            if result.failure is None and prepared.notebooks().keys() - result.notebooks.keys():
                return self._failed(Failure(LOST, retry=True))
            return result
        except NoSuchKernel as error:
            if self._converter.rebuild:
                raise StoppedEarly(str(failure(error).text)) from error
            return self._failed(failure(error))
        except WorkerDied as error:
            if student not in self._tried:
                self._tried.add(student)
                self._converter.log.warning("%s is tried again: %s", student, error)
                return None
            return self._failed(failure(error))
        except Exception as error:
            self._converter.log.error("The worker failed for %s: %s", student, error)
            return self._failed(failure(error))

    def _record(self, prepared: Prepared, result: Result | None) -> None:
        with self._converter.stopping():
            try:
                record = self._recorder.record(prepared, result)
            except StoppedEarly:
                raise
            except Exception as error:
                self._raise_for_the_machine(error)
                self._converter.log.exception("%s could not be recorded", prepared.due.student)
                why = replace(failure(error), retry=True)
                record = self._record_failure(prepared, why)
        self._end(record)

    def _record_failure(self, prepared: Prepared, why: Failure) -> SubmissionRecord:
        """Record what could not be recorded: with an empty notebook, or else with none."""
        why = prepared.failure or why
        try:
            empty = self._preparer.unprepared(prepared.due, why)
            return self._recorder.record(empty, None)
        except Exception as error:
            self._raise_for_the_machine(error)
            self._converter.log.exception("%s leaves no graded notebook", prepared.due.student)
        try:
            return self._recorder.leave_nothing(prepared, why)
        except Exception as error:
            self._raise_for_the_machine(error)
            self._converter.log.exception("%s leaves nothing at all", prepared.due.student)
            return self._recorder.failed(prepared, why)

    def _raise_for_the_machine(self, error: Exception) -> None:
        with self._converter.stopping():
            if self._converter.fault(error):
                raise error

    def _left_alone(self, due: Due) -> SubmissionRecord:
        status: Any = "failed" if due.failure else "skipped"
        return SubmissionRecord(
            assignment=self._report.assignment,
            student=due.student,
            status=status,
            why=due.why,
            failure=due.failure,
            attempted=False,
        )

    def _end(self, record: SubmissionRecord) -> None:
        self._report.records.append(record)
        self._converter.log.info("%s: %s (%s)", record.name, record.status, record.why)
        try:
            self._converter.listener.ended(record)
        except Exception:
            self._converter.log.exception("The progress could not be shown")

    def _failed(self, why: Failure) -> Result:
        return Result(notebooks={}, failure=why, usage=Usage())

    def _kernels(self, executor: Executor) -> AbstractContextManager[None]:
        """What makes kernels for the run, if anything is executed."""
        return self.provision.open(executor) if self._preparer.executes else nullcontext()

    @contextmanager
    def _executor(self, most: int) -> Iterator[Executor]:
        """The executor that was given, or a pool of local workers that ends with the block."""
        given = self._converter.executor
        if given is not None:
            yield given
            return
        workers = min(self._report.workers, most)
        log = Path(self._converter.logfile) if self._converter.logfile else None
        tell = self._converter.listener.working
        with LocalPool(workers, on_event=tell, log=log) as pool:
            yield pool
