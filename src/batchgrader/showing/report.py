"""What a run did: a record for each submission, as JSON for programs and as a table for people.

The JSON of ``RunReport.write`` is one object. Its ``schema`` is raised when a key changes its
meaning; new keys may come without that.

======================  ============================================================================
``schema``              1
``assignment``          name of the assignment
``workers``             how many submissions ran at a time
``started``             local time of the start with its offset, ISO 8601
``seconds``             wall clock of the run
``stopped``             why the run ended early, in a sentence; empty where it did not
``isolation``           how notebooks were kept apart from the machine, in words; empty where
                        workers on other machines saw to it
``verified``            how many submissions were graded again on cold kernels
``differences``         what differed then: ``{"name", "notebook", "cell", "points", "cold",
                        "failure"}``
``graded``, ``failed``, ``skipped``   how many records have this status
``flagged``             how many have an incident of the kind "integrity": a person must look
``records``             one object for each submission, in the order in which they ended
======================  ============================================================================

A record has the fields of SubmissionRecord. ``usage`` is ``{"seconds", "cpu", "peak_memory"}``, the
last in bytes; ``repairs`` and ``incidents`` are lists of ``{"kind", "notebook", "cell", "text"}``.
"""

import json
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

from nbgrader.converters import NbGraderException

from batchgrader.jobs import Incident, Repair, Usage
from batchgrader.showing.closing import closing_table
from batchgrader.showing.wording import number

SCHEMA = 1
Status = Literal["graded", "failed", "skipped"]


class ReportError(NbGraderException):  # type: ignore[misc]
    """The report cannot be written; the message says why and what to do."""


@dataclass(frozen=True)
class SubmissionRecord:
    """How the grading of one submission ended.

    ``why`` says what made it due ("new", "submission changed", ...) or why it was left alone;
    ``failure`` is a sentence, empty unless the status is "failed"; ``look_again`` names the cells
    whose manual grade was kept though their submission was graded anew; ``by_hand`` names the cells
    that wait for a person. ``score`` is nbgrader's, of this moment. ``attempted`` is false for one
    that this run left alone: graded before, left out, or failed before and not changed since.
    """

    assignment: str
    student: str
    status: Status
    why: str = ""
    failure: str = ""
    score: float | None = None
    max_score: float | None = None
    by_hand: tuple[str, ...] = ()
    look_again: tuple[str, ...] = ()
    repairs: tuple[Repair, ...] = ()
    incidents: tuple[Incident, ...] = ()
    usage: Usage = field(default_factory=Usage)
    attempted: bool = True

    @property
    def name(self) -> str:
        """The submission, as "student/assignment"."""
        return f"{self.student}/{self.assignment}"

    @property
    def doubtful(self) -> Sequence[Incident]:
        """What makes its score doubtful, so that a person must look."""
        return [incident for incident in self.incidents if incident.kind == "integrity"]

    @property
    def tried(self) -> bool:
        """Whether this run tried to grade it, with whatever success."""
        return self.attempted and self.status != "skipped"


@dataclass(frozen=True)
class Difference:
    """A test that got other points on a cold kernel than in the run.

    Without ``cell`` it is a submission that failed once: ``failure`` says why, and the points are
    those of all its tests; they are None where there are none.
    """

    name: str
    notebook: str
    cell: str
    points: float | None
    cold: float | None
    failure: str = ""

    def __str__(self) -> str:
        cell = f"{self.notebook}, {self.cell}" if self.cell else "the whole submission"
        said = f"{cell}: {_said(self.points)} in this run, {_said(self.cold)} on a cold kernel"
        return f"{said}: {self.failure}" if self.failure else said


@dataclass
class RunReport:
    """All records of a run in the order in which they ended, and how the run itself ended.

    ``stopped`` is the sentence that says why a run ended early; empty where it did not.
    """

    assignment: str
    workers: int
    started: str = ""
    seconds: float = 0.0
    stopped: str = ""
    isolation: str = ""
    verified: int = 0
    differences: list[Difference] = field(default_factory=list)
    records: list[SubmissionRecord] = field(default_factory=list)

    def of(self, status: Status) -> Sequence[SubmissionRecord]:
        """The records with this status."""
        return [record for record in self.records if record.status == status]

    @property
    def usage(self) -> Usage:
        """What all submissions of the run cost together; the peak is that of the largest."""
        return sum((record.usage for record in self.records), Usage())

    def table(self, width: int = 80, written: Path | None = None) -> str:
        """The closing table for a terminal of this width; ``written`` is where the JSON is."""
        return closing_table(self, width, written)

    def write(self, path: Path) -> None:
        """Write the report as JSON, whole or not at all; raises ReportError where that fails."""
        statuses: tuple[Status, ...] = ("graded", "failed", "skipped")
        counts = {str(status): len(self.of(status)) for status in statuses}
        counts["flagged"] = sum(bool(record.doubtful) for record in self.records)
        content = {"schema": SCHEMA, **counts, **asdict(self)}
        draft = _draft(path)
        try:
            with draft.open("w", encoding="utf-8") as file:
                json.dump(content, file, indent=1)
                file.write("\n")
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        except OSError as error:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
            raise ReportError(
                f"The report could not be written to {path} ({error.strerror})."
            ) from error


def check_report_path(path: Path) -> None:
    """Raise ReportError where a report could not be written; the command asks before it grades."""
    if path.is_dir():
        raise ReportError(
            f"{path} is a folder; name a file for the report, as {path / 'run.json'}."
        )
    if not path.parent.is_dir():
        raise ReportError(f"There is no folder {path.parent} for the report; make it first.")
    draft = _draft(path)
    try:
        draft.touch()
        draft.unlink()
    except OSError as error:
        raise ReportError(
            f"No report can be written to {path} ({error.strerror}); "
            "choose another place with --report."
        ) from error


def _draft(path: Path) -> Path:
    return path.with_name(f".{path.name}.draft")


def _said(points: float | None) -> str:
    if points is None:
        return "none"
    return f"{number(points)} {'point' if points == 1 else 'points'}"
