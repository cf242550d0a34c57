"""What the student and the instructor read about a notebook that was put right.

``rebuild`` asks here about each cell; an untouched notebook yields no sentence.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from nbformat import NotebookNode

from batchgrader.jobs import Repair
from batchgrader.sanitising.master import Master, MasterCell, grade_id
from batchgrader.sanitising.matching import Matches, bare

# What nbclient does not run; a test that does not run would score in full.
SKIP = "skip-execution"


def about_copy(role: str, name: str) -> str:
    """The sentence that a copied cell begins with, and that the student is told."""
    return (
        f"This is a second {role} '{name}': it was not run, for only the first of them counts. "
        "If you split or copied the cell, put all that belongs to it into the first one."
    )


def about_notebook(master: Master, matches: Matches) -> list[Repair]:
    """What is true of the notebook as a whole."""
    if master.known and not matches.by:
        text = (
            "No cell of the assignment was found in this notebook, so nothing in it was graded. "
            "Hand in the notebook of this assignment, with your answers in its answer cells."
        )
        return [Repair("deleted-cell", master.notebook, "", text)]
    repairs = []
    strayed = sum(by in ("id", "text") for by in matches.by.values())
    if strayed:
        text = (
            f"The marks that the grader goes by were gone from {strayed} of the cells, which were "
            "recognised by their id or text. Some editors drop them: work in JupyterLab next time."
        )
        repairs.append(Repair("matched-cell", master.notebook, "", text))
    return repairs


def about_order(master: Master, matches: Matches) -> Iterator[Repair]:
    """The cells that had been moved; the fewest that explain the order found."""
    if not master.ordered:
        return
    found = [matches.claims[place] for place in sorted(matches.claims)]
    stayed = _longest_rise([master.places[name] for name in found])
    for name in found:
        if master.places[name] not in stayed:
            role = master.known[name].role
            text = f"The {role} '{name}' had been moved; it ran in its original place."
            yield Repair("moved-cell", master.notebook, name, text)


def about_known(
    submitted: NotebookNode | None, cell: MasterCell, notebook: str, by: str
) -> Iterator[Repair]:
    """What was put right of a cell of the master; ``submitted`` is None where it was missing."""
    what = f"The {cell.role} '{cell.name}'"
    if submitted is None:
        yield Repair("deleted-cell", notebook, cell.name, _about_missing(cell, what))
        return
    if by == "place":
        text = (
            f"{what} had lost its marks; the cell that stood in its place was taken for it. "
            "If that is not your answer, write it into the original cell and hand in again."
        )
        yield Repair("matched-cell", notebook, cell.name, text)
    if submitted.cell_type != cell.cell_type:
        text = (
            f"{what} had been turned into a {submitted.cell_type} cell; it was used as the "
            f"{cell.cell_type} cell that it is. Keep the types of the cells as they are."
        )
        yield Repair("cell-type", notebook, cell.name, text)
    if cell.locked and _differs(submitted.source, cell):
        used = "ran" if cell.cell_type == "code" else "was used"
        text = f"{what} had been changed; the original {used} instead."
        yield Repair("changed-cell", notebook, cell.name, text)
    if by == "name" and _flags(submitted.metadata["nbgrader"]) != _flags(cell.marks):
        text = f"The grading marks of the {cell.role} '{cell.name}' differed; the original counted."
        yield Repair("metadata", notebook, cell.name, text)
    yield from _about_tags(submitted, cell.metadata.get("tags", ()), notebook, cell.name)


def about_own(
    submitted: NotebookNode, master: Master, plain: MasterCell | None
) -> Iterator[Repair]:
    """What was put right of a cell that is the student's."""
    name = grade_id(submitted)
    if plain is None and name and any(_flags(submitted.metadata["nbgrader"])):
        text = (
            f"The cell '{name}' carried grading marks, but this assignment has no cell of that "
            "name; it was taken for a cell of your own."
        )
        yield Repair("metadata", master.notebook, submitted.id, text)
    tags = () if plain is None else plain.metadata.get("tags", ())
    yield from _about_tags(submitted, tags, master.notebook, submitted.id)


def _about_missing(cell: MasterCell, what: str) -> str:
    if not cell.locked:
        return (
            f"{what} was missing; it was put back empty and counts as unanswered. "
            "Write the answer into that cell, and hand in again if you can."
        )
    return f"{what} was missing; the original was put back."


def _about_tags(
    submitted: NotebookNode, allowed: Iterable[str], notebook: str, name: str
) -> Iterator[Repair]:
    if submitted.cell_type != "code":
        return
    if SKIP in submitted.metadata.get("tags", ()) and SKIP not in allowed:
        text = f"The tag '{SKIP}' was taken off the cell '{name}': every cell runs when graded."
        yield Repair("metadata", notebook, name, text)


def _differs(text: str, cell: MasterCell) -> bool:
    """Whether a locked cell's text is not what was released, white space at line ends apart."""
    text = bare(text)
    if text == bare(cell.source):
        return False
    if cell.released is not None:
        return text != bare(cell.released)
    # What the release looked like is not known; nbgrader made it by taking lines out.
    lines = iter(bare(cell.source).split("\n"))
    return not all(line in lines for line in text.split("\n") if line)


def _flags(marks: Mapping[str, Any]) -> tuple[Any, ...]:
    """What nbgrader makes of a cell's marks; a test cell is locked whatever its mark says."""
    grade, solution, task = (marks.get(key, False) for key in ("grade", "solution", "task"))
    locked = not solution and (bool(grade) or marks.get("locked", False))
    points = marks.get("points") if grade or task else None
    return grade, solution, task, locked, points


def _longest_rise(places: list[int]) -> set[int]:
    """A longest rising part of a sequence of different numbers."""
    ends: list[int] = []
    lengths = []
    for place in places:
        at = bisect_left(ends, place)
        ends[at : at + 1] = [place]
        lengths.append(at)
    rise: set[int] = set()
    wanted = len(ends) - 1
    for place, length in zip(reversed(places), reversed(lengths), strict=True):
        if length == wanted:
            rise.add(place)
            wanted -= 1
    return rise
