"""The keeper's looks at the files of a kernel: each a round at most, and a rest after it."""

import os
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from batchgrader.isolation import tree
from batchgrader.isolation.boundary import Boundary
from batchgrader.isolation.layers import Layers
from batchgrader.isolation.watch import Watch

FOLDERS = ["kernel", "one", "two"]


class Clock:
    """The time that the watch reads, as ``time.monotonic``; a test moves it on."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        self.now += 0.01
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr("batchgrader.isolation.watch.time", SimpleNamespace(monotonic=made))
    return made


@pytest.fixture
def scanned(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The folders that were listed so far; no process lives below this one."""
    seen: list[str] = []
    scan = os.scandir

    def counted(path: str) -> Any:
        seen.append(Path(path).name)
        return scan(path)

    monkeypatch.setattr(os, "scandir", counted)
    monkeypatch.setattr(tree, "processes", lambda layers: [])
    return seen


@pytest.fixture
def boundary(tmp_path: Path) -> Boundary:
    """A kernel whose folder holds two folders with a file in each."""
    for name in FOLDERS[1:]:
        (tmp_path / "kernel" / name).mkdir(parents=True)
        (tmp_path / "kernel" / name / "file").write_bytes(b"x" * 10_000)
    return Boundary((str(tmp_path / "kernel"),))


def test_a_look_at_a_small_folder_lists_each_folder_once(
    boundary: Boundary, scanned: list[str]
) -> None:
    assert Watch(boundary, Layers.none()).check() == ""
    assert sorted(scanned) == FOLDERS


def test_after_a_look_nothing_is_listed_until_the_rest_is_over(
    boundary: Boundary, scanned: list[str], clock: Clock
) -> None:
    watch = Watch(boundary, Layers.none())
    for _ in range(5):
        watch.check()
    assert sorted(scanned) == FOLDERS
    clock.now += 2
    watch.check()
    assert sorted(scanned) == sorted(FOLDERS * 2)


def test_each_round_counts_from_nothing(
    boundary: Boundary, scanned: list[str], clock: Clock
) -> None:
    watch = Watch(Boundary(boundary.writable, files=5), Layers.none())
    looks = []
    for _ in range(5):
        clock.now += 2
        looks.append(watch.check())
    assert looks == [""] * 5
    assert sorted(scanned) == sorted(FOLDERS * 5)


def test_a_large_folder_takes_several_looks_and_is_counted_as_one(
    boundary: Boundary, scanned: list[str], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("batchgrader.isolation.watch._FILES_AT_ONCE", 2)
    small = Boundary(boundary.writable, files=4)
    watch = Watch(small, Layers.none())
    looks = []
    for _ in range(3):
        clock.now += 2
        looks.append(watch.check())
    assert looks[:2] == ["", ""]
    assert looks[2].startswith("The notebook made more than 4 files and folders.")


def test_a_folder_that_is_gone_does_not_end_the_watch(
    boundary: Boundary, scanned: list[str], clock: Clock
) -> None:
    gone = Boundary((*boundary.writable, "/nowhere/at/all"))
    watch = Watch(gone, Layers.none())
    for _ in range(2):
        clock.now += 2
        assert watch.check() == ""
    assert sorted(scanned) == sorted([*FOLDERS, "all"] * 2)


def test_there_is_no_rest_while_much_memory_is_used(
    boundary: Boundary, scanned: list[str], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tree, "processes", lambda layers: [os.getpid()])
    monkeypatch.setattr("batchgrader.isolation.watch._occupied", lambda process: 600)
    watch = Watch(replace(boundary, memory=1000), Layers.none())
    assert [watch.check() for _ in range(3)] == [""] * 3
    assert sorted(name for name in scanned if name in FOLDERS) == sorted(FOLDERS * 3)
