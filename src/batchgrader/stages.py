"""The stages of a submission beside its execution: from handed-in files to a job, and what follows.

``prepare`` and ``record`` are called by the coordinator alone. Between them the submission is a
Job that crosses to a worker, and a Result that comes back.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters.exporter import ResourcesDict
from nbconvert.preprocessors import ExecutePreprocessor
from nbformat import NotebookNode
from nbgrader.preprocessors import CheckCellMetadata, SaveAutoGrades
from traitlets.utils.importstring import import_item

from batchgrader.course.due import Due
from batchgrader.course.files import read_file
from batchgrader.jobs import Failure, File, Incident, Repair, Result
from batchgrader.marking.checks import QuickCheck
from batchgrader.marking.notices import Notices, explain_failure
from batchgrader.marking.scores import SettleScores
from batchgrader.sanitising.master import Master
from batchgrader.sanitising.reading import UnreadableNotebook, check_size, read
from batchgrader.sanitising.rebuild import RebuildFromMaster


@dataclass(frozen=True)
class Steps:
    """The preprocessors of an autograding, cut in two where the notebook is executed.

    ``execute`` is None where nothing is: with ``--no-execute``, or without such a step.
    """

    before: Sequence[Any]
    execute: Any
    after: Sequence[Any]

    @classmethod
    def of(cls, sanitize: Iterable[Any], autograde: Iterable[Any], *, rebuild: bool) -> "Steps":
        """Cut nbgrader's two lists, and put batchgrader's own steps where they belong."""
        cleaning, grading = _classes(sanitize), _classes(autograde)
        if rebuild and RebuildFromMaster not in cleaning:
            cleaning.insert(0, RebuildFromMaster)
        runs = _places(grading, ExecutePreprocessor)
        at = runs[0] if runs else -1
        after = grading[at + 1 :]
        saves = _places(after, SaveAutoGrades)
        if saves and SettleScores not in after:
            after.insert(saves[0], SettleScores)
        if Notices not in after:
            checks = _places(after, CheckCellMetadata)
            after.insert(checks[-1] if checks else len(after), Notices)
        before = [*cleaning, *grading[: max(at, 0)]]
        return cls(_quick(before), grading[at] if runs else None, _quick(after))


@dataclass
class Page:
    """One notebook of a submission on its way: clean at first, then as it was executed.

    ``runs`` is false for one that could not be read: its place is taken by the master's version.
    """

    name: str
    text: str
    resources: ResourcesDict
    runs: bool = True


@dataclass
class Prepared:
    """A submission that is ready to run, and what nbgrader must know to record it.

    ``failure`` is why it counts as failed, even where it runs.
    """

    due: Due
    pages: list[Page] = field(default_factory=list)
    files: dict[str, File] = field(default_factory=dict)
    failure: Failure | None = None

    def notebooks(self) -> dict[str, str]:
        """What a worker is to run."""
        return {page.name: page.text for page in self.pages if page.runs}


def open_page(path: Path, resources: ResourcesDict) -> tuple[NotebookNode, bool]:
    """Read a submitted notebook; where that cannot be, an empty one and a failure that says why."""
    notes = resources["batchgrader"]
    name = resources["nbgrader"]["notebook"]
    try:
        data = _bytes(path)
        notebook, repairs = read(data, name)
    except UnreadableNotebook as error:
        notes["failure"] = Failure(str(error))
        return nbformat.v4.new_notebook(), False
    notes["repairs"].extend(repairs)
    return notebook, True


def resources_for(
    base: Mapping[str, Any], folder: Path, master: Master | None, *, executed: bool
) -> ResourcesDict:
    """nbconvert's resources for a notebook, with nbgrader's part and ours."""
    resources = ResourcesDict()
    resources.update(base)
    resources["metadata"] = ResourcesDict()
    resources["metadata"].update(path=str(folder), name=base["unique_key"])
    repairs: list[Repair] = []
    incidents: list[Incident] = []
    resources["batchgrader"] = {
        "master": master,
        "repairs": repairs,
        "incidents": incidents,
        "failure": None,
        "executed": executed,
    }
    return resources


def settle(page: Page, result: Result | None, prepared: Prepared) -> NotebookNode:
    """The notebook to grade: as it was executed, or with the reason why it was not.

    What happened to the submission as a whole is told in its first notebook.
    """
    about = {page.name, ""} if page is prepared.pages[0] else {page.name}
    notes = page.resources["batchgrader"]
    if result is not None and page.name in result.notebooks:
        page.text = result.notebooks[page.name]
    if result is not None:
        notes["incidents"].extend(each for each in result.incidents if each.notebook in about)
        notes["failure"] = notes["failure"] or result.failure
    notes["failure"] = notes["failure"] or prepared.failure
    notebook: NotebookNode = nbformat.v4.reads(page.text)
    if notes["failure"] is not None:
        explain_failure(notebook, notes["failure"])
    return notebook


def apply(steps: Sequence[Any], notebook: NotebookNode, resources: Any) -> tuple[Any, Any]:
    """Run preprocessors one after another, as nbconvert does but without copies between them."""
    for step in steps:
        notebook, resources = step(notebook, resources)
    return notebook, resources


def made(step: Any, exporter: Any) -> Any:
    """A preprocessor that can be called: nbconvert takes classes, instances and functions."""
    return step(parent=exporter) if isinstance(step, type) else step


def _classes(steps: Iterable[Any]) -> list[Any]:
    """Preprocessors as classes: a configuration may also name them."""
    return [import_item(step) if isinstance(step, str) else step for step in steps]


def _quick(steps: Sequence[Any]) -> list[Any]:
    """The same preprocessors, with a quicker one in place of nbgrader's slowest."""
    return [QuickCheck if step is CheckCellMetadata else step for step in steps]


def _places(steps: Sequence[Any], kind: type) -> list[int]:
    """Where in a list preprocessors of a kind stand, as classes or as instances."""
    return [
        at
        for at, step in enumerate(steps)
        if (issubclass(step, kind) if isinstance(step, type) else isinstance(step, kind))
    ]


def _bytes(path: Path) -> bytes:
    if path.is_symlink():
        raise UnreadableNotebook(
            f"{path.name} is a link to another file; hand in the notebook itself."
        )
    try:
        check_size(path.stat().st_size, path.name)
        return read_file(path).content
    except OSError as error:
        raise UnreadableNotebook(
            f"{path.name} cannot be read ({error.strerror}); hand it in again."
        ) from error
