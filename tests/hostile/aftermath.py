"""What a siege left, as the judges read it: grades, flags, pages, files."""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from canaries.words import carried, lines_in
from hostile_course import ASSIGNMENT, HIDDEN
from siege import Outcome

_GRADES = """
    SELECT base_cell.name, grade.auto_score, grade.manual_score, grade.needs_manual_grade,
           submitted_assignment.student_id
    FROM grade
    JOIN base_cell ON base_cell.id = grade.cell_id
    JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id
    JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
"""

_FOREIGN = (
    "SELECT name FROM sqlite_master WHERE name = 'mark'",
    "SELECT id FROM grade WHERE manual_score NOT NULL",
    "SELECT id FROM grade_cells WHERE max_score = 0",
)


@dataclass(frozen=True)
class Grade:
    """What the gradebook has of one cell."""

    cell: str
    points: float
    waits: bool


@dataclass(frozen=True)
class Aftermath:
    """All that is to be judged of one siege; made once it is over."""

    base: Path
    outcome: Outcome

    @classmethod
    def read(cls, base: Path) -> "Aftermath":
        """Read what the siege wrote."""
        return cls(base, Outcome(**json.loads((base / "outcome.json").read_text("utf-8"))))

    @cached_property
    def report(self) -> dict[str, Any]:
        """The grader's own report."""
        return dict(json.loads((self.base / "report.json").read_text("utf-8")))

    @cached_property
    def records(self) -> dict[str, dict[str, Any]]:
        """What the report says of each student."""
        return {record["student"]: record for record in self.report["records"]}

    @cached_property
    def grades(self) -> dict[str, list[Grade]]:
        """What the gradebook has of each student's cells."""
        with sqlite3.connect(self.base / "course" / "gradebook.db") as book:
            rows = book.execute(_GRADES).fetchall()
        book.close()
        found: dict[str, list[Grade]] = {}
        for cell, machine, person, waits, student in rows:
            grade = Grade(cell, (machine or 0.0) + (person or 0.0), bool(waits))
            found.setdefault(student, []).append(grade)
        return found

    def points(self, student: str) -> float:
        """What the machine gave a student."""
        return sum(grade.points for grade in self.grades.get(student, []))

    def kinds(self, student: str) -> list[str]:
        """The kinds of all that the report says happened to a student's work."""
        return [incident["kind"] for incident in self.records[student]["incidents"]]

    def unflagged(self, student: str) -> list[str]:
        """The cells that gave points without anybody being told to look at them."""
        flagged = "integrity" in self.kinds(student)
        return [
            grade.cell
            for grade in self.grades.get(student, [])
            if grade.points and not (flagged and grade.waits)
        ]

    def left_by(self, student: str) -> Iterator[tuple[str, bytes]]:
        """The name and the content of each file that a submission leaves, and its report."""
        for step in ("autograded", "feedback"):
            for path in sorted((self.base / "course" / step / student).rglob("*")):
                name = path.relative_to(self.base / "course").as_posix()
                content = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
                yield name, name.encode("utf-8", "surrogateescape") + b"\n" + content
        yield "the report", json.dumps(self.records.get(student, {})).encode()

    def secrets_of(self, student: str) -> set[str]:
        """Where the secrets come from that are in what a submission leaves."""
        own = "the work of another student"
        return {
            place
            for _, content in self.left_by(student)
            for place in carried(content, self.outcome.words)
            if not (place == own and student in self.outcome.honest)
        }

    def escapes_of(self, student: str) -> set[str]:
        """What an attack says it did that must not be possible."""
        word = "escaped-" + self.outcome.token[::-1]
        folder = self.base / "course" / "autograded" / student
        return {
            line[line.index(word) + len(word) :].split("\\n")[0].strip()
            for path in folder.rglob("*.ipynb")
            for line in path.read_text("utf-8", errors="replace").splitlines()
            if word in line
        }

    def told_tests(self, student: str) -> set[str]:
        """The lines of hidden tests in all that the student gets back."""
        lines = [line for each in HIDDEN.values() for line in each if "import" not in line]
        folder = self.base / "course" / "feedback" / student / ASSIGNMENT
        texts = [
            path.read_text("utf-8", errors="replace")
            for path in folder.rglob("*")
            if path.is_file()
        ]
        return set().union(*(lines_in(unescape(text), lines) for text in texts))

    def scripts_for(self, student: str) -> list[str]:
        """What in a student's page would run the attack's script in a browser."""
        runs = _Runs("ran-" + self.outcome.token)
        for path in (self.base / "course" / "feedback" / student / ASSIGNMENT).glob("*.html"):
            text = path.read_text("utf-8", errors="replace")
            if runs.word in text:
                runs.feed(text)
        return runs.found

    def book_changes(self) -> list[Any]:
        """What is in the gradebook that no grader writes."""
        with sqlite3.connect(self.base / "course" / "gradebook.db") as book:
            found = [row for question in _FOREIGN for row in book.execute(question)]
            names = [name for (name,) in book.execute("SELECT first_name FROM student")]
        book.close()
        kept = self.outcome.words["the gradebook"] in names
        return found if kept else [*found, "the name of a student"]

    def links_left_by(self, student: str) -> list[str]:
        """What a submission leaves that is no plain file, or would run with another's rights."""
        folder = self.base / "course" / "autograded" / student
        return [
            path.name
            for path in folder.rglob("*")
            if path.is_symlink()
            or not (path.is_file() or path.is_dir())
            or path.stat().st_mode & 0o6000
        ]


class _Runs(HTMLParser):
    """Finds a word where a browser would run it."""

    def __init__(self, word: str) -> None:
        super().__init__()
        self.word, self.found = word, list[str]()
        self._in_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_script = tag in ("script", "style")
        for name, value in attrs:
            runs = name.startswith("on") or name in ("href", "src", "srcdoc", "action", "content")
            if runs and self.word in (value or ""):
                self.found.append(f"{tag} {name}")

    def handle_endtag(self, tag: str) -> None:
        self._in_script = False

    def handle_data(self, data: str) -> None:
        if self._in_script and self.word in data:
            self.found.append("script")
