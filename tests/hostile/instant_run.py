"""A grading run without kernels that can kill itself at a chosen moment.

A moment is one step at which the run changes something that stays: a file that it opens for
writing, renames or deletes, a folder that it makes, or a commit.
"""

import json
import os
import signal
import sys
from concurrent.futures import Executor, Future
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

from nbgrader.coursedir import CourseDirectory
from sqlalchemy import event
from sqlalchemy.engine import Engine
from traitlets.config.loader import PyFileConfigLoader

from batchgrader.autograde import BatchAutograde
from batchgrader.jobs import File, Job, Result

CHANGES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "shutil.rmtree"}


class Ended(NamedTuple):
    """How a run ended: its exit status, how many moments there were, and whom it graded."""

    status: int | None
    moments: int
    graded: list[str]


class Instant(Executor):
    """Says at once that every cell ran well, and that the notebook wrote a file."""

    def submit(self, function: Any, /, *arguments: Any, **options: Any) -> Future[Any]:
        """Answer a job; nothing is run."""
        job: Job = arguments[0]
        future: Future[Any] = Future()
        texts = {name: ran(text) for name, text in job.notebooks.items()}
        future.set_result(Result(texts, {"made.txt": File(b"by the notebook")}).to_json())
        return future


def ran(text: str) -> str:
    notebook = json.loads(text)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["execution_count"] = 1
    return json.dumps(notebook)


def run(root: Path, assignment: str, deadly: int = 0) -> Ended:
    """Grade in a process of its own, which dies at the moment of that number; 0: it lives."""
    here, there = get_context("fork").Pipe(duplex=False)
    child = get_context("fork").Process(target=_grade, args=(root, assignment, deadly, there))
    child.start()
    there.close()
    child.join()
    try:
        moments, graded = here.recv()
    except EOFError:  # it is dead
        moments, graded = deadly, []
    return Ended(child.exitcode, moments, graded)


def _grade(root: Path, assignment: str, deadly: int, told: Connection) -> None:
    moments = 0

    def moment() -> None:
        nonlocal moments
        moments += 1
        if moments == deadly:
            os.kill(os.getpid(), signal.SIGKILL)

    def look(name: str, arguments: tuple[Any, ...]) -> None:
        mode = arguments[1] if name == "open" else None
        if name in CHANGES or (isinstance(mode, str) and set(mode) & set("wax+")):
            moment()

    config = PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()
    directory = CourseDirectory(config=config, root=str(root), assignment_id=assignment)
    batch = BatchAutograde(coursedir=directory, config=config, workers=2, executor=Instant())
    event.listen(Engine, "commit", lambda _: moment())
    sys.addaudithook(look)
    batch.start()
    assert batch.report is not None
    told.send((moments, [record.student for record in batch.report.of("graded")]))
