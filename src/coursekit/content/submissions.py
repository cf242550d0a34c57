"""Exercises as the notebooks state them, and submissions made by writing answers into a release."""

import copy
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import nbformat
from nbformat import NotebookNode

from coursekit.course import CourseError

Role = Literal["prompt", "solution", "test", "manual", "other"]

HEADING = re.compile(
    r"^## (?:Exercise|Question) (?P<number>\d+) · (?P<title>.+?)(?: · (?P<stars>★{1,3}☆{0,2}))?"
    r" · (?P<points>\d+) points?(?P<manual> · graded by a person)?$"
)
HEADING_START = re.compile(r"^## (?:Exercise|Question)\b.*$", re.MULTILINE)
MARKER = re.compile(r"^\s*### (?:BEGIN|END) (?:SOLUTION|HIDDEN TESTS|MARK SCHEME)\s*$")


@dataclass(frozen=True)
class Exercise:
    """One exercise of an assignment: what its prompt says and the graded cells that follow it."""

    id: str
    number: int
    title: str
    stars: int
    points: int
    cells: tuple[str, ...]
    manual: bool
    concepts: tuple[str, ...]
    objectives: tuple[str, ...]


def read_notebook(path: Path) -> NotebookNode:
    """A notebook exactly as it is on disk: no upgrade, no invented cell ids.

    Raises CourseError where the file is missing or is not a notebook of format 4.
    """
    try:
        content = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise CourseError(f"There is no notebook {path}.") from None
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise CourseError(f"{path} is not a notebook: it is not valid JSON ({error}).") from None
    if not isinstance(content, dict) or content.get("nbformat") != 4 or "cells" not in content:
        raise CourseError(f"{path} is not a notebook of format 4: save it again with JupyterLab.")
    notebook: NotebookNode = nbformat.from_dict(content)
    for cell in notebook.cells:
        if isinstance(cell.source, list):
            cell.source = "".join(cell.source)
    return notebook


def grade_id(cell: NotebookNode) -> str:
    """The name that nbgrader knows a cell by; empty for a cell that nbgrader does not know."""
    return str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))


def role(cell: NotebookNode) -> Role:
    """What a cell is for nbgrader: a locked prompt, an answer, tests, an answer for a person."""
    flags = cell.metadata.get("nbgrader", {})
    if flags.get("task") or (flags.get("grade") and flags.get("solution")):
        return "manual"
    if flags.get("grade"):
        return "test"
    if flags.get("solution"):
        return "solution"
    return "prompt" if flags.get("locked") and cell.cell_type == "markdown" else "other"


def blocks(notebook: NotebookNode) -> Iterator[tuple[NotebookNode, list[NotebookNode]]]:
    """Each prompt that opens an exercise, and the cells from there to the next one."""
    prompt: NotebookNode | None = None
    following: list[NotebookNode] = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and HEADING_START.search(cell.source):
            if prompt is not None:
                yield prompt, following
            prompt, following = cell, []
        else:
            following.append(cell)
    if prompt is not None:
        yield prompt, following


def exercises(notebook: NotebookNode) -> list[Exercise]:
    """The exercises of a source, release or submitted notebook, in order.

    Raises CourseError for a heading that does not say number, title, stars and points.
    """
    return [_exercise(prompt, following) for prompt, following in blocks(notebook)]


def _exercise(prompt: NotebookNode, following: list[NotebookNode]) -> Exercise:
    found = HEADING_START.search(prompt.source)
    line = found.group() if found else ""
    match = HEADING.match(line)
    if match is None:
        raise CourseError(
            f"The heading {line!r} of cell {prompt.get('id', '')!r} must read like "
            "'## Exercise 1 · Log a run · ★☆☆ · 4 points' or "
            "'## Question 9 · Three tools · 6 points · graded by a person'."
        )
    about = prompt.metadata.get("course", {})
    return Exercise(
        id=grade_id(prompt).removesuffix("-prompt"),
        number=int(match["number"]),
        title=match["title"],
        stars=(match["stars"] or "").count("★"),
        points=int(match["points"]),
        cells=tuple(grade_id(cell) for cell in following if role(cell) in ("test", "manual")),
        manual=match["manual"] is not None,
        concepts=tuple(about.get("concepts", ())),
        objectives=tuple(about.get("objectives", ())),
    )


def fill(release_notebook: NotebookNode, answers: Mapping[str, str]) -> NotebookNode:
    """A submission: a copy of the release with each answer in the cell of that exercise id.

    Raises CourseError for an answer to an exercise that the notebook does not have.
    """
    submission = copy.deepcopy(release_notebook)
    cells = {grade_id(cell): cell for cell in submission.cells if _takes_an_answer(cell)}
    for exercise, answer in answers.items():
        if exercise not in cells:
            raise CourseError(
                f"There is no answer cell {exercise!r}; there are: {', '.join(cells) or 'none'}."
            )
        cells[exercise].source = answer
    return submission


def answers_in(notebook: NotebookNode) -> dict[str, str]:
    """The text of every cell that takes an answer, by exercise id."""
    return {grade_id(cell): cell.source for cell in notebook.cells if _takes_an_answer(cell)}


def reference_answers(source_notebook: NotebookNode) -> dict[str, str]:
    """The course's own answer to every exercise, by exercise id, without nbgrader's markers."""
    return {
        exercise: "\n".join(line for line in answer.split("\n") if not MARKER.match(line))
        for exercise, answer in answers_in(source_notebook).items()
    }


def _takes_an_answer(cell: NotebookNode) -> bool:
    return bool(cell.metadata.get("nbgrader", {}).get("solution"))
