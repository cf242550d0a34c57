"""Watches what a kernel uses together with all it has started, which no limit of Linux counts.

The keeper calls ``Watch.check`` several times a second; a look costs a few milliseconds at most.
"""

import contextlib
import errno
import itertools
import os
import stat
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from batchgrader.isolation import tree
from batchgrader.isolation.boundary import Boundary
from batchgrader.isolation.layers import Layers
from batchgrader.isolation.namespaces import FRESH

_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100

# How many files are looked at in one look, and the share of its time that the keeper may look.
_FILES_AT_ONCE = 2000
_SHARE = 0.05
_LONGEST_REST = 1.0

# What a walk over files says in between.
_ROUND_ENDS = -1
_TOO_DEEP = -2


class Watch:
    """What the tree below this process uses, and whether it is too much.

    ``peak`` is the largest memory of the whole tree so far in bytes, ``cpu`` its CPU seconds.
    """

    def __init__(self, boundary: Boundary, layers: Layers) -> None:
        self._boundary = boundary
        self._layers = layers
        self._rest_until = 0.0
        self._walk = _walk(boundary.writable)
        self._disk = self._files = self._memory = 0
        self.peak = 0
        self.cpu = 0.0

    def check(self) -> str:
        """Look once; a sentence to the student where something is exceeded, else nothing."""
        began = time.monotonic()
        if began < self._rest_until:
            return ""
        living = tree.processes(self._layers)
        over = self._check_processes(living) or self._check_files(living)
        ended = time.monotonic()
        rest = min((ended - began) / _SHARE, _LONGEST_REST)
        # Memory can run away in less than the longest rest.
        self._rest_until = ended + (rest if self._memory < self._boundary.memory / 2 else 0)
        return over

    def _check_processes(self, living: list[int]) -> str:
        limits = self._boundary
        told = [_told(process) for process in living]
        if sum(tasks for tasks, _ in told) > limits.processes:
            return (
                f"The notebook had more than {limits.processes} processes and threads at a time. "
                "Start fewer, and wait for their end before you start more."
            )
        memory = sum(map(_occupied, living))
        if memory > limits.memory:
            # Forks share most of what each is said to occupy; to tell how much takes longer.
            memory = sum(map(_share_of, living))
        memory += self._files_in_memory()
        self._memory = memory
        self.peak = max(self.peak, memory)
        ended = os.times()
        used = sum(cpu for _, cpu in told) + ended.children_user + ended.children_system
        self.cpu = max(self.cpu, used)
        if memory > limits.memory:
            return (
                f"The notebook, with all that it started, used more than {_size(limits.memory)} "
                "of memory. Work on less data at a time, or start fewer processes."
            )
        if self.cpu > limits.cpu_seconds:
            return (
                "The notebook, with all that it started, computed for more than "
                f"{limits.cpu_seconds} seconds. Compute less, or start fewer processes."
            )
        return ""

    def _files_in_memory(self) -> int:
        """What lies in the folders that the kernel has in memory for itself."""
        if "mount" not in self._layers.namespaces:
            return 0
        found = [os.statvfs(folder) for folder in FRESH if Path(folder).is_dir()]
        return sum((about.f_blocks - about.f_bfree) * about.f_frsize for about in found)

    def _check_files(self, living: list[int]) -> str:
        """Go on with the round through all files, to its end at most."""
        limits = self._boundary
        deleted = _deleted(living)
        for size in itertools.islice(self._walk, _FILES_AT_ONCE):
            if size == _ROUND_ENDS:
                self._disk = self._files = 0
                return ""
            if size == _TOO_DEEP:
                return "The notebook made folders in folders without end. Use fewer levels."
            self._disk += size
            self._files += 1
            if self._disk + deleted > limits.disk:
                return (
                    f"The notebook wrote more than {_size(limits.disk)} of files. Write less, or "
                    "delete what is not needed any more."
                )
            if self._files > limits.files:
                return f"The notebook made more than {limits.files} files and folders. Make fewer."
        return ""


def _walk(folders: Sequence[str]) -> Iterator[int]:
    """The sizes on disk of all that lies in the folders, without end, round after round."""
    while True:
        for folder in folders:
            with contextlib.suppress(FileNotFoundError):
                yield Path(folder).lstat().st_blocks * 512
        waiting = list(folders)
        while waiting:
            try:
                with os.scandir(waiting.pop()) as entries:
                    for entry in entries:
                        with contextlib.suppress(FileNotFoundError):
                            yield entry.stat(follow_symlinks=False).st_blocks * 512
                            if entry.is_dir(follow_symlinks=False):
                                waiting.append(entry.path)
            except OSError as error:
                if error.errno == errno.ENAMETOOLONG:
                    yield _TOO_DEEP
        yield _ROUND_ENDS


def _deleted(living: Sequence[int]) -> int:
    """Bytes on disk of files that are open but have no name any more."""
    found: dict[tuple[int, int], int] = {}
    for process in living:
        with contextlib.suppress(OSError), os.scandir(f"/proc/{process}/fd") as entries:
            for entry in entries:
                with contextlib.suppress(OSError):
                    about = entry.stat()
                    if about.st_nlink == 0 and stat.S_ISREG(about.st_mode):
                        found[about.st_dev, about.st_ino] = about.st_blocks * 512
    return sum(found.values())


def _occupied(process: int) -> int:
    """Bytes of memory that a process occupies, files of programs and libraries left out."""
    return _fields(f"/proc/{process}/status", (b"RssAnon:", b"RssShmem:", b"VmSwap:"))


def _share_of(process: int) -> int:
    """As ``_occupied``, with what several processes share divided among them."""
    fields = (b"Pss_Anon:", b"Pss_Shmem:", b"SwapPss:")
    return _fields(f"/proc/{process}/smaps_rollup", fields) or _occupied(process)


def _fields(path: str, names: tuple[bytes, ...]) -> int:
    lines = tree.read_proc(path).splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith(names)) * 1024


def _told(process: int) -> tuple[int, float]:
    """How many threads a process has, and its CPU seconds, with those of its ended children."""
    words = tree.read_proc(f"/proc/{process}/stat").rpartition(b")")[2].split()
    if not words:
        return 0, 0.0
    return int(words[17]), sum(map(int, words[11:15])) / _TICKS


def _size(count: int) -> str:
    """A number of bytes as people say it."""
    for unit, name in ((1024**3, "GB"), (1024**2, "MB")):
        if count >= unit:
            return f"{count / unit:.3g} {name}"
    return f"{count} bytes"
