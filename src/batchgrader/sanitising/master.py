"""The instructor's notebook as it must look when it runs; made once a run, used by ``rebuild``.

The gradebook is the authority on every cell that is graded or locked: its text with the hidden
tests, its type and its points. A template (the release, or else the source notebook) adds what the
gradebook does not keep: the order, the cell ids, and the plain cells.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.nbgraderformat import SCHEMA_VERSION
from nbgrader.utils import compute_checksum

from batchgrader.sanitising.reading import INVENTED, read


@dataclass(frozen=True)
class MasterCell:
    """One cell of the master: known to nbgrader by its name, or plain, with no name.

    ``id`` is empty where the template has none. ``source`` is what runs, ``released`` what the
    student was given, None where that is not known. The text of a locked cell is never the
    student's.
    """

    name: str
    id: str
    cell_type: str
    source: str
    released: str | None = None
    locked: bool = False
    metadata: Mapping[str, Any] = field(default_factory=dict)
    attachments: Mapping[str, Any] | None = None

    @cached_property
    def marks(self) -> Mapping[str, Any]:
        """nbgrader's metadata of the cell; empty for a plain one."""
        marks: Mapping[str, Any] = self.metadata.get("nbgrader", {})
        return marks

    @property
    def role(self) -> str:
        """What people call the cell."""
        if self.marks.get("solution"):
            return "answer cell"
        if self.marks.get("task"):
            return "task cell"
        return "test cell" if self.marks.get("grade") else "cell"


@dataclass(frozen=True)
class Master:
    """All cells of the master in order; ``load_master`` makes it, the coordinator hands it on.

    ``ordered`` is false without a template: then the gradebook's order is only a guess.
    ``metadata`` is the notebook's own, with the kernel.
    """

    notebook: str
    cells: tuple[MasterCell, ...]
    ordered: bool
    metadata: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def known(self) -> dict[str, MasterCell]:
        """The cells that nbgrader knows, by name, in order."""
        return {cell.name: cell for cell in self.cells if cell.name}

    @cached_property
    def places(self) -> dict[str, int]:
        """Where each cell stands that nbgrader knows, by name."""
        return {cell.name: place for place, cell in enumerate(self.cells) if cell.name}

    @cached_property
    def by_id(self) -> dict[str, int]:
        """Where each cell stands that has an id, by id."""
        return {cell.id: place for place, cell in enumerate(self.cells) if cell.id}

    @cached_property
    def digest(self) -> str:
        """A hash of all that can change a grade; where it changes, submissions are due again.

        The text of cells that neither run nor are graded is not part of it: to mend a word in a
        prompt grades nobody again. Nor are the cell ids, which a new release may draw anew.
        """
        kernel = self.metadata.get("kernelspec", {}).get("name")
        counts = [_what_counts(cell) for cell in self.cells if cell.name or _tags(cell)]
        text = json.dumps([self.notebook, kernel, counts], sort_keys=True)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def load_master(
    notebook: str, gradebook: Gradebook, assignment: str, template: Path | None
) -> Master:
    """The master of a notebook; the coordinator calls it once for each notebook of a run.

    Raises nbgrader's MissingEntry for a notebook that the gradebook does not know, OSError and
    UnreadableNotebook for a template that cannot be read.
    """
    entry = gradebook.find_notebook(notebook, assignment)
    page = None if template is None else read(template.read_bytes(), notebook)[0]
    given = {} if page is None else _by_name(page.cells)
    known = _known_cells(entry, given)
    metadata = {} if page is None else dict(page.metadata)
    kernel = json.loads(entry.kernelspec) if entry.kernelspec else None
    if kernel:
        metadata["kernelspec"] = kernel
    cells = list(known.values()) if page is None else _in_order(page.cells, known)
    return Master(notebook, tuple(cells), ordered=page is not None, metadata=metadata)


def grade_id(cell: NotebookNode) -> str:
    """The name that a cell claims in nbgrader's metadata; empty where it claims none."""
    marks = cell.metadata.get("nbgrader")
    name = marks.get("grade_id") if isinstance(marks, Mapping) else None
    return name if isinstance(name, str) else ""


def _what_counts(cell: MasterCell) -> list[Any]:
    counts = cell.name and (cell.cell_type == "code" or "points" in cell.marks)
    marks = {key: cell.marks.get(key, False) for key in ("grade", "solution", "task")}
    points = float(cell.marks.get("points", 0))
    text = cell.source if counts else ""
    return [cell.name, cell.cell_type, cell.locked, text, marks, points, _tags(cell)]


def _tags(cell: MasterCell) -> list[str]:
    return list(cell.metadata.get("tags", []))


def _by_name(cells: list[NotebookNode]) -> dict[str, NotebookNode]:
    """The cells that carry a name, the first of each."""
    named: dict[str, NotebookNode] = {}
    for cell in cells:
        if grade_id(cell):
            named.setdefault(grade_id(cell), cell)
    return named


def _known_cells(entry: Any, given: Mapping[str, NotebookNode]) -> dict[str, MasterCell]:
    """A cell for each row of the gradebook, by name, in the order of the rows."""
    worth = {row.name: row.max_score for row in [*entry.grade_cells, *entry.task_cells]}
    kinds = {
        "grade": {row.name for row in entry.grade_cells},
        "solution": {row.name for row in entry.solution_cells},
        "task": {row.name for row in entry.task_cells},
    }
    known = {}
    for row in entry.source_cells:
        template = given.get(row.name)
        flags = {kind: row.name in names for kind, names in kinds.items()}
        known[row.name] = MasterCell(
            name=row.name,
            id=_id(template),
            cell_type=row.cell_type,
            source=row.source or "",
            released=_released(template),
            locked=row.locked,
            metadata=_metadata(row, flags, worth.get(row.name), template),
            attachments=None if template is None else template.get("attachments", {}),
        )
    return known


def _metadata(
    row: Any, flags: dict[str, bool], points: float | None, template: NotebookNode | None
) -> dict[str, Any]:
    """A known cell's metadata: the template's, with nbgrader's as its pipeline would have it."""
    metadata = {} if template is None else dict(template.metadata)
    given = metadata.get("nbgrader", {})
    marks = {"grade_id": row.name, "schema_version": SCHEMA_VERSION, "cell_type": row.cell_type}
    marks |= {"grade": flags["grade"], "solution": flags["solution"]}
    if flags["task"] or template is None or "task" in given:
        marks["task"] = flags["task"]
    marks["locked"] = row.locked
    if flags["grade"] and not flags["solution"] and template is not None:
        # nbgrader locks a test cell whatever its mark says, and leaves the mark as it is.
        marks["locked"] = bool(given.get("locked"))
    if row.checksum:
        marks["checksum"] = row.checksum
    # A whole number stays one, for nbgrader leaves the number alone where it is equal.
    if type(given.get("points")) in (int, float) and given["points"] >= 0:
        marks["points"] = given["points"]
    if points is not None and marks.get("points") != points:
        marks["points"] = points
    metadata["nbgrader"] = marks
    # As nbgrader's LockCells does for a release.
    if marks["grade"] or marks["solution"] or row.locked:
        metadata.setdefault("deletable", False)
    if row.locked:
        metadata.setdefault("editable", False)
    return metadata


def _released(template: NotebookNode | None) -> str | None:
    """What the student was given, if the template is a release: its checksum proves that."""
    if template is None:
        return None
    marks = template.metadata["nbgrader"]
    try:
        genuine = marks.get("checksum") == compute_checksum(template)
    except (KeyError, TypeError, ValueError):
        return None
    return template.source if genuine else None


def _in_order(page: list[NotebookNode], known: dict[str, MasterCell]) -> list[MasterCell]:
    """The template's cells in its order; one that it lacks follows the row before it."""
    ordered: list[MasterCell] = []
    placed: set[str] = set()
    for cell in page:
        name = grade_id(cell)
        if name not in known:
            ordered.append(_plain_cell(cell))
        elif name not in placed:
            placed.add(name)
            ordered.append(known[name])
    before = ""
    for name, row in known.items():
        if name not in placed:
            places = [place for place, each in enumerate(ordered) if before and each.name == before]
            ordered.insert(places[0] + 1 if places else 0, row)
        before = name
    return ordered


def _plain_cell(cell: NotebookNode) -> MasterCell:
    metadata = {key: value for key, value in cell.metadata.items() if key != "nbgrader"}
    return MasterCell("", _id(cell), cell.cell_type, cell.source, cell.source, metadata=metadata)


def _id(cell: NotebookNode | None) -> str:
    return "" if cell is None or cell.id.startswith(INVENTED) else str(cell.id)
