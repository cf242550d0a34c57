"""The processes below a keeper: finds them and ends them, whoever their parents were.

The keeper of a kernel calls it. It is the first process of a pid namespace or adopts orphans, so
that nothing its kernel starts can get away from below it.
"""

import contextlib
import os
import signal
from pathlib import Path

from batchgrader.isolation.layers import Layers


def processes(layers: Layers) -> list[int]:
    """All living processes below this one, zombies included, in no order."""
    me = os.getpid()
    found = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]
    if "pid" in layers.namespaces:
        return [process for process in found if process != me]
    children: dict[int, list[int]] = {}
    for process in found:
        children.setdefault(_parent(process), []).append(process)
    below, waiting = [], [me]
    while waiting:
        born = children.pop(waiting.pop(), [])
        below += born
        waiting += born
    return below


def end_all(layers: Layers) -> None:
    """Kill all that is below this process and take their ends, until nothing is left."""
    while True:
        for process in processes(layers):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(process, signal.SIGKILL)
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def _parent(process: int) -> int:
    """The parent of a process, 0 if it is gone."""
    stat = read_proc(f"/proc/{process}/stat")
    # The name in brackets may hold anything, brackets and spaces too.
    return int(stat.rpartition(b")")[2].split()[1]) if stat else 0


def read_proc(path: str) -> bytes:
    """What a small file of /proc says, nothing where its process is gone or hidden."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return b""
    try:
        return os.read(descriptor, 65536)
    except OSError:
        return b""
    finally:
        os.close(descriptor)
