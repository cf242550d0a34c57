"""nbgrader's other tests that touch a graded course pass where batchgrader grades it."""

from pathlib import Path

import pytest
from upstream_suites import assert_passes

# The test modules, the part of them to run, and whether they grade at all.
PARTS = [
    ("nbgrader.tests.apps.test_nbgrader_generate_feedback", "1/1", True),
    ("nbgrader.tests.apps.test_api", "1/2", True),
    ("nbgrader.tests.apps.test_api", "2/2", True),
    ("nbgrader.tests.apps.test_nbgrader_validate", "1/1", False),
    ("nbgrader.tests.apps.test_nbgrader_db", "1/1", True),
    ("nbgrader.tests.api", "1/1", False),
]


@pytest.mark.parametrize(("suite", "part", "grades"), PARTS)
def test_nbgraders_own_tests_pass(suite: str, part: str, grades: bool, tmp_path: Path) -> None:
    assert_passes(tmp_path, suite, part, grades=grades)
