"""How far a long check is: one line that moves on a terminal, a line for each step in a log."""

import sys
import time
from dataclasses import dataclass, field
from typing import TextIO


@dataclass
class Progress:
    """Counts steps of which the number may still grow; silent where ``stream`` is None."""

    stream: TextIO | None = field(default_factory=lambda: sys.stderr)
    total: int = 0
    done: int = 0
    started: float = field(default_factory=time.monotonic)

    def expect(self, steps: int) -> None:
        """There is more to do than was known."""
        self.total += steps

    def step(self, what: str) -> None:
        """One step is done."""
        self.done += 1
        if self.stream is None:
            return
        line = f"[{self.done}/{self.total}] {time.monotonic() - self.started:4.0f} s  {what}"
        if self.stream.isatty():
            self.stream.write(f"\r\x1b[K{line[:100]}")
        else:
            self.stream.write(line + "\n")
        self.stream.flush()

    def close(self) -> None:
        """Leave the terminal as it was."""
        if self.stream is not None and self.stream.isatty():
            self.stream.write("\r\x1b[K")
            self.stream.flush()
