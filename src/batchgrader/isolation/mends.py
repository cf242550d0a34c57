"""Why no isolation holds here, and how to mend that, distribution by distribution."""

import os
import stat
import sys
from collections.abc import Sequence
from pathlib import Path

from batchgrader.isolation import bubblewrap, calls
from batchgrader.isolation.acts import Finding
from batchgrader.isolation.layers import Layers

# By the names that /etc/os-release gives, its own before those that it is like.
_INSTALL = {
    "debian": "sudo apt install bubblewrap",
    "ubuntu": "sudo apt install bubblewrap",
    "fedora": "sudo dnf install bubblewrap",
    "rhel": "sudo dnf install bubblewrap",
    "arch": "sudo pacman -S bubblewrap",
    "alpine": "sudo apk add bubblewrap",
    "suse": "sudo zypper install bubblewrap",
}
_APPARMOR = "/proc/sys/kernel/apparmor_restrict_unprivileged_userns"
_APPARMOR_MEND = (
    "sudo apt install apparmor-profiles && sudo cp "
    "/usr/share/apparmor/extra-profiles/bwrap-userns-restrict /etc/apparmor.d/ && "
    "sudo systemctl reload apparmor"
)
# Switches that forbid user namespaces, and what they say then.
_SWITCHES = {
    "/proc/sys/kernel/unprivileged_userns_clone": (
        "0",
        "sudo sysctl kernel.unprivileged_userns_clone=1",
    ),
    "/proc/sys/user/max_user_namespaces": ("0", "sudo sysctl user.max_user_namespaces=15000"),
    _APPARMOR: ("1", _APPARMOR_MEND),
}
_CONTAINER = (
    "grade in a container with Python and this package (docker run --rm -it -v "
    '"$PWD":/course -w /course python:3.12 bash)'
)
_ELSEWHERE = {
    "darwin": f"Isolation needs Linux, and this is macOS: {_CONTAINER}, or in a virtual machine.",
    "win32": "Isolation needs Linux, and this is Windows: install WSL 2 (wsl --install) and grade "
    f"in it, or {_CONTAINER}.",
}
_GIVEN_UP = (
    "Or say --no-isolation (in nbgrader_config.py, for nbgrader's own commands: "
    'c.BatchAutograde.isolation = "none"; for the kernelspec: c.ForkedProvisioner.isolation = '
    '"none"): then a notebook can read, change and send away all that you can.'
)


class NoIsolation(RuntimeError):  # noqa: N818  what there is not, as people say it
    """No isolation holds on this machine; the message is the sentence that people read."""


def refusal(failed: Sequence[tuple[Layers, Sequence[Finding]]]) -> str:
    """Why grading refuses, and what to do; ``failed`` is what was tried and went wrong."""
    if not calls.LINUX:
        return f"{_elsewhere()} {_GIVEN_UP}"
    why = "No isolation from notebooks holds on this machine"
    if failed:
        layers, findings = min(failed, key=lambda each: _gravity(each[1]))
        why += f" (the best is {layers.describe()}, with which {_said(findings)})"
    return f"{why}. {' '.join(mends()) or _upgrade()} {_GIVEN_UP}"


def mends() -> list[str]:
    """What would make isolation stronger here, each a sentence with the command; for the doctor."""
    if not calls.LINUX:
        return [_elsewhere()]
    found = []
    if not bubblewrap.program():
        found.append(f"Install bubblewrap: {_install()}.")
    if os.geteuid() != 0:
        for path, (closed, command) in _SWITCHES.items():
            if _read(path) == closed:
                found.append(f"Allow namespaces to ordinary users: {command}.")
    elif shut := _shut_to_others(sys.base_prefix):
        found.append(
            f"Notebooks run as a user without rights when root grades, and only root may enter "
            f"{shut}, where Python is: install bubblewrap, or a Python that all users can read."
        )
    if not calls.landlock_version():
        found.append(_upgrade())
    if in_container():
        found.append(
            "In a container, allow namespaces: docker run (or podman run) with --security-opt "
            "seccomp=unconfined --security-opt apparmor=unconfined --security-opt "
            "systempaths=unconfined."
        )
    return found


def in_container() -> bool:
    """Whether this seems to be a container of Docker or Podman."""
    return any(Path(path).exists() for path in ("/.dockerenv", "/run/.containerenv"))


def _gravity(findings: Sequence[Finding]) -> tuple[bool, int]:
    return any(not finding.forbidden for finding in findings), len(findings)


def _said(findings: Sequence[Finding]) -> str:
    """What went wrong, as the end of a sentence; three things at most."""
    could = [finding.name for finding in findings if finding.forbidden]
    not_able = [finding for finding in findings if not finding.forbidden]
    parts = []
    if not_able:
        detail = f": {not_able[0].detail}" if not_able[0].detail else ""
        parts.append(f"a notebook could not {not_able[0].name}{detail}")
    if could:
        rest = f" and {len(could) - 3} things more" if len(could) > 3 else ""
        parts.append(f"a notebook could {', '.join(could[:3])}{rest}")
    return "; ".join(parts)


def _elsewhere() -> str:
    default = f"Isolation needs Linux, and this is {sys.platform}: {_CONTAINER}."
    return _ELSEWHERE.get(sys.platform, default)


def _install() -> str:
    for name in _names():
        if name in _INSTALL:
            return _INSTALL[name]
    return "with your package manager"


def _names() -> list[str]:
    """What this distribution is, and what it is like."""
    fields = {}
    for line in _read("/etc/os-release").splitlines():
        name, _, value = line.partition("=")
        fields[name] = value.strip("\"'")
    names = [fields.get("ID", ""), *fields.get("ID_LIKE", "").split()]
    return [name.split("-")[0] for name in names]


def _upgrade() -> str:
    return (
        "Use Linux 5.13 or newer with Landlock (cat /sys/kernel/security/lsm lists it; if not, "
        "start the machine with lsm=landlock,yama,apparmor,bpf on its command line)."
    )


def _shut_to_others(folder: str) -> str:
    """The first folder on the way that others may not enter, empty where they may."""
    for path in (*reversed(Path(folder).parents), Path(folder)):
        if not path.stat().st_mode & stat.S_IXOTH:
            return str(path)
    return ""


def _read(path: str) -> str:
    try:
        return Path(path).read_text("utf-8").strip()
    except OSError:
        return ""
