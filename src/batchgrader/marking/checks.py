"""nbgrader's check of its own metadata, done once for all submissions that have the same."""

import json

from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader.preprocessors import CheckCellMetadata

MOST = 10_000  # remembered notebooks, of about a hundred bytes each


class QuickCheck(CheckCellMetadata):  # type: ignore[misc]
    """Takes the place of CheckCellMetadata, which validates a schema again for every cell.

    The verdict rests on the types and the nbgrader metadata of cells alone. After a rebuild they
    are the same in every submission to an assignment, and the first verdict holds for all.
    """

    _passed: set[int] = set()  # noqa: RUF012  shared on purpose: each run makes new instances

    def preprocess(
        self, nb: NotebookNode, resources: ResourcesDict
    ) -> tuple[NotebookNode, ResourcesDict]:
        """Let nbgrader check a notebook whose metadata it has not seen yet."""
        key = hash(
            tuple(
                (cell.cell_type, json.dumps(cell.metadata.nbgrader, sort_keys=True))
                for cell in nb.cells
                if "nbgrader" in cell.metadata
            )
        )
        if key not in self._passed:
            nb, resources = super().preprocess(nb, resources)
            if len(self._passed) >= MOST:
                self._passed.clear()
            self._passed.add(key)
        return nb, resources
