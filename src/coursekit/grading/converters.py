"""nbgrader's converters, made to tell what went wrong and to keep quiet; grading calls them."""

import glob
import json
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import nbgrader.converters as stock
from nbgrader.coursedir import CourseDirectory
from tornado.log import app_log
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from batchgrader.marking.attached import BatchFeedback
from coursekit.course import Course, CourseError
from coursekit.grading.failures import raise_environment

CONFIG = "nbgrader_config.py"


class _Telling:
    """Keeps the error that nbgrader turns into a line of its log."""

    failure: Exception | None = None

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


class GenerateFeedback(_Telling, BatchFeedback):
    """Graded notebook to feedback page."""


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
        with suppress(OSError):  # a full disk has been said by now, where it matters
            handler.close()


def folders(course: Course, config: Config, assignment: str = "", student: str = "") -> Any:
    """nbgrader's idea of where things are, for an assignment of one student, or all ("*")."""
    directory = CourseDirectory(config=config)
    directory.root = str(course.root.resolve())
    directory.assignment_id = assignment
    directory.student_id = student if student == "*" else glob.escape(student)
    return directory


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
    """Make anew what a converter makes of an assignment and a student; it must succeed.

    Raises CourseError where it does not.
    """
    made = kind(coursedir=folders(course, config, *of), config=config, log=log)
    made.force = True
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
