"""``coursekit coverage``: which lesson explains each concept, and which exercise grades it."""

import argparse
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from coursekit.content.claims import Teaching, finished, gaps
from coursekit.content.faults import Fault, table
from coursekit.course import Concept, Course

PAGE = Path("docs") / "coverage.md"

INTRODUCTION = """# What the course teaches and grades

Every concept of the course has a lesson that explains it with something to run, and an exercise
that grades it. This page is made from the notebooks by `python -m coursekit coverage`; the tests
fail when it is out of date, or when a finished unit claims a concept that it does not grade.
Exercises are graded by their tests, except where it says "by a person".
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of ``coursekit coverage``."""
    parser.add_argument(
        "--check", action="store_true", help="write nothing; fail where the page is out of date"
    )


def run(arguments: argparse.Namespace) -> int:
    """Write the page, or compare it with the notebooks; 1 on a gap or an old page."""
    course = Course(Path.cwd())
    claims = finished(course)
    page = course.root / PAGE
    faults = find_gaps(course, claims)
    if arguments.check:
        if not is_current(course, claims):
            print(f"{PAGE} is out of date: run `python -m coursekit coverage`.", file=sys.stderr)
            return 1
    else:
        page.parent.mkdir(exist_ok=True)
        page.write_text(render(course, claims), "utf-8")
        print(f"{PAGE}: {len(course.concepts)} concepts, {len(claims)} finished units")
    if faults:
        print("\n" + table(faults, shutil.get_terminal_size((120, 0)).columns))
    return 1 if faults else 0


def is_current(course: Course, claims: Sequence[Teaching]) -> bool:
    """Whether the page in docs is the one that the notebooks make today."""
    page = course.root / PAGE
    return page.exists() and page.read_text("utf-8") == render(course, claims)


def find_gaps(course: Course, claims: Sequence[Teaching]) -> list[Fault]:
    """What finished units promise and do not keep."""
    return [
        Fault(claim.unit.folder, where, "", what, why)
        for claim in claims
        for where, what, why in gaps(course, claim)
    ]


def render(course: Course, claims: Sequence[Teaching]) -> str:
    """The page as markdown."""
    lines = [INTRODUCTION, "## Concepts", ""]
    lines += ["| concept | what it means | explained in | graded by |", "|---|---|---|---|"]
    lines += [_concept_row(concept, claims) for concept in course.concepts]
    for claim in claims:
        lines += ["", *_unit_table(claim)]
    return "\n".join(lines) + "\n"


def _concept_row(concept: Concept, claims: Sequence[Teaching]) -> str:
    explained, graded = [], []
    for claim in claims:
        explained += [
            f"[{claim.unit.number} {_cell(section.title)}]({_lesson(claim)})"
            for section in claim.explains(concept.id)
        ]
        graded += list(_exercise_links(claim, concept=concept.id))
    there = {claim.unit.number for claim in claims}
    planned = [number for number in concept.units if number not in there]
    if planned:
        explained.append(f"*planned: {', '.join(planned)}*")
    return (
        f"| `{concept.id}` | {_cell(concept.text)} | {'<br>'.join(explained)} "
        f"| {'<br>'.join(graded)} |"
    )


def _unit_table(claim: Teaching) -> Iterator[str]:
    yield f"## {claim.unit.number} · {claim.unit.title}"
    yield ""
    yield f"[Lesson]({_lesson(claim)}), {claim.minutes} minutes" + (
        f"; [assignment](../release/{claim.assignment}), "
        f"{sum(exercise.points for exercise in claim.exercises)} points."
        if claim.assignment
        else "; ungraded."
    )
    yield ""
    yield "| objective | explained in | exercise |"
    yield "|---|---|---|"
    for name, text in claim.objectives.items():
        sections = [_cell(part.title) for part in claim.sections if name in part.objectives]
        links = _exercise_links(claim, objective=name)
        yield f"| {_cell(text)} | {'<br>'.join(sections)} | {'<br>'.join(links)} |"


def _exercise_links(claim: Teaching, concept: str = "", objective: str = "") -> Iterator[str]:
    for exercise in claim.exercises:
        if concept in exercise.concepts or objective in exercise.objectives:
            hand = " (by a person)" if exercise.manual else ""
            number = f"{claim.unit.number}.{exercise.number}"
            link = f"[{number} {_cell(exercise.title)}](../release/{claim.assignment})"
            yield f"{link}{hand}"


def _lesson(claim: Teaching) -> str:
    return f"../notebooks/{claim.unit.folder}.ipynb"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
