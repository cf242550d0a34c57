"""What a kernel may read, and the command line of the sandbox that shows it."""

import os
import sys
from pathlib import Path
from typing import Any

import pytest

from batchgrader.isolation import bubblewrap, paths


@pytest.fixture(autouse=True)
def _forget_paths() -> None:
    paths._environment.cache_clear()


def bound(words: list[str]) -> dict[str, str]:
    """What a sandbox shows read-only or writable, by path, with the option that does it."""
    return {words[at + 2]: word for at, word in enumerate(words) if "bind" in word}


def said(**options: Any) -> list[str]:
    """What bubblewrap is told by way of a descriptor."""
    sandbox = bubblewrap.wrap(["python"], scratch="/s", **options)
    try:
        return os.read(sandbox.descriptor, 100_000).decode().split("\0")
    finally:
        os.close(sandbox.descriptor)


def test_the_environment_of_this_python_may_be_read() -> None:
    found = paths.python_paths()
    for path in (sys.base_prefix, sys.prefix, str(Path(bubblewrap.__file__).parents[2])):
        assert any(Path(path).is_relative_to(granted) for granted in found)


def test_a_path_within_another_is_not_listed_twice() -> None:
    found = [Path(path) for path in paths.python_paths()]
    assert not [path for path in found if set(path.parents) & set(found)]


def test_a_folder_on_the_path_that_holds_the_course_may_not_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    course, helpers = tmp_path / "course", tmp_path / "helpers"
    course.mkdir()
    helpers.mkdir()
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path), str(course), str(helpers)])
    found = paths.python_paths(keep_out=(str(course),))
    assert str(helpers) in found
    assert not {str(course), str(tmp_path)} & set(found)


def test_a_home_folder_on_the_path_may_not_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path), "/", "/home"])
    assert not {str(tmp_path), "/", "/home"} & set(paths.python_paths())


def test_every_place_that_the_link_to_python_passes_through_may_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = tmp_path / "python-3.11.7" / "bin"
    real.mkdir(parents=True)
    (real / "python").touch()
    (tmp_path / "python-3.11").symlink_to("python-3.11.7")
    chosen = tmp_path / "chosen" / "bin"
    chosen.mkdir(parents=True)
    (chosen / "python").symlink_to("../../python-3.11/bin/python")
    monkeypatch.setattr(sys, "executable", str(chosen / "python"))
    found = paths.python_paths()
    for name in ("chosen", "python-3.11", "python-3.11.7"):
        assert str(tmp_path / name) in found


def test_a_sandbox_shows_the_scratch_folder_for_writing_and_python_for_reading() -> None:
    shown = bound(bubblewrap.arguments("/scratch/run", (), (), {}))
    assert shown["/scratch/run"] == "--bind"
    assert [path for path, option in shown.items() if option == "--bind"] == ["/scratch/run"]
    assert any(Path(sys.prefix).is_relative_to(path) for path in shown)


def test_a_sandbox_does_not_show_homes_settings_or_the_course() -> None:
    course = Path(__file__).parents[2]
    shown = bound(bubblewrap.arguments("/scratch/run", (), (str(course),), {}))
    for path in (course, Path.home(), Path("/etc"), Path("/"), Path("/run"), Path("/var")):
        assert str(path) not in shown


def test_folders_above_what_is_shown_can_be_passed_by_every_user() -> None:
    words = bubblewrap.arguments("/scratch/run", (), (), {})
    at = words.index("/scratch")
    assert words[at - 3 : at] == ["--perms", "0755", "--dir"]


def test_the_command_shows_nothing_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bubblewrap, "program", lambda: "/usr/bin/bwrap")
    sandbox = bubblewrap.wrap(["python"], scratch="/s", environment={"TOKEN": "secret"})
    os.close(sandbox.descriptor)
    assert "secret" not in " ".join(sandbox.command)
    assert sandbox.command[-1] == "python"
    words = said(environment={"TOKEN": "secret"})
    at = words.index("TOKEN")
    assert words[at - 1 : at + 2] == ["--setenv", "TOKEN", "secret"]


@pytest.mark.parametrize(("user", "inside"), [(0, False), (1000, True)])
def test_only_an_ordinary_user_becomes_root_in_a_namespace(
    user: int, inside: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bubblewrap, "program", lambda: "/usr/bin/bwrap")
    monkeypatch.setattr(os, "geteuid", lambda: user)
    words = said(namespaces=True)
    assert ("--unshare-user" in words) == inside
    assert {"--unshare-pid", "--unshare-net", "--die-with-parent"} <= set(words)


def test_a_fork_server_that_makes_no_namespaces_stays_who_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bubblewrap, "program", lambda: "/usr/bin/bwrap")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert "--uid" not in said(namespaces=False)


def test_without_bubblewrap_there_is_no_sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(FileNotFoundError, match="bubblewrap is not installed"):
        bubblewrap.wrap(["python"], scratch="/s")
