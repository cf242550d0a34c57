"""Why a submission or a whole run could not be graded, each in one sentence with the mend.

The coordinator asks ``environment`` about every error of its own first: where the machine is at
fault, the run stops early and nothing is held against the submission. Any other error, and every
error that a worker raised, ends that submission alone, as a ``Failure`` that ``failure`` makes.
"""

import errno
import sqlite3
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, CancelledError
from contextlib import contextmanager
from pathlib import Path

from jsonschema import ValidationError
from jupyter_client.kernelspec import NoSuchKernel
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat.reader import NotJSONError
from nbformat.validator import NotebookValidationError
from nbgrader.converters import NbGraderException
from nbgrader.nbgraderformat.common import SchemaMismatchError
from nbgrader.preprocessors.execute import UnresponsiveKernelError
from sqlalchemy.engine import make_url
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DataError,
    IntegrityError,
    NoSuchModuleError,
)

from batchgrader.jobs import Failure

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
DENIED = {errno.EACCES, errno.EPERM, errno.EROFS}
EXHAUSTED = {
    errno.EMFILE: "too many files are open: raise the limit with `ulimit -n 8192`",
    errno.ENFILE: "too many files are open on this machine: end other programs",
    errno.EAGAIN: "no further process may be started: use fewer workers (--workers)",
    errno.ENOMEM: "the memory is used up: use fewer workers (--workers)",
    errno.EIO: "a disk does not read or write any more: have it examined",
    errno.ESTALE: "a network drive was lost: mount it again",
}
GRADED_STAYS = "and run again; what is graded stays graded."
# Errors of a pool or a cluster that are known by name, for Dask need not be installed.
LOST_WORKER = {"WorkerDied", "KilledWorker", "CommClosedError", "FutureCancelledError"}


class Refused(NbGraderException):  # type: ignore[misc]
    """Nothing is graded, because notebooks cannot be isolated here; the text says what to do."""


class StoppedEarly(NbGraderException):  # type: ignore[misc]
    """A run that had to stop before its end; the message is the sentence that people read.

    It is one of nbgrader's exceptions, so that stock commands end without a traceback too.
    """


def failure(error: BaseException, cell: str = "", log: Path | str = "the log") -> Failure:
    """The failure to record of a submission; grade it again by itself if the machine is to blame.

    ``cell`` says where it happened, as in "in the cell 'mean-tests'", and may be empty.
    """
    return Failure(sentence(error, cell, log), retry=_is_of_the_machine(error))


def sentence(error: BaseException, cell: str = "", log: Path | str = "the log") -> str:
    """Why one submission could not be graded, and what to do; arguments as for ``failure``."""
    where = f" {cell}" if cell else ""
    return (
        _of_the_kernel(error, where)
        or _of_the_notebook(error, log)
        or _of_the_worker(error)
        or f"Grading stopped{where} ({type(error).__name__}: {_line(error)}); see {log}."
    )


def environment(
    error: BaseException, root: Path, submitted: str = "submitted", db_url: str = ""
) -> str:
    """Why nothing at all can be graded now, and the mend; empty where the machine is not at fault.

    ``root`` is the course folder, ``submitted`` the name of nbgrader's folder of submissions: one
    that cannot be read is the fault of that submission. ``db_url`` is the address of the gradebook,
    where it is not ``gradebook.db`` in the course. For errors of the coordinator only, not of a
    worker.
    """
    database = _gradebook(db_url, root)
    for cause in _causes(error):
        said = ""
        if isinstance(cause, OSError):
            said = _file(cause, root, submitted)
        elif isinstance(cause, IntegrityError | DataError | sqlite3.IntegrityError):
            continue
        elif isinstance(cause, DatabaseError):
            said = _database(str(cause.orig), database)
        elif isinstance(cause, sqlite3.DatabaseError):
            said = _database(str(cause), database)
        elif isinstance(cause, ArgumentError | NoSuchModuleError):
            said = f"{database} is no address of a database ({_line(cause)}); mend --db."
        elif isinstance(cause, NoSuchKernel):
            said = _no_kernel(cause)
        if said:
            return said
    return ""


@contextmanager
def stopping(root: Path, submitted: str = "submitted", db_url: str = "") -> Iterator[None]:
    """Turn a fault of the machine into StoppedEarly; arguments as for ``environment``."""
    try:
        yield
    except StoppedEarly:
        raise
    except Exception as error:
        said = environment(error, root, submitted, db_url)
        if said:
            raise StoppedEarly(said) from error
        raise


def _of_the_kernel(error: BaseException, where: str) -> str:
    if isinstance(error, DeadKernelError):
        return f"The kernel died{where}: the code ended the process or used up the memory."
    if isinstance(error, NoSuchKernel):
        return _no_kernel(error)
    if _is_slow_start(error):
        return "The kernel did not start in time; the next run grades the submission again."
    if isinstance(error, CellTimeoutError):
        return f"The code{where} took longer than it may; look for a loop that does not end."
    if isinstance(error, TimeoutError | UnresponsiveKernelError):
        return f"The kernel did not answer any more{where} and could not be interrupted."
    return ""


def _of_the_notebook(error: BaseException, log: Path | str) -> str:
    if isinstance(error, NotebookValidationError):
        return (
            f"The file breaks the notebook format ({error.message}); "
            "open it in JupyterLab, save it and hand it in again."
        )
    if isinstance(error, NotJSONError):
        return "The file is not a notebook: it is damaged or cut off; hand it in again."
    if isinstance(error, SchemaMismatchError):
        return (
            "The notebook was made for another version of nbgrader; "
            "download the assignment again, copy the answers into it and hand that in."
        )
    if isinstance(error, ValidationError):
        return f"The notebook's grading metadata is damaged; see {log}."
    if isinstance(error, RecursionError):
        return "The notebook is nested too deeply to be read; hand in one saved by JupyterLab."
    return ""


def _of_the_worker(error: BaseException) -> str:
    if isinstance(error, BrokenExecutor) or type(error).__name__ in LOST_WORKER:
        return "The worker that ran the notebook died; the next run grades the submission again."
    if isinstance(error, CancelledError):
        return "The run ended before the notebook did; the next run grades the submission."
    if isinstance(error, MemoryError):
        return "The memory was used up; the next run grades the submission again."
    if isinstance(error, FileNotFoundError) and error.filename:
        return f"{error.filename} was not found; it was moved or deleted while it was graded."
    if isinstance(error, OSError) and error.errno in FULL:
        return "The disk of the worker was full; the next run grades the submission again."
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename} cannot be read or written: {error.strerror}."
    return ""


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error and those it came from: nbgrader wraps a database's errors in its own."""
    while error is not None:
        yield error
        hidden = error.__suppress_context__
        error = error.__cause__ or (None if hidden else error.__context__)


def _file(error: OSError, root: Path, submitted: str) -> str:
    path = Path(str(error.filename or root))
    if error.errno in FULL:
        full = path if error.filename else root
        return f"The disk is full: {full} cannot be written. Make room {GRADED_STAYS}"
    if error.errno in EXHAUSTED:
        return f"The machine cannot go on, {EXHAUSTED[error.errno]} {GRADED_STAYS}"
    if error.errno in DENIED and path.is_relative_to(root):
        if submitted in path.relative_to(root).parts:
            return ""
        return (
            f"There is no permission to use {path}; "
            "make it readable and writable for this user and run again."
        )
    return ""


def _gradebook(db_url: str, root: Path) -> str:
    """The gradebook as people know it: a path, or an address without its password."""
    if not db_url:
        return str(root / "gradebook.db")
    try:
        address = make_url(db_url)
    except ArgumentError:
        return repr(db_url)
    if address.get_backend_name() == "sqlite":
        return str(address.database)
    return address.render_as_string(hide_password=True)


def _database(problem: str, gradebook: str) -> str:
    if "full" in problem:
        return f"The disk is full: {gradebook} cannot grow. Make room {GRADED_STAYS}"
    if "disk I/O" in problem:
        return f"{gradebook} cannot be read or written ({problem}); examine the disk {GRADED_STAYS}"
    if "readonly" in problem or "read-only" in problem or "unable to open" in problem:
        return f"There is no permission to write {gradebook} and its folder; make them writable."
    if "locked" in problem:
        return f"Another program holds {gradebook}; close it {GRADED_STAYS}"
    if "not a database" in problem or "malformed" in problem:
        return f"{gradebook} is damaged ({problem}); put a copy of it back, or move it away."
    if "connect" in problem:
        return f"{gradebook} does not answer ({_line(problem)}); start its server {GRADED_STAYS}"
    return (
        f"{gradebook} does not fit this nbgrader ({_line(problem)}); "
        "make a copy of it, then run `nbgrader db upgrade`."
    )


def _no_kernel(error: NoSuchKernel) -> str:
    return (
        f"The assignment asks for the kernel {error.name!r}, which is not installed here; "
        "`jupyter kernelspec list` shows those that are."
    )


def _is_of_the_machine(error: BaseException) -> bool:
    if isinstance(error, TimeoutError | FileNotFoundError):
        return False
    machine = (BrokenExecutor, CancelledError, MemoryError, NoSuchKernel, OSError)
    named = type(error).__name__ in LOST_WORKER
    return named or _is_slow_start(error) or isinstance(error, machine)


def _is_slow_start(error: BaseException) -> bool:
    return isinstance(error, RuntimeError) and "Kernel didn't respond" in str(error)


def _line(said: object) -> str:
    return (str(said).strip().splitlines() or [""])[0][:200]
