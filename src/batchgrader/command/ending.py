"""How the command ends: its exit status, and what it prints and writes last."""

import os
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from batchgrader.showing.report import ReportError, RunReport
from batchgrader.showing.wording import count, names, printable

GRADED, SOME_FAILED, USAGE, STOPPED = range(4)
CANCELLED = "The run was cancelled; what is graded stays graded, and the next run does the rest."


def conclude(report: RunReport, written: Path | None, *, quiet: bool) -> int:
    """Write the report and print the closing table; return the exit status of the run.

    With ``quiet`` nothing is printed of a run that went well, else one sentence.
    """
    unwritten = ""
    if written:
        try:
            report.write(written)
        except ReportError as error:
            unwritten = str(error)
    if report.records and not quiet:
        width = shutil.get_terminal_size((100, 24)).columns
        say(report.table(width, None if unwritten else written))
    else:
        complain(_in_one_sentence(report))
    complain(unwritten)
    if report.stopped or unwritten:
        return STOPPED
    return SOME_FAILED if report.of("failed") or report.differences else GRADED


def _in_one_sentence(report: RunReport) -> str:
    if report.stopped:
        return report.stopped
    failed = [record.student for record in report.of("failed")]
    differ = list(dict.fromkeys(each.name for each in report.differences))
    said = {"could not be graded": failed, "graded differently on a cold kernel": differ}
    return " ".join(
        f"{count(len(found), 'submission')} {what}: {names([*map(printable, found)], 400)}."
        for what, found in said.items()
        if found
    )


@contextmanager
def orderly_stop() -> Iterator[None]:
    """Let a request to end, or the loss of the terminal, stop a run as Ctrl-C does."""
    wanted = [signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup: go on without a terminal
        wanted.append(signal.SIGHUP)
    before = {each: signal.signal(each, signal.default_int_handler) for each in wanted}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def say(text: str) -> None:
    """Print to standard output; whoever reads it may have gone."""
    try:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def complain(text: str) -> None:
    """Print to standard error, if there is something to say."""
    if text:
        sys.stderr.write(f"{text}\n")
