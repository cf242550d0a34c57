"""The notebook that runs, rebuilt from the master; the sanitiser that batch grading puts first.

Only the text of answer cells and the student's own cells come from the submission. Everything that
can decide a grade (hidden and visible tests, points, marks, types, tags, order, kernel) comes from
the master, so that a damaged or a doctored notebook is graded like any other.
"""

import re
from collections.abc import Mapping
from typing import Any

from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor

from batchgrader.jobs import Repair
from batchgrader.sanitising import sentences
from batchgrader.sanitising.cells import plain
from batchgrader.sanitising.master import Master, MasterCell
from batchgrader.sanitising.matching import match
from batchgrader.sanitising.reading import invented_id


class RebuildFromMaster(NbGraderPreprocessor):  # type: ignore[misc]
    """Rebuilds a submitted notebook; batch grading puts it first among nbgrader's sanitisers.

    It takes the master from ``resources["batchgrader"]`` and adds to the repairs there. Where there
    is no master the notebook stays as it is.
    """

    def preprocess(
        self, nb: NotebookNode, resources: ResourcesDict
    ) -> tuple[NotebookNode, ResourcesDict]:
        """Give nbconvert the rebuilt notebook."""
        notes = resources["batchgrader"]
        if notes["master"] is None:
            return nb, resources
        nb, repairs = rebuild(nb, notes["master"])
        notes["repairs"].extend(repairs)
        return nb, resources


def rebuild(submitted: NotebookNode, master: Master) -> tuple[NotebookNode, list[Repair]]:
    """The notebook to run and what was put right; ``submitted`` is what ``reading.read`` returned.

    The parts that are kept are shared with ``submitted``, not copied.
    """
    rebuilding = _Rebuilding(submitted.cells, master)
    cells = rebuilding.cells()
    metadata = plain(dict(master.metadata))
    notebook = NotebookNode(cells=cells, metadata=metadata, nbformat=4, nbformat_minor=5)
    return notebook, rebuilding.repairs


class _Rebuilding:
    """One notebook while it is rebuilt."""

    def __init__(self, submitted: list[NotebookNode], master: Master) -> None:
        self._submitted = submitted
        self._master = master
        self._matches = match(submitted, master)
        self._place_of = {name: place for place, name in self._matches.claims.items()}
        self._ids: set[str] = set()
        self.repairs = sentences.about_notebook(master, self._matches)
        # Every missing cell would be one more line about a notebook that is another one.
        self._tells_each = bool(self._matches.by)

    def cells(self) -> list[NotebookNode]:
        """All cells in the order in which they run."""
        names = self._names()
        followers = self._followers(names)
        self.repairs += sentences.about_order(self._master, self._matches)
        known = {name: self._known(self._master.known[name]) for name in names}
        cells = [self._own(place) for place in followers[""]]
        for name in names:
            cells.append(known[name])
            cells += [self._own(place) for place in followers[name]]
        return cells

    def _names(self) -> list[str]:
        """The known cells in order: the master's, or the submission's where that is a guess."""
        if self._master.ordered:
            return list(self._master.known)
        names = [self._matches.claims[place] for place in sorted(self._matches.claims)]
        before = ""
        for name in self._master.known:
            if name not in self._place_of:
                names.insert(names.index(before) + 1 if before else 0, name)
            before = name
        return names

    def _followers(self, names: list[str]) -> dict[str, list[int]]:
        """The other cells of the submission, each with the known cell that it follows.

        A cell that was missing comes back before the plain cells that follow it in the master.
        """
        followers: dict[str, list[int]] = {name: [] for name in ("", *names)}
        name = ""
        for place in range(len(self._submitted)):
            if place in self._matches.claims:
                name = self._matches.claims[place]
            else:
                followers[name].append(place)
        before = ""
        for name in names:
            if name not in self._place_of:
                own = followers[before]
                cut = self._first_after(own, self._master.places[name])
                followers[before], followers[name] = own[:cut], own[cut:]
            before = name
        return followers

    def _first_after(self, places: list[int], limit: int) -> int:
        """How many cells there are before the first plain one beyond a place of the master."""
        for count, place in enumerate(places):
            if self._matches.plain.get(place, -1) > limit:
                return count
        return len(places)

    def _known(self, cell: MasterCell) -> NotebookNode:
        """A cell of the master, with the student's text if it is an answer."""
        place = self._place_of.get(cell.name)
        given = None if place is None else self._submitted[place]
        if self._tells_each:
            by = self._matches.by.get(cell.name, "")
            self.repairs += sentences.about_known(given, cell, self._master.notebook, by)
        source = cell.source if given is None or cell.locked else given.source
        made = NotebookNode(
            cell_type=cell.cell_type,
            id=self._known_id(cell, given),
            metadata=plain(dict(cell.metadata)),
            source=source,
        )
        if cell.cell_type == "code":
            ran = given if given is not None and given.cell_type == "code" else {}
            made["outputs"] = ran.get("outputs", [])
            made["execution_count"] = ran.get("execution_count")
        else:
            _attach(made, _attachments(cell, given))
        return made

    def _own(self, place: int) -> NotebookNode:
        """A cell of the student: a plain cell of the master, one more of theirs, or a copy."""
        given = self._submitted[place]
        cell_id = given.id if given.id not in self._ids else invented_id(self._ids)
        self._ids.add(cell_id)
        if place in self._matches.copies:
            return self._copied(given, self._matches.copies[place], cell_id)
        found = self._matches.plain.get(place)
        known = None if found is None else self._master.cells[found]
        self.repairs += sentences.about_own(given, self._master, known)
        made = NotebookNode(
            cell_type=given.cell_type,
            id=cell_id,
            metadata=plain({} if known is None else dict(known.metadata)),
            source=given.source,
        )
        if given.cell_type == "code":
            made["outputs"], made["execution_count"] = given.outputs, given.execution_count
        else:
            _attach(made, given.get("attachments", {}))
        return made

    def _copied(self, given: NotebookNode, name: str, cell_id: str) -> NotebookNode:
        """A further cell of a name: text that does not run, or it would undo the first."""
        sentence = sentences.about_copy(self._master.known[name].role, name)
        self.repairs.append(Repair("copied-cell", self._master.notebook, name, sentence))
        text = given.source if given.cell_type == "markdown" else _fenced(given.source)
        made = NotebookNode(
            cell_type="markdown",
            id=cell_id,
            metadata=NotebookNode(),
            source=f"{sentence}\n\n{text}",
        )
        _attach(made, given.get("attachments", {}))
        return made

    def _known_id(self, cell: MasterCell, given: NotebookNode | None) -> str:
        """The master's cell id, else the submission's, else one made of the name."""
        for cell_id in (cell.id, "" if given is None else given.id, cell.name[:64]):
            if cell_id and cell_id not in self._ids:
                break
        else:
            cell_id = invented_id(self._ids)
        self._ids.add(cell_id)
        return cell_id


def _attachments(cell: MasterCell, given: NotebookNode | None) -> Mapping[str, Any]:
    """The images in a text cell: the student's in an answer, the master's in all else."""
    if cell.attachments is not None and (cell.locked or given is None):
        return cell.attachments
    attachments: Mapping[str, Any] = {} if given is None else given.get("attachments", {})
    return attachments


def _attach(cell: NotebookNode, attachments: Mapping[str, Any]) -> None:
    if attachments:
        bundles = {name: NotebookNode(bundle) for name, bundle in attachments.items()}
        cell["attachments"] = NotebookNode(bundles)


def _fenced(text: str) -> str:
    """Text as a code block of Markdown, whatever is in it."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{text}\n{fence}"
