"""How far a run is, in numbers and in words; the displays of progress keep one."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from batchgrader.showing.report import SubmissionRecord
from batchgrader.showing.wording import duration, rate


@dataclass
class Tally:
    """How far a run is; both displays keep one. ``clock`` gives seconds."""

    assignment: str
    due: int
    clock: Callable[[], float] = time.monotonic
    done: int = 0
    failed: int = 0
    flagged: int = 0
    started: float = field(init=False)

    def __post_init__(self) -> None:
        self.started = self.clock()

    def add(self, record: SubmissionRecord) -> bool:
        """Count a submission; whether this run tried to grade it and could not."""
        if not record.tried:
            return False
        self.done += 1
        self.failed += record.status == "failed"
        self.flagged += bool(record.doubtful)
        return record.status == "failed"

    def words(self) -> list[str]:
        """The state in short phrases, the most important first."""
        said = [f"{self.done:,} of {self.due:,}"]
        if self.failed:
            said.append(f"{self.failed:,} failed")
        if self.flagged:
            said.append(f"{self.flagged:,} to look at")
        elapsed = self.clock() - self.started
        if self.done and elapsed > 0:
            pace = self.done / elapsed
            said.append(rate(pace))
            if self.done < self.due:
                said.append(f"{duration((self.due - self.done) / pace)} left")
        return said
