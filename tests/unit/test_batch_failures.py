"""Why a submission or a run could not be graded, in one sentence, and whose fault it is."""

import errno
import pickle
import sqlite3
from concurrent.futures import BrokenExecutor, CancelledError
from pathlib import Path

import pytest
from jupyter_client.kernelspec import NoSuchKernel
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat.validator import NotebookValidationError
from nbgrader.converters import NbGraderException
from nbgrader.preprocessors.execute import UnresponsiveKernelError
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError, OperationalError

from batchgrader.failures import StoppedEarly, environment, failure, sentence, stopping

ROOT = Path("/courses/ml")


# What Dask raises of a worker that died too often; it need not be installed.
KilledWorker = type("KilledWorker", (Exception,), {})


def database_error(message: str) -> OperationalError:
    return OperationalError("SELECT 1", {}, sqlite3.OperationalError(message))


def test_a_dead_kernel_is_said_with_its_place() -> None:
    said = sentence(DeadKernelError("Kernel died"), "in the cell 'half'")
    assert said.startswith("The kernel died in the cell 'half': the code ended the process")


def test_an_unknown_error_is_named_by_its_first_line_with_the_log() -> None:
    said = sentence(ZeroDivisionError("by zero\nmore"), log=Path("batchgrade.log"))
    assert said == "Grading stopped (ZeroDivisionError: by zero); see batchgrade.log."


def test_an_error_without_a_message_is_still_a_sentence() -> None:
    assert (
        sentence(AssertionError(), log="x.log") == "Grading stopped (AssertionError: ); see x.log."
    )


@pytest.mark.parametrize(
    ("error", "part"),
    [
        (CellTimeoutError("too long"), "longer than it may"),
        (UnresponsiveKernelError(), "did not answer any more"),
        (NotebookValidationError(type("Error", (), {"message": "no cells"})()), "(no cells)"),
        (RecursionError("maximum depth"), "nested too deeply"),
    ],
)
def test_a_fault_of_the_submission_is_not_graded_again_by_itself(
    error: Exception, part: str
) -> None:
    made = failure(error)
    assert part in made.text
    assert not made.retry


@pytest.mark.parametrize(
    ("error", "part"),
    [
        (BrokenExecutor("gone"), "The worker that ran the notebook died"),
        (KilledWorker("task", "worker"), "The worker that ran the notebook died"),
        (CancelledError(), "The run ended before the notebook did"),
        (RuntimeError("Kernel didn't respond in 60 seconds"), "did not start in time"),
        (MemoryError(), "The memory was used up"),
        (OSError(errno.ENOSPC, "full", "/tmp/x"), "The disk of the worker was full"),
        (NoSuchKernel("ir"), "'ir', which is not installed"),
    ],
)
def test_a_fault_of_the_machine_is_graded_again_by_the_next_run(
    error: Exception, part: str
) -> None:
    made = failure(error)
    assert part in made.text
    assert made.retry


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_a_fault_of_the_machine(number: int) -> None:
    said = environment(OSError(number, "full", str(ROOT / "autograded" / "x")), ROOT)
    assert said.startswith(f"The disk is full: {ROOT}/autograded/x cannot be written. Make room")


def test_too_many_open_files_are_a_fault_of_the_machine() -> None:
    assert "ulimit -n" in environment(OSError(errno.EMFILE, "too many"), ROOT)


def test_a_submission_that_cannot_be_read_is_a_fault_of_that_submission() -> None:
    graded = PermissionError(errno.EACCES, "denied", str(ROOT / "autograded" / "ann" / "a.ipynb"))
    assert environment(graded, ROOT).startswith("There is no permission to use")
    unreadable = PermissionError(errno.EACCES, "denied", str(ROOT / "submitted/ann/a.ipynb"))
    assert environment(unreadable, ROOT) == ""
    assert failure(unreadable).text.endswith("a.ipynb cannot be read or written: denied.")


def test_the_folder_of_submissions_may_have_another_name_and_place() -> None:
    path = ROOT / "week1" / "handed-in" / "ann.ipynb"
    denied = PermissionError(errno.EACCES, "denied", str(path))
    assert environment(denied, ROOT, submitted="handed-in") == ""
    assert environment(denied, ROOT) != ""


@pytest.mark.parametrize(
    ("problem", "part"),
    [
        ("database or disk is full", "The disk is full"),
        ("disk I/O error", "examine the disk"),
        ("attempt to write a readonly database", "There is no permission to write"),
        ("database is locked", "Another program holds"),
        ("database disk image is malformed", "is damaged"),
        ("no such column: x", "nbgrader db upgrade"),
        ("connection to server at localhost failed", "start its server"),
    ],
)
def test_a_database_that_cannot_be_used_is_a_fault_of_the_machine(problem: str, part: str) -> None:
    for error in (database_error(problem), sqlite3.OperationalError(problem)):
        said = environment(error, ROOT, db_url="sqlite:////data/grades.sqlite")
        assert part in said
        assert "/data/grades.sqlite" in said


def test_what_sqlite_really_says_of_a_file_that_is_no_database_is_understood(
    tmp_path: Path,
) -> None:
    (tmp_path / "gradebook.db").write_bytes(b"x" * 5000)
    engine = create_engine(f"sqlite:///{tmp_path}/gradebook.db")
    with pytest.raises(Exception, match="not a database") as raised, engine.connect() as database:
        database.execute(text("SELECT * FROM grade"))
    engine.dispose()
    said = environment(raised.value, tmp_path)
    assert said.startswith(f"{tmp_path}/gradebook.db is damaged (file is not a database)")


def test_the_cause_is_found_below_the_errors_that_wrap_it() -> None:
    wrapped = NbGraderException("There was an error accessing the database")
    wrapped.__cause__ = database_error("database is locked")
    assert "Another program holds" in environment(wrapped, ROOT)


def test_an_error_that_was_hidden_on_purpose_is_not_looked_at() -> None:
    error = ValueError("mended")
    error.__context__ = OSError(errno.ENOSPC, "full")
    assert environment(error, ROOT) != ""
    error.__suppress_context__ = True
    assert environment(error, ROOT) == ""


@pytest.mark.parametrize(
    "error",
    [
        KeyError("metadata"),
        IntegrityError("INSERT", {}, sqlite3.IntegrityError("UNIQUE constraint failed")),
        FileNotFoundError(errno.ENOENT, "missing", "a.ipynb"),
        TimeoutError("late"),
    ],
)
def test_an_error_of_one_submission_does_not_stop_the_run(error: Exception) -> None:
    assert environment(error, ROOT) == ""


def test_a_kernel_that_is_not_installed_stops_the_run() -> None:
    assert "jupyter kernelspec list" in environment(NoSuchKernel("ir"), ROOT)


def test_an_address_of_a_database_that_makes_no_sense_is_named() -> None:
    with pytest.raises(Exception, match="dialects:foo") as raised:
        create_engine("foo://x")
    said = environment(raised.value, ROOT, db_url="foo://x")
    assert said.startswith("foo://x is no address of a database (")
    assert said.endswith("; mend --db.")


def test_the_password_of_a_database_is_not_told() -> None:
    url = "postgresql://ann:secret@db.example.org/grades"
    said = environment(database_error("connection refused"), ROOT, db_url=url)
    assert said.startswith("postgresql://ann:***@db.example.org/grades does not answer (")


def test_a_fault_of_the_machine_stops_and_any_other_error_passes() -> None:
    with pytest.raises(StoppedEarly, match="The disk is full"), stopping(ROOT):
        raise OSError(errno.ENOSPC, "full")
    with pytest.raises(KeyError), stopping(ROOT):
        raise KeyError("cells")
    with pytest.raises(StoppedEarly, match="another sentence"), stopping(ROOT):
        raise StoppedEarly("another sentence")


def test_stopping_early_keeps_its_sentence_across_processes() -> None:
    stopped = pickle.loads(pickle.dumps(StoppedEarly("The disk is full.")))
    assert isinstance(stopped, NbGraderException)
    assert str(stopped) == "The disk is full."
