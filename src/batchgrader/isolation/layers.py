"""Which layers of isolation this machine grants, as plain data: the probe finds them, all obey."""

import json
import secrets
from dataclasses import asdict, dataclass, replace
from typing import Literal

Tier = Literal["strong", "basic", "none"]

NAMESPACES = ("user", "pid", "mount", "net", "ipc", "uts")

# Users that no machine has, in blocks, for no two runs on a machine may use the same.
_UNUSED_USERS, _BLOCK, _BLOCKS = 2_000_000_000, 1_000, 100_000

# From these versions of its interface on Landlock covers what is named.
_LANDLOCK_SIGNALS = 6
_LANDLOCK_TRUNCATE = 3


@dataclass(frozen=True)
class Layers:
    """What holds a kernel; the probe chooses it for a run, and it is named in the report.

    ``namespaces`` are those that each kernel gets for itself. ``landlock`` is the version of
    Landlock's interface, 0 for none. ``first_uid`` is the first of the unprivileged users that
    kernels become when root grades, 0 where the user stays. ``uid`` and ``gid`` are those of
    whoever grades.
    """

    tier: Tier
    bubblewrap: bool = False
    namespaces: frozenset[str] = frozenset()
    landlock: int = 0
    seccomp: bool = False
    first_uid: int = 0
    uid: int = 0
    gid: int = 0

    def with_new_users(self) -> "Layers":
        """The same, with other users for kernels to become: for a fork server of one's own."""
        if self.first_uid < _UNUSED_USERS:
            return self
        block = secrets.randbelow(_BLOCKS) * _BLOCK
        return replace(self, first_uid=_UNUSED_USERS + block)

    @property
    def own_files(self) -> bool:
        """Whether files of others are safe from chmod and its like, which Landlock lets through."""
        return "mount" in self.namespaces or self.first_uid > 0

    @property
    def own_signals(self) -> bool:
        """Whether signals to others are kept back by something else than the system call filter."""
        return "pid" in self.namespaces or self.first_uid > 0 or self.landlock >= _LANDLOCK_SIGNALS

    @property
    def own_truncate(self) -> bool:
        """Whether files of others cannot be cut off by their path."""
        return self.own_files or self.landlock >= _LANDLOCK_TRUNCATE

    @property
    def connect(self) -> bool:
        """Whether a kernel may connect Unix sockets: where none is in reach but its own."""
        scoped = "net" in self.namespaces or self.landlock >= _LANDLOCK_SIGNALS
        return self.tier == "none" or (self.bubblewrap and "mount" in self.namespaces and scoped)

    @property
    def terminals(self) -> bool:
        """Whether a kernel has pseudo-terminals, which IPython's ``!command`` likes to use."""
        return self.tier == "none" or "mount" in self.namespaces

    def describe(self) -> str:
        """The tier and its layers in a line, for the run report."""
        if self.tier == "none":
            return "none"
        names = ["bubblewrap"] if self.bubblewrap else []
        own = [name for name in NAMESPACES if name in self.namespaces]
        names += [f"namespaces ({', '.join(own)})"] if own else []
        names += [f"Landlock {self.landlock}"] if self.landlock else []
        names += ["seccomp"] if self.seccomp else []
        names += ["users of their own"] if self.first_uid else []
        return f"{self.tier}: {', '.join(names)}"

    def to_json(self) -> str:
        """The text that crosses the border."""
        return json.dumps(asdict(self) | {"namespaces": sorted(self.namespaces)})

    @classmethod
    def from_json(cls, text: str) -> "Layers":
        """Read what ``to_json`` wrote."""
        data = json.loads(text)
        return cls(**data | {"namespaces": frozenset(data["namespaces"])})

    @classmethod
    def none(cls) -> "Layers":
        """No isolation, as ``--no-isolation`` asks for."""
        return cls("none")
