"""A worker process as its pool sees it: started, called, and ended."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from batchgrader.execution.frames import read_frame, write_frame
from batchgrader.kernels.scratch import remove

_PATIENCE = 5.0  # seconds that a worker gets to leave before it is killed


class WorkerDied(RuntimeError):  # noqa: N818  what happened, as people say it
    """A worker process ended in the middle of a call; the call may be submitted again."""


class WorkerError(RuntimeError):
    """A call raised an error in its worker that has no better name here; the text says which."""


class WorkerProcess:
    """A worker process and the pipes to it; a thread of the pool looks after each."""

    def __init__(self, scratch: Path, log: IO[bytes], on_event: Callable[[str], None]) -> None:
        scratch.mkdir(parents=True, exist_ok=True)
        self._scratch = scratch
        self._on_event = on_event
        module = "batchgrader.execution.worker"
        about = [str(os.getpid()), str(scratch), json.dumps(sys.path)]
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", module, *about],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,
        )

    def alive(self) -> bool:
        """Whether the process can take a call."""
        return self._process.poll() is None

    def call(self, call: bytes) -> dict[str, Any]:
        """Make one call; raises WorkerDied where no answer comes."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            write_frame(self._process.stdin, call)
        except OSError as error:
            raise WorkerDied(self._how_it_ended()) from error
        while (frame := read_frame(self._process.stdout)) is not None:
            try:
                message: dict[str, Any] = json.loads(frame)
            except ValueError:
                break
            if "event" not in message:
                return message
            self._on_event(message["event"])
        raise WorkerDied(self._how_it_ended())

    def terminate(self) -> None:
        """Have it leave in the middle of its call; any thread may ask."""
        self._process.terminate()

    def end(self) -> None:
        """Have it leave; its kernels end with it, for their keepers see it go."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
        remove(self._scratch)

    def _how_it_ended(self) -> str:
        try:
            status = self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            status = self._process.wait()
        if status == -signal.SIGKILL:
            return "A worker process was killed (signal 9), perhaps because memory ran out."
        if status < 0:
            return f"A worker process was ended by signal {-status}."
        return f"A worker process ended with status {status} in the middle of a submission."
