"""A course whose one notebook has a cell of every kind, for the tests of the sanitiser."""

import json
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from tiny_course import cell, notebook, write_notebook
from traitlets.config import Config

ASSIGNMENT = "kinds"
NOTEBOOK = "mixed"
PIXEL = {"image/png": "iVBORw0KGgo="}
KNOWN = ["setup", "prompt", "double", "double-tests", "half", "half-tests", "words", "essay"]


def mixed_notebook() -> dict[str, Any]:
    """The source: three plain cells, and one or two cells of each of nbgrader's kinds."""
    hidden = "# Some values.\nassert {0}(2)\n### BEGIN HIDDEN TESTS\nassert {0}(4) == {1}\n"
    hidden += "### END HIDDEN TESTS"
    solution = "### BEGIN SOLUTION\n{} = lambda x: {}\n### END SOLUTION"
    setup = cell("solution", "setup", "import math")
    setup["metadata"]["nbgrader"] |= {"solution": False, "locked": True}
    prompt = cell("prompt", "prompt", "Double it: ![a picture](attachment:p.png)")
    prompt["attachments"] = {"p.png": PIXEL}
    essay = cell("prompt", "essay", "Write an essay below.", 4)
    essay["metadata"]["nbgrader"]["task"] = True
    return notebook(
        [
            plain("markdown", "title", "# Kinds of cells"),
            setup,
            prompt,
            cell("solution", "double", solution.format("double", "2 * x")),
            plain("code", "look", "1 / 0", tags=["raises-exception"]),
            cell("test", "double-tests", hidden.format("double", 8), 2),
            plain("code", "between", "print('half')"),
            cell("solution", "half", solution.format("half", "x / 2")),
            cell("test", "half-tests", hidden.format("half", 2), 1),
            cell("manual", "words", "Halving undoes doubling.", 3),
            essay,
        ]
    )


def plain(kind: str, cell_id: str, source: str, **metadata: Any) -> dict[str, Any]:
    """A cell that nbgrader does not know."""
    made = {"cell_type": kind, "id": cell_id, "metadata": metadata, "source": source}
    return made if kind != "code" else made | {"outputs": [], "execution_count": None}


class MixedCourse:
    """The course, released, with its gradebook open."""

    def __init__(self, root: Path) -> None:
        self.source = root / "source" / ASSIGNMENT / f"{NOTEBOOK}.ipynb"
        self.release = root / "release" / ASSIGNMENT / f"{NOTEBOOK}.ipynb"
        write_notebook(self.source, mixed_notebook())
        config = Config()
        config.CourseDirectory.root = str(root)
        config.CourseDirectory.assignment_id = ASSIGNMENT
        directory = CourseDirectory(config=config)
        GenerateAssignment(coursedir=directory, config=config).start()
        self.db_url = directory.db_url
        self.gradebook = Gradebook(directory.db_url)

    def released(self) -> dict[str, Any]:
        """What a student is given, as JSON."""
        content: dict[str, Any] = json.loads(self.release.read_text("utf-8"))
        return content
