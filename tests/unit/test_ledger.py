"""The notes of what was graded from which content."""

import glob
from pathlib import Path

import pytest

from coursekit.course import Course, CourseError
from coursekit.grading.ledger import Entry, Ledger, content_of


def test_an_entry_is_read_as_it_was_written(tmp_path: Path) -> None:
    ledger = Ledger.of(Course(tmp_path))
    entry = Entry("failed", "abc", 1.5, "The kernel died.")
    ledger.write("01_tiny", "ann", entry)
    assert ledger.read("01_tiny", "ann") == entry
    assert ledger.read("01_tiny", "bob") is None


def test_a_damaged_entry_counts_as_none(tmp_path: Path) -> None:
    ledger = Ledger.of(Course(tmp_path))
    ledger.write("01_tiny", "ann", Entry("graded", "abc"))
    (ledger.folder / "01_tiny" / "ann.json").write_text('{"state": "gra', "utf-8")
    assert ledger.read("01_tiny", "ann") is None


def test_nbgrader_does_not_see_the_ledger(tmp_path: Path) -> None:
    Ledger.of(Course(tmp_path)).write("01_tiny", "ann", Entry("graded", "abc"))
    assert glob.glob("autograded/*/01_tiny", root_dir=tmp_path) == []  # noqa: PTH207 - as nbgrader looks


def test_two_runs_do_not_grade_at_once(tmp_path: Path) -> None:
    ledger = Ledger.of(Course(tmp_path))
    with (
        ledger.locked(),
        pytest.raises(CourseError, match="Another grading run"),
        ledger.locked(),
    ):
        pass
    with ledger.locked():
        pass


@pytest.mark.parametrize("change", ["bytes", "name", "new file"])
def test_content_changes_with_bytes_names_and_files(tmp_path: Path, change: str) -> None:
    path = tmp_path / "a.ipynb"
    path.write_text("one", "utf-8")
    before = content_of(tmp_path)
    if change == "bytes":
        path.write_text("two", "utf-8")
    elif change == "name":
        path.rename(tmp_path / "b.ipynb")
    else:
        (tmp_path / "c.txt").write_text("", "utf-8")
    assert content_of(tmp_path) != before


def test_checkpoints_of_jupyter_are_no_content(tmp_path: Path) -> None:
    (tmp_path / "a.ipynb").write_text("one", "utf-8")
    before = content_of(tmp_path)
    (tmp_path / ".ipynb_checkpoints").mkdir()
    (tmp_path / ".ipynb_checkpoints" / "a.ipynb").write_text("old", "utf-8")
    assert content_of(tmp_path) == before
