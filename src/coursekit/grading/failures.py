"""Faults of the machine that every command of the course may meet, each as one sentence."""

from pathlib import Path

from batchgrader.failures import environment
from coursekit.course import CourseError


def raise_environment(error: BaseException, root: Path) -> None:
    """Raise CourseError where the machine, not a submission, is the cause of an error."""
    said = environment(error, root)
    if said:
        raise CourseError(said) from error
