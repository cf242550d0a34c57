"""The first stage: what was handed in becomes a clean notebook that is ready to run."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat

from batchgrader.course.due import Due
from batchgrader.course.files import beside, read_file, regular_files, too_large
from batchgrader.course.found import linked, spelled
from batchgrader.execution import pack_runner
from batchgrader.guarding.subjects import subjects
from batchgrader.jobs import Failure, Job
from batchgrader.kernels.sources import Recipe
from batchgrader.stages import Page, Prepared, Steps, apply, made, open_page, resources_for
from batchgrader.survey import Survey

if TYPE_CHECKING:
    from batchgrader.autograde import BatchAutograde

# What nbgrader's own autograding sets for the code that it runs.
ENVIRONMENT = {"NBGRADER_EXECUTION": "autograde"}


class Preparer:
    """Prepares the submissions of one run; the coordinator makes it."""

    def __init__(self, converter: "BatchAutograde", survey: Survey, steps: Steps) -> None:
        self._converter = converter
        self._masters = survey.masters
        self._directory = converter.coursedir
        self._steps = steps
        execute = made(self._steps.execute, converter.exporter)
        self.executes = execute is not None and execute.enabled
        self.runner = pack_runner(type(execute), execute.config) if self.executes else b""
        self._given = {name: read_file(path) for name, path in survey.given.items()}

    def prepare(self, due: Due) -> Prepared:
        """Read, clean and rebuild the notebooks of a submission, and gather its files."""
        converter, handed = self._converter, due.handed
        converter.notebooks = [str(path) for path in handed.notebooks]
        converter.run_pre_convert_hook()
        said = linked(self._directory, str(handed.folder))
        if said:
            return self.unprepared(due, Failure(said))
        if not handed.notebooks:
            return self.unprepared(due, Failure(self._nothing_known(due)))
        pages = [self._page(due, path) for path in handed.notebooks]
        ignored = [*self._directory.ignore, "*.ipynb"]
        found = regular_files(handed.folder, ignored)
        said = too_large(found)
        if said:
            return self.unprepared(due, Failure(said))
        found = beside(found, self._given)
        files = {name: read_file(path) for name, path in found.items()} | self._given
        return Prepared(due, pages, files, self._untimely(due))

    def unprepared(self, due: Due, why: Failure) -> Prepared:
        """A submission that cannot run at all: the master's notebooks, empty, and the reason."""
        pages = []
        for name in [path.stem for path in due.handed.notebooks] or self._masters:
            page = self._empty(due, name)
            page.resources["batchgrader"]["failure"] = why
            pages.append(page)
        return Prepared(due, pages, failure=why)

    def job(self, prepared: Prepared, kernels: Recipe) -> Job:
        """The submission as it crosses to a worker."""
        return Job(
            name=f"{prepared.due.student}/{self._directory.assignment_id}",
            notebooks=prepared.notebooks(),
            files=prepared.files,
            runner=self.runner,
            limits=self._converter.limits(),
            environment=dict(ENVIRONMENT),
            given=tuple(self._given),
            subjects={name: subjects(master) for name, master in self._masters.items()},
            kernels=kernels,
        )

    def _page(self, due: Due, path: Path) -> Page:
        resources = self._resources(due, path.stem)
        notebook, runs = open_page(path, resources)
        return self._clean(notebook, resources, runs=runs)

    def _empty(self, due: Due, name: str) -> Page:
        return self._clean(nbformat.v4.new_notebook(), self._resources(due, name), runs=False)

    def _clean(self, notebook: Any, resources: Any, *, runs: bool) -> Page:
        name = resources["nbgrader"]["notebook"]
        repairs = resources["batchgrader"]["repairs"]
        steps = [made(step, self._converter.exporter) for step in self._steps.before]
        notebook, resources = apply(steps, notebook, resources)
        if not runs:
            # Every cell of a notebook that is not there would count as repaired.
            repairs.clear()
        return Page(name, json.dumps(notebook), resources, runs)

    def _resources(self, due: Due, name: str) -> Any:
        base = self._converter.init_single_notebook_resources(
            str(due.handed.folder / f"{name}.ipynb")
        )
        return resources_for(
            base, due.handed.graded, self._masters.get(name), executed=self.executes
        )

    def _untimely(self, due: Due) -> Failure | None:
        """A submission whose time cannot be read is graded, and is nobody's success."""
        said = self._converter.untold_times.get(str(due.handed.folder))
        if said is None:
            return None
        return Failure(
            f"Its timestamp.txt says no time ({said!r}), so nobody can tell whether it is late; "
            "correct or delete that file, and grade it again."
        )

    def _nothing_known(self, due: Due) -> str:
        there = sorted(spelled(path.name) for path in due.handed.folder.glob("*.ipynb"))
        wanted = " and ".join(f"{name}.ipynb" for name in self._masters)
        return (
            f"The notebook {wanted} was not handed in, only {', '.join(there)}; "
            f"rename it to {wanted} and hand it in again."
        )
