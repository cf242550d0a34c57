"""Every lesson runs from top to bottom, offline, and keeps quiet about it."""

import os
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode

from coursekit.content.claims import finished
from coursekit.content.coverage import find_gaps, is_current
from coursekit.content.faults import table
from coursekit.content.lessons import check_lesson
from coursekit.course import Course

COURSE = Course(Path(__file__).parents[2])
LESSONS = [path.stem for path in sorted(COURSE.lessons.glob("*.ipynb"))]

# Python runs a module of this name when it starts: the kernel does, and so do its children.
OFFLINE = '''"""Refuse every connection but to this machine."""

import socket

NEAR = {None, "", "localhost", "127.0.0.1", "::1", "0.0.0.0"}


def _only_near(function, host_of):
    def checked(*arguments, **options):
        host = host_of(*arguments)
        if host not in NEAR and host != socket.gethostname():
            raise OSError(f"A lesson must work offline; this one asks for {host!r}.")
        return function(*arguments, **options)

    return checked


def _host_of_address(_, address, *__):
    return address[0] if isinstance(address, tuple) else None


socket.getaddrinfo = _only_near(socket.getaddrinfo, lambda host, *_: host)
socket.socket.connect = _only_near(socket.socket.connect, _host_of_address)
socket.socket.connect_ex = _only_near(socket.socket.connect_ex, _host_of_address)
'''


@dataclass(frozen=True)
class Run:
    """What an executed notebook printed and left behind."""

    notebook: NotebookNode
    left: tuple[str, ...]


def execute(notebook: NotebookNode, folder: Path) -> Run:
    """Run a notebook in a folder of its own; a cell that fails raises CellExecutionError."""
    work, site = folder / "work", folder / "site"
    work.mkdir()
    site.mkdir()
    (site / "sitecustomize.py").write_text(OFFLINE, "utf-8")
    client = NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(work)}}
    )
    client.execute(env=os.environ | {"PYTHONPATH": str(site)})
    return Run(notebook, tuple(sorted(path.name for path in work.iterdir())))


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_runs_quietly_and_leaves_what_it_announces(name: str, tmp_path: Path) -> None:
    lesson = execute(
        nbformat.read(COURSE.lessons / f"{name}.ipynb", as_version=nbformat.NO_CONVERT), tmp_path
    )
    noise = {
        cell.id: output.text
        for cell in lesson.notebook.cells
        for output in cell.get("outputs", [])
        if output.output_type == "stream" and output.name == "stderr"
    }
    prose = "\n".join(c.source for c in lesson.notebook.cells if c.cell_type == "markdown")
    assert not noise
    assert [left for left in lesson.left if left not in prose] == []


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_holds_to_the_rules(name: str) -> None:
    faults = check_lesson(COURSE, name)
    assert not faults, "\n\n" + table(faults, 120)


def test_every_finished_unit_grades_what_it_claims() -> None:
    faults = find_gaps(COURSE, finished(COURSE))
    assert not faults, "\n\n" + table(faults, 120)


def test_the_page_of_concepts_is_up_to_date() -> None:
    assert is_current(COURSE, finished(COURSE)), "run `python -m coursekit coverage`"


def test_a_lesson_that_reaches_for_the_network_fails(tmp_path: Path) -> None:
    cell = nbformat.v4.new_code_cell(
        "import urllib.request\nurllib.request.urlopen('http://example.org')"
    )
    notebook = nbformat.v4.new_notebook(cells=[cell])
    with pytest.raises(CellExecutionError, match="A lesson must work offline"):
        execute(notebook, tmp_path)
