"""The local pool: an executor whose workers are clean processes that end with their caller.

The standard library's process pool forks the caller, breaks as a whole when one worker dies, and
unpickles what workers send. Here one thread of the caller looks after each worker; a worker that
dies fails its own call and is replaced.
"""

import logging
import pickle
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from jupyter_client.kernelspec import NoSuchKernel

from batchgrader.execution.child import WorkerDied, WorkerError, WorkerProcess
from batchgrader.kernels.scratch import leave, scratch_folder

LOG = logging.getLogger("batchgrader.execution")

T = TypeVar("T")


class LocalPool(Executor):
    """Runs calls that return text in worker processes of this machine.

    ``on_event(worker, text)`` is told what each worker does; the pool's threads call it.
    What workers print goes to ``log``, or nowhere that outlives the pool. All that they write lies
    below ``scratch``.
    """

    def __init__(
        self,
        workers: int,
        on_event: Callable[[int, str], None] | None = None,
        *,
        log: Path | None = None,
    ) -> None:
        if workers < 1:
            raise ValueError("a pool needs at least one worker")
        self._most = workers
        self._on_event = on_event or (lambda worker, text: None)
        self.scratch = scratch_folder()
        self._log = (log or self.scratch / "workers.log").open("ab")
        self._calls: queue.SimpleQueue[tuple[Future[Any], bytes] | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._workers: dict[int, WorkerProcess] = {}
        self._lock = threading.Lock()
        self._closed = False
        self._stopped = False

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> "Future[T]":
        """Have a function called in a worker, which finds it by its module and name."""
        call = pickle.dumps((fn, args, kwargs))
        future: Future[T] = Future()
        with self._lock:
            if self._closed:
                raise RuntimeError("the pool is shut down")
            self._calls.put((future, call))
            if len(self._threads) < self._most:
                number = len(self._threads)
                thread = threading.Thread(
                    target=self._look_after, args=(number,), name=f"worker-{number}", daemon=True
                )
                self._threads.append(thread)
                thread.start()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more calls, and end the workers when those that were taken have ended."""
        with self._lock:
            self._closed = True
            if cancel_futures:
                self._cancel_waiting()
            for _ in self._threads:
                self._calls.put(None)
        if wait:
            for thread in self._threads:
                thread.join()
            self._tidy()

    def stop(self) -> None:
        """End everything now; calls that run fail with WorkerDied, others are cancelled."""
        with self._lock:
            self._stopped = True
            running = list(self._workers.values())
        for worker in running:
            worker.terminate()
        self.shutdown(wait=True, cancel_futures=True)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self.shutdown(wait=True)
        else:
            self.stop()

    def _look_after(self, number: int) -> None:
        """Keep one worker in work; the body of one thread."""
        try:
            while (item := self._calls.get()) is not None:
                future, call = item
                if future.set_running_or_notify_cancel():
                    self._call(number, future, call)
        finally:
            with self._lock:
                worker = self._workers.pop(number, None)
            if worker is not None:
                worker.end()

    def _call(self, number: int, future: "Future[Any]", call: bytes) -> None:
        try:
            answer = self._living(number).call(call)
        except BaseException as error:
            with self._lock:
                worker = self._workers.pop(number, None)
            if worker is not None:
                worker.end()
            future.set_exception(error)
        else:
            if "result" in answer:
                future.set_result(answer["result"])
            else:
                future.set_exception(_error(answer))

    def _living(self, number: int) -> WorkerProcess:
        """The worker with this number: the one that is there, or a new one in its place."""
        with self._lock:
            worker = self._workers.get(number)
            if self._stopped:
                raise WorkerDied("The pool was stopped before this call could begin.")
            if worker is not None and worker.alive():
                return worker
            if worker is not None:
                worker.end()
            scratch = self.scratch / f"worker-{number}"
            tell = partial(self._tell, number)
            self._workers[number] = WorkerProcess(scratch, self._log, tell)
            return self._workers[number]

    def _tell(self, number: int, text: str) -> None:
        try:
            self._on_event(number, text)
        except Exception:
            LOG.exception("What listens to the pool failed")

    def _cancel_waiting(self) -> None:
        while True:
            try:
                item = self._calls.get_nowait()
            except queue.Empty:
                return
            if item is not None:
                item[0].cancel()

    def _tidy(self) -> None:
        self._log.close()
        leave(self.scratch)


def _error(answer: dict[str, Any]) -> Exception:
    """The error that a call raised: those that a coordinator must know apart, or WorkerError."""
    kind, text, number = str(answer["error"]), str(answer["text"]), answer["errno"]
    if kind == "NoSuchKernel":
        return NoSuchKernel(text)
    if kind == "OSError":
        return OSError(number, text)
    return WorkerError(f"{kind}: {text}")
