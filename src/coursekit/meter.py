"""Shows how far a grading run is: a bar on a terminal, a line for each submission in a log."""

import time
from dataclasses import dataclass, field
from typing import TextIO

WIDTH = 24


@dataclass
class Meter:
    """Counts finished steps; on a terminal it owns the last line, which ``close`` gives back."""

    stream: TextIO
    total: int
    done: int = 0
    worked: int = 0
    started: float = field(default_factory=time.monotonic)

    def step(self, line: str, *, worked: bool = True, keep: bool = False) -> None:
        """One step is done; a log gets its line, a terminal keeps it only where it must stay.

        Steps that took no work count as done, and not towards the rate.
        """
        self.done += 1
        self.worked += worked
        if not self.stream.isatty():
            if worked or keep:
                self._write(f"  {self._count()}  {line}\n")
            return
        if keep:
            self._write(f"\r\x1b[K  {line}\n")
        self._write(f"\r\x1b[K  {self._bar()}")

    def close(self) -> None:
        """Leave the terminal as it was."""
        if self.stream.isatty():
            self._write("\r\x1b[K")

    def _count(self) -> str:
        return f"{self.done:{len(str(self.total))}}/{self.total}"

    def _bar(self) -> str:
        full = round(WIDTH * self.done / self.total) if self.total else WIDTH
        bar = f"{'━' * full}{'╌' * (WIDTH - full)} {self._count()}"
        if not self.worked:
            return bar
        pace = (time.monotonic() - self.started) / self.worked
        left = duration(pace * (self.total - self.done))
        return f"{bar}  {60 / pace:.0f} a minute, {left} left"

    def _write(self, text: str) -> None:
        self.stream.write(text)
        self.stream.flush()


def duration(seconds: float) -> str:
    """Seconds as one reads them: 8 s, 2 min 05 s."""
    whole = round(seconds)
    return f"{whole} s" if whole < 60 else f"{whole // 60} min {whole % 60:02d} s"
