"""Tells which names of a notebook are what its tests test: those that the master's answers bind."""

from batchgrader.guarding import sources
from batchgrader.sanitising.master import Master


def subjects(master: Master) -> tuple[str, ...]:
    """The names that the answer cells of a master bind; the coordinator asks for each job."""
    answers = (cell for cell in master.cells if cell.marks.get("solution"))
    trees = [
        sources.parsed(text)
        for cell in answers
        if cell.cell_type == "code"
        for text in (cell.source, cell.released or "")
    ]
    return tuple(sorted({name for tree in trees for name in sources.bound(tree)}))
