"""The table at the end of a run: what was graded and what was not, and what a person must do."""

import statistics
import textwrap
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from batchgrader.showing.wording import count, duration, memory, names, number, printable, rate

if TYPE_CHECKING:
    from batchgrader.jobs import Incident, Repair
    from batchgrader.showing.report import RunReport, SubmissionRecord

# How many submissions a list names before it refers to the report.
LISTED = 20
LABEL = 12
# Columns below which students are only counted.
NAMED = 24
NARROWEST = 40

HAPPENED = {
    "format": "was in another format",
    "copied-cell": "cell was copied",
    "deleted-cell": "cell was deleted",
    "changed-cell": "locked cell was changed",
    "moved-cell": "cell was moved",
    "matched-cell": "cell had lost its marks",
    "cell-type": "cell had another type",
    "metadata": "cell had other metadata",
    "kernel-died": "kernel died",
    "cell-timeout": "cell took too long",
    "output-cut": "output was cut",
    "not-run": "cell was not run",
    "files-cut": "files were left out",
    "stderr": "points lost by a warning",
    "score": "score was set right",
    "set-aside": "files were set aside",
    "integrity": "result is doubtful",
}


def closing_table(report: "RunReport", width: int, written: Path | None = None) -> str:
    """The whole table, no line of it wider than ``width`` but for names; RunReport calls it."""
    width = max(width, NARROWEST)
    more = f"see {written}" if written else "--report FILE lists all"
    parts = [
        list(_figures(report, width)),
        _listed("Not graded", [(r, r.failure) for r in report.of("failed")], width, more),
        _listed("A person must look at these scores", _doubtful(report), width, more),
        _kinds("Repaired before grading", report.records, "repairs", width),
        _kinds("While they ran", report.records, "incidents", width),
        _listed(
            "Graded again: look at the manual grades that were kept", _again(report), width, more
        ),
        _verified(report, width),
        [*textwrap.wrap(f"Stopped early: {printable(report.stopped)}", width)]
        if report.stopped
        else [],
    ]
    return "\n\n".join("\n".join(part) for part in parts if part)


def _figures(report: "RunReport", width: int) -> Iterator[str]:
    graded, tried = report.of("graded"), [r for r in report.records if r.tried]
    yield from _wrap(f"{printable(report.assignment)}: ", _outcome(report), width)
    yield from _row("left alone", _left_alone(report), width)
    yield from _row("by hand", _by_hand(graded), width)
    yield from _row("scores", _scores(graded), width)
    if not tried:
        return
    pace = f", {rate(len(tried) / report.seconds)}" if report.seconds > 0 else ""
    on = count(report.workers, "worker")
    if report.verified and not report.differences:
        again = f"{count(report.verified, 'submission')} graded again on cold kernels: the same"
        yield from _row("verified", again, width)
    yield from _row("isolation", report.isolation, width)
    yield from _row("time", f"{duration(report.seconds)} on {on}{pace}", width)
    usage = report.usage
    if usage.cpu:
        each = duration(usage.cpu / len(tried))
        yield from _row("CPU", f"{duration(usage.cpu)}, {each} for a submission", width)
    if usage.peak_memory:
        yield from _row("memory", f"{memory(usage.peak_memory)} in the largest kernel", width)


def _verified(report: "RunReport", width: int) -> list[str]:
    """Which submissions were graded differently on a cold kernel."""
    if not report.differences:
        return []
    many = count(report.verified, "submission")
    lines = textwrap.wrap(f"Graded differently on a cold kernel, of {many} verified:", width)
    for each in report.differences[:LISTED]:
        lines += _wrap(f"  {printable(each.name)}  ", printable(str(each)), width)
    return lines


def _outcome(report: "RunReport") -> str:
    graded, failed = len(report.of("graded")), len(report.of("failed"))
    if not report.records:
        return "nothing was graded."
    said = f"{count(graded, 'submission')} graded"
    return f"{said}, {failed:,} failed." if failed else f"{said}."


def _left_alone(report: "RunReport") -> str:
    reasons: dict[str, int] = defaultdict(int)
    for record in report.of("skipped"):
        reasons[record.why] += 1
    return ", ".join(f"{many:,} {why}" for why, many in reasons.items())


def _by_hand(graded: "Sequence[SubmissionRecord]") -> str:
    waiting = [len(record.by_hand) for record in graded if record.by_hand]
    if not waiting:
        return ""
    verb = "waits" if sum(waiting) == 1 else "wait"
    cells = f"{count(sum(waiting), 'cell')} of {count(len(waiting), 'submission')}"
    return f"{cells} {verb} for a person in the formgrader"


def _scores(graded: "Sequence[SubmissionRecord]") -> str:
    """Where the scores lie; manual grades that are not given yet count as 0."""
    scores = sorted(record.score for record in graded if record.score is not None)
    best = max((record.max_score or 0 for record in graded), default=0)
    if not scores:
        return ""
    if len(scores) == 1:
        return f"{number(scores[0])} of {number(best)}"
    middle, mean = statistics.median(scores), statistics.fmean(scores)
    spread = f"{number(scores[0])} to {number(scores[-1])} of {number(best)}"
    return f"{spread}, median {number(middle)}, mean {number(mean)}"


def _again(report: "RunReport") -> "list[tuple[SubmissionRecord, str]]":
    return [(r, ", ".join(r.look_again)) for r in report.records if r.look_again]


def _doubtful(report: "RunReport") -> "list[tuple[SubmissionRecord, str]]":
    return [(r, _tests(r)) for r in report.records if r.doubtful]


def _tests(record: "SubmissionRecord") -> str:
    """What was found in a submission: the tests by name, and the sentence about the first."""
    found = record.doubtful
    cells = ", ".join(dict.fromkeys(each.cell for each in found if each.cell))
    return f"{cells}: {found[0].text}" if cells else found[0].text


def _row(label: str, text: str, width: int) -> list[str]:
    """A line of the table with its label; none where there is nothing to say."""
    if not text:
        return []
    return _wrap(f"  {label:<{LABEL}}", printable(text), width)


def _listed(
    title: str, found: "Sequence[tuple[SubmissionRecord, str]]", width: int, more: str
) -> list[str]:
    """A list with one entry for each submission, cut where it gets too long to read."""
    if not found:
        return []
    lines = textwrap.wrap(f"{title} ({len(found):,}):", width)
    for record, text in sorted(found, key=lambda each: each[0].student)[:LISTED]:
        lines += _wrap(f"  {printable(record.student)}  ", printable(text), width)
    if len(found) > LISTED:
        lines.append(f"  and {len(found) - LISTED:,} more; {more}")
    return lines


def _kinds(title: str, records: "Iterable[SubmissionRecord]", of: str, width: int) -> list[str]:
    """A list with one line for each kind of repair or incident, and whom it concerns."""
    concerned: dict[str, dict[str, None]] = defaultdict(dict)
    for record in records:
        happened: tuple[Repair | Incident, ...] = getattr(record, of)
        for each in happened:
            concerned[each.kind][printable(record.student)] = None
    if not concerned:
        return []
    lines = [f"{title}:"]
    label = max(len(HAPPENED.get(kind, kind)) for kind in concerned)
    for kind, students in sorted(concerned.items(), key=lambda item: -len(item[1])):
        first = f"  {HAPPENED.get(kind, kind):<{label}}  {len(students):>5,}  "
        room = width - len(first)
        lines.append((first + names(list(students), room) if room > NAMED else first).rstrip())
    return lines


def _wrap(first: str, text: str, width: int) -> list[str]:
    """Text behind a label, its further lines below its first."""
    indent = min(len(first), width // 3)
    return textwrap.wrap(
        text,
        width,
        initial_indent=first,
        subsequent_indent=" " * indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
