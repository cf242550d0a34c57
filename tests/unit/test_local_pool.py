"""The local pool as an executor, with plain functions in place of jobs."""

import os
import string
from concurrent.futures import wait
from pathlib import Path

import pytest

from batchgrader.execution import LocalPool, WorkerDied, WorkerError


def test_results_come_back_to_the_calls_that_they_belong_to() -> None:
    with LocalPool(2) as pool:
        assert list(pool.map(string.capwords, ["a b", "c d", "e f"])) == ["A B", "C D", "E F"]


def test_workers_are_other_processes_in_sessions_of_their_own() -> None:
    with LocalPool(1) as pool:
        stat = pool.submit(Path.read_text, Path("/proc/self/stat")).result()
    pid, session = int(stat.split()[0]), int(stat.rsplit(")", 1)[1].split()[3])
    assert pid != os.getpid()
    assert session == pid


def test_only_text_comes_back() -> None:
    with LocalPool(1) as pool, pytest.raises(WorkerError, match="answers with text"):
        pool.submit(os.getpid).result()


def test_an_error_comes_back_as_words_and_the_worker_goes_on() -> None:
    with LocalPool(1) as pool:
        failed = pool.submit(string.capwords, None)
        assert pool.submit(string.capwords, "a").result() == "A"
        assert isinstance(failed.exception(), WorkerError)


def test_an_error_of_the_system_keeps_its_number() -> None:
    with LocalPool(1) as pool, pytest.raises(FileNotFoundError):
        pool.submit(os.readlink, "/no/such/link").result()


def test_a_worker_that_ends_fails_its_call() -> None:
    with LocalPool(1) as pool:
        with pytest.raises(WorkerDied, match="status 3"):
            pool.submit(os._exit, 3).result()
        assert pool.submit(string.capwords, "a").result() == "A"


def test_a_function_that_no_worker_can_find_is_refused_at_once() -> None:
    with LocalPool(1) as pool, pytest.raises(Exception, match="pickle"):
        pool.submit(lambda: "x")


def test_a_pool_that_is_shut_down_takes_no_calls() -> None:
    pool = LocalPool(1)
    pool.shutdown()
    pool.shutdown()
    with pytest.raises(RuntimeError, match="shut down"):
        pool.submit(os.getcwd)


def test_a_pool_that_was_stopped_takes_no_calls_and_can_be_stopped_again() -> None:
    pool = LocalPool(1)
    call = pool.submit(os.getcwd)
    pool.stop()
    pool.stop()
    assert wait([call], timeout=60).done == {call}
    with pytest.raises(RuntimeError, match="shut down"):
        pool.submit(os.getcwd)


def test_a_listener_that_fails_fails_no_call(caplog: pytest.LogCaptureFixture) -> None:
    def broken(worker: int, text: str) -> None:
        raise LookupError("listener")

    with LocalPool(1, on_event=broken) as pool:
        assert pool.submit(_progress_of).result() == "done"
    assert "listener" in caplog.text


def _progress_of() -> str:
    from batchgrader.execution import events

    events.progress("half")
    return "done"


def test_a_pool_needs_a_worker() -> None:
    with pytest.raises(ValueError, match="at least one"):
        LocalPool(0)
