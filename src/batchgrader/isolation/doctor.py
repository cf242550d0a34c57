"""What isolation this machine offers, for ``batchgrade --doctor``: layers, acts, and mends."""

import os
import platform
import subprocess
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from batchgrader.isolation import bubblewrap, calls, trial
from batchgrader.isolation.acts import Finding
from batchgrader.isolation.layers import Layers
from batchgrader.isolation.mends import in_container, mends
from batchgrader.isolation.probe import candidates

_WIDTH = 98

# What each layer is for, in the order in which a notebook would meet them.
PROTECTS = {
    "bubblewrap": "the fork server sees Python, system libraries and scratch folders, nothing else",
    "pid namespace": "a notebook sees its own processes alone, and all of them end with it",
    "mount namespace": "all is read-only but its own folders; other submissions are out of sight",
    "net namespace": "there is no network, not even that of the machine itself",
    "user namespace": "processes are counted for each notebook by itself",
    "users of their own": "each notebook is a user without rights; root's files are closed to it",
    "Landlock": "files are closed but for those granted, whatever else fails; so are TCP and "
    "signals",
    "seccomp": "calls that lead into the system itself are refused: namespaces, mounts, tracing",
    "limits": "memory, CPU, processes, open files and file sizes; the whole tree is watched",
}


@dataclass(frozen=True)
class Trial:
    """A configuration, and what went wrong in it; nothing where it holds."""

    layers: Layers
    wrong: tuple[Finding, ...]
    tried: int


@dataclass(frozen=True)
class Report:
    """What the doctor found; ``text`` is what people read."""

    facts: dict[str, str]
    trials: tuple[Trial, ...]
    mends: tuple[str, ...]

    @property
    def best(self) -> Layers | None:
        """The configuration that a run would choose, None where it would refuse."""
        return next((trial.layers for trial in self.trials if not trial.wrong), None)

    def text(self) -> str:
        """Several paragraphs for a terminal."""
        return "\n\n".join(
            "\n".join(part)
            for part in (self._machine(), self._tried(), self._layers(), self._ways())
        )

    def _machine(self) -> list[str]:
        width = max(map(len, self.facts))
        return [f"{name:<{width}}  {said}" for name, said in self.facts.items()]

    def _tried(self) -> list[str]:
        lines = []
        for each in self.trials:
            if not each.wrong:
                lines += _wrapped(f"holds  {each.layers.describe()} ({each.tried} acts tried)")
                continue
            lines += _wrapped(f"fails  {each.layers.describe()}")
            for finding in each.wrong:
                could = "can" if finding.forbidden else "cannot"
                detail = "" if finding.forbidden or not finding.detail else f" ({finding.detail})"
                lines += _wrapped(f"       a notebook {could} {finding.name}{detail}")
        return lines or ["No configuration can be tried here."]

    def _layers(self) -> list[str]:
        if self.best is None:
            return ["A run refuses to grade here, unless it is given --no-isolation."]
        lines = _wrapped(f"A run uses {self.best.describe()}.")
        there = present(self.best)
        for name, said in PROTECTS.items():
            mark = "yes" if name in there else "no "
            lines += _wrapped(f"{mark}  {name}: {said}.")
        return lines

    def _ways(self) -> list[str]:
        if self.best is not None and self.best.tier == "strong":
            return ["Nothing is missing."]
        return [line for mend in self.mends for line in _wrapped(f"- {mend}")]


def examine(
    secret: Sequence[str] = (),
    try_out: Callable[[Layers, Sequence[str]], Sequence[Finding]] = trial.try_out,
) -> Report:
    """Try every configuration there is; ``secret`` are paths of the course. Takes seconds."""
    trials = []
    for layers in candidates():
        found = try_out(layers, secret)
        wrong = tuple(finding for finding in found if not finding.holds)
        trials.append(Trial(layers, wrong, len(found)))
    return Report(_facts(), tuple(trials), tuple(mends()))


def _facts() -> dict[str, str]:
    version = calls.landlock_version()
    where = ", in a container" if in_container() else ""
    system = f"{platform.system()} {platform.release()} on {platform.machine()}{where}"
    if not calls.LINUX:
        return {"system": system}
    return {
        "system": system,
        "user": "root" if os.geteuid() == 0 else f"an ordinary user ({os.getuid()})",
        "bubblewrap": _bubblewrap(),
        "Landlock": f"version {version}" if version else "missing",
    }


def _bubblewrap() -> str:
    found = bubblewrap.program()
    if found is None:
        return "missing"
    done = subprocess.run([found, "--version"], capture_output=True, text=True, check=False)
    return f"{done.stdout.strip().rpartition(' ')[2] or 'unknown version'} ({found})"


def present(layers: Layers) -> set[str]:
    """The layers that there are, by the names of ``PROTECTS``."""
    names = {f"{name} namespace" for name in layers.namespaces} | {"limits"}
    names |= {"bubblewrap"} if layers.bubblewrap else set()
    names |= {"Landlock"} if layers.landlock else set()
    names |= {"seccomp"} if layers.seccomp else set()
    return names | ({"users of their own"} if layers.first_uid else set())


def _wrapped(text: str) -> list[str]:
    """A text in lines, those after the first as far in as its first words."""
    before = len(text) - len(text.lstrip()) or (text.find("  ") + 2 if "  " in text[:8] else 2)
    return textwrap.wrap(text, _WIDTH, subsequent_indent=" " * before) or [""]
