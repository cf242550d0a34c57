"""Kernels of nbgrader's own commands: what they get of a folder, and what comes back into it."""

import sys
from pathlib import Path

import pytest

from batchgrader import kernelspec
from batchgrader.execution import guests
from batchgrader.execution.guests import Guest, TooLarge
from batchgrader.isolation.layers import Layers
from batchgrader.isolation.mends import NoIsolation
from batchgrader.jobs import Limits
from batchgrader.kernels.sources import Recipe, Source

RECIPE = Recipe()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a notebook, with a file beside it and one below; nothing is started."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    source = Source("", scratch, Layers.none(), RECIPE)
    monkeypatch.setattr(guests, "source_of", lambda recipe: source)
    folder = tmp_path / "home"
    (folder / "below").mkdir(parents=True)
    (folder / "ps1.ipynb").write_text("the notebook")
    (folder / "data.csv").write_text("a,b")
    (folder / "below" / "more.csv").write_text("c")
    return folder


def copy_of(guest: Guest) -> Path:
    return guest.lodging.folder


def below(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.*"))


def test_a_guest_gets_the_regular_files_of_the_folder_and_follows_no_link(home: Path) -> None:
    (home / "link.csv").symlink_to("/etc/passwd")
    (home / "linked.d").symlink_to("/etc")
    guest = Guest.of(home, {}, RECIPE)
    assert below(copy_of(guest)) == ["below/more.csv", "data.csv", "ps1.ipynb"]


def test_what_is_new_or_changed_comes_back_and_the_copy_goes(home: Path) -> None:
    guest = Guest.of(home, {}, RECIPE)
    copy = copy_of(guest)
    (copy / "new.txt").write_text("n")
    (copy / "data.csv").write_text("changed")
    (copy / "below" / "more.csv").unlink()
    (home / "meanwhile.txt").write_text("m")
    assert guest.leave() == []
    assert below(home) == ["below/more.csv", "data.csv", "meanwhile.txt", "new.txt", "ps1.ipynb"]
    assert (home / "data.csv").read_text() == "changed"
    assert list(guest.lodging.source.scratch.iterdir()) == []


def test_a_notebook_cannot_rewrite_itself_or_the_one_beside_it(home: Path) -> None:
    guest = Guest.of(home, {}, RECIPE)
    (copy_of(guest) / "ps1.ipynb").write_text("forged")
    (copy_of(guest) / "made.ipynb").write_text("made")
    assert guest.leave() == ["ps1.ipynb"]
    assert (home / "ps1.ipynb").read_text() == "the notebook"
    assert (home / "made.ipynb").read_text() == "made"


def test_a_link_in_the_folder_is_not_replaced_and_leads_nowhere(home: Path) -> None:
    elsewhere = home.parent / "elsewhere.d"
    elsewhere.mkdir()
    (home / "shared.d").symlink_to(elsewhere)
    guest = Guest.of(home, {}, RECIPE)
    (copy_of(guest) / "shared.d").mkdir()
    (copy_of(guest) / "shared.d" / "file.txt").write_text("f")
    assert guest.leave() == ["shared.d/file.txt"]
    assert (home / "shared.d").readlink() == elsewhere
    assert below(elsewhere) == []


def test_what_is_too_large_stays_behind(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guests, "Limits", lambda: Limits(file_bytes=5_000))
    guest = Guest.of(home, {}, RECIPE)
    (copy_of(guest) / "large.bin").write_bytes(bytes(10_000))
    (copy_of(guest) / "small.bin").write_bytes(bytes(10))
    assert guest.leave() == ["large.bin"]
    assert (home / "small.bin").exists()


@pytest.mark.parametrize(("limit", "least"), [("LARGEST", 3), ("MOST", 2)])
def test_a_folder_that_is_too_large_is_not_copied(
    home: Path, monkeypatch: pytest.MonkeyPatch, limit: str, least: int
) -> None:
    monkeypatch.setattr(guests, limit, least)
    with pytest.raises(TooLarge, match="put the notebook into a folder with the files that it"):
        Guest.of(home, {}, RECIPE)


def test_a_kernel_that_is_started_again_has_its_sockets_where_they_were(home: Path) -> None:
    first = Guest.of(home, {}, RECIPE)
    first.lodging.sockets.mkdir()
    (copy_of(first) / "new.txt").write_text("n")
    first.lodging.log.write_text("of the first")
    first.leave(returns=True)
    second = Guest.of(home, {}, RECIPE, first.place)
    assert second.lodging.sockets == first.lodging.sockets
    assert (copy_of(second) / "new.txt").read_text() == "n"
    assert not second.lodging.log.exists()


def install(monkeypatch: pytest.MonkeyPatch, prefix: Path) -> None:
    monkeypatch.setattr(sys, "argv", ["kernelspec", f"--prefix={prefix}"])
    kernelspec.main()


def test_installing_says_where_the_kernelspec_is_and_how_its_kernels_are_isolated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(kernelspec, "layers_for", lambda wanted: Layers.none())
    install(monkeypatch, tmp_path)
    folder = tmp_path / "share" / "jupyter" / "kernels" / "batchgrader"
    said = capsys.readouterr().out.splitlines()
    assert said == [
        f"The kernelspec batchgrader is in {folder}.",
        f"Its kernels: {Layers.none().describe()}.",
    ]
    assert (folder / "kernel.json").exists()


def test_installing_where_nothing_isolates_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(wanted: str) -> Layers:
        raise NoIsolation("Install bubblewrap.")

    monkeypatch.setattr(kernelspec, "layers_for", refuse)
    with pytest.raises(SystemExit, match=r"its kernels will not start: Install bubblewrap\."):
        install(monkeypatch, tmp_path)


def test_installing_where_nobody_may_write_names_another_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "share").write_text("a file")
    with pytest.raises(SystemExit, match=r"--prefix=~/\.local"):
        install(monkeypatch, tmp_path)
