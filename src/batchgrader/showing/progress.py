"""What people see while a run goes on: a live display on a terminal, a few lines in a log.

The coordinator tells a Listener what happens. A listener never ends a run: what cannot be shown is
not shown.
"""

import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol, TextIO

from batchgrader.showing.report import SubmissionRecord
from batchgrader.showing.tally import Tally
from batchgrader.showing.terminal import TerminalProgress
from batchgrader.showing.wording import count, printable

# A line in a log at least after this many seconds, or this share of all submissions.
SECONDS = 60.0
SHARE = 0.05


class Listener(Protocol):
    """Told by the coordinator what a run does; ``close`` is called whatever happens."""

    def begin(self, assignment: str, due: int, workers: int) -> None:
        """A run starts, with this many submissions to grade; those left alone do not count."""

    def working(self, worker: int, text: str) -> None:
        """What a worker does now, nothing where it is idle; called from any thread."""

    def ended(self, record: SubmissionRecord) -> None:
        """A submission is done with, or was left alone."""

    def close(self) -> None:
        """The run is over, also on Ctrl-C; may be called again."""


class Quiet:
    """Shows nothing."""

    def begin(self, assignment: str, due: int, workers: int) -> None:
        """Show nothing."""

    def working(self, worker: int, text: str) -> None:
        """Show nothing."""

    def ended(self, record: SubmissionRecord) -> None:
        """Show nothing."""

    def close(self) -> None:
        """Show nothing."""


class PlainProgress:
    """Lines for a log: each failure at once, the state every minute or every twentieth part."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._lock = threading.Lock()
        self._tally = Tally("", 0, clock)
        self._said_at = (0, 0.0)

    def begin(self, assignment: str, due: int, workers: int) -> None:
        """Say what is going to be done."""
        self._tally = Tally(printable(assignment), due, self._clock)
        self._said_at = (0, self._clock())
        many = f"{count(due, 'submission')} on {count(workers, 'worker')}"
        self._write(f"Grading {self._tally.assignment}: {many if due else 'nothing is due'}.")

    def working(self, worker: int, text: str) -> None:
        """Say how far the run is where nothing was said for long."""
        with self._lock:
            self._say_state()

    def ended(self, record: SubmissionRecord) -> None:
        """Say that a submission failed; say how far the run is from time to time."""
        with self._lock:
            if self._tally.add(record):
                self._write(f"{printable(record.student)} failed: {printable(record.failure)}")
            self._say_state()

    def close(self) -> None:
        """Say how far the run came, if that was not said yet."""
        with self._lock:
            if self._tally.done > self._said_at[0]:
                self._say_state(now=True)

    def _say_state(self, now: bool = False) -> None:
        done, at = self._said_at
        share = (self._tally.done - done) >= max(SHARE * self._tally.due, 1)
        if now or share or self._clock() - at >= SECONDS:
            self._said_at = (self._tally.done, self._clock())
            first, *rest = self._tally.words()
            self._write(f"{self._tally.assignment}: {', '.join([f'{first} done', *rest])}.")

    def _write(self, line: str) -> None:
        with suppress(OSError, ValueError):
            encoding = self._stream.encoding or "utf-8"
            self._stream.write(line.encode(encoding, "replace").decode(encoding) + "\n")
            self._stream.flush()


def listener_for(stream: TextIO) -> Listener:
    """The display that suits a stream: live on a terminal that can draw, plain lines elsewhere."""
    draws = os.environ.get("TERM", "") not in ("", "dumb", "unknown")
    unicode = (stream.encoding or "").lower().replace("-", "") == "utf8"
    if stream.isatty() and draws and unicode:
        return TerminalProgress(stream)
    return PlainProgress(stream)
