"""What was graded from which bytes: the notes that let a grading run go on where one stopped."""

import fcntl
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from coursekit.course import Course, CourseError

IGNORED = {".ipynb_checkpoints", "__pycache__"}
State = Literal["grading", "graded", "failed"]


@dataclass(frozen=True)
class Entry:
    """The last grading of one submission: of which content, how it ended, which feedback it has."""

    state: State
    content: str
    seconds: float = 0.0
    reason: str = ""
    feedback: str = ""


@dataclass(frozen=True)
class Ledger:
    """One small file a submission, below ``autograded/`` where nbgrader's patterns do not look."""

    folder: Path

    @classmethod
    def of(cls, course: Course) -> "Ledger":
        """The ledger of a course; its folder is made by the first entry."""
        return cls(course.root / "autograded" / ".ledger")

    def read(self, assignment: str, student: str) -> Entry | None:
        """The entry of a submission; None where there is none that can be read."""
        try:
            return Entry(**json.loads(self._path(assignment, student).read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def write(self, assignment: str, student: str, entry: Entry) -> None:
        """Write an entry whole or not at all."""
        path = self._path(assignment, student)
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".draft")
        draft.write_text(json.dumps(asdict(entry), indent=1) + "\n", "utf-8")
        draft.replace(path)

    def note(self, name: str) -> str:
        """A remembered line about the whole course; empty where there is none."""
        try:
            return (self.folder / name).read_text("utf-8")
        except OSError:
            return ""

    def write_note(self, name: str, text: str) -> None:
        """Remember a line about the whole course."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / name).write_text(text, "utf-8")

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the course for one grading run; raises CourseError while another holds it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise CourseError(
                    f"Another grading run is at work in {self.folder.parents[1]}; wait for its end."
                ) from None
            yield

    def _path(self, assignment: str, student: str) -> Path:
        return self.folder / assignment / f"{student}.json"


def content_of(*folders: Path) -> str:
    """Hash of the names and bytes of all files in some folders."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not IGNORED.intersection(path.relative_to(folder).parts):
                data = path.read_bytes()
                digest.update(f"{path.relative_to(folder)}\0{len(data)}\0".encode())
                digest.update(data)
    return digest.hexdigest()
