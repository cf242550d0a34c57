"""What the coordinator costs for each notebook, with execution replaced by a replay.

``python benchmarks/replay.py SIDE COURSE UNIT RECORDED`` grades one course in this process and
prints CPU seconds and memory as JSON. Ours is given an executor that answers at once with a result
that was recorded; stock has a step in the place of Execute that puts the recorded outputs in.
"""

import json
import logging
import os
import resource
import sys
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import Execute
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader


class Replay(Executor):
    """Answers every call at once with the same text; runs nothing."""

    def __init__(self, text: str) -> None:
        self._text = text

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        """A call that has already been answered."""
        future: Future[Any] = Future()
        future.set_result(self._text)
        return future


class Record(Executor):
    """Makes the calls in this thread and keeps the last answer."""

    text = ""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        """Make the call, and keep its answer."""
        future: Future[Any] = Future()
        self.text = fn(*args, **kwargs)
        future.set_result(self.text)
        return future


class ReplayExecute(Execute):  # type: ignore[misc]
    """Puts recorded outputs where a kernel would have put its own; the text is parsed each time."""

    recorded = ""

    def preprocess(self, nb: Any, resources: Any, km: Any = None) -> Any:
        """Take the outputs of the recorded notebook, cell by cell."""
        name = resources["nbgrader"]["notebook"]
        executed = nbformat.v4.reads(json.loads(self.recorded)["notebooks"][name])
        for cell, done in zip(nb.cells, executed.cells, strict=True):
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = done.outputs, done.execution_count
        return nb, resources


def settings(root: Path, unit: str) -> tuple[Any, Config]:
    """nbgrader's folders and configuration of a course."""
    config = PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()
    directory = CourseDirectory(config=config, root=str(root))
    directory.assignment_id = unit
    return directory, config


def record(root: Path, unit: str) -> str:
    """Grade a course with one submission here, and return the result of its execution."""
    from batchgrader.autograde import BatchAutograde

    directory, config = settings(root, unit)
    executor = Record()
    BatchAutograde(coursedir=directory, config=config, executor=executor, log=_log()).start()
    return executor.text


def main() -> None:
    """Grade, and print what it cost."""
    side, root, unit, recorded = sys.argv[1:]
    text = Path(recorded).read_text("utf-8")
    directory, config = settings(Path(root), unit)
    if side == "ours":
        from batchgrader.autograde import BatchAutograde

        grader = BatchAutograde(
            coursedir=directory, config=config, executor=Replay(text), log=_log()
        )
    else:
        ReplayExecute.recorded = text
        grader = Autograde(coursedir=directory, config=config, log=_log())
        steps = [ReplayExecute if s is Execute else s for s in grader.autograde_preprocessors]
        grader.autograde_preprocessors = steps
    cpu, wall = time.process_time(), time.perf_counter()
    grader.start()
    print(
        json.dumps(
            {
                "cpu": time.process_time() - cpu,
                "wall": time.perf_counter() - wall,
                "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
            }
        )
    )


def _log() -> logging.Logger:
    """A log that formats nothing, for both sides."""
    log = logging.getLogger("replay")
    log.setLevel(logging.ERROR)
    return log


if __name__ == "__main__":
    os.umask(0o022)
    main()
