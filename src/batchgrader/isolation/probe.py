"""Finds the strongest isolation that holds on this machine, by trying; a run calls ``choose``."""

import os
import struct
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Literal

from batchgrader.isolation import bubblewrap, calls, trial
from batchgrader.isolation.acts import Finding
from batchgrader.isolation.call_numbers import ARCHITECTURES
from batchgrader.isolation.layers import NAMESPACES, Layers
from batchgrader.isolation.mends import NoIsolation, refusal

Wanted = Literal["auto", "strong", "basic"]

# Where there is a choice, users that no machine has; in a container, the highest that it knows.
_UNUSED_USERS = {2_000_000_000: 2_100_000_000, 60_000: 65_000}


def choose(
    wanted: Wanted = "auto",
    *,
    secret: Sequence[str] = (),
    try_out: Callable[[Layers, Sequence[str]], Sequence[Finding]] = trial.try_out,
) -> Layers:
    """The strongest layers with which every act goes as it should; raises NoIsolation for none.

    ``secret`` are paths that must not be readable: the course, the gradebook. ``try_out`` tries
    the acts in the configuration that is going to be used. Costs about a second.
    """
    failed: list[tuple[Layers, list[Finding]]] = []
    for layers in candidates(wanted):
        wrong = [finding for finding in try_out(layers, secret) if not finding.holds]
        if not wrong:
            return layers
        failed.append((layers, wrong))
    raise NoIsolation(refusal(failed))


def candidates(wanted: Wanted = "auto") -> Iterator[Layers]:
    """The layers worth trying here, strongest first."""
    if not calls.LINUX:
        return
    first_uid = _unused_users() if os.geteuid() == 0 else 0
    # As root no namespace of users is needed, for each kernel has a user of its own.
    all_of_them = frozenset(NAMESPACES) - ({"user"} if first_uid else frozenset())
    known = calls.MACHINE in ARCHITECTURES and struct.calcsize("P") == 8
    tiers: list[tuple[Literal["strong", "basic"], bool, frozenset[str]]] = []
    if wanted != "basic" and bubblewrap.program():
        tiers += [("strong", True, all_of_them), ("strong", True, frozenset())]
    if wanted != "strong":
        tiers += [("basic", False, all_of_them), ("basic", False, frozenset())]
    for tier, sandboxed, namespaces in tiers:
        yield Layers(
            tier=tier,
            bubblewrap=sandboxed,
            namespaces=namespaces,
            landlock=calls.landlock_version(),
            seccomp=known,
            first_uid=first_uid,
            uid=os.getuid(),
            gid=os.getgid(),
        ).with_new_users()


def _unused_users() -> int:
    """The first of the users that kernels may become, 0 where this root knows of none."""
    ranges = []
    for line in Path("/proc/self/uid_map").read_text("ascii").splitlines():
        start, _, count = map(int, line.split())
        ranges.append(range(start, start + count))
    for first, last in _UNUSED_USERS.items():
        if any(first in users and last in users for users in ranges):
            return first
    return 0
