"""Which submissions a run grades, and why."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from batchgrader.course.due import Handed, Question, decide
from batchgrader.course.records import Entry

OLD, NEW = datetime(2026, 1, 1), datetime(2026, 1, 2)
GRADED = Entry(content="c1", master="m1", status="graded")
ASKED = Question(entry=GRADED, master="m1", force=False, partial=False, submitted=None, graded=None)


@pytest.fixture
def handed(tmp_path: Path) -> Handed:
    """A submission whose graded notebook is there."""
    graded = tmp_path / "autograded" / "ann" / "ps1"
    graded.mkdir(parents=True)
    (graded / "p1.ipynb").write_text("{}", "utf-8")
    folder = tmp_path / "submitted" / "ann" / "ps1"
    return Handed("ann", folder, (folder / "p1.ipynb",), graded, ("p1.ipynb",), "c1")


def test_a_graded_submission_is_left_alone(handed: Handed) -> None:
    assert not decide(handed, ASKED).grade


@pytest.mark.parametrize(
    ("question", "why"),
    [
        (replace(ASKED, force=True), "forced"),
        (replace(ASKED, submitted=NEW, graded=OLD), "handed in again"),
        (replace(ASKED, entry=replace(GRADED, content="c0")), "the submission has changed"),
        (replace(ASKED, entry=replace(GRADED, master="m0")), "the assignment has changed"),
        (replace(ASKED, entry=replace(GRADED, status="failed", retry=True)), "failed before"),
    ],
)
def test_what_changed_is_graded_again(handed: Handed, question: Question, why: str) -> None:
    due = decide(handed, question)
    assert due.grade
    assert why in due.why


def test_a_submission_without_its_graded_notebook_is_due(handed: Handed) -> None:
    (handed.graded / "p1.ipynb").unlink()
    assert decide(handed, ASKED).why == "its graded notebook is gone"
    assert decide(handed, ASKED).grade
    handed.graded.rmdir()
    assert decide(handed, replace(ASKED, entry=None)).why == "new"


def test_a_submission_of_which_only_a_part_was_graded_is_due(handed: Handed) -> None:
    both = replace(handed, wanted=("p1.ipynb", "p2.ipynb"))
    assert decide(both, replace(ASKED, entry=None)).grade


def test_a_folder_from_which_plain_nbgraders_notebook_was_deleted_is_left_alone_as_in_nbgrader(
    handed: Handed,
) -> None:
    (handed.graded / "p1.ipynb").unlink()
    due = decide(handed, replace(ASKED, entry=None))
    assert not due.grade
    assert not due.adopt


def test_a_failure_that_is_the_submissions_own_is_told_again_and_not_run_again(
    handed: Handed,
) -> None:
    entry = replace(GRADED, status="failed", failure="It is damaged.")
    due = decide(handed, replace(ASKED, entry=entry))
    assert not due.grade
    assert due.failure == "It is damaged."


def test_what_plain_nbgrader_graded_is_left_to_its_timestamps(handed: Handed) -> None:
    plain = replace(ASKED, entry=None)
    assert not decide(handed, plain).grade
    assert decide(handed, plain).adopt
    assert decide(handed, replace(plain, submitted=NEW, graded=OLD)).grade
    assert not decide(handed, replace(plain, submitted=OLD, graded=NEW)).grade


def test_some_notebooks_of_a_submission_follow_nbgraders_rule(handed: Handed) -> None:
    changed = replace(ASKED, entry=replace(GRADED, content="c0"), partial=True)
    assert not decide(handed, changed).grade


def test_an_excluded_student_is_never_graded(handed: Handed) -> None:
    assert not decide(handed, replace(ASKED, force=True), ["bob", "ann"]).grade
