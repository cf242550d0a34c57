"""Is the grading true? Every assignment's answer bank, graded through nbgrader."""

import os
from pathlib import Path

import pytest

from coursekit.checking.check import check_assignments, default_workers
from coursekit.content.faults import table
from coursekit.course import Course

COURSE = Course(Path(__file__).parents[2])


@pytest.mark.parametrize("assignment", COURSE.assignments)
def test_every_answer_gets_what_it_deserves(assignment: str) -> None:
    # Workers of xdist keep the cores busy by themselves, an assignment each.
    workers = 1 if "PYTEST_XDIST_WORKER" in os.environ else default_workers()
    (report,) = check_assignments(COURSE, [assignment], workers=workers)
    assert not report.faults, "\n\n" + table(report.faults, 120)
    assert report.plan.submissions
