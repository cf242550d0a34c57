"""Runs a job: all notebooks of one submission, in order, in one private folder; any executor may.

Never raises for what a submission does. Raises for faults of the machine or the configuration:
NoSuchKernel where a notebook asks for a kernel that is not installed, OSError for a full disk.
"""

import time
from contextlib import suppress
from typing import Any

import nbformat.v4
from jupyter_client.kernelspec import NoSuchKernel
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from traitlets.config import Config

from batchgrader import outcomes
from batchgrader.execution.apart import apart
from batchgrader.execution.folder import Folder, RefusedPath, private_folder, read_regular
from batchgrader.execution.kernel import KernelDidNotStart
from batchgrader.execution.runner import LOG, unpack_runner
from batchgrader.execution.shadows import foreign
from batchgrader.execution.workplace import Workplace
from batchgrader.jobs import File, Job, Result, Usage
from batchgrader.kernels.sources import source_of

NO_KERNEL = "This cell was not run, because no kernel could be started."
STOPPED = "This cell was not run, because the notebook was stopped before it."

# Where these come from anything but a cell, there was no kernel to run cells.
_NOT_STARTED = (KernelDidNotStart, DeadKernelError, CellTimeoutError)

# How much of what kernels say outside their cells goes into the log.
_NOISE = 10_000


def run_job(job: Job) -> str:
    """Run a submission; returns the JSON text of its Result. Any executor's workers call it."""
    return apart(lambda: _run(job)).to_json()


def _run(job: Job) -> Result:
    started = time.monotonic()
    source = source_of(job.kernels)
    notebooks = {name: _opened(text) for name, text in job.notebooks.items()}
    files: dict[str, File] = {}
    with private_folder(source.scratch) as scratch:
        aside = foreign(job.files, job.given)
        kept = {path: file for path, file in job.files.items() if path not in aside}
        folder = Folder(scratch / "work", kept | _notebook_files(job))
        place = Workplace.of(job, scratch, folder, source)
        if aside:
            place.report("set-aside", "", "", _set_aside(aside))
        try:
            folder.write()
        except RefusedPath as refusal:
            place.fail(str(refusal))
            _give_up(notebooks, str(refusal))
        else:
            _run_notebooks(job, notebooks, place)
            files = _collect(place, job)
        _log_noise(place)
    usage = Usage(time.monotonic() - started, place.cpu, place.peak_memory)
    texts = {name: _text(notebook) for name, notebook in notebooks.items()}
    return Result(texts, files, tuple(place.incidents), usage, place.failure)


def _run_notebooks(job: Job, notebooks: dict[str, NotebookNode], place: Workplace) -> None:
    """Run them in order; once no kernel starts, or the time is over, the rest is not run."""
    runner_class, config = unpack_runner(job.runner)
    given_up = ""
    for name, notebook in notebooks.items():
        if not any(map(outcomes.runnable, notebook.cells)):
            _look_up_kernel(runner_class, config, notebook)
            continue
        if place.over() and not given_up:
            given_up = place.fail_for_time()
        if given_up:
            _give_up({name: notebook}, given_up)
            place.report("not-run", name, "", given_up)
        else:
            subjects = job.subjects.get(name, ())
            given_up = _run_notebook(runner_class, config, place, name, notebook, subjects)


def _run_notebook(
    runner_class: Any,
    config: Config,
    place: Workplace,
    name: str,
    notebook: NotebookNode,
    subjects: tuple[str, ...],
) -> str:
    """Run one notebook; returns why no other can be run after it, empty if others can."""
    retries = 1
    while True:
        runner = runner_class(config=config, log=LOG)
        if not runner.enabled:
            return ""
        runner.move_in(place, name)
        runner.subjects = subjects
        try:
            runner.preprocess(notebook, _resources(place, name))
        except _NOT_STARTED as error:
            if retries and not runner.began:
                retries -= 1
                continue
            return _no_kernel(place, notebook, error)
        except NoSuchKernel:
            raise
        except CellExecutionError as error:
            place.fail(
                f"The notebook {name} was stopped at its first error, {error.ename}, as the "
                "course demands (force_raise_errors). Mend that cell first."
            )
            _give_up({name: notebook}, STOPPED)
        except Exception as error:
            # Before any code of the submission has run, only the machine can be at fault.
            if isinstance(error, OSError) and not runner.began and place.kernels == 1:
                raise
            LOG.exception("%s: the notebook %s could not be run to its end", place.name, name)
            place.fail(f"The notebook {name} could not be run to its end: {error}", retry=True)
            _give_up({name: notebook}, STOPPED)
        return ""


def _look_up_kernel(runner_class: Any, config: Config, notebook: NotebookNode) -> None:
    """Raise NoSuchKernel for a notebook that needs none today, and would miss it tomorrow."""
    runner = runner_class(config=config, log=LOG)
    runner.nb = notebook
    _ = runner.create_kernel_manager().kernel_spec


def _no_kernel(place: Workplace, notebook: NotebookNode, error: Exception) -> str:
    place.fail(
        f"No kernel could be started ({error}); the next run tries again, and the log of the "
        "workers says more.",
        retry=True,
    )
    _give_up({"": notebook}, NO_KERNEL)
    return NO_KERNEL


def _give_up(notebooks: dict[str, NotebookNode], text: str) -> None:
    """Have every cell that has not been run say why."""
    for notebook in notebooks.values():
        for cell in notebook.cells:
            if outcomes.runnable(cell) and cell.execution_count is None and not cell.outputs:
                outcomes.not_run(cell, text)


def _collect(place: Workplace, job: Job) -> dict[str, File]:
    collected = place.folder.collect(place.limits.file_bytes)
    if collected.cut:
        some = ", ".join(collected.cut[:5]) + (" and others" if len(collected.cut) > 5 else "")
        place.report(
            "files-cut",
            "",
            "",
            f"The notebooks wrote more than {place.limits.file_bytes / 1e6:g} MB of files; these "
            f"were not kept: {some}. Write smaller files.",
        )
    names = {_file_name(name) for name in job.notebooks}
    return {name: file for name, file in collected.files.items() if name not in names}


def _notebook_files(job: Job) -> dict[str, File]:
    return {
        _file_name(name): File(text.encode("utf-8", "replace"))
        for name, text in job.notebooks.items()
    }


def _set_aside(paths: list[str]) -> str:
    some = ", ".join(paths[:5]) + (" and others" if len(paths) > 5 else "")
    return (
        f"These files were not put beside the notebook when it ran, because they would take the "
        f"place of installed modules or settings: {some}. Rename a module of your own, in your "
        "notebook as well; leave the others out."
    )


def _file_name(notebook: str) -> str:
    return notebook if notebook.endswith(".ipynb") else f"{notebook}.ipynb"


def _resources(place: Workplace, notebook: str) -> dict[str, Any]:
    """What nbgrader's preprocessors find out about the submission from."""
    student, _, assignment = place.name.partition("/")
    about = {"student": student, "assignment": assignment, "notebook": notebook, "db_url": ""}
    return {"metadata": {"path": str(place.folder.path)}, "nbgrader": about}


def _opened(text: str) -> NotebookNode:
    """A notebook from JSON text, without halves of characters that no kernel can be sent."""
    whole = _encodable(text)
    notebook: NotebookNode = nbformat.v4.reads(whole)
    # Written as an escape, half a character comes to light only now.
    return nbformat.v4.reads(_text(notebook)) if "\\ud" in whole.lower() else notebook


def _text(notebook: NotebookNode) -> str:
    """A notebook as JSON text that can be written to a file, whatever its cells have printed."""
    return _encodable(str(nbformat.v4.writes(notebook)))


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def _log_noise(place: Workplace) -> None:
    """Put what the kernels said outside their cells into the log."""
    for path in sorted(place.scratch.glob("kernel-*.log")):
        with suppress(OSError):
            said = read_regular(str(path), _NOISE).content.decode("utf-8", "replace").strip()
            if said:
                LOG.info("%s: a kernel said outside its cells:\n%s", place.name, said)
