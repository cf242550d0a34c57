"""What the course costs in CPU seconds: its world, an MLflow store, each lesson and assignment.

Run it with ``.venv/bin/python benchmarks/costs.py``. Notebooks are run in stock kernels, one after
the other; their seconds hold the start of the kernel and its imports.
"""

import os
import resource
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

from coursekit.course import Course

COURSE = Course(Path(__file__).parents[1])


def cpu(work: Callable[[], Any], who: int) -> float:
    """CPU seconds that some work takes in this process or in its children."""
    before = resource.getrusage(who)
    work()
    after = resource.getrusage(who)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measure(what: str, work: Callable[[], Any], who: int = resource.RUSAGE_SELF) -> None:
    """Run some work, and print a line of the table with what it cost."""
    began = time.perf_counter()
    cpu_seconds = cpu(work, who)
    wall_seconds = time.perf_counter() - began
    print(f"{what:<60} {cpu_seconds:8.2f} {wall_seconds:8.2f}", flush=True)


def run_notebook(path: Path) -> None:
    """Run a notebook in a stock kernel, in a temporary folder."""
    with tempfile.TemporaryDirectory() as folder:
        notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
        place = {"metadata": {"path": folder}}
        client = NotebookClient(notebook, timeout=300, kernel_name="python3", resources=place)
        with Path(os.devnull).open("w") as nowhere:
            client.execute(stderr=nowhere)


def main() -> None:
    """Print the table."""
    from fernhill import Energy, Stream
    from fernhill.tracking import fresh_store

    print(f"{'':<60} {'CPU s':>8} {'wall s':>8}")
    measure("78 weeks of applications with labels", lambda: Stream(seed=7).matured(now=84))
    measure("ten years of hourly demand", lambda: Energy(seed=3).hours("2018-01-01", days=3650))
    fresh_store()
    measure("a further MLflow store", fresh_store)
    lessons = sorted(COURSE.lessons.glob("*.ipynb"))
    for path in [*lessons, *(COURSE.notebook(name) for name in COURSE.assignments)]:
        name = path.relative_to(COURSE.root).as_posix()
        measure(name, partial(run_notebook, path), resource.RUSAGE_CHILDREN)


if __name__ == "__main__":
    main()
