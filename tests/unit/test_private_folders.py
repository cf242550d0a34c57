"""The folder of a submission, without a kernel: what is written, collected and deleted."""

import os
from pathlib import Path

import pytest

from batchgrader.execution.folder import Folder, RefusedPath, private_folder
from batchgrader.jobs import File
from batchgrader.kernels.scratch import remove

MEGABYTE = 1_000_000


def folder(path: Path, **files: bytes) -> Folder:
    made = Folder(path / "work", {name: File(content) for name, content in files.items()})
    made.write()
    return made


def test_what_was_not_changed_is_not_collected(tmp_path: Path) -> None:
    made = folder(tmp_path, a=b"1", b=b"2")
    (made.path / "b").write_bytes(b"3")
    assert made.collect(MEGABYTE).files == {"b": File(b"3", 0o644)}


def test_files_without_permission_are_collected(tmp_path: Path) -> None:
    made = folder(tmp_path)
    (made.path / "deep").mkdir()
    (made.path / "deep" / "a").write_bytes(b"1")
    (made.path / "deep" / "a").chmod(0)
    (made.path / "deep").chmod(0)
    assert made.collect(MEGABYTE).files["deep/a"].content == b"1"


def test_the_number_of_files_has_a_limit_too(tmp_path: Path) -> None:
    made = folder(tmp_path)
    for number in range(20):
        (made.path / f"{number:02}").touch()
    collected = made.collect(10 * 1024)
    assert list(collected.files) == [f"{number:02}" for number in range(10)]
    assert list(collected.cut) == [f"{number:02}" for number in range(10, 20)]


def test_a_name_that_is_no_text_is_passed_over(tmp_path: Path) -> None:
    made = folder(tmp_path)
    (made.path / os.fsdecode(b"\xff")).touch()
    assert made.collect(MEGABYTE).files == {}


def test_a_link_in_the_place_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    made = folder(tmp_path, a=b"1")
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "b").touch()
    made.path.rename(tmp_path / "gone")
    made.path.symlink_to(secret)
    assert made.collect(MEGABYTE).files == {}
    made.mend()
    assert not made.path.is_symlink()
    assert (made.path / "a").read_bytes() == b"1"
    assert list(secret.iterdir()) == [secret / "b"]


@pytest.mark.parametrize("name", ["", "/a", "..", "a/../../b", "a\0b"])
def test_a_path_that_climbs_out_is_refused_before_anything_is_written(
    name: str, tmp_path: Path
) -> None:
    made = Folder(tmp_path / "work", {"ok": File(b""), name: File(b"")})
    with pytest.raises(RefusedPath, match="outside"):
        made.write()
    assert not made.path.exists()


def test_a_private_folder_is_deleted_after_an_error_too(tmp_path: Path) -> None:
    used: list[Path] = []

    def use() -> None:
        with private_folder(tmp_path) as path:
            used.append(path)
            (path / "a").touch()
            raise LookupError

    with pytest.raises(LookupError):
        use()
    assert not used[0].exists()


def test_a_folder_that_is_gone_already_may_be_deleted(tmp_path: Path) -> None:
    remove(tmp_path / "nothing")
    assert list(tmp_path.iterdir()) == []
