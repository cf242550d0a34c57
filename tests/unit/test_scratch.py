"""Scratch folders are gone after a run, also after one that was killed, and nobody else's are."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from batchgrader.kernels import scratch

HOLD = """
import sys, tempfile, time
tempfile.tempdir = sys.argv[1]
from batchgrader.kernels import scratch
print(scratch.scratch_folder(), flush=True)
time.sleep(600)
"""
LONG_AGO = (0, 0)


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for temporary files with a path that is short enough."""
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="s") as folder:
        monkeypatch.setattr(tempfile, "tempdir", folder)
        yield Path(folder)


@pytest.fixture
def another(place: Path) -> Iterator[tuple[Path, "subprocess.Popen[str]"]]:
    """Another process, and the scratch folder that it has made, with something in it."""
    command = [sys.executable, "-c", HOLD, str(place)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        folder = Path(process.stdout.readline().strip())
        (folder / "work").mkdir()
        os.utime(folder / scratch.LOCK, LONG_AGO)
        yield folder, process
        process.kill()


def test_a_folder_is_gone_when_it_is_left(place: Path) -> None:
    folder = scratch.scratch_folder()
    assert folder.parent == place
    scratch.leave(folder)
    assert not folder.exists()


def test_what_a_killed_process_has_left_is_cleared_away(
    place: Path, another: tuple[Path, "subprocess.Popen[str]"]
) -> None:
    folder, process = another
    process.kill()
    process.wait()
    assert folder.exists()
    scratch.leave(scratch.scratch_folder())
    assert list(place.iterdir()) == []


def test_a_folder_in_use_stays(another: tuple[Path, "subprocess.Popen[str]"]) -> None:
    folder, _ = another
    scratch.leave(scratch.scratch_folder())
    assert (folder / "work").exists()


def test_a_folder_that_is_only_just_made_stays(place: Path) -> None:
    new = place / f"{scratch.PREFIX}new"
    new.mkdir()
    (new / scratch.LOCK).touch()
    scratch.leave(scratch.scratch_folder())
    assert new.exists()


def test_a_link_is_never_followed(place: Path) -> None:
    other = place / "other"
    other.mkdir()
    (other / scratch.LOCK).touch()
    os.utime(other / scratch.LOCK, LONG_AGO)
    (place / f"{scratch.PREFIX}link").symlink_to(other)
    scratch.leave(scratch.scratch_folder())
    assert (other / scratch.LOCK).exists()


def test_where_temporary_files_lie_deep_the_machines_own_folder_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / ("deep" * 8)))
    folder = scratch.scratch_folder()
    assert folder.parent == Path("/tmp")
    scratch.leave(folder)
