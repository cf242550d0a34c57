"""What keeps a notebook from being graded, in one sentence."""

import errno
import json
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.kernelspec import NoSuchKernel
from nbclient.exceptions import DeadKernelError
from tiny_course import notebook, tiny_cells, write_notebook

from coursekit.course import CourseError
from coursekit.grading.failures import check_notebook, raise_environment, sentence

LOG = Path("nbgrader.log")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "ann" / "01_tiny" / "tiny.ipynb"
    write_notebook(path, notebook(tiny_cells()))
    return path


def rewrite(path: Path, **changes: Any) -> None:
    write_notebook(path, json.loads(path.read_text("utf-8")) | changes)


def test_nothing_keeps_a_sound_notebook(path: Path) -> None:
    assert check_notebook(path) == ""


def test_a_cut_off_file_is_named(path: Path) -> None:
    path.write_text(path.read_text("utf-8")[:500], "utf-8")
    assert "damaged or cut off" in check_notebook(path)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"cells": 3}', '{"cells": [1]}', "\0" * 9])
def test_a_file_that_is_no_notebook_is_named(path: Path, content: str) -> None:
    path.write_text(content, "utf-8")
    assert "is not a notebook" in check_notebook(path)


def test_a_file_that_is_no_text_is_named(path: Path) -> None:
    path.write_bytes(b"\xff\xfe\x00nothing")
    assert "is not a notebook" in check_notebook(path)


def test_a_renamed_notebook_is_told_its_name(path: Path) -> None:
    path.rename(path.with_name("my work.ipynb"))
    assert check_notebook(path) == (
        "There is no tiny.ipynb, only my work.ipynb; rename it to tiny.ipynb."
    )


def test_a_missing_notebook_is_named(path: Path) -> None:
    path.unlink()
    assert check_notebook(path) == "There is no tiny.ipynb in ann/01_tiny."


def test_a_link_to_the_work_of_another_is_refused(path: Path) -> None:
    other = path.parents[2] / "bob" / "01_tiny" / "tiny.ipynb"
    other.parent.mkdir(parents=True)
    other.symlink_to(path)
    assert "is a link" in check_notebook(other)


@pytest.mark.parametrize(
    "metadata",
    [
        {"kernelspec": {"name": "ir", "display_name": "R", "language": "R"}},
        {"language_info": {"name": "R"}},
    ],
)
def test_a_notebook_for_another_language_is_sent_back(path: Path, metadata: dict[str, Any]) -> None:
    rewrite(path, metadata=metadata)
    assert "saved with a kernel for R" in check_notebook(path)


@pytest.mark.parametrize("metadata", [{}, {"kernelspec": {"name": "conda-env-mine-py"}}])
def test_another_name_for_a_python_kernel_is_no_fault(path: Path, metadata: dict[str, Any]) -> None:
    rewrite(path, metadata=metadata)
    assert check_notebook(path) == ""


def test_a_copied_graded_cell_is_named(path: Path) -> None:
    cells = tiny_cells()
    rewrite(path, cells=[*cells, cells[1] | {"id": "copy"}])
    assert "'double' is there more than once" in check_notebook(path)


def test_a_dead_kernel_is_said_with_its_place() -> None:
    said = sentence(DeadKernelError("Kernel died"), "in the cell 'half'", LOG)
    assert said.startswith("The kernel died in the cell 'half': ")


def test_an_unknown_error_is_named_with_the_log() -> None:
    said = sentence(ZeroDivisionError("by zero\nmore"), "", LOG)
    assert said == "nbgrader stopped (ZeroDivisionError: by zero); see nbgrader.log."


def test_a_kernel_that_is_not_installed_is_named() -> None:
    assert "'ir', which is not installed" in sentence(NoSuchKernel("ir"), "", LOG)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_no_fault_of_the_submission(tmp_path: Path, number: int) -> None:
    with pytest.raises(CourseError, match="The disk is full"):
        raise_environment(OSError(number, "full"), tmp_path)


def test_a_submission_that_cannot_be_read_is_a_fault_of_the_submission(tmp_path: Path) -> None:
    unreadable = tmp_path / "submitted" / "ann" / "tiny.ipynb"
    raise_environment(PermissionError(errno.EACCES, "denied", str(unreadable)), tmp_path)
    graded = tmp_path / "autograded" / "ann" / "tiny.ipynb"
    with pytest.raises(CourseError, match="no permission to write"):
        raise_environment(PermissionError(errno.EACCES, "denied", str(graded)), tmp_path)
