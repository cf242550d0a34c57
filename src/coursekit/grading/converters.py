"""nbgrader's converters, made to tell what went wrong and to keep quiet; grading calls them."""

import glob
import json
import logging
import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import nbgrader.converters as stock
from nbclient.util import run_sync
from nbformat import NotebookNode
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import Execute
from nbgrader.utils import is_grade, is_solution
from tornado.log import app_log
from traitlets import default
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from coursekit.course import Course, CourseError
from coursekit.grading.failures import raise_environment

CONFIG = "nbgrader_config.py"

# Threads cost small models more than they give, and their number changes the last bits of a sum.
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


class _Telling:
    """Keeps the error that nbgrader turns into a line of its log, and the cell that was running."""

    failure: Exception | None = None
    cell: str = ""

    def init_assignment(self, *arguments: Any) -> None:
        """Run nbgrader's own, and keep its error."""
        with self._keeping():
            super().init_assignment(*arguments)  # type: ignore[misc]

    def convert_single_notebook(self, *arguments: Any) -> None:
        """Run nbgrader's own, and keep its error."""
        with self._keeping():
            super().convert_single_notebook(*arguments)  # type: ignore[misc]

    @contextmanager
    def _keeping(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            self.failure = error
            raise


class GenerateAssignment(_Telling, stock.GenerateAssignment):  # type: ignore[misc]
    """Source to release."""


class GenerateFeedback(_Telling, stock.GenerateFeedback):  # type: ignore[misc]
    """Graded notebook to feedback page."""


class Autograde(_Telling, stock.Autograde):  # type: ignore[misc]
    """Submission to graded notebook, run by the Execute below."""

    def _init_preprocessors(self) -> None:
        steps: list[Any] = self.autograde_preprocessors  # type: ignore[has-type]
        self.autograde_preprocessors = [ToldExecute if s is Execute else s for s in steps]
        super()._init_preprocessors()


class ToldExecute(Execute):  # type: ignore[misc]
    """Tells its converter which cell runs, and keeps the kernel's noise and litter to itself."""

    scratch: str = ""

    @default("shutdown_kernel")
    def _end_at_once(self) -> str:
        # A kernel that tidies up after MLflow takes two seconds; its scratch folder goes anyway.
        return "immediate"

    def preprocess(self, *arguments: Any, **options: Any) -> Any:
        """Run a notebook in a kernel whose temporary files are deleted with it."""
        with tempfile.TemporaryDirectory(prefix="grading-", ignore_cleanup_errors=True) as folder:
            self.scratch = folder
            return super().preprocess(*arguments, **options)

    async def async_start_new_kernel(self, **options: Any) -> None:
        """Start the kernel; what it prints outside its cells belongs in the log."""
        noise = _stream(self.log)
        environment = ONE_THREAD | os.environ | {"TMPDIR": self.scratch}
        await super().async_start_new_kernel(env=environment, stdout=noise, stderr=noise, **options)

    start_new_kernel = run_sync(async_start_new_kernel)

    def preprocess_cell(self, cell: NotebookNode, resources: Any, index: int) -> Any:
        """Run one cell; where it is, is kept for the sentence about a failure."""
        told = self.parent.parent
        if is_grade(cell) or is_solution(cell):
            told.cell = f"in the cell {cell.metadata.nbgrader.grade_id!r}"
        elif cell.cell_type == "code" and told.cell.startswith("in"):
            told.cell = told.cell.replace("in the cell", "in a cell after", 1)
        return super().preprocess_cell(cell, resources, index)


@contextmanager
def settings(course: Course) -> Iterator[tuple[Config, logging.Logger]]:
    """The course's configuration, and nbgrader's log as a file instead of the terminal."""
    path = course.root / CONFIG
    try:
        there = path.is_file()
    except PermissionError:
        raise CourseError(f"There is no permission to read {course.root}; ask its owner.") from None
    if not there:
        raise CourseError(f"{course.root} is not a course folder: it has no {CONFIG}.")
    try:
        config = PyFileConfigLoader(CONFIG, path=str(course.root)).load_config()
    except Exception as error:
        raise CourseError(f"{path} cannot be read ({type(error).__name__}: {error}).") from error
    try:
        handler = _log_handler(course)
    except OSError as error:
        raise_environment(error, course.root)
        raise
    log = logging.getLogger("coursekit.nbgrader")
    log.setLevel(logging.INFO)
    logs = (log, app_log)  # nbgrader's gradebook talks to tornado's log
    for each in logs:
        each.propagate = False
        each.addHandler(handler)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield config, log
    finally:
        for each in logs:
            each.propagate = True
            each.removeHandler(handler)
        handler.close()


def folders(course: Course, config: Config, assignment: str = "", student: str = "") -> Any:
    """nbgrader's idea of where things are, for one assignment of one student."""
    directory = CourseDirectory(config=config)
    directory.root = str(course.root.resolve())
    directory.assignment_id = assignment
    directory.student_id = glob.escape(student)
    return directory


def converter(
    kind: type[Any],
    course: Course,
    config: Config,
    log: logging.Logger,
    of: tuple[str, str],
) -> Any:
    """A converter for one assignment and student that makes anew whatever is there."""
    made = kind(coursedir=folders(course, config, *of), config=config, log=log)
    made.force = True
    return made


def limit_cells(config: Config, seconds: int) -> None:
    """Put another time-out for a cell in place of the configured one, and in its message."""
    execute = config.Execute
    usual = execute.get("timeout", 30)
    execute.timeout = seconds
    if "error_on_timeout" in execute:
        text = json.dumps(execute.error_on_timeout)
        execute.error_on_timeout = json.loads(
            text.replace(f"{usual} seconds", f"{seconds} seconds")
        )


def convert(
    kind: type[Any],
    course: Course,
    config: Config,
    log: logging.Logger,
    of: tuple[str, str],
) -> None:
    """Run a converter that must succeed; raises CourseError where it does not."""
    made = converter(kind, course, config, log, of)
    try:
        made.start()
    except Exception as error:
        cause = made.failure or error
        raise_environment(cause, course.root)
        if "submissions associated" in str(cause):
            raise CourseError(
                f"{of[0]} has gained or lost graded cells since work on it was graded; give them "
                "back, or move gradebook.db and autograded/ away to begin a new gradebook."
            ) from error
        raise CourseError(
            f"nbgrader's {kind.__name__} failed for {of[0]} ({cause}); see {log_file(course)}."
        ) from error


def log_file(course: Course) -> Path:
    """Where nbgrader's own log goes."""
    return course.root / "autograded" / "nbgrader.log"


def _log_handler(course: Course) -> logging.Handler:
    path = log_file(course)
    path.parent.mkdir(exist_ok=True)
    handler = logging.FileHandler(path, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    return handler


def _stream(log: logging.Logger) -> IO[str] | None:
    streams = [h.stream for h in log.handlers if isinstance(h, logging.FileHandler)]
    return streams[0] if streams else None
