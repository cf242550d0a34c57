"""Why a submission could not be graded, in one sentence; called by grading."""

import errno
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jsonschema import ValidationError
from jupyter_client.kernelspec import NoSuchKernel
from nbclient.exceptions import DeadKernelError
from nbformat.validator import NotebookValidationError
from sqlalchemy.exc import DatabaseError, IntegrityError

from coursekit.course import CourseError

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
DENIED = {errno.EACCES, errno.EPERM, errno.EROFS}


def check_notebook(path: Path, language: str = "python") -> str:
    """What keeps a submitted notebook from being graded at all; empty where nothing does."""
    if path.parent.is_symlink() or path.is_symlink():
        return f"{path.name} is a link to another file; hand in the notebook itself."
    if not path.is_file():
        return _missing(path)
    try:
        notebook = json.loads(path.read_text("utf-8"))
        cells = [dict(cell) for cell in notebook["cells"]]
        metadata = dict(notebook.get("metadata", {}))
    except OSError as error:
        return f"{path.name} cannot be read: {error.strerror}."
    except (ValueError, TypeError, KeyError, RecursionError):
        return f"{path.name} is not a notebook: the file is damaged or cut off; hand it in again."
    spoken = _language(metadata)
    if spoken.lower() not in ("", language):
        return (
            f"{path.name} was saved with a kernel for {spoken}; "
            "choose the kernel Python 3, restart, run all cells and hand it in again."
        )
    return _copied_cells(cells)


def sentence(error: BaseException, cell: str, log: Path) -> str:
    """Why nbgrader gave up on a submission, from what it raised and where, "in the cell 'x'"."""
    where = f" {cell}" if cell else ""
    if isinstance(error, DeadKernelError):
        return f"The kernel died{where}: the code ended the process or used up the memory."
    if isinstance(error, NoSuchKernel):
        return f"The assignment asks for the kernel {error.name!r}, which is not installed here."
    if isinstance(error, RuntimeError) and "Kernel didn't respond" in str(error):
        return "The kernel did not start in time; grade the submission again."
    if isinstance(error, TimeoutError) or type(error).__name__ == "UnresponsiveKernelError":
        return f"The kernel did not answer any more{where} and could not be interrupted."
    if isinstance(error, NotebookValidationError):
        return (
            f"The file breaks the notebook format ({error.message}); "
            "open it in JupyterLab, save it and hand it in again."
        )
    if isinstance(error, ValidationError):
        return f"The notebook's grading metadata is damaged; see {log}."
    return f"nbgrader stopped{where} ({type(error).__name__}: {_first_line(error)}); see {log}."


def raise_environment(error: BaseException, root: Path) -> None:
    """Raise CourseError where the machine, not the submission, is the cause of an error."""
    for cause in _causes(error):
        if isinstance(cause, OSError):
            _raise_for_file(cause, root)
        if isinstance(cause, DatabaseError) and not isinstance(cause, IntegrityError):
            raise CourseError(_database(str(cause.orig), root)) from error


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error and those it came from: nbgrader wraps a database's errors in its own."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _raise_for_file(error: OSError, root: Path) -> None:
    path = Path(str(error.filename or root))
    if error.errno in FULL:
        raise CourseError(
            f"The disk is full: nothing more can be written below {root}. "
            "Make room and run again; what is graded stays graded."
        ) from error
    if error.errno in DENIED and path.is_relative_to(root) and not _is_submitted(path, root):
        raise CourseError(
            f"There is no permission to write {path}; make it writable for this user and run again."
        ) from error


def _database(problem: str, root: Path) -> str:
    gradebook = root / "gradebook.db"
    if "full" in problem or "disk I/O" in problem:
        return (
            f"The disk is full: {gradebook} cannot grow. "
            "Make room and run again; what is graded stays graded."
        )
    if "readonly" in problem or "unable to open" in problem:
        return f"There is no permission to write {gradebook} and its folder; make them writable."
    if "locked" in problem:
        return f"Another program holds {gradebook}; close it and run again."
    if "not a database" in problem or "malformed" in problem:
        return f"{gradebook} is damaged ({problem}); put a copy of it back, or move it away."
    return (
        f"{gradebook} does not fit this nbgrader ({problem}); "
        "make a copy of it, then run `nbgrader db upgrade`."
    )


def _missing(path: Path) -> str:
    others = sorted(other.name for other in path.parent.glob("*.ipynb"))
    if others:
        return f"There is no {path.name}, only {', '.join(others)}; rename it to {path.name}."
    return f"There is no {path.name} in {path.parent.parent.name}/{path.parent.name}."


def _language(metadata: dict[str, Any]) -> str:
    for entry, key in (("kernelspec", "language"), ("language_info", "name")):
        named = metadata.get(entry)
        if isinstance(named, dict) and named.get(key):
            return str(named[key])
    return ""


def _copied_cells(cells: list[dict[str, Any]]) -> str:
    """Copied cells stop nbgrader 0.9.6 with an error that names no cell (its issue 1083)."""
    ids: Counter[str] = Counter()
    for cell in cells:
        metadata = cell.get("metadata")
        graded = metadata.get("nbgrader") if isinstance(metadata, dict) else None
        if isinstance(graded, dict) and "grade_id" in graded:
            ids[str(graded["grade_id"])] += 1
    twice = sorted(name for name, count in ids.items() if count > 1)
    if not twice:
        return ""
    named = ", ".join(repr(name) for name in twice)
    return f"The graded cell {named} is there more than once; delete the copy and hand in again."


def _is_submitted(path: Path, root: Path) -> bool:
    return path.is_relative_to(root / "submitted")


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [""])[0][:200]
