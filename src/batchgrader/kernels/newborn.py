"""Makes a fork a fresh process: nothing random, temporary or personal is shared with its siblings.

``become_kernel`` calls ``reset`` before anything else. What is not here is drawn from the operating
system each time it is needed, or is the same in every process, but for one thing: how strings are
hashed, and so in which order a set of strings is walked through, is shared by all forks.
"""

import functools
import os
import random
import signal
import sys
import tempfile
import time
from typing import Any

from batchgrader.kernels.preload import Preloaded


def reset(preloaded: Preloaded) -> None:
    """Make this fork differ from its siblings, and be like a process that has just started."""
    _reset_process()
    _reset_environment(preloaded)
    _reset_randomness()
    _reset_names()
    _reset_folders()


def _reset_process() -> None:
    """Signals as at a start, and an empty input."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)


def _reset_environment(preloaded: Preloaded) -> None:
    """Change the environment as the imports of this kernel would have."""
    made = dict(os.environ)
    for name, (before, after) in preloaded.environment.items():
        if after is None:
            made.pop(name, None)
        elif before is not None or name not in made:
            made[name] = after
    if made != dict(os.environ):
        os.environ.clear()
        os.environ.update(made)
    time.tzset()


def _reset_randomness() -> None:
    """Numbers of its own; some libraries tell forks by process id, which namespaces repeat."""
    random.seed()
    if (numpy_random := sys.modules.get("numpy.random")) is not None:
        numpy_random.seed()
    if (ssl := sys.modules.get("_ssl")) is not None:
        ssl.RAND_add(os.urandom(32), 32.0)
    if (uuid := sys.modules.get("uuid")) is not None:
        setattr(uuid, "_last_timestamp", None)  # noqa: B010


def _reset_names() -> None:
    """Names for temporary files and semaphores, and the password between processes, of its own."""
    files: Any = tempfile
    files._name_sequence = files.tempdir = None
    if (synchronize := sys.modules.get("multiprocessing.synchronize")) is not None:
        synchronize.SemLock._rand = files._RandomNameSequence()
    if (process := sys.modules.get("multiprocessing.process")) is not None:
        process.current_process().authkey = os.urandom(32)


def _reset_folders() -> None:
    """Forget where matplotlib's folders were; it looks for them once."""
    if (matplotlib := sys.modules.get("matplotlib")) is not None:
        for name in ("get_configdir", "get_cachedir"):
            look = getattr(matplotlib, name).__wrapped__
            setattr(matplotlib, name, functools.cache(look))
