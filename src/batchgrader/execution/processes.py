"""Ties a worker to its pool, whatever ends the pool."""

import ctypes
import os
import signal
import sys

_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
_PR_SET_PDEATHSIG = 1


def signal_when_parent_dies(parent: int, signum: signal.Signals) -> None:
    """Have this process sent a signal when its parent ends, at once if it is gone already."""
    if _LIBC is None:
        return
    _LIBC.prctl(_PR_SET_PDEATHSIG, signum)
    if os.getppid() != parent:
        os.kill(os.getpid(), signum)
