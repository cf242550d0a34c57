"""Deaths in the local pool: of kernels, of workers, and of the pool's caller in every way."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from jupyter_client.kernelspec import NoSuchKernel
from small_jobs import OPEN, job, notebook, outputs

from batchgrader.execution import LocalPool, WorkerDied, run_job
from batchgrader.jobs import Limits, Result

# Writes who is who, for the test to look at: the keeper, the kernel, and two children of it.
TELL = """
import json, os, pathlib, subprocess
child = subprocess.Popen(["sleep", "1000"])
escaped = subprocess.Popen(["sleep", "1000"], start_new_session=True)
path = pathlib.Path({path!r})
pids = [os.getppid(), os.getpid(), child.pid, escaped.pid]
path.with_suffix(".new").write_text(json.dumps(pids))
path.with_suffix(".new").rename(path)
"""
FOREVER = "while True: pass"
PATIENCE = 60.0

CALLER = """
import sys
sys.path.insert(0, {here!r})
from small_jobs import OPEN, job
from batchgrader.execution import LocalPool, run_job

def main():
    with LocalPool(2) as pool:
        future = pool.submit(run_job, job({tell!r}, {forever!r}, kernels=OPEN))
        while not __import__("os").path.exists({path!r}):
            __import__("time").sleep(0.05)
        {then}

main()
"""


def tell(path: Path) -> str:
    return TELL.format(path=str(path))


def kill_worker(pool: LocalPool) -> int:
    """Kill the only worker of a pool, and tell its number."""
    (worker,) = pool._workers.values()
    os.kill(worker._process.pid, signal.SIGKILL)
    return worker._process.pid


def lives(pid: int) -> bool:
    try:
        return pid != 0 and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def eventually(true: Callable[[], bool]) -> bool:
    end = time.monotonic() + PATIENCE
    while not true() and time.monotonic() < end:
        time.sleep(0.05)
    return true()


def result_of(text: str) -> Result:
    return Result.from_json(text)


def test_the_pool_runs_jobs_and_tells_what_each_worker_does() -> None:
    events: list[tuple[int, str]] = []
    with LocalPool(2, on_event=lambda *event: events.append(event)) as pool:
        futures = [pool.submit(run_job, job(f"{n} + 1", "'end'")) for n in range(4)]
        assert [outputs(result_of(f.result()))[0] for f in futures] == [["1"], ["2"], ["3"], ["4"]]
    assert {worker for worker, _ in events} <= {0, 1}
    assert [text for _, text in events].count("alice/ps1: p1, cell 2 of 2") == 4


def test_a_worker_that_is_killed_fails_its_own_job_and_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "pids"
    with LocalPool(1) as pool:
        before = pool.submit(run_job, job("1"))
        killed = pool.submit(run_job, job(tell(path), FOREVER, kernels=OPEN))
        after = pool.submit(run_job, job("2"))
        assert outputs(result_of(before.result())) == [["1"]]
        assert eventually(path.exists)
        kill_worker(pool)
        with pytest.raises(WorkerDied, match="signal 9"):
            killed.result()
        assert outputs(result_of(after.result())) == [["2"]]


def test_what_a_killed_worker_left_running_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "pids"
    with LocalPool(1) as pool:
        running = pool.submit(run_job, job(tell(path), FOREVER, kernels=OPEN))
        assert eventually(path.exists)
        kill_worker(pool)
        assert isinstance(running.exception(), WorkerDied)
        pids = json.loads(path.read_text())
        assert eventually(lambda: not any(map(lives, pids)))


def test_a_process_that_left_its_group_ends_with_its_kernel(tmp_path: Path) -> None:
    path = tmp_path / "pids"
    with LocalPool(1) as pool:
        pool.submit(run_job, job(tell(path), kernels=OPEN)).result()
        assert eventually(lambda: not any(map(lives, json.loads(path.read_text()))))


def test_workers_that_die_while_idle_are_replaced() -> None:
    with LocalPool(1) as pool:
        pool.submit(run_job, job("1")).result()
        worker = kill_worker(pool)
        threads = Path(f"/proc/{worker}/task")
        # Its first thread is gone before the others are, and only then has it ended.
        assert eventually(lambda: not lives(worker) and len(list(threads.iterdir())) < 2)
        assert outputs(result_of(pool.submit(run_job, job("2")).result())) == [["2"]]


def test_an_error_of_the_configuration_comes_back_under_its_own_name() -> None:
    missing = job(notebooks={"p1": notebook("1", kernel="no-such-kernel")})
    with LocalPool(1) as pool, pytest.raises(NoSuchKernel, match="no-such-kernel"):
        pool.submit(run_job, missing).result()


def test_a_submission_that_is_stopped_leaves_the_worker_to_the_next(tmp_path: Path) -> None:
    path = tmp_path / "pids"
    with LocalPool(1) as pool:
        limits = Limits(seconds=5)
        slow = pool.submit(run_job, job(tell(path), FOREVER, limits=limits, kernels=OPEN))
        assert outputs(result_of(slow.result()))[1] == ["SubmissionTimeout"]
        assert eventually(lambda: not any(map(lives, json.loads(path.read_text()))))
        assert outputs(result_of(pool.submit(run_job, job("2")).result())) == [["2"]]


def test_an_error_in_the_block_ends_what_runs_at_once(tmp_path: Path) -> None:
    path = tmp_path / "pids"
    future = None

    def use() -> None:
        nonlocal future
        with LocalPool(1) as pool:
            future = pool.submit(run_job, job(tell(path), FOREVER, kernels=OPEN))
            assert eventually(path.exists)
            raise LookupError

    with pytest.raises(LookupError):
        use()
    assert future is not None
    assert isinstance(future.exception(), WorkerDied)
    assert eventually(lambda: not any(map(lives, json.loads(path.read_text()))))


def test_calls_that_wait_can_be_cancelled_while_one_runs(tmp_path: Path) -> None:
    path = tmp_path / "pids"
    pool = LocalPool(1)
    running = pool.submit(run_job, job(tell(path), "1", kernels=OPEN))
    waiting = pool.submit(run_job, job("2"))
    assert eventually(path.exists)
    pool.shutdown(wait=True, cancel_futures=True)
    assert outputs(result_of(running.result()))[1] == ["1"]
    assert waiting.cancelled()


@pytest.mark.parametrize(
    ("then", "signum"),
    [
        ("pool.stop()", None),
        ("raise ValueError", None),
        ("raise SystemExit(0)", None),
        ("__import__('os')._exit(0)", None),
        ("future.result()", signal.SIGINT),
        ("future.result()", signal.SIGTERM),
        ("future.result()", signal.SIGKILL),
    ],
)
def test_nothing_outlives_the_caller(
    tmp_path: Path, then: str, signum: signal.Signals | None
) -> None:
    path = tmp_path / "pids"
    # Not in the folder of the test, whose path is too long for sockets.
    temporary = Path(tempfile.mkdtemp())
    here = str(Path(__file__).parent)
    script = CALLER.format(here=here, tell=tell(path), forever=FOREVER, path=str(path), then=then)
    environment = os.environ | {"TMPDIR": str(temporary)}
    caller = subprocess.Popen(
        [sys.executable, "-c", script], env=environment, stderr=subprocess.DEVNULL
    )
    try:
        assert eventually(path.exists)
        if signum is not None:
            caller.send_signal(signum)
        caller.wait(PATIENCE)
    finally:
        caller.kill()
        caller.wait()
    pids = json.loads(path.read_text())
    assert len(pids) == 4
    assert eventually(lambda: not any(map(lives, pids)))
    assert eventually(lambda: not list(temporary.iterdir()))
    temporary.rmdir()


def test_a_caller_that_never_shuts_the_pool_down_can_end() -> None:
    temporary = Path(tempfile.mkdtemp())
    here = str(Path(__file__).parent)
    script = (
        f"import sys\nsys.path.insert(0, {here!r})\nfrom small_jobs import job\n"
        "from batchgrader.execution import LocalPool, run_job\n"
        "pool = LocalPool(2)\nprint(len(pool.submit(run_job, job('1')).result()) > 0)"
    )
    environment = os.environ | {"TMPDIR": str(temporary)}
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ("True\n", "")
    assert eventually(lambda: not list(temporary.iterdir()))
    temporary.rmdir()


def test_the_pool_works_from_a_thread_and_inside_a_running_event_loop() -> None:
    async def grade() -> str:
        with LocalPool(1) as pool:
            return await asyncio.wrap_future(pool.submit(run_job, job("1")))

    texts: list[str] = []
    thread = threading.Thread(target=lambda: texts.append(asyncio.run(grade())))
    thread.start()
    thread.join()
    assert outputs(result_of(texts[0])) == [["1"]]


def test_what_workers_print_goes_to_the_log(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "workers.log"
    with LocalPool(1, log=log) as pool:
        missing = job(notebooks={"p1": notebook("1", kernel="no-such-kernel")})
        assert isinstance(pool.submit(run_job, missing).exception(), NoSuchKernel)
    assert "no-such-kernel" in log.read_text()
    assert capfd.readouterr() == ("", "")
