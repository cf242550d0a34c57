"""What imports leave behind in a process that is to be forked; ``preload`` looks after each."""

import os
import stat
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

_TASKS = Path("/proc/self/task")
_OPEN = Path("/proc/self/fd")
_FILES = (stat.S_IFREG, stat.S_IFDIR, stat.S_IFCHR)


class Traces:
    """Looks at the process again and again; ``refused`` and ``spoiled`` map modules to reasons."""

    def __init__(self) -> None:
        self.refused: dict[str, str] = {}
        self.spoiled: dict[str, str] = {}
        self._heard = True
        self._tasks, self._open, self._children = _tasks(), _sockets(), False

    def refuse(self, name: str, reason: str) -> None:
        """Note a module that is not loaded and has left nothing."""
        self.refused.setdefault(name, reason)

    def spoil(self, name: str, reason: str) -> None:
        """Note a module after which the process is not what it should be."""
        self.refuse(name, reason)
        self.spoiled.setdefault(name, reason)

    def wrote(self) -> None:
        """Note all modules that are being imported just now: one of them writes."""
        if self._heard:
            for name in _being_imported(sys._getframe(1)):
                self.spoil(name, "it prints something while it is imported")

    @contextmanager
    def unheard(self) -> Iterator[None]:
        """Do not mind what is written meanwhile."""
        self._heard = False
        try:
            yield
        finally:
            self._heard = True

    def look(self, name: str) -> None:
        """See whether there are more threads, sockets or children than before this module."""
        for reason in self._new():
            self.spoil(name, reason)

    def at_the_end(self) -> None:
        """See whether anything has turned up since the last module."""
        self.look("")

    def _new(self) -> Iterator[str]:
        tasks, open_now = _tasks(), _sockets()
        if len(tasks) > len(self._tasks):
            names = [thread.name for thread in threading.enumerate()][1:] or ["not Python's"]
            yield f"it leaves a thread running ({', '.join(names)})"
        if open_now - self._open:
            yield "it leaves a socket or a pipe open"
        children = _children()
        if children and not self._children:
            yield "it leaves a process running"
        self._tasks, self._open, self._children = tasks, open_now, children


def _being_imported(frame: FrameType | None) -> list[str]:
    """The modules whose first lines are running, the innermost first."""
    names = []
    while frame is not None:
        if frame.f_code.co_name == "<module>":
            name = frame.f_globals.get("__name__")
            if isinstance(name, str) and name != "__main__":
                names.append(name)
        frame = frame.f_back
    return names


def _tasks() -> set[str]:
    """The threads of this process, those of libraries that are not Python's included."""
    if _TASKS.is_dir():
        return {path.name for path in _TASKS.iterdir()}
    return {str(thread.ident) for thread in threading.enumerate()}


def _sockets() -> set[tuple[str, int]]:
    """All that is open and not a file: sockets, pipes, and what event loops wait on."""
    found = set()
    for path in _OPEN.iterdir() if _OPEN.is_dir() else ():
        with suppress(OSError):
            status = os.fstat(int(path.name))
            if stat.S_IFMT(status.st_mode) not in _FILES:
                found.add((path.name, status.st_ino))
    return found


def _children() -> bool:
    """Whether this process has children that live."""
    try:
        return os.waitpid(-1, os.WNOHANG)[0] == 0
    except ChildProcessError:
        return False
