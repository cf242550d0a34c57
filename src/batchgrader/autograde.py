"""nbgrader's Autograde, made to grade a class in parallel; nbgrader's commands and ours run it.

A submission passes through three stages: it is prepared here, executed by a worker, and recorded
here, as results arrive. This process alone writes: to the gradebook in one transaction for each
submission, and to ``autograded/`` by moving a finished folder into its place.
"""

import os
from collections.abc import Iterator, Mapping
from concurrent.futures import Executor
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from nbgrader.converters import Autograde, NbGraderException
from traitlets import Any as AnyTrait
from traitlets import Bool, CaselessStrEnum, Float, Instance, Integer, List, Unicode

from batchgrader.coordinator import Coordinator
from batchgrader.course import records
from batchgrader.course.due import Due
from batchgrader.course.found import find_submissions, linked, spelled
from batchgrader.course.gradebook import RunGradebook
from batchgrader.course.places import Places, only_run
from batchgrader.course.sharing import shared
from batchgrader.course.times import lenient_times
from batchgrader.failures import Refused, StoppedEarly, environment, stopping
from batchgrader.jobs import Limits
from batchgrader.kernels.sources import TIERS
from batchgrader.marking.attached import RegularFiles
from batchgrader.showing.progress import Listener, Quiet
from batchgrader.showing.report import RunReport
from batchgrader.survey import Survey


class BatchAutograde(Autograde, RegularFiles):  # type: ignore[misc]
    """Grades the submissions to an assignment in parallel; a drop-in for nbgrader's Autograde.

    ``start`` raises NbGraderException when submissions failed, as nbgrader's does, and its kind
    StoppedEarly when the run could not go on; ``report`` then says what was done. Read
    ``docs/batch_grading.md`` for what differs from nbgrader.
    """

    workers = Integer(
        0, min=0, help="How many submissions run at a time; 0: one for each usable core."
    ).tag(config=True)
    submission_timeout = Float(
        600.0, help="Wall-clock seconds for all notebooks of a submission together."
    ).tag(config=True)
    grace = Float(
        15.0, help="Seconds that an interrupted cell has to end before its kernel is killed."
    ).tag(config=True)
    restarts = Integer(
        3, min=0, help="How many fresh kernels a notebook gets after its first has died."
    ).tag(config=True)
    output_bytes = Integer(
        10_000_000, help="Bytes of output of one cell; more is thrown away as it streams."
    ).tag(config=True)
    file_bytes = Integer(
        50_000_000, help="Total bytes of the files that a submission's cells write."
    ).tag(config=True)
    verify = Integer(
        0, min=0, help="How many submissions, chosen at random, to grade again on cold kernels."
    ).tag(config=True)
    isolation = CaselessStrEnum(
        TIERS,
        "auto",
        help="How kernels are kept apart from everything else: the strongest way that works here "
        "(auto), strong, basic, or none, which lets notebooks read solutions and change grades; "
        "if-possible is auto, or none where nothing works.",
    ).tag(config=True)
    warm = Bool(
        True, help="Fork kernels from a process that has loaded what the notebooks load."
    ).tag(config=True)
    preload = List(
        Unicode(), help="Modules to load ahead beside those that the instructor's notebook loads."
    ).tag(config=True)
    never_preload = List(
        Unicode(), help="Patterns of modules that are not loaded ahead, such as `torch*`."
    ).tag(config=True)
    readable = List(
        Unicode(), help="Paths that notebooks may read beside their folder and what is installed."
    ).tag(config=True)
    kernel_environment = List(
        Unicode(), help="Names of environment variables that notebooks get to know."
    ).tag(config=True)
    memory_bytes = Integer(
        4 * 2**30,
        min=2**28,
        help="Bytes of memory that a notebook and all that it starts may use together.",
    ).tag(config=True)
    processes = Integer(
        256, min=32, help="Processes and threads that a notebook may have at a time."
    ).tag(config=True)
    disk_bytes = Integer(
        2**30, help="Bytes that a notebook may write to its folders in total."
    ).tag(config=True)
    rebuild = Bool(
        True,
        help="Rebuild what runs from the master: only answers and the student's own cells come "
        "from the submission. False: nbgrader's sanitising alone.",
    ).tag(config=True)
    keep_failed = Bool(
        True,
        help="Leave an autograded notebook that says why for a submission that could not be "
        "graded. False: leave nothing, as nbgrader does.",
    ).tag(config=True)
    students = List(
        Unicode(), help="Grade these students alone, in place of `--student`; empty: all."
    ).tag(config=True)

    listener: Listener = AnyTrait()  # type: ignore[assignment]
    executor: Executor | None = AnyTrait(None, allow_none=True)  # type: ignore[assignment]
    report = Instance(RunReport, allow_none=True)

    _staged = False

    def __init__(self, *arguments: Any, **options: Any) -> None:
        # What the timestamp.txt of some submissions says in place of a time, by their folders.
        self.untold_times: Mapping[str, str] = {}
        options.setdefault("listener", Quiet())
        super().__init__(*arguments, **options)

    # ---- What nbgrader calls ---------------------------------------------------------------------

    def init_notebooks(self) -> None:
        """Find the submissions for nbgrader's ``start``; NbGraderException if there is none."""
        found = find_submissions(self.coursedir, self._input_directory)
        self.assignments = {
            folder: notebooks
            for folder, notebooks in found.items()
            if notebooks or linked(self.coursedir, folder)
        }
        self.notebooks: list[str] = []
        for folder in found.keys() - self.assignments.keys():
            self.log.warning("No notebooks were matched in '%s'", spelled(folder))
        if not self.assignments:
            super().init_notebooks()  # which says so in nbgrader's words

    def convert_notebooks(self) -> None:
        """Grade all submissions that are due; nbgrader's ``start`` calls it."""
        assignment = self.coursedir.assignment_id
        self.report = RunReport(assignment, self.worker_count())
        try:
            with self.stopping(), self._run() as survey:
                Coordinator(self, survey).run(survey.due())
        except Refused as refusal:
            self.log.error(str(refusal))
            raise
        except StoppedEarly as stop:
            self.report.stopped = str(stop)
            self.log.error(str(stop))
            raise
        except KeyboardInterrupt:
            self.report.stopped = "The run was cancelled; what is graded stays graded."
            self.log.error("Canceled")
            raise
        finally:
            self.listener.close()
        failed = self.report.of("failed")
        for record in failed:
            self.log.error("%s could not be graded: %s", record.name, record.failure)
        if failed:
            raise NbGraderException(
                f"{len(failed)} of {len(self.report.records)} submissions could not be graded."
            )

    def _format_dest(self, assignment_id: str, student_id: str, escape: bool = False) -> str:
        """Where a graded submission goes: aside while it is being written."""
        student = Places.aside(student_id) if self._staged and not escape else student_id
        return str(super()._format_dest(assignment_id, student, escape=escape))

    # ---- What the command asks -------------------------------------------------------------------

    def due(self) -> list[Due]:
        """Which submissions a run would grade, and why; grades nothing."""
        self.init_notebooks()
        with self.stopping(), self._run() as survey:
            return survey.due()

    def worker_count(self) -> int:
        """How many submissions run at a time."""
        return int(self.workers) or len(os.sched_getaffinity(0))

    def limits(self) -> Limits:
        """What one submission may use."""
        return Limits(
            seconds=self.submission_timeout,
            grace=self.grace,
            restarts=self.restarts,
            output_bytes=self.output_bytes,
            file_bytes=self.file_bytes,
        )

    def kernel_limits(self) -> dict[str, int]:
        """What one kernel may use, for its ``Boundary``."""
        return {"memory": self.memory_bytes, "processes": self.processes, "disk": self.disk_bytes}

    # ---- What the stages use ---------------------------------------------------------------------

    def stopping(self) -> AbstractContextManager[None]:
        """Turn a fault of the machine into StoppedEarly; other errors pass as they are."""
        course = self.coursedir
        return stopping(Path(course.root), course.submitted_directory, course.db_url)

    def fault(self, error: Exception) -> str:
        """What is at fault with the machine; empty where an error is that of one submission."""
        course = self.coursedir
        return environment(error, Path(course.root), course.submitted_directory, course.db_url)

    @contextmanager
    def writing_aside(self) -> Iterator[None]:
        """Let all that nbgrader's code writes to ``autograded/`` go to a folder beside it."""
        self._staged = True
        try:
            yield
        finally:
            self._staged = False

    @contextmanager
    def _run(self) -> Iterator[Survey]:
        """All that is open while submissions are graded: the lock, the gradebook, the masters."""
        url = self.coursedir.db_url
        with only_run(self.coursedir):
            gradebook = RunGradebook(url, self.coursedir.course_id)
            try:
                with shared(gradebook, url), lenient_times(self.coursedir) as self.untold_times:
                    records.prepare(gradebook.engine)
                    yield Survey(self, gradebook)
            finally:
                gradebook.dispose()
