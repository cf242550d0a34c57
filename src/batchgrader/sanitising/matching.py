"""Which cell of a submission is which cell of the master; ``rebuild`` builds on what is found.

A cell is recognised by the name in nbgrader's metadata; else by its cell id; else, for some editors
drop both, by its text if it is a locked cell's, and by its place if it is an answer's.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from nbformat import NotebookNode

from batchgrader.sanitising.master import Master, MasterCell, grade_id

By = Literal["name", "id", "text", "place"]


@dataclass
class Matches:
    """What was recognised: places in the submission on one side, the master's cells on the other.

    ``claims`` has the known cells by place in the submission, ``copies`` the further ones of a
    name, ``plain`` the places in the master of its plain cells. ``by`` tells how a known cell was
    recognised.
    """

    claims: dict[int, str] = field(default_factory=dict)
    copies: dict[int, str] = field(default_factory=dict)
    plain: dict[int, int] = field(default_factory=dict)
    by: dict[str, By] = field(default_factory=dict)

    def claim(self, place: int, name: str, by: By) -> None:
        """Say that the cell at this place of the submission is that of the master."""
        self.claims[place] = name
        self.by[name] = by


def match(cells: list[NotebookNode], master: Master) -> Matches:
    """Recognise the master's cells among those of a submission."""
    matches = Matches()
    _by_name(cells, master, matches)
    _by_id(cells, master, matches)
    if len(matches.by) < len(master.known):
        _by_text(cells, master, matches)
        _by_place(cells, master, matches)
    return matches


def bare(text: str) -> str:
    """Text without white space at the end of lines and of the whole, for comparing."""
    return "\n".join(line.rstrip() for line in text.split("\n")).rstrip()


def _by_name(cells: list[NotebookNode], master: Master, matches: Matches) -> None:
    """The first cell of a name counts; nbgrader stops here with an error (issue 1083)."""
    for place, cell in enumerate(cells):
        name = grade_id(cell)
        if name in matches.by:
            matches.copies[place] = name
        elif name in master.known:
            matches.claim(place, name, "name")


def _by_id(cells: list[NotebookNode], master: Master, matches: Matches) -> None:
    for place, cell in enumerate(cells):
        found = master.by_id.get(cell.id)
        if found is None or place in matches.claims or place in matches.copies:
            continue
        name = master.cells[found].name
        if not name:
            matches.plain[place] = found
        elif name not in matches.by:
            matches.claim(place, name, "id")


def _by_text(cells: list[NotebookNode], master: Master, matches: Matches) -> None:
    """Locked cells, and plain ones that nothing else tells from a student's own."""
    locked: dict[str, list[str]] = defaultdict(list)
    for name, cell in master.known.items():
        if cell.locked and name not in matches.by:
            for text in {bare(cell.source), bare(cell.released or "")} - {""}:
                locked[text].append(name)
    seen = set(matches.plain.values())
    plain: dict[str, list[int]] = defaultdict(list)
    for found, cell in enumerate(master.cells):
        if not cell.name and found not in seen:
            plain[bare(cell.source)].append(found)
    for place in _unclaimed(cells, matches):
        text = bare(cells[place].source)
        names = [name for name in locked[text] if name not in matches.by]
        if names:
            matches.claim(place, names[0], "text")
        elif plain[text]:
            matches.plain[place] = plain[text].pop(0)


def _by_place(cells: list[NotebookNode], master: Master, matches: Matches) -> None:
    """An answer between two cells that were recognised, where exactly one cell can be it."""
    if not master.ordered and "name" in matches.by.values():
        # The editor keeps names, and without a template a plain cell cannot be told from an answer.
        return
    for wanted, start, stop in _gaps(cells, master, matches):
        for kind in ("code", "markdown"):
            lost = [cell for cell in wanted if cell.cell_type == kind]
            free = [
                place
                for place in _unclaimed(cells, matches)
                if start < place < stop and cells[place].cell_type == kind
            ]
            if len(lost) == 1 and len(free) == 1:
                matches.claim(free[0], lost[0].name, "place")


def _gaps(
    cells: list[NotebookNode], master: Master, matches: Matches
) -> Iterator[tuple[list[MasterCell], int, int]]:
    """The answers still missing between two recognised cells, and the places of those two."""
    place_of = {name: place for place, name in matches.claims.items()}
    names = list(master.known)
    found = [at for at, name in enumerate(names) if name in place_of]
    for before, after in pairwise([-1, *found, len(names)]):
        between = [master.known[name] for name in names[before + 1 : after]]
        wanted = [cell for cell in between if not cell.locked]
        start = place_of[names[before]] if before >= 0 else -1
        stop = place_of[names[after]] if after < len(names) else len(cells)
        if wanted:
            yield wanted, start, stop


def _unclaimed(cells: list[NotebookNode], matches: Matches) -> list[int]:
    taken = matches.claims.keys() | matches.copies.keys() | matches.plain.keys()
    return [place for place in range(len(cells)) if place not in taken]
