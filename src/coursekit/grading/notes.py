"""What the course's own commands remember of a course: which release, class and feedback it has."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from coursekit.course import Course

IGNORED = {".ipynb_checkpoints", "__pycache__"}


@dataclass(frozen=True)
class Notes:
    """Small files below ``autograded/``, in a folder where nbgrader's patterns do not look."""

    folder: Path

    @classmethod
    def of(cls, course: Course) -> "Notes":
        """The notes of a course; their folder is made by the first one."""
        return cls(course.root / "autograded" / ".notes")

    def read(self, name: str) -> dict[str, str]:
        """A remembered table; empty where there is none that can be read."""
        try:
            return {str(key): str(value) for key, value in json.loads(self._text(name)).items()}
        except (OSError, ValueError, AttributeError):
            return {}

    def write(self, name: str, table: dict[str, str]) -> None:
        """Remember a table, whole or not at all."""
        self.folder.mkdir(parents=True, exist_ok=True)
        draft = self.folder / f"{name}.draft"
        draft.write_text(json.dumps(table, indent=0) + "\n", "utf-8")
        draft.replace(self.folder / f"{name}.json")

    def _text(self, name: str) -> str:
        return (self.folder / f"{name}.json").read_text("utf-8")


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
