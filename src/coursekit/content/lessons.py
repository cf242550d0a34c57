"""What can be said of a lesson without running it; called by check."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from nbformat import NotebookNode

from coursekit.content.claims import gaps, teaching
from coursekit.content.faults import Fault
from coursekit.content.hygiene import Finding, broken_links, clean, described, identified
from coursekit.content.submissions import read_notebook
from coursekit.course import Course, CourseError

CELLS = range(35, 56)
WORDS = range(2000, 3001)
OBJECTIVES = range(4, 8)
PLOTS = range(4, 7)
LONGEST_CODE = 12
MEDIAN_CODE = 6
MOST_TAKE_AWAYS = 6
SHORTEST_ALT = 40  # characters

STRIP = (
    "data gathering → analysis → transformation → training → validation → serving → monitoring"
    " → retraining"
)
PLOT = re.compile(r"\.(?:subplots|subplot_mosaic|figure)\(|\.plot\b(?!ting)")
FENCED = re.compile(r"```.*?```", re.DOTALL)
ALT = re.compile(r"\*(?!\*)[^*].*\*(?!\*)", re.DOTALL)
TERMS = re.compile(r"^## Key terms\n+\| *term *\| *meaning *\|\n\|[-: |]+\|\n(?:\|.+\|\n?)+", re.M)


@dataclass(frozen=True)
class Lesson:
    """A lesson notebook under inspection."""

    unit: str
    notebook: NotebookNode
    graded: bool

    @property
    def texts(self) -> list[str]:
        """The source of every text cell."""
        return [cell.source for cell in self.notebook.cells if cell.cell_type == "markdown"]


def check_lesson(course: Course, unit: str) -> list[Fault]:
    """Every fault of a lesson that can be seen without running it."""
    path = course.lessons / f"{unit}.ipynb"
    try:
        notebook = read_notebook(path)
        number = unit.split("_", 1)[0]
        lesson = Lesson(unit, notebook, any(number in item.units for item in course.concepts))
        findings = [
            *clean(notebook),
            *identified(notebook),
            *described(course, notebook, unit, "lesson"),
            *broken_links(notebook, path.parent),
            *_parts(lesson),
            *_code(lesson),
            *_alt_texts(lesson),
            *(_sizes(lesson) if lesson.graded else ()),
            *_promises(course, unit),
        ]
    except CourseError as error:
        findings = [("notebook", "the lesson cannot be read", str(error))]
    return [Fault(unit, where, "", what, why) for where, what, why in findings]


def _promises(course: Course, folder: str) -> Iterator[Finding]:
    """What metadata promise; a lesson that is in no syllabus has nothing to keep."""
    units = [unit for unit in course.units if unit.folder == folder]
    if not units:
        yield "notebook", "the syllabus has no such unit", "add it to syllabus.toml or rename it"
    for unit in units:
        yield from gaps(course, teaching(course, unit))


def _parts(lesson: Lesson) -> Iterator[Finding]:
    """Title with the lifecycle, objectives word for word, terms, take-aways, sources, the work."""
    texts = lesson.texts
    first, everything = texts[0] if texts else "", "\n\n".join(texts)
    if STRIP not in first.replace("**", "").replace("\n", " "):
        yield "title", "the first cell has no lifecycle strip", f"it reads: {STRIP}"
    said = _plain(everything)
    for name, text in lesson.notebook.metadata.get("course", {}).get("objectives", {}).items():
        if _plain(text) not in said:
            yield name, "the objective is not in the text", "say it there word for word"
    if not TERMS.search(everything):
        yield "key-terms", "there is no table of key terms", "'## Key terms', | term | meaning |"
    take_aways = _under("Take-aways", texts)
    points = len(re.findall(r"^[*-] ", take_aways, re.MULTILINE))
    if not 1 <= points <= MOST_TAKE_AWAYS:
        yield "take-aways", f"there are {points} take-aways", f"one to {MOST_TAKE_AWAYS} are right"
    if not _under("Sources", texts):
        yield "sources", "there is no section '## Sources'", "every claim about the world has one"
    if lesson.graded and f"../release/{lesson.unit}/" not in everything:
        yield "notebook", "there is no link to the assignment", f"../release/{lesson.unit}/..."


def _code(lesson: Lesson) -> Iterator[Finding]:
    lengths = {
        cell.get("id", ""): sum(bool(line.strip()) for line in cell.source.split("\n"))
        for cell in lesson.notebook.cells
        if cell.cell_type == "code"
    }
    for name, lines in lengths.items():
        if lines > LONGEST_CODE:
            yield name, f"the cell has {lines} lines", f"at most {LONGEST_CODE}"
    if lesson.graded and lengths and median(lengths.values()) > MEDIAN_CODE:
        yield (
            "notebook",
            f"the median code cell has {median(lengths.values()):g} lines",
            f"at most {MEDIAN_CODE}: one idea a cell",
        )


def _alt_texts(lesson: Lesson) -> Iterator[Finding]:
    """The text after a figure begins with what the figure shows, in italics, for who cannot see."""
    cells = [*lesson.notebook.cells, None]
    for cell, after in pairwise(cells):
        if cell is None or cell.cell_type != "code" or not PLOT.search(cell.source):
            continue
        paragraph = ""
        if after is not None and after.cell_type == "markdown":
            paragraph = after.source.split("\n\n")[0].strip()
        if not ALT.fullmatch(paragraph) or len(paragraph) < SHORTEST_ALT:
            yield (
                cell.get("id", ""),
                "the figure has no text for those who cannot see it",
                "begin the next cell with one paragraph in *italics* that says what it shows",
            )


def _sizes(lesson: Lesson) -> Iterator[Finding]:
    cells = lesson.notebook.cells
    words = sum(len(FENCED.sub("", text).split()) for text in lesson.texts)
    plots = sum(cell.cell_type == "code" and bool(PLOT.search(cell.source)) for cell in cells)
    promised = len(lesson.notebook.metadata.get("course", {}).get("objectives", {}))
    for found, noun, allowed in (
        (len(cells), "cells", CELLS),
        (words, "words of text", WORDS),
        (plots, "figures", PLOTS),
        (promised, "objectives", OBJECTIVES),
    ):
        if found not in allowed:
            yield (
                "notebook",
                f"the lesson has {found} {noun}",
                f"from {allowed.start} to {allowed.stop - 1} are right",
            )


def _under(heading: str, texts: list[str]) -> str:
    """The text of the cell that a second-level heading opens; empty where there is none."""
    return next((text for text in texts if re.match(rf"## {heading}\b", text)), "")


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[*`_]", "", text).lower().split())
