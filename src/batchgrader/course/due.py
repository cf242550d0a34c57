"""Which submissions a run grades, and why; the coordinator and ``--dry-run`` ask."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from batchgrader.course.records import Entry


@dataclass(frozen=True)
class Handed:
    """A submission as it lies in the course: whose, where, and with which notebooks.

    ``graded`` is the folder in which its graded notebooks are or would be; ``wanted`` are the names
    that they would have there. ``content`` is the hash of what was handed in.
    """

    student: str
    folder: Path
    notebooks: tuple[Path, ...]
    graded: Path
    wanted: tuple[str, ...]
    content: str


@dataclass(frozen=True)
class Due:
    """Whether a submission is to be graded, and why; the reason is for people.

    ``failure`` is the sentence of the time before, for one that failed and has not changed.
    ``adopt`` is true for one that plain nbgrader graded: from now on its content decides.
    """

    handed: Handed
    grade: bool
    why: str
    failure: str = ""
    adopt: bool = False

    @property
    def student(self) -> str:
        """The id of the student."""
        return self.handed.student


@dataclass(frozen=True)
class Question:
    """What the decision about one submission rests on beside its files.

    ``partial`` is true where only some notebooks of the submission are asked for (``--notebook``);
    then an entry, which speaks of all of them, decides nothing. The times are those of nbgrader's
    ``timestamp.txt`` files; None where there is none.
    """

    entry: Entry | None
    master: str
    force: bool
    partial: bool
    submitted: datetime | None
    graded: datetime | None


def decide(handed: Handed, asked: Question, excluded: Sequence[str] = ()) -> Due:
    """Whether to grade a submission: what is missing or has changed, or what is forced."""
    if handed.student in excluded:
        return Due(handed, False, "left out by CourseDirectory.student_id_exclude")
    if asked.force:
        return Due(handed, True, "forced")
    why = _missing(handed, asked)
    if why:
        return Due(handed, True, why)
    if asked.submitted and asked.graded and asked.submitted > asked.graded:
        return Due(handed, True, "handed in again")
    if asked.entry is None or asked.partial:
        whole = all(_there(handed))
        return Due(handed, False, "graded before", adopt=whole and not asked.partial)
    return _by_content(handed, asked.entry, asked.master)


def _by_content(handed: Handed, entry: Entry, master: str) -> Due:
    if entry.content != handed.content:
        return Due(handed, True, "the submission has changed")
    if entry.master != master:
        return Due(handed, True, "the assignment has changed")
    if entry.status == "failed" and entry.retry:
        return Due(handed, True, "failed before, perhaps by no fault of its own")
    if entry.status == "failed":
        return Due(handed, False, "failed before and has not changed", entry.failure)
    return Due(handed, False, "graded before")


def _missing(handed: Handed, asked: Question) -> str:
    """Why a submission without all of its graded notebooks is due; empty where they are there."""
    there = _there(handed)
    if all(there):
        return ""
    if asked.entry is not None:
        return "its graded notebook is gone"
    # A folder from which plain nbgrader's notebook was deleted counts as graded, as in nbgrader.
    emptied = handed.graded.exists() and not any(there) and not asked.partial
    return "" if emptied else "new"


def _there(handed: Handed) -> list[bool]:
    return [(handed.graded / name).exists() for name in handed.wanted]
