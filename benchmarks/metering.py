"""What a command costs with all that it starts: CPU seconds, wall seconds and peak memory.

A process of its own runs the command and becomes the reaper of every orphan below it, so that each
process that ends is waited for once and its CPU time counted once, whoever started it and however
it ended. Not counted are the children of a process that ignores SIGCHLD. Only Linux can do this.
"""

import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER, in linux/prctl.h
EVERY = 0.25  # seconds between looks at the memory
PATIENCE = 30.0  # seconds for what a command has left running


@dataclass(frozen=True)
class Spent:
    """What a command and its descendants cost; the peak is of their memory together, in bytes."""

    cpu: float
    wall: float
    peak: int


def spend(command: Sequence[str], cwd: Path, environment: Mapping[str, str], log: Path) -> Spent:
    """Run a command to its end and that of its descendants; the bench measures with this.

    Raises RuntimeError for an exit status other than 0.
    """
    words = [sys.executable, __file__, str(log), *command]
    done = subprocess.run(words, cwd=cwd, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed; see {log}. {done.stderr}")
    return Spent(**json.loads(done.stdout))


def _measure(command: Sequence[str], log: Path) -> tuple[Spent, int]:
    """Run a command below this process; what it cost, and its exit status."""
    if ctypes.CDLL(None, use_errno=True).prctl(SUBREAPER, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "this system cannot count what orphans cost")
    began, looked, wall = time.perf_counter(), 0.0, 0.0
    cpu, peak, status = 0.0, 0, None
    with log.open("ab") as said:
        process = subprocess.Popen(command, stdout=said, stderr=said)
    while True:
        try:
            pid, exited, usage = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            break
        now = time.perf_counter() - began
        if pid:
            cpu += usage.ru_utime + usage.ru_stime
        if pid == process.pid:
            wall, status = now, os.waitstatus_to_exitcode(exited)
        if status is None and now - looked > EVERY:
            peak, looked = max(peak, memory()), now
        if status is not None and now - wall > PATIENCE:
            _kill_descendants()
        if not pid:
            time.sleep(0.01)
    process.returncode = status
    return Spent(cpu, wall, peak), int(status or 0)


def memory() -> int:
    """Bytes that all descendants use together; what they share is counted once."""
    return sum(_share(process.pid) for process in psutil.Process().children(recursive=True))


def _share(pid: int) -> int:
    """The proportional share of a process: its own memory, and its part of what is shared."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
    except OSError:
        return 0  # it has ended
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def _kill_descendants() -> None:
    for process in psutil.Process().children(recursive=True):
        process.send_signal(signal.SIGKILL)


if __name__ == "__main__":
    spent, exited = _measure(sys.argv[2:], Path(sys.argv[1]))
    print(json.dumps(asdict(spent)))
    sys.exit(exited != 0)
