"""What a person may have asked wrongly of the command: each is one sentence with the mend."""

import re
import traceback
from collections.abc import Collection, Iterator, Sequence
from difflib import get_close_matches
from glob import iglob
from itertools import pairwise
from pathlib import Path

from nbgrader.converters import NbGraderException
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from batchgrader.showing.wording import names


class UsageError(NbGraderException):  # type: ignore[misc]
    """The command cannot do what it was asked; the message says why and what to do."""


def check_options(words: Sequence[str], flags: Collection[str], aliases: Collection[str]) -> None:
    """Raise UsageError on an option that does not exist or that has no value.

    Options with a dot are settings of a class, as ``--Execute.timeout=60``; traitlets reads those.
    """
    for word, after in pairwise([*words, "--"]):
        if word == "--":
            return
        dashes = len(word) - len(word.lstrip("-"))
        name, equals, _ = word[dashes:].partition("=")
        if not dashes or not name or "." in name or name.isdigit():
            continue
        if name in flags:
            continue
        if name not in aliases:
            guess = _did_you_mean(name, [*flags, *aliases], "--{}")
            raise UsageError(f"There is no option {'-' * dashes}{name}{guess or see_help()}")
        if not equals and after.startswith("-"):
            raise UsageError(f"--{name} needs a value, as in --{name}=...{see_help()}")


def see_help() -> str:
    """The end of a sentence about an option."""
    return "; `batchgrade --help` lists the options."


def config_sentence(error: Exception) -> str:
    """What is wrong in which line of a configuration file; empty where no such file is to blame."""
    if isinstance(error, SyntaxError) and error.filename and error.filename.endswith("_config.py"):
        return f"{error.filename}, line {error.lineno}, is no Python: {error.msg}; mend the file."
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if frame.filename.endswith("_config.py"):
            where = f"{frame.filename}, line {frame.lineno}, cannot be run"
            return f"{where} ({type(error).__name__}: {error}); mend the file."
    return ""


def choose_assignment(named: Sequence[str], configured: str, course: CourseDirectory) -> str:
    """The one assignment to grade, from the words of the command line and the configuration."""
    if len(named) > 1:
        raise UsageError(f"Name one assignment and not {len(named)}: {names(named, 60)}.")
    if named and configured and configured != named[0]:
        raise UsageError(
            f"The configuration says {configured!r} and the command line {named[0]!r}; "
            "name the assignment in one of them."
        )
    if named or configured:
        return named[0] if named else configured
    known = _assignments(course)
    there = f" There are submissions to {names(known, 60)}." if known else ""
    raise UsageError(f"Name the assignment to grade, as in `batchgrade {_example(known)}`.{there}")


def check_course(course: CourseDirectory) -> None:
    """Raise UsageError where there is no course, or nothing in it of what is to be graded."""
    root = Path(course.root)
    if not root.is_dir():
        raise UsageError(f"There is no folder {root}; mend --course-dir.")
    signs = (course.source_directory, course.release_directory, course.submitted_directory)
    found = [
        sign for sign in (*signs, "nbgrader_config.py", "gradebook.db") if (root / sign).exists()
    ]
    if not found and not _assignments(course):
        raise UsageError(
            f"There is no course in {root}: it has neither nbgrader_config.py nor a folder "
            f"{course.submitted_directory}; go to the course, or name it with --course-dir."
        )
    if next(_folders(course), None) is None:
        raise UsageError(_nothing_handed_in(course))
    if next(_notebooks(course), None) is None:
        raise UsageError(_no_notebook(course))


def check_current_folder() -> None:
    """Raise UsageError where the current folder was deleted: nothing can be found from there."""
    try:
        Path.cwd()
    except FileNotFoundError as error:
        raise UsageError("The current folder was deleted; go to another one.") from error


def check_gradebook(url: str) -> None:
    """Raise UsageError where the address of the gradebook makes no sense or needs a driver."""
    try:
        address = make_url(url)
        address.get_dialect().import_dbapi()
    except (ArgumentError, NoSuchModuleError) as error:
        raise UsageError(
            f"{url!r} is no address of a gradebook; mend --db, as in --db=sqlite:////path/to/file."
        ) from error
    except ImportError as error:
        raise UsageError(
            f"The gradebook {address} needs the package {error.name}; install it with pip."
        ) from error
    folder = Path(address.database or ".").absolute().parent
    if address.get_backend_name() == "sqlite" and not folder.is_dir():
        raise UsageError(f"There is no folder {folder} for the gradebook; mend --db.")


def _nothing_handed_in(course: CourseDirectory) -> str:
    """Why no submission was found: an unknown assignment, an unknown student, or nobody yet."""
    assignment, student = course.assignment_id, course.student_id
    if student != "*":
        students = _values(course, "student_id", assignment)
        if students:
            return (
                f"There is no submission to {assignment!r} by {student!r}"
                f"{_did_you_mean(student, students, '{}') or f'; look into {_handed_in(course)}.'}"
            )
    source = course.format_path(course.source_directory, ".", assignment)
    if Path(source).is_dir():
        return f"Nobody has handed in {assignment!r} yet: {_handed_in(course)} does not exist."
    others = _assignments(course)
    guess = _did_you_mean(assignment, others, "{}")
    if not guess and others:
        guess = f"; there are submissions to {names(others, 60)}."
    return f"There is no assignment {assignment!r}{guess or f': {_handed_in(course)} is missing.'}"


def _no_notebook(course: CourseDirectory) -> str:
    stems = sorted({Path(path).stem for path in _notebooks(course, "*")})
    if not stems:
        return f"The submissions to {course.assignment_id!r} hold no notebooks."
    guess = _did_you_mean(course.notebook_id, stems, "{}") or f"; there are {names(stems, 60)}."
    return f"No submission to {course.assignment_id!r} has a notebook {course.notebook_id!r}{guess}"


def _folders(course: CourseDirectory) -> Iterator[str]:
    """The folders of the submissions that are asked for."""
    step, student = course.submitted_directory, course.student_id
    return _matching(course.format_path(step, student, course.assignment_id))


def _notebooks(course: CourseDirectory, name: str = "") -> Iterator[str]:
    for folder in _folders(course):
        yield from _matching(str(Path(folder, f"{name or course.notebook_id}.ipynb")))


def _assignments(course: CourseDirectory) -> list[str]:
    return _values(course, "assignment_id", "*")


def _values(course: CourseDirectory, key: str, assignment: str) -> list[str]:
    """All students or all assignments (by ``key``) that have a folder of submissions."""
    step = course.submitted_directory
    named = r"(?P<student_id>[^/\\]+)", r"(?P<assignment_id>[^/\\]+)"
    pattern = re.compile(course.format_path(step, *named, escape=True))
    paths = _matching(course.format_path(step, "*", assignment))
    return sorted({match[key] for path in paths if (match := pattern.fullmatch(path))})


def _handed_in(course: CourseDirectory) -> str:
    path: str = course.format_path(course.submitted_directory, "*", course.assignment_id)
    return path


def _matching(pattern: str) -> Iterator[str]:
    return iglob(pattern)  # noqa: PTH207  as nbgrader looks for submissions


def _example(known: Sequence[str]) -> str:
    return known[0] if known else "ps1"


def _did_you_mean(word: str, known: Sequence[str], form: str) -> str:
    """The end of a sentence that offers the likeliest of what there is; empty without one."""
    close = get_close_matches(word, known, n=1)
    return f"; did you mean {form.format(close[0])}?" if close else ""
