"""Processes and their groups: ties kernels to their worker, ends them, and measures them."""

import contextlib
import ctypes
import os
import resource
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import psutil

_LINUX = sys.platform == "linux"
_LIBC = ctypes.CDLL(None, use_errno=True) if _LINUX else None
_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36


def tie_to_this_process() -> Callable[[], None] | None:
    """What a child runs before its program so that it dies with this process; None off Linux.

    The tie is to the thread that starts the child, so that thread must outlive it.
    """
    if _LIBC is None:
        return None
    libc, parent = _LIBC, os.getpid()

    def tie() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)

    return tie


def signal_when_parent_dies(parent: int, signum: signal.Signals) -> None:
    """Have this process sent a signal when its parent ends, at once if it is gone already."""
    if _LIBC is None:
        return
    _LIBC.prctl(_PR_SET_PDEATHSIG, signum)
    if os.getppid() != parent:
        os.kill(os.getpid(), signum)


def adopt_orphans() -> None:
    """Become the parent of whatever descendants leave behind, so that they can be found."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_CHILD_SUBREAPER, 1)


def kill_group(group: int | None) -> None:
    """Kill every process of a group; it is no error if none is left."""
    if group is not None and group > 1 and group != os.getpgrp():
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)


def kill_descendants() -> None:
    """Kill every process below this one until none is left; for a worker between two jobs."""
    for _ in range(1000):
        below = psutil.Process().children(recursive=True)
        if not below:
            return
        for process in below:
            with contextlib.suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(below, timeout=1)


def peak_memory(pid: int | None) -> int:
    """The largest resident size of a living process so far in bytes, 0 where it is not told."""
    if pid is None:
        return 0
    try:
        status = Path(f"/proc/{pid}/status").read_text("utf-8", errors="replace")
    except OSError:
        return 0
    for line in status.splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0


def children_cpu() -> float:
    """CPU seconds of all ended children of this process, and of theirs that they waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
