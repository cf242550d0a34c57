"""What every notebook of the course must hold to; used by rules, lessons and trials."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from nbformat import NotebookNode

from coursekit.course import Course

Finding = tuple[str, str, str]
"""Where, what is wrong, and why it matters: a fault without its assignment."""

READABLE = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*")
LINK = re.compile(r"\]\(([^)\s#]+)[^)]*\)")
MACHINE_MADE = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}.*)?")
LONGEST_ID = 64  # nbformat's own limit


def clean(notebook: NotebookNode) -> Iterator[Finding]:
    """Nothing of a run is stored, and the kernel is the one that the course installs."""
    for cell in notebook.cells:
        name = cell.get("id", "a cell without id")
        if cell.get("outputs"):
            yield name, "the cell holds outputs", "clear all outputs before you save"
        if cell.get("execution_count") is not None:
            yield name, "the cell holds an execution count", "clear all outputs before you save"
        if cell.get("attachments"):
            yield name, "the cell holds an attachment", "draw figures in code instead"
    kernel = notebook.metadata.get("kernelspec", {}).get("name")
    if kernel != "python3":
        yield "notebook", f"the kernel is {kernel!r}", "kernelspec must be python3 everywhere"


def identified(notebook: NotebookNode) -> Iterator[Finding]:
    """Every cell has a readable id of its own, which later editions keep."""
    if (notebook.nbformat, notebook.nbformat_minor) < (4, 5):
        yield "notebook", "the format is older than 4.5", "cells have no ids before 4.5"
    ids = [str(cell.get("id", "")) for cell in notebook.cells]
    for position, name in enumerate(ids, start=1):
        if not name:
            yield f"cell {position}", "the cell has no id", "give it a readable one"
        elif not READABLE.fullmatch(name) or len(name) > LONGEST_ID:
            yield name, "the cell id is not a readable slug", "small letters, digits and hyphens"
        elif MACHINE_MADE.fullmatch(name):
            yield name, "the cell id was made by a machine", "give it a name that says what it is"
    for name, count in Counter(ids).items():
        if name and count > 1:
            yield name, f"{count} cells have this id", "ids must be unique"


def described(course: Course, notebook: NotebookNode, folder: str, kind: str) -> Iterator[Finding]:
    """The metadata name the unit and the kind; every concept named is one of the syllabus."""
    about = notebook.metadata.get("course", {})
    number = folder.split("_", 1)[0]
    for key, value in (("unit", number), ("kind", kind)):
        if about.get(key) != value:
            yield (
                "notebook",
                f"course.{key} in the metadata is {about.get(key)!r}",
                f"it must be {value!r}",
            )
    known = {concept.id for concept in course.concepts}
    for cell in notebook.cells:
        for concept in cell.metadata.get("course", {}).get("concepts", []):
            if concept not in known:
                yield (
                    str(cell.get("id", "")),
                    f"the concept {concept!r} does not exist",
                    "concepts are those of syllabus.toml",
                )


def broken_links(notebook: NotebookNode, folder: Path) -> Iterator[Finding]:
    """Links to other files of the course lead somewhere, seen from the notebook's folder."""
    for cell in notebook.cells:
        if cell.cell_type != "markdown":
            continue
        for target in LINK.findall(cell.source):
            if ":" not in target and not (folder / target).exists():
                yield cell.get("id", ""), f"the link to {target} is broken", "there is no such file"
