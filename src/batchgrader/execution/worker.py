"""What a worker process of a LocalPool does: take a call, answer with text, until the pool is gone.

Started by the pool as ``python -m batchgrader.execution.worker``. Calls come in on descriptor 0
pickled, for the pool is trusted; answers and events go out as JSON on a duplicate of descriptor 1.
Whatever is printed goes to the log that is descriptor 2.
"""

import contextlib
import json
import logging
import os
import pickle
import queue
import signal
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import IO, Any

from batchgrader.execution import events, processes
from batchgrader.execution.frames import read_frame, write_frame
from batchgrader.kernels.scratch import remove

_PATIENCE = 10.0  # seconds that the main thread gets to leave in good order


class Worker:
    """One worker process; ``main`` makes it."""

    def __init__(self, calls: IO[bytes], answers: IO[bytes], scratch: Path) -> None:
        self._calls = calls
        self._answers = answers
        self._scratch = scratch
        self._writing = threading.Lock()
        self._queue: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def work(self) -> None:
        """Answer calls for ever; the process ends when the pool's end of the pipe is closed."""
        events.listen(self._heard)
        threading.Thread(target=self._receive, daemon=True).start()
        while True:
            call = self._queue.get()
            answer = _answer(call)
            self._send(answer)

    def leave(self, *_: Any) -> None:
        """End at once, and leave no file behind; the keepers of its kernels see it go."""
        remove(self._scratch)
        if not any(self._scratch.parent.glob("worker-*")):
            remove(self._scratch.parent)
        os._exit(0)

    def _receive(self) -> None:
        while (call := read_frame(self._calls)) is not None:
            self._queue.put(call)
        # The main thread leaves, so that it cannot start a kernel meanwhile.
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(_PATIENCE)
        self.leave()

    def _heard(self, text: str) -> None:
        self._send({"event": text})

    def _send(self, message: dict[str, Any]) -> None:
        with self._writing, contextlib.suppress(BrokenPipeError):
            write_frame(self._answers, json.dumps(message).encode("utf-8"))


def _answer(call: bytes) -> dict[str, Any]:
    """Make a call; its result must be text, and an error becomes two words about it."""
    try:
        function, arguments, options = pickle.loads(call)
        result = function(*arguments, **options)
        if not isinstance(result, str):
            raise TypeError(f"a worker answers with text, not with {type(result).__name__}")
    except BaseException as error:
        logging.getLogger(__name__).exception("A call failed")
        text = str(error.args[0] if isinstance(error, KeyError) and error.args else error)
        kind, number = type(error).__name__, getattr(error, "errno", None)
        if isinstance(error, OSError):
            kind, text = "OSError", error.strerror or text
        return {"error": kind, "text": text, "errno": number}
    return {"result": result}


def main() -> None:
    """Begin: keep the pipes apart from what is printed, and be ready to end with the pool."""
    parent, scratch, path = int(sys.argv[1]), Path(sys.argv[2]), json.loads(sys.argv[3])
    sys.path[:] = path
    calls, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    with Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    tempfile.tempdir = str(scratch)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    worker = Worker(calls, answers, scratch)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, worker.leave)
    processes.signal_when_parent_dies(parent, signal.SIGTERM)
    worker.work()


if __name__ == "__main__":
    main()
