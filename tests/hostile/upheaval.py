"""What of the instructor's files is no longer as it was, and what attacks left elsewhere."""

import hashlib
import os
import stat
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

# What grading itself writes, relative to the folder of a siege.
OF_THE_GRADER = (
    "course/autograded",
    "course/feedback",
    "course/gradebook.db",
    "course/.nbgrader.log",
    "home/.cache",
    "home/.jupyter",
    "home/.ipython",  # where jupyter_client looks for kernelspecs
    "home/.local/share/jupyter",
)
WATCHED = ("course", "home", "witness")

# Where a mark of an attack may lie besides.
ELSEWHERE = (
    "/", "/etc", "/run", "/tmp", "/var/tmp", "/dev/shm", "/usr/local/bin", sys.prefix,
    sys.base_prefix, sysconfig.get_path("purelib"), str(Path(pd.__file__).parent),
    str(Path(pd.__file__).parent / "__pycache__"),
)  # fmt: skip


@dataclass(frozen=True)
class Upheaval:
    """The files below some folders, each as one text: kind, rights, owner, time, content."""

    files: dict[str, str]

    @classmethod
    def of(cls, base: Path) -> "Upheaval":
        """What is there now."""
        found = {}
        for top in WATCHED:
            for path in _below(base / top):
                name = path.relative_to(base).as_posix()
                if not name.startswith(OF_THE_GRADER):
                    found[name] = _looks(path)
        return cls(found)

    def compared_with(self, later: "Upheaval") -> list[str]:
        """The names of what is new, gone or changed."""
        names = self.files.keys() | later.files.keys()
        return sorted(name for name in names if self.files.get(name) != later.files.get(name))


def marks_anywhere(base: Path, token: str) -> list[str]:
    """The files with this token in name or content that lie outside; they are deleted."""
    found = []
    for folder in ELSEWHERE:
        with suppress(OSError):
            found += [str(path) for path in Path(folder).glob(f"mark-*{token}*")]
    for path in _below(base / "tmp"):
        if token in path.name:
            found.append(str(path))
    for path in _below(base / "home"):
        with suppress(OSError):
            if token in path.name or (path.is_file() and token.encode() in path.read_bytes()):
                found.append(str(path))
    for each in found:
        with suppress(OSError):
            Path(each).unlink()
    return sorted(found)


def _below(top: Path) -> Iterator[Path]:
    """The folder and everything below it; links are not followed."""
    yield top
    for folder, folders, names in os.walk(top):
        yield from (Path(folder, name) for name in (*folders, *names))


def _looks(path: Path) -> str:
    """All about a file that an attack could change, in one text."""
    try:
        about = path.lstat()
        looks: list[object] = [stat.filemode(about.st_mode), about.st_uid, about.st_gid]
        if not stat.S_ISDIR(about.st_mode):
            looks += [about.st_size, about.st_mtime_ns]
        if stat.S_ISREG(about.st_mode):
            looks += [hashlib.sha256(path.read_bytes()).hexdigest(), *os.listxattr(path)]
        if stat.S_ISLNK(about.st_mode):
            looks.append(path.readlink())
    except OSError as error:
        return str(error)
    return " ".join(map(str, looks))
