"""Grades a class of attackers and honest students, and writes down what happened.

A program of its own: ``python siege.py BASE FAMILY``. BASE holds ``course/``, ready but for the
submissions. In a net (``safety_net``) it is the first process. ``ATTACKS=name,name`` lays a siege
by these alone. Everything that it saw is in ``BASE/outcome.json``.
"""

import ctypes
import json
import os
import secrets
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import psutil
from attacks import Attack
from attacks.families import attacks_of
from canaries import outside, planted, words
from hostile_course import ASSIGNMENT, HONEST
from upheaval import Upheaval, marks_anywhere

IDLE = "idle"
WORKERS = 4

LOOK = 0.25  # seconds between two looks at the processes
PATIENCE = 5.0  # seconds that killed processes get to be gone

# Beyond these nothing holds the attacks, and the siege is called off to save the machine.
MOST_MEMORY, MOST_PROCESSES, MOST_DISK = 8 << 30, 2_000, 8 << 30

_PR_SET_CHILD_SUBREAPER = 36

# The grader's parent has secrets of its own, and leaves an open file to it.
_PARENT = """
import os, subprocess, sys
del os.environ["OF_THE_PARENT"]
sys.exit(subprocess.call(sys.argv[2:], close_fds=False))
"""


@dataclass
class Outcome:
    """What a siege saw; written as JSON.

    ``status`` is the grader's, ``feedback`` that of nbgrader's generate_feedback; ``told`` is what
    both printed. ``reached`` is what the process outside noticed, ``changed`` what is no longer as
    it was, ``marks`` the files that attacks left outside, ``left`` processes, ``scratch`` what is
    left among temporary files. Peaks are in bytes. ``called_off`` says why the siege was.
    """

    token: str
    words: dict[str, str]
    attacks: list[str]
    honest: tuple[str, ...] = ()
    status: int = -1
    feedback: int = -1
    told: str = ""
    seconds: float = 0.0
    peak_grader: int = 0
    peak_tree: int = 0
    peak_processes: int = 0
    peak_disk: int = 0
    called_off: str = ""
    scratch: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    reached: list[str] = field(default_factory=list)


class Siege:
    """One class, graded once."""

    def __init__(self, base: Path, family: str, attacks: dict[str, Attack]) -> None:
        self.base, self.course, self.attacks = base, base / "course", attacks
        self.home, self.scratch, self.witness = base / "home", base / "tmp", base / "witness"
        self.outcome = Outcome(
            secrets.token_hex(8), words.new_words(), list(attacks), honest_beside(family)
        )
        for folder in (self.home, self.scratch, self.witness):
            folder.mkdir()
        self.measures_disk = _mount_scratch(self.scratch)
        self.outside = self._start_outside()

    def run(self) -> None:
        """Plant, hand in, grade, and look at what is left."""
        assert self.outside.stdout is not None
        places = self._plant() | json.loads(self.outside.stdout.readline())
        self._hand_in(places)
        with (self.witness / "open").open("rb") as file:
            (self.witness / "open").unlink()
            os.set_inheritable(file.fileno(), True)
            before = Upheaval.of(self.base)
            self._grade()
        self.outcome.changed = before.compared_with(Upheaval.of(self.base))
        self.outcome.changed += self._state_of_outside()
        self.outside.kill()
        self.outcome.reached = (self.outside.communicate()[0] or b"").decode().splitlines()
        self.outcome.marks = marks_anywhere(self.base, self.outcome.token)

    def write(self) -> None:
        """Leave the outcome for the tests."""
        told = self.base / "told.txt"
        self.outcome.told = told.read_text("utf-8", errors="replace") if told.exists() else ""
        (self.base / "outcome.json").write_text(json.dumps(asdict(self.outcome)), "utf-8")

    def _start_outside(self) -> subprocess.Popen[bytes]:
        known = self.outcome.words
        process = subprocess.Popen(
            [
                sys.executable,
                outside.__file__,
                known["the command line of another process"],
                str(self.witness),
            ],
            env=os.environ | {"OUTSIDE": known["the environment of another process"]},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        assert process.stdin is not None
        process.stdin.write(json.dumps(known).encode())
        process.stdin.close()
        process.stdin = None
        return process

    def _plant(self) -> dict[str, Any]:
        """Put every secret in its place; tells what attackers know of them."""
        known = self.outcome.words
        planted.plant_in_course(self.course, ASSIGNMENT, known)
        planted.plant_in_home(self.home, known)
        (self.scratch / "kept.txt").write_text(known["the folder of temporary files"], "utf-8")
        (self.witness / "open").write_text(known["an open file of the grader"], "utf-8")
        planted.plant_in_shared_files(self.outcome.token, known)
        return planted.plant_in_memory(known) | {
            "course": str(self.course),
            "home": str(self.home),
            "tmp": str(self.scratch),
            "token": self.outcome.token,
        }

    def _hand_in(self, places: dict[str, Any]) -> None:
        secret = f"# {self.outcome.words['the work of another student']}\n"
        answers = {name: secret + source for name, source in HONEST.items()}
        for student in self.outcome.honest:
            Attack(student, "Nothing.", answers=answers).hand_in(self.course, student, {})
        Attack(IDLE, "Nothing.").hand_in(self.course, IDLE, {})
        for student, attack in self.attacks.items():
            attack.hand_in(self.course, student, places)

    def _grade(self) -> None:
        began = time.monotonic()
        options = [f"--workers={WORKERS}", f"--report={self.base / 'report.json'}"]
        self.outcome.status = self._call(["batchgrader", ASSIGNMENT, *options])
        self.outcome.seconds = time.monotonic() - began
        self.outcome.left = self._left_over()
        self.outcome.scratch = sorted(each.name for each in self.scratch.iterdir())
        if not self.outcome.called_off:
            self.outcome.feedback = self._call(["nbgrader", "generate_feedback", ASSIGNMENT])

    def _call(self, module: list[str]) -> int:
        """Run a command of the grader's below a parent with secrets, and watch it."""
        known = self.outcome.words
        environment = os.environ | {
            "HOME": str(self.home),
            "TMPDIR": str(self.scratch),
            "OF_THE_GRADER": known["the environment of the grader"],
            "OF_THE_PARENT": known["the environment of the grader's parent"],
        }
        secret = known["the command line of the grader's parent"]
        with (self.base / "told.txt").open("ab") as told:
            process = subprocess.Popen(
                [sys.executable, "-c", _PARENT, secret, sys.executable, "-P", "-m", *module],
                cwd=self.course,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=told,
                stderr=told,
                close_fds=False,
                start_new_session=True,
            )
            while process.poll() is None and not self.outcome.called_off:
                self._look(process.pid)
                time.sleep(LOOK)
        return -1 if process.returncode is None else process.returncode

    def _look(self, parent: int) -> None:
        """Note how much is used now, and call the siege off where it is far too much."""
        seen, everybody = self.outcome, self._everybody()
        tree = sum(map(_memory, everybody))
        if tree > MOST_MEMORY // 2:  # what forks share was counted many times
            tree = sum(_own_memory(each.pid) for each in everybody)
        grader = [_memory(each) for each in everybody if _parent(each) == parent]
        seen.peak_grader = max([seen.peak_grader, *grader])
        disk = _used(self.scratch) if self.measures_disk else 0
        seen.peak_tree = max(seen.peak_tree, tree)
        seen.peak_processes = max(seen.peak_processes, len(everybody))
        seen.peak_disk = max(seen.peak_disk, disk)
        for what, much, most in (
            ("memory", tree, MOST_MEMORY),
            ("processes", len(everybody), MOST_PROCESSES),
            ("disk", disk, MOST_DISK),
        ):
            if much > most:
                seen.called_off = f"{what}: {much}"

    def _everybody(self) -> list[psutil.Process]:
        """All processes below this one but the process outside."""
        below = psutil.Process().children(recursive=True)
        return [each for each in below if each.pid != self.outside.pid]

    def _left_over(self) -> list[str]:
        """The processes that live on; those that were killed get the time to be gone."""
        end = time.monotonic() + PATIENCE
        while True:
            alive = [found for each in self._everybody() if (found := _describe(each))]
            if not alive or time.monotonic() > end:
                return alive
            time.sleep(LOOK)

    def _state_of_outside(self) -> list[str]:
        """What was done to the process outside."""
        if self.outside.poll() is not None:
            return [f"the process outside was ended ({self.outside.returncode})"]
        process, own = psutil.Process(self.outside.pid), psutil.Process()
        found = []
        if process.status() == psutil.STATUS_STOPPED:
            found.append("the process outside was stopped")
        if process.nice() != own.nice() or process.cpu_affinity() != own.cpu_affinity():
            found.append("the process outside was slowed down")
        if process.rlimit(psutil.RLIMIT_NOFILE) != own.rlimit(psutil.RLIMIT_NOFILE):
            found.append("the process outside was limited")
        return found


def honest_beside(family: str) -> tuple[str, str, str]:
    """The honest students of a class: one graded first, one in the middle, one last."""
    return "ada", f"{family}-mia", "zoe"


def _mount_scratch(folder: Path) -> bool:
    """Give temporary files a disk of their own, that can be measured, where that is possible."""
    words = ["mount", "-t", "tmpfs", "-o", f"mode=755,size={2 * MOST_DISK}", "hostile", str(folder)]
    netted = os.getpid() == 1 and os.geteuid() == 0
    return netted and subprocess.run(words, check=False).returncode == 0


def _memory(process: psutil.Process) -> int:
    """The memory that a process has, with what it shares with those that it was forked from."""
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0


def _own_memory(pid: int) -> int:
    """The memory of a process, with its part of what it shares."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) << 10 for line in lines if line.startswith("Pss:"))


def _parent(process: psutil.Process) -> int:
    try:
        return int(process.ppid())
    except psutil.Error:
        return 0


def _used(folder: Path) -> int:
    """How many bytes of a disk are used."""
    about = os.statvfs(folder)
    return (about.f_blocks - about.f_bfree) * about.f_frsize


def _describe(process: psutil.Process) -> str:
    """A living process in words; empty for one that has ended."""
    try:
        if process.status() == psutil.STATUS_ZOMBIE:
            return ""
        return f"{process.pid} {process.name()} {' '.join(process.cmdline())[:200]}"
    except psutil.Error:
        return ""


def main() -> None:
    """Besiege, and leave the outcome whatever comes of it."""
    base, family = Path(sys.argv[1]), sys.argv[2]
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)
    netted, only = os.getpid() == 1, os.environ.get("ATTACKS", "").split(",")
    attacks = {
        name: attack
        for name, attack in attacks_of(family).items()
        if (netted or not attack.deadly) and (only == [""] or name in only)
    }
    siege = Siege(base, family, attacks)
    try:
        siege.run()
    finally:
        siege.write()


if __name__ == "__main__":
    main()
