"""Where things are in a course: its folders, its units and the assignments that exist."""

import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

SYLLABUS = Path(__file__).with_name("syllabus.toml")


class CourseError(Exception):
    """Something the user can mend: the message is one clear sentence that says how."""


@dataclass(frozen=True)
class Unit:
    """One step of the syllabus: a lesson and, for most, an assignment of the same folder name."""

    number: str
    name: str
    title: str
    part: str

    @property
    def folder(self) -> str:
        """Name of the assignment and stem of the lesson, such as ``06_experiment_tracking``."""
        return f"{self.number}_{self.name}"


@dataclass(frozen=True)
class Concept:
    """One thing the course must teach and grade, and the numbers of the units that do."""

    id: str
    text: str
    units: tuple[str, ...]


@dataclass(frozen=True)
class Course:
    """A course folder: nbgrader's root, with ``nbgrader_config.py`` in it."""

    root: Path

    @property
    def lessons(self) -> Path:
        """The lesson notebooks."""
        return self.root / "notebooks"

    @property
    def source(self) -> Path:
        """The assignments with solutions and hidden tests."""
        return self.root / "source"

    @property
    def release(self) -> Path:
        """The students' versions."""
        return self.root / "release"

    @property
    def answers(self) -> Path:
        """The answer banks."""
        return self.root / "tests" / "answers"

    @property
    def assignments(self) -> list[str]:
        """Names of the assignments in ``source/``, in order."""
        return sorted(path.parent.name for path in self.source.glob("*/*.ipynb"))

    def notebook(self, assignment: str) -> Path:
        """The source notebook of an assignment: ``source/NN_name/name.ipynb``.

        Raises CourseError where there is no such assignment.
        """
        found = sorted((self.source / assignment).glob("*.ipynb"))
        if not found:
            known = ", ".join(self.assignments) or "none"
            raise CourseError(f"There is no assignment {assignment!r}; there are: {known}.")
        return found[0]

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """The units of the syllabus, in order, finished or not."""
        return tuple(Unit(**entry) for entry in self._syllabus["unit"])

    @cached_property
    def concepts(self) -> tuple[Concept, ...]:
        """The concepts of the syllabus."""
        return tuple(
            Concept(entry["id"], entry["text"], tuple(entry["units"]))
            for entry in self._syllabus["concept"]
        )

    @cached_property
    def _syllabus(self) -> dict[str, list[dict[str, str]]]:
        return tomllib.loads(SYLLABUS.read_text("utf-8"))
