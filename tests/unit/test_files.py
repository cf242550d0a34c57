"""The files of a submission: regular ones, and nothing that a link leads to."""

import os
import tracemalloc
from pathlib import Path

import pytest

from batchgrader.course.files import content_hash, read_file, regular_files, write_files
from batchgrader.jobs import File


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "a.csv").write_text("1,2\n", "utf-8")
    (folder / "notes.txt").write_text("mine\n", "utf-8")
    (tmp_path / "secret.txt").write_text("another student's", "utf-8")
    return folder


def test_links_and_special_files_are_left_out(folder: Path) -> None:
    (folder / "link.txt").symlink_to(folder.parent / "secret.txt")
    (folder / "up").symlink_to(folder.parent)
    os.mkfifo(folder / "pipe")
    assert list(regular_files(folder)) == ["data/a.csv", "notes.txt"]


def test_ignored_names_are_left_out_wherever_they_are(folder: Path) -> None:
    (folder / "data" / "__pycache__").mkdir()
    (folder / "data" / "__pycache__" / "x.pyc").write_bytes(b"x")
    assert list(regular_files(folder, ["__pycache__", "*.txt"])) == ["data/a.csv"]


def test_a_file_that_becomes_a_link_is_not_read(folder: Path) -> None:
    found = regular_files(folder)
    (folder / "notes.txt").unlink()
    (folder / "notes.txt").symlink_to(folder.parent / "secret.txt")
    with pytest.raises(OSError):
        read_file(found["notes.txt"])


def test_a_pipe_does_not_hold_up_the_reader(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    with pytest.raises(OSError, match="Not a regular file"):
        read_file(folder / "pipe")


def test_a_folder_that_becomes_a_link_is_not_read(folder: Path) -> None:
    found = regular_files(folder)
    (folder / "data").rename(folder.parent / "elsewhere")
    (folder / "data").symlink_to(folder.parent / "elsewhere")
    with pytest.raises(OSError, match="its folder is a link"):
        read_file(found["data/a.csv"])
    with pytest.raises(OSError, match="its folder is a link"):
        content_hash(found)


def test_a_hard_link_is_read_as_a_copy_and_never_written_through(folder: Path) -> None:
    (folder / "hard.txt").hardlink_to(folder.parent / "secret.txt")
    assert read_file(regular_files(folder)["hard.txt"]).content == b"another student's"
    write_files(folder, {"hard.txt": File(b"new")})
    assert (folder.parent / "secret.txt").read_text("utf-8") == "another student's"


def test_a_large_file_is_hashed_without_being_held_in_memory(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = regular_files(folder)
    whole = content_hash(files)
    monkeypatch.setattr("batchgrader.course.files.BLOCK", 1)
    assert content_hash(files) == whole
    with (folder / "large").open("wb") as large:
        large.truncate(300_000_000)
    monkeypatch.undo()
    tracemalloc.start()
    content_hash(regular_files(folder))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10_000_000


def test_the_hash_knows_names_and_bytes(folder: Path) -> None:
    before = content_hash(regular_files(folder))
    assert content_hash(regular_files(folder)) == before
    (folder / "notes.txt").rename(folder / "note.txt")
    renamed = content_hash(regular_files(folder))
    (folder / "note.txt").write_text("yours\n", "utf-8")
    assert len({before, renamed, content_hash(regular_files(folder))}) == 3


def test_files_are_written_below_their_folder_only(tmp_path: Path) -> None:
    write_files(tmp_path, {"a/b.txt": File(b"x", 0o444)})
    write_files(tmp_path, {"a/b.txt": File(b"y", 0o600)})
    assert (tmp_path / "a" / "b.txt").read_bytes() == b"y"
    for path in ("../b.txt", "/tmp/b.txt", "a/../../b.txt"):
        with pytest.raises(ValueError, match="leads out"):
            write_files(tmp_path / "a", {path: File(b"z")})


def test_a_link_in_the_way_is_replaced_not_followed(tmp_path: Path) -> None:
    (tmp_path / "target").write_text("kept", "utf-8")
    (tmp_path / "out.txt").symlink_to(tmp_path / "target")
    write_files(tmp_path, {"out.txt": File(b"new")})
    assert (tmp_path / "target").read_text("utf-8") == "kept"
