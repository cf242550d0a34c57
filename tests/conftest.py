"""Fixtures that several folders of tests share."""

from pathlib import Path

import pytest
from tiny_course import TINY, make_tiny_course

from coursekit.course import Course
from coursekit.grading.grader import generate_assignment


@pytest.fixture
def tiny_course(tmp_path: Path) -> Course:
    """A course with one tiny assignment and its answer bank, nothing released or graded yet."""
    return make_tiny_course(tmp_path / "course")


@pytest.fixture
def released_course(tiny_course: Course) -> Course:
    """The tiny course, its assignment released."""
    generate_assignment(tiny_course, TINY)
    return tiny_course
