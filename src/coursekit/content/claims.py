"""What the lessons claim to teach and the assignments to grade, read from notebook metadata."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from nbformat import NotebookNode

from coursekit.content.hygiene import Finding
from coursekit.content.submissions import Exercise, exercises, read_notebook
from coursekit.course import Course, Unit

TITLE = re.compile(r"^#+ +(.*\S)", re.MULTILINE)


@dataclass(frozen=True)
class Section:
    """A part of a lesson: its heading, and what it says that it explains."""

    title: str
    concepts: tuple[str, ...]
    objectives: tuple[str, ...]


@dataclass(frozen=True)
class Teaching:
    """A finished unit: what its lesson promises, explains and tries, and what its work grades.

    ``objectives`` has the text of each objective by its id; ``checkpoints`` the ids that were met.
    """

    unit: Unit
    minutes: int
    objectives: dict[str, str]
    sections: tuple[Section, ...]
    checkpoints: frozenset[str]
    exercises: tuple[Exercise, ...]
    assignment: str

    def explains(self, concept: str) -> list[Section]:
        """The sections of the lesson that explain a concept."""
        return [section for section in self.sections if concept in section.concepts]

    def grades(self, concept: str) -> list[Exercise]:
        """The exercises of the assignment that grade a concept."""
        return [exercise for exercise in self.exercises if concept in exercise.concepts]


def finished(course: Course) -> list[Teaching]:
    """Every unit that has a lesson, in the order of the syllabus.

    Raises CourseError for a notebook that cannot be read.
    """
    return [
        teaching(course, unit)
        for unit in course.units
        if (course.lessons / f"{unit.folder}.ipynb").exists()
    ]


def teaching(course: Course, unit: Unit) -> Teaching:
    """What one unit claims."""
    lesson = read_notebook(course.lessons / f"{unit.folder}.ipynb")
    about = lesson.metadata.get("course", {})
    tried = [cell for cell in lesson.cells if cell.metadata.get("course", {}).get("checkpoint")]
    graded: list[Exercise] = []
    path = ""
    if unit.folder in course.assignments:
        source = course.notebook(unit.folder)
        graded, path = exercises(read_notebook(source)), f"{unit.folder}/{source.name}"
    return Teaching(
        unit=unit,
        minutes=int(about.get("minutes", 0)),
        objectives=dict(about.get("objectives", {})),
        sections=tuple(_sections(lesson)),
        checkpoints=frozenset(
            name for cell in tried for name in cell.metadata.course.get("objectives", [])
        ),
        exercises=tuple(graded),
        assignment=path,
    )


def gaps(course: Course, claim: Teaching) -> Iterator[Finding]:
    """What a finished unit promises and does not keep; nothing is owed by an ungraded one."""
    required = [item.id for item in course.concepts if claim.unit.number in item.units]
    claimed = {concept for section in claim.sections for concept in section.concepts}
    if required and not claim.exercises:
        yield claim.unit.folder, "the unit has no assignment", "the syllabus gives it concepts"
        return
    for concept in required:
        if concept not in claimed:
            yield (
                concept,
                "no section of the lesson explains the concept",
                "the syllabus gives it to this unit",
            )
    for concept in sorted(claimed.union(required)):
        if not claim.grades(concept):
            yield (
                concept,
                "no exercise of the unit grades the concept",
                "the unit claims to teach it",
            )
    yield from _objective_gaps(claim, bool(required))


def _objective_gaps(claim: Teaching, graded: bool) -> Iterator[Finding]:
    trained = {name for exercise in claim.exercises for name in exercise.objectives}
    explained = {name for section in claim.sections for name in section.objectives}
    for name in claim.objectives:
        if name not in claim.checkpoints:
            yield name, "the objective has no checkpoint in the lesson", "a learner cannot try it"
        if name not in explained:
            yield name, "no section of the lesson names the objective", "nothing leads to it"
        if graded and name not in trained:
            yield name, "no exercise of the assignment grades the objective", "a promise not kept"
    for name in sorted((claim.checkpoints | explained | trained) - claim.objectives.keys()):
        yield name, "there is no such objective", "objectives are those of the lesson's metadata"


def _sections(lesson: NotebookNode) -> Iterator[Section]:
    for cell in lesson.cells:
        about = cell.metadata.get("course", {})
        heading = TITLE.search(cell.source)
        if cell.cell_type == "markdown" and about and heading:
            yield Section(
                heading[1], tuple(about.get("concepts", ())), tuple(about.get("objectives", ()))
            )
