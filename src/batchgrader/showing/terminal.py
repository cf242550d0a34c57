"""A display at the foot of a terminal: a bar, what each worker does, and the latest failures."""

import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TextIO

from rich.console import Console, Group, RenderableType
from rich.constrain import Constrain
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from batchgrader.showing.report import SubmissionRecord
from batchgrader.showing.tally import Tally
from batchgrader.showing.wording import count, duration, printable

# Columns: below the first the bar has a line of its own; workers share lines in columns as wide.
NARROW = 72
COLUMN = 32
# How many failures are shown; the closing table has them all.
LATEST = 3
# From how many seconds on at one cell its time is shown.
SLOW = 5.0


@dataclass(frozen=True)
class Work:
    """What a worker does, and since when by the clock; no text where it is idle."""

    text: str
    since: float


class TerminalProgress:
    """A Listener that draws itself four times a second and leaves nothing behind.

    What is printed meanwhile to standard output or error appears above it.
    """

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._console = Console(file=stream)
        self._tally = Tally("", 0, clock)
        self._workers = 0
        self._works: dict[int, Work] = {}
        self._failures: deque[tuple[str, str]] = deque(maxlen=LATEST)
        self._live = Live(
            get_renderable=self.picture,
            console=self._console,
            transient=True,
            redirect_stdout=sys.stdout.isatty(),
            redirect_stderr=sys.stderr.isatty(),
        )

    def begin(self, assignment: str, due: int, workers: int) -> None:
        """Start the display."""
        self._tally = Tally(printable(assignment), due, self._clock)
        self._workers = workers
        if due:
            with suppress(OSError, ValueError):
                self._live.start(refresh=True)

    def working(self, worker: int, text: str) -> None:
        """Show what a worker does."""
        short = printable(text).replace(f"/{self._tally.assignment}:", ":", 1)
        with self._lock:
            self._works[worker] = Work(short, self._clock())

    def ended(self, record: SubmissionRecord) -> None:
        """Move the bar, and show a failure."""
        with self._lock:
            if self._tally.add(record):
                self._failures.append((printable(record.student), printable(record.failure)))

    def close(self) -> None:
        """Take the display away and give the terminal back as it was."""
        with suppress(OSError, ValueError):
            self._live.stop()

    def picture(self) -> RenderableType:
        """The display of this moment; the thread that draws asks for it."""
        with self._lock:
            width, height = self._console.size
            head = self._wide_head() if width >= NARROW else self._narrow_head()
            failures = [_failure(*each) for each in self._failures][-max(1, height // 6) :]
            room = max(1, height - 1 - len(head) - len(failures))
            parts = [*head, *self._works_lines(width - 3, room), *failures]
        # The last columns stay free: a terminal writes ^C at the end of the last line.
        return Constrain(Group(*parts), width - 3)

    def _bar(self) -> ProgressBar:
        return ProgressBar(
            total=max(self._tally.due, 1), completed=self._tally.done, complete_style="green"
        )

    def _wide_head(self) -> list[RenderableType]:
        head = Table.grid(padding=(0, 1), expand=True)
        head.add_column(no_wrap=True, overflow="ellipsis", max_width=24)
        head.add_column(ratio=1)
        head.add_column(no_wrap=True)
        head.add_row(Text(self._tally.assignment, "bold"), self._bar(), self._state())
        return [head]

    def _narrow_head(self) -> list[RenderableType]:
        bar = Table.grid(expand=True)
        bar.add_row(self._bar())
        return [bar, _line(self._state())]

    def _state(self) -> Text:
        state = Text()
        for at, words in enumerate(self._tally.words()):
            state.append(" · " if at else "", "dim")
            state.append(words, "bold red" if words.endswith("failed") else "")
        return state

    def _works_lines(self, width: int, room: int) -> list[RenderableType]:
        """As many workers as there is room for, in columns where they need them."""
        shown = [work for _, work in sorted(self._works.items())]
        if len(shown) > min(room, self._workers):
            shown = [work for work in shown if work.text]
        columns = 1 if len(shown) <= room else max(1, width // COLUMN)
        left = len(shown) - columns * room
        if left > 0:
            left += columns
            shown = shown[: columns * (room - 1)]
        grid = Table.grid(padding=(0, 1), expand=True)
        for _ in range(columns):
            grid.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
        for at in range(0, len(shown), columns):
            grid.add_row(*(self._work(work) for work in shown[at : at + columns]))
        lines: list[RenderableType] = [grid] if shown else []
        if left > 0:
            lines.append(_line(Text(f"  and {count(left, 'more worker')}", "dim")))
        return lines

    def _work(self, work: Work) -> Text:
        if not work.text:
            return Text("  idle", "dim")
        text = Text(f"  {work.text}")
        took = self._clock() - work.since
        if took >= SLOW:
            text.append(f"  {duration(took)}", "yellow")
        return text


def _failure(student: str, sentence: str) -> Text:
    return _line(Text.assemble(("  failed ", "red"), (student, "bold"), f"  {sentence}"))


def _line(text: Text) -> Text:
    text.no_wrap, text.overflow = True, "ellipsis"
    return text
