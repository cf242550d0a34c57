"""nbgrader's own tests of autograding pass with batchgrader in the place of its Autograde."""

from pathlib import Path

import pytest
from upstream_suites import assert_passes, run_suite

AUTOGRADE = "nbgrader.tests.apps.test_nbgrader_autograde"


@pytest.mark.parametrize("part", ["1/3", "2/3", "3/3"])
def test_nbgraders_own_tests_of_autograding_pass(part: str, tmp_path: Path) -> None:
    assert_passes(tmp_path, AUTOGRADE, part, grades=True)


def test_a_class_that_does_not_grade_fails_nbgraders_tests(tmp_path: Path) -> None:
    only = ("-k", "test_skip_extra_notebooks")
    other = "nbgrader.converters:GenerateFeedback"
    outcome = run_suite(tmp_path, AUTOGRADE, "1/1", *only, grader=other)
    assert outcome.failed == {"test_skip_extra_notebooks"}
