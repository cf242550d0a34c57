"""Choosing what isolates a run, and the sentences where nothing does."""

import os
import sys
from collections.abc import Sequence

import pytest

from batchgrader.isolation import bubblewrap, calls, doctor, mends, probe
from batchgrader.isolation.acts import Finding
from batchgrader.isolation.layers import NAMESPACES, Layers
from batchgrader.isolation.mends import NoIsolation

FINE = Finding("read files of others", forbidden=True, holds=True)
LEAK = Finding("read files of others", forbidden=True, holds=False)
BROKEN = Finding("start Python", forbidden=False, holds=False, detail="no such file")


class Machine:
    """Stands in for trials: ``leaks`` says of which layers they find a leak."""

    def __init__(self, *leaks: str) -> None:
        self.leaks = leaks
        self.tried: list[Layers] = []

    def try_out(self, layers: Layers, _: Sequence[str]) -> Sequence[Finding]:
        self.tried.append(layers)
        return [LEAK if layers.tier in self.leaks else FINE]


@pytest.fixture(autouse=True)
def _linux_with_bubblewrap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "LINUX", True)
    monkeypatch.setattr(bubblewrap, "program", lambda: "/usr/bin/bwrap")
    monkeypatch.setattr(mends, "_read", lambda _: "")
    monkeypatch.setattr(mends, "in_container", lambda: False)
    monkeypatch.setattr(calls, "landlock_version", lambda: 7)


def test_the_strongest_that_holds_is_chosen_and_nothing_weaker_is_tried() -> None:
    machine = Machine()
    assert probe.choose(try_out=machine.try_out).tier == "strong"
    assert len(machine.tried) == 1
    assert machine.tried[0].namespaces >= {"pid", "mount", "net", "ipc", "uts"}


def test_where_the_strong_tier_leaks_the_basic_one_is_taken() -> None:
    assert probe.choose(try_out=Machine("strong").try_out).tier == "basic"


def test_without_bubblewrap_there_is_no_strong_tier(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bubblewrap, "program", lambda: None)
    assert probe.choose(try_out=Machine().try_out).tier == "basic"


def test_whoever_asks_for_the_strong_tier_is_not_given_the_basic_one() -> None:
    machine = Machine("strong")
    with pytest.raises(NoIsolation):
        probe.choose("strong", try_out=machine.try_out)
    assert {layers.tier for layers in machine.tried} == {"strong"}


def test_where_nothing_holds_the_run_is_refused_with_what_leaks_and_the_way_out() -> None:
    with pytest.raises(NoIsolation) as refused:
        probe.choose(try_out=Machine("strong", "basic").try_out)
    assert "a notebook could read files of others" in str(refused.value)
    assert "--no-isolation" in str(refused.value)


def test_what_keeps_notebooks_from_running_is_quoted() -> None:
    with pytest.raises(NoIsolation, match="could not start Python: no such file"):
        probe.choose(try_out=lambda *_: [BROKEN])


@pytest.mark.parametrize(
    ("distribution", "command"),
    [
        ("ID=ubuntu\nID_LIKE=debian", "sudo apt install bubblewrap"),
        ('ID=linuxmint\nID_LIKE="ubuntu debian"', "sudo apt install bubblewrap"),
        ("ID=fedora", "sudo dnf install bubblewrap"),
        ('ID=rocky\nID_LIKE="rhel centos fedora"', "sudo dnf install bubblewrap"),
        ("ID=arch", "sudo pacman -S bubblewrap"),
        ("ID=alpine", "sudo apk add bubblewrap"),
        ('ID=opensuse-leap\nID_LIKE="suse opensuse"', "sudo zypper install bubblewrap"),
        ("", "with your package manager"),
    ],
)
def test_the_command_that_installs_bubblewrap_is_that_of_the_distribution(
    distribution: str, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bubblewrap, "program", lambda: None)
    monkeypatch.setattr(mends, "_read", lambda path: distribution if "release" in path else "")
    assert f"Install bubblewrap: {command}." in mends.mends()


@pytest.mark.parametrize(
    ("path", "value", "command"),
    [
        ("/proc/sys/kernel/unprivileged_userns_clone", "0", "userns_clone=1"),
        ("/proc/sys/user/max_user_namespaces", "0", "max_user_namespaces=15000"),
        ("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1", "bwrap-userns-restrict"),
    ],
)
def test_a_switch_that_forbids_namespaces_is_named_with_its_command(
    path: str, value: str, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(mends, "_read", lambda asked: value if asked == path else "")
    (mend,) = mends.mends()
    assert mend.startswith("Allow namespaces to ordinary users: sudo ")
    assert command in mend


def test_a_kernel_without_landlock_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "landlock_version", lambda: 0)
    assert any("Linux 5.13 or newer" in mend for mend in mends.mends())


def test_a_python_that_only_root_can_reach_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(mends, "_shut_to_others", lambda _: "/root")
    assert any("only root may enter /root, where Python is" in mend for mend in mends.mends())


def test_a_container_is_told_how_to_allow_namespaces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mends, "in_container", lambda: True)
    assert any("--security-opt seccomp=unconfined" in mend for mend in mends.mends())


@pytest.mark.parametrize(("platform", "said"), [("darwin", "macOS"), ("win32", "wsl --install")])
def test_elsewhere_than_on_linux_a_container_is_proposed(
    platform: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "LINUX", False)
    monkeypatch.setattr(sys, "platform", platform)
    with pytest.raises(NoIsolation) as refused:
        probe.choose()
    assert said in str(refused.value)
    assert "docker run" in str(refused.value)


def test_the_doctor_says_what_holds_what_fails_and_why() -> None:
    text = doctor.examine(try_out=Machine("strong").try_out).text()
    assert "fails  strong: bubblewrap" in text
    assert "a notebook can read files of others" in text
    assert "holds  basic" in text
    assert "A run uses basic" in text
    assert "no   bubblewrap:" in text


def test_the_doctor_says_when_a_run_would_refuse() -> None:
    report = doctor.examine(try_out=Machine("strong", "basic").try_out)
    assert report.best is None
    assert "A run refuses to grade here" in report.text()


def test_the_doctor_explains_every_layer_that_there_can_be() -> None:
    everything = Layers("strong", True, frozenset(NAMESPACES), 7, True, 60_000)
    unexplained = doctor.present(everything) - doctor.PROTECTS.keys()
    assert unexplained == {"ipc namespace", "uts namespace"}
