"""What people see while a run goes on: on a terminal, and in a log."""

import sys
import threading
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from batchgrader.showing.progress import PlainProgress, Quiet, listener_for
from batchgrader.showing.report import Status, SubmissionRecord
from batchgrader.showing.tally import Tally
from batchgrader.showing.terminal import TerminalProgress

SHOW_CURSOR = "\x1b[?25h"
HIDE_CURSOR = "\x1b[?25l"


class Clock:
    """A clock that tests turn."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


class Terminal(StringIO):
    """A stream that says it is a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("LINES", "24")


def record(student: str, status: Status = "graded", **more: Any) -> SubmissionRecord:
    sentence = "The kernel died." if status == "failed" else ""
    return SubmissionRecord("ps1", student, status, failure=sentence, **more)


def lines(stream: StringIO) -> list[str]:
    return stream.getvalue().splitlines()


def shown(progress: TerminalProgress, monkeypatch: pytest.MonkeyPatch, size: str = "") -> str:
    """What the display draws on a terminal of some size, without colours."""
    width, height = size.split("x") if size else ("100", "24")
    monkeypatch.setenv("COLUMNS", width)
    monkeypatch.setenv("LINES", height)
    # The display took the size from the environment when it was made.
    progress._console = Console(file=Terminal(), width=int(width), height=int(height))
    paper = Console(file=StringIO(), width=int(width), color_system=None)
    with paper.capture() as drawn:
        paper.print(progress.picture(), end="")
    return drawn.get()


def test_the_state_tells_count_failures_rate_and_time_left() -> None:
    clock = Clock()
    tally = Tally("ps1", 40, clock)
    tally.add(record("ann"))
    tally.add(record("bob", "failed"))
    clock.now += 4
    assert tally.words() == ["2 of 40", "1 failed", "30 a minute", "1 min 16 s left"]


def test_submissions_that_are_left_alone_move_no_bar() -> None:
    tally = Tally("ps1", 1, Clock())
    tally.add(record("ann", "skipped"))
    tally.add(record("bob", "failed", attempted=False))
    assert (tally.done, tally.failed) == (0, 0)


def test_a_log_names_each_failure_at_once() -> None:
    stream = StringIO()
    progress = PlainProgress(stream, Clock())
    progress.begin("ps1", 10_000, 8)
    progress.ended(record("ann"))
    progress.ended(record("bob", "failed"))
    assert lines(stream) == [
        "Grading ps1: 10,000 submissions on 8 workers.",
        "bob failed: The kernel died.",
    ]


def test_a_log_of_ten_thousand_submissions_is_short() -> None:
    clock, stream = Clock(), StringIO()
    progress = PlainProgress(stream, clock)
    progress.begin("ps1", 10_000, 8)
    for number in range(10_000):
        clock.now += 0.01
        progress.ended(record(f"student{number}"))
    progress.close()
    assert len(lines(stream)) == 21
    assert lines(stream)[-1].startswith("ps1: 10,000 of 10,000 done, 100 a second")


def test_a_log_says_every_minute_how_far_a_slow_run_is() -> None:
    clock, stream = Clock(), StringIO()
    progress = PlainProgress(stream, clock)
    progress.begin("ps1", 1000, 2)
    for _ in range(30):
        clock.now += 10
        progress.working(1, "ann/ps1: cell 3 of 9")
    assert lines(stream)[1:] == ["ps1: 0 of 1,000 done."] * 5


def test_a_log_ends_with_how_far_a_stopped_run_came() -> None:
    clock, stream = Clock(), StringIO()
    progress = PlainProgress(stream, clock)
    progress.begin("ps1", 1000, 2)
    progress.ended(record("ann"))
    clock.now += 2
    progress.close()
    progress.close()
    assert lines(stream)[1:] == ["ps1: 1 of 1,000 done, 30 a minute, 33 min 18 s left."]


def test_a_log_that_cannot_be_written_any_more_ends_no_run() -> None:
    stream = StringIO()
    progress = PlainProgress(stream, Clock())
    progress.begin("ps1", 2, 1)
    stream.close()
    progress.ended(record("ann", "failed"))
    progress.close()


def test_a_name_that_would_command_the_terminal_is_shown_harmless() -> None:
    stream = StringIO()
    progress = PlainProgress(stream, Clock())
    progress.begin("ps1", 100, 1)
    progress.ended(record("\x1b]0;owned\x07eve", "failed"))
    assert "\x1b" not in stream.getvalue()
    assert "eve failed: The kernel died." in stream.getvalue()


@pytest.mark.parametrize(
    ("stream", "environment", "kind"),
    [
        (Terminal(), {}, TerminalProgress),
        (Terminal(), {"TERM": "dumb"}, PlainProgress),
        (StringIO(), {}, PlainProgress),
        (StringIO(), {"FORCE_COLOR": "1"}, PlainProgress),
    ],
)
def test_a_display_suits_its_stream(
    stream: StringIO, environment: dict[str, str], kind: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert type(listener_for(stream)) is kind


def test_a_terminal_that_knows_no_unicode_gets_plain_lines() -> None:
    stream = Terminal()
    stream.encoding = "latin-1"
    assert isinstance(listener_for(stream), PlainProgress)


def test_a_terminal_shows_each_worker_and_the_latest_failures(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = Clock()
    progress = TerminalProgress(Terminal(), clock)
    progress.begin("ps1", 10, 2)
    progress.close()
    progress.working(0, "ann/ps1: cell 7 of 31")
    progress.working(1, "bob/ps1: cell 1 of 31")
    progress.working(1, "")
    for student in ("cyd", "dan", "eve", "fay"):
        progress.ended(record(student, "failed"))
    clock.now += 8
    drawn = shown(progress, monkeypatch).splitlines()
    assert drawn[0].startswith("ps1 ━")
    assert drawn[0].rstrip().endswith("4 of 10 · 4 failed · 30 a minute · 12 s left")
    assert [line.rstrip() for line in drawn[1:]] == [
        "  ann: cell 7 of 31  8.0 s",
        "  idle",
        "  failed dan  The kernel died.",
        "  failed eve  The kernel died.",
        "  failed fay  The kernel died.",
    ]


@pytest.mark.parametrize("size", ["30x6", "72x10", "100x24", "200x50"])
def test_sixty_four_workers_fit_any_terminal(size: str, monkeypatch: pytest.MonkeyPatch) -> None:
    progress = TerminalProgress(Terminal(), Clock())
    progress.begin("ps1", 1000, 64)
    progress.close()
    for worker in range(64):
        progress.working(worker, f"student{worker:04d}/ps1: cell {worker} of 100")
    for student in ("cyd", "dan", "eve"):
        progress.ended(record(student, "failed"))
    drawn = shown(progress, monkeypatch, size).splitlines()
    width, height = map(int, size.split("x"))
    assert len(drawn) < height
    assert max(map(len, drawn)) <= width - 3
    hidden = [line for line in drawn if "more workers" in line]
    told = int(hidden[0].split()[1]) if hidden else 0
    assert sum(line.count("student") for line in drawn) + told == 64


def test_a_display_gives_the_terminal_back_as_it_was() -> None:
    stream = Terminal()
    progress = TerminalProgress(stream, Clock())
    before = sys.stdout, sys.stderr
    progress.begin("ps1", 10, 1)
    assert HIDE_CURSOR in stream.getvalue()
    progress.close()
    progress.close()
    assert (sys.stdout, sys.stderr) == before
    written = stream.getvalue()
    assert written.rindex(SHOW_CURSOR) > written.rindex(HIDE_CURSOR)
    # The last that happens to the line of the bar is that it is erased.
    assert written.rindex("\x1b[2K") > written.rindex("━")


def test_a_run_with_nothing_to_do_draws_nothing() -> None:
    stream = Terminal()
    progress = TerminalProgress(stream, Clock())
    progress.begin("ps1", 0, 2)
    progress.ended(record("ann", "skipped"))
    progress.close()
    assert stream.getvalue() == ""


def test_workers_may_report_from_any_thread() -> None:
    progress = TerminalProgress(Terminal(), Clock())
    progress.begin("ps1", 1000, 4)

    def work(worker: int) -> None:
        for cell in range(200):
            progress.working(worker, f"ann/ps1: cell {cell} of 200")
            progress.ended(record("ann"))

    threads = [threading.Thread(target=work, args=(worker,)) for worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    progress.close()
    assert progress._tally.done == 800


def test_a_quiet_run_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    quiet = Quiet()
    quiet.begin("ps1", 1, 1)
    quiet.working(0, "ann/ps1: cell 1 of 2")
    quiet.ended(record("ann", "failed"))
    quiet.close()
    assert capsys.readouterr() == ("", "")
