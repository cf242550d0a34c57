"""What was graded from which bytes: a table of our own in the gradebook, written with the grades.

An entry and the grades it speaks of are committed together, so that neither can be there without
the other, whatever stops a run. nbgrader does not look at the table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Boolean, Column, MetaData, String, Table, Text, delete, insert, select
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

_TABLE = Table(
    "batchgrader_record",
    MetaData(),
    Column("assignment", String(128), primary_key=True),
    Column("student", String(128), primary_key=True),
    Column("content", String(64), nullable=False),
    Column("master", String(64), nullable=False),
    Column("status", String(16), nullable=False),
    Column("retry", Boolean, nullable=False),
    Column("failure", Text, nullable=False),
)


@dataclass(frozen=True)
class Entry:
    """The last grading of one submission.

    ``content`` and ``master`` are the hashes of what was handed in and of what it was graded
    against; ``failure`` is the sentence that says why it could not be graded, and ``retry`` whether
    the next run tries again.
    """

    content: str
    master: str
    status: Literal["graded", "failed"]
    retry: bool = False
    failure: str = ""


def prepare(engine: Engine) -> None:
    """Make the table in a gradebook that does not have it yet."""
    _TABLE.create(engine, checkfirst=True)


def read_all(session: Session, assignment: str) -> Mapping[str, Entry]:
    """All entries of an assignment by student."""
    query = select(_TABLE).where(_TABLE.c.assignment == assignment)
    return {row["student"]: _entry(row) for row in session.execute(query).mappings()}


def write(session: Session, assignment: str, student: str, entry: Entry) -> None:
    """Put an entry in place of the one before, as part of the session's transaction."""
    forget(session, assignment, student)
    values = vars(entry) | {"assignment": assignment, "student": student}
    session.execute(insert(_TABLE).values(**values))


def forget(session: Session, assignment: str, student: str) -> None:
    """Drop an entry, so that the submission is graded anew."""
    session.execute(
        delete(_TABLE).where(_TABLE.c.assignment == assignment, _TABLE.c.student == student)
    )


def _entry(row: Any) -> Entry:
    return Entry(**{name: row[name] for name in Entry.__dataclass_fields__})
