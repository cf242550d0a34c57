"""What the course's own commands remember of a course."""

import glob
from pathlib import Path

import pytest

from coursekit.course import Course
from coursekit.grading.notes import Notes, content_of


def test_a_table_is_read_as_it_was_written(tmp_path: Path) -> None:
    notes = Notes.of(Course(tmp_path))
    notes.write("releases", {"01_tiny": "abc"})
    assert notes.read("releases") == {"01_tiny": "abc"}
    assert notes.read("class") == {}


@pytest.mark.parametrize("text", ['{"state": "gra', "[1]", "3"])
def test_a_damaged_table_counts_as_none(tmp_path: Path, text: str) -> None:
    notes = Notes.of(Course(tmp_path))
    notes.write("releases", {"01_tiny": "abc"})
    (notes.folder / "releases.json").write_text(text, "utf-8")
    assert notes.read("releases") == {}


def test_nbgrader_does_not_see_the_notes(tmp_path: Path) -> None:
    Notes.of(Course(tmp_path)).write("01_tiny", {"ann": "abc"})
    assert glob.glob("autograded/*/*", root_dir=tmp_path) == []  # noqa: PTH207 - as nbgrader looks


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
