"""What nbgrader_config.py promises, tried on the tiny assignment."""

import json
from pathlib import Path

from tiny_course import REFERENCE, TINY, hand_in

from coursekit.course import Course
from coursekit.grading import grader

RUBRIC = "### BEGIN MARK SCHEME\n* 2 points: each undoes the other\n### END MARK SCHEME"


def text_of(folder: Path) -> str:
    """All that the one notebook of a folder says."""
    return (folder / "tiny.ipynb").read_text("utf-8")


def test_a_rubric_leaves_the_release_and_returns_for_the_grader(tiny_course: Course) -> None:
    source = tiny_course.notebook(TINY)
    content = json.loads(source.read_text("utf-8"))
    (prompt,) = [cell for cell in content["cells"] if cell["id"] == "words-prompt"]
    prompt["source"] += "\n\n" + RUBRIC
    source.write_text(json.dumps(content), "utf-8")

    grader.generate_assignment(tiny_course, TINY)
    assert "each undoes the other" not in text_of(tiny_course.release / TINY)

    hand_in(tiny_course, "ada", REFERENCE)
    grader.autograde(tiny_course, TINY)
    assert "each undoes the other" in text_of(tiny_course.root / "autograded" / "ada" / TINY)


def test_a_cell_that_never_ends_costs_its_own_points_alone(released_course: Course) -> None:
    loop = "def double(x):\n    while True:\n        pass"
    hand_in(released_course, "ada", REFERENCE | {"double": loop})
    grader.autograde(released_course, TINY, cell_timeout=2)
    assert "and was stopped." in text_of(released_course.root / "autograded" / "ada" / TINY)
    with grader.gradebook_of(released_course) as gradebook:
        assert gradebook.find_submission(TINY, "ada").score == 2  # the other exercise's


def test_a_notebook_from_another_environment_runs_in_this_one(released_course: Course) -> None:
    path = hand_in(released_course, "ada", REFERENCE)
    content = json.loads(path.read_text("utf-8"))
    content["metadata"]["kernelspec"].update(name="conda-env-mine-py", display_name="Mine")
    path.write_text(json.dumps(content), "utf-8")
    (record,) = grader.autograde(released_course, TINY).records
    assert (record.status, record.failure) == ("graded", "")


def test_a_learner_who_is_late_loses_nothing(released_course: Course) -> None:
    hand_in(released_course, "ada", REFERENCE)
    late = released_course.root / "submitted" / "ada" / TINY / "timestamp.txt"
    late.write_text("2026-12-02 08:30 UTC", "utf-8")
    with grader.gradebook_of(released_course) as gradebook:
        gradebook.update_or_create_assignment(TINY, duedate="2026-12-01 12:00 UTC")
    grader.autograde(released_course, TINY)
    with grader.gradebook_of(released_course) as gradebook:
        submission = gradebook.find_submission(TINY, "ada")
        assert submission.total_seconds_late > 0
        assert submission.score == 5
