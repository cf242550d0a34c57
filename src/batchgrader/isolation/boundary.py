"""What one kernel may reach and use, as plain data that a worker sends to the fork server."""

import json
from dataclasses import asdict, dataclass
from typing import Any

_MB = 1024**2
_GB = 1024**3
_RESERVED = 16 * _GB


@dataclass(frozen=True)
class Boundary:
    """What one kernel may reach and use; a worker makes it, keeper and kernel enforce it.

    ``writable`` are folders that exist: its own, its private temporary one, and that of its
    sockets. ``readable`` is what it may read besides Python's environment and system libraries.
    ``hidden`` are folders that are out of sight where there is a mount namespace, but for what is
    writable or readable in them. ``keep_out`` are paths that no part of Python's environment may
    contain to be readable. Kernels that live at the same time have different ``slot``s.

    Sizes are in bytes. ``memory`` is what the whole tree may occupy; ``processes`` counts threads
    too; ``cpu_seconds`` and ``disk`` hold for the tree; ``scratch_memory`` is the size of its
    private /tmp and of its /dev/shm.
    """

    writable: tuple[str, ...]
    readable: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    keep_out: tuple[str, ...] = ()
    slot: int = 0
    memory: int = 4 * _GB
    processes: int = 256
    open_files: int = 1024
    file_size: int = 1 * _GB
    cpu_seconds: int = 3600
    disk: int = 1 * _GB
    files: int = 20_000
    scratch_memory: int = 256 * _MB

    @property
    def address_space(self) -> int:
        """What each process may reserve: libraries and files in memory take far more than is used.

        The keeper ends what occupies too much; this limit refuses at once what never could fit.
        """
        return self.memory + _RESERVED

    def to_json(self) -> str:
        """The text that crosses the border."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Boundary":
        """Read what ``to_json`` wrote."""
        data: dict[str, Any] = json.loads(text)
        for name, value in data.items():
            data[name] = tuple(value) if isinstance(value, list) else value
        return cls(**data)
