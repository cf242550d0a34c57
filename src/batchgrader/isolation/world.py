"""What a trial may and may not reach: made outside by the probe, handed to the acts as data."""

import contextlib
import json
import os
import secrets
import socket
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from batchgrader.isolation.boundary import Boundary

# What the files that must not be read contain.
CANARY = "nobody may read this"


@dataclass(frozen=True)
class World:
    """Things inside and outside a boundary, by which acts find out whether it holds.

    ``own`` and ``private`` are writable folders. ``other`` is a folder of somebody else's, with the
    file ``canary`` and a Unix socket ``listener`` that listens. ``port`` is a TCP port and
    ``abstract`` an abstract socket that listen. ``process`` is a process outside. ``secret`` are
    paths of the course that must not be readable, ``home`` the home folder of whoever grades.
    """

    own: str
    private: str
    other: str
    port: int
    abstract: str
    process: int
    home: str
    secret: tuple[str, ...] = ()

    @property
    def canary(self) -> str:
        """The file of somebody else's."""
        return str(Path(self.other) / "canary")

    @property
    def listener(self) -> str:
        """The socket of somebody else's."""
        return str(Path(self.other) / "listener")

    def boundary(self, scratch: Path) -> Boundary:
        """The boundary of a kernel that lives in this world."""
        return Boundary(
            writable=(self.own, self.private), hidden=(str(scratch),), keep_out=self.secret
        )

    def intact(self) -> bool:
        """Whether what belongs to somebody else is as it was made."""
        names = {path.name for path in Path(self.other).iterdir()}
        if names != {"canary", "listener"}:
            return False
        about = Path(self.canary).stat()
        untouched = (about.st_mode & 0o777, int(about.st_mtime)) == (0o644, 1)
        return untouched and Path(self.canary).read_text("utf-8") == CANARY

    def to_json(self) -> str:
        """The text that crosses the border."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "World":
        """Read what ``to_json`` wrote."""
        data = json.loads(text)
        return cls(**data | {"secret": tuple(data["secret"])})


@contextlib.contextmanager
def made_world(scratch: Path, secret: Sequence[str] = ()) -> Iterator[World]:
    """A world in a scratch folder, for as long as the context lasts."""
    folders = [scratch / name for name in ("mine/work", "mine/tmp", "other")]
    for folder in folders:
        folder.mkdir(parents=True)
    own, private, other = map(str, folders)
    canary = folders[2] / "canary"
    canary.write_text(CANARY, "utf-8")
    canary.chmod(0o644)
    os.utime(canary, (1, 1))
    abstract = f"batchgrader-{secrets.token_hex(8)}"
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.socket(socket.AF_UNIX) as named,
        socket.socket(socket.AF_UNIX) as unnamed,
    ):
        named.bind(str(folders[2] / "listener"))
        unnamed.bind(f"\0{abstract}")
        named.listen()
        unnamed.listen()
        port = server.getsockname()[1]
        home = str(Path("~").expanduser())
        yield World(own, private, other, port, abstract, os.getpid(), home, tuple(secret))
