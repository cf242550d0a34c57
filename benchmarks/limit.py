"""The limit of any grader: what the cells of a notebook cost alone, in a process that is warm.

A process imports what the reference solution imports. For each notebook it forks; the child runs
the cells as IPython does, without a kernel or its protocol, and tells the CPU seconds of that.
"""

import gc
import importlib
import io
import json
import multiprocessing
import os
import resource
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr, redirect_stdout
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any


def cells_alone(reference: Path, notebooks: Sequence[Path]) -> list[float]:
    """CPU seconds of the cells of each notebook, in a new process that is warm."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_warm, args=(theirs, reference, list(notebooks)))
    process.start()
    theirs.close()
    seconds: list[float] = ours.recv()
    process.join()
    return seconds


def _warm(answer: Connection, reference: Path, notebooks: list[Path]) -> None:
    modules = _in_child(lambda: _modules_of(reference))
    for name in modules:
        try:
            importlib.import_module(name)
        except Exception:  # what cannot be imported by itself is imported by the cells
            continue
    gc.collect()
    gc.freeze()
    answer.send([_in_child(partial(_run, path)) for path in notebooks])
    answer.close()


def _modules_of(reference: Path) -> list[str]:
    """The modules that a notebook imports, in order."""
    before = set(sys.modules)
    _run(reference)
    return [name for name in sys.modules if name not in before and name != "__main__"]


def _run(notebook: Path) -> float:
    """Run the cells of a notebook in a folder of its own; the CPU seconds that they took."""
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    code = [
        "".join(cell["source"])
        for cell in json.loads(notebook.read_text("utf-8"))["cells"]
        if cell["cell_type"] == "code"
    ]
    shell: Any = InteractiveShell.instance(config=Config(HistoryManager={"enabled": False}))
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        os.chdir(folder)
        os.environ["TMPDIR"] = tempfile.tempdir = folder
        before = _cpu()
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            for source in code:
                shell.run_cell(source, store_history=True)
        spent = _cpu() - before
        os.chdir("/")
    return spent


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _in_child(work: Callable[[], Any]) -> Any:
    """What some work gives in a fork of this process, which it does not change."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()

    def body() -> None:
        theirs.send(work())
        theirs.close()
        os._exit(0)

    process = context.Process(target=body)
    process.start()
    theirs.close()
    result = ours.recv()
    process.join()
    return result
