"""Faults of the machine end a command of the course with one sentence."""

import errno
from pathlib import Path

import pytest

from coursekit.course import CourseError
from coursekit.grading.failures import raise_environment


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_said(tmp_path: Path, number: int) -> None:
    with pytest.raises(CourseError, match="The disk is full"):
        raise_environment(OSError(number, "full"), tmp_path)


def test_a_place_that_may_not_be_written_is_said(tmp_path: Path) -> None:
    graded = tmp_path / "autograded" / "ann" / "tiny.ipynb"
    with pytest.raises(CourseError, match="no permission"):
        raise_environment(PermissionError(errno.EACCES, "denied", str(graded)), tmp_path)


def test_a_submission_that_cannot_be_read_is_its_own_fault(tmp_path: Path) -> None:
    unreadable = tmp_path / "submitted" / "ann" / "tiny.ipynb"
    raise_environment(PermissionError(errno.EACCES, "denied", str(unreadable)), tmp_path)
