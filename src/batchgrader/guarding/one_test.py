"""One test while it runs: what the guard knows of it; the guard makes one for each test cell."""

import ast
import sys
from typing import Any

from batchgrader.guarding import sources
from batchgrader.guarding.findings import Finding

# How often a test is looked after while it runs; in a loop of many rounds no more.
_LOOKS = 1000


class Test:
    """A test by its number and its code.

    ``quiet`` is true for one that changes the machinery itself, as a test of ``input`` does: then
    what changes while it runs is its own doing, and only what came before is told.
    """

    __test__ = False  # pytest takes any such name for a test

    def __init__(self, once: str, code: str) -> None:
        self.once = once
        self.tree = sources.parsed(code)
        self.quiet = sources.patches(code)
        self.findings: list[Finding] = []
        self.needed: set[str] = set()
        self.versions: list[int] = []
        self.probing = self.ended = self.failed = False
        self.number: float | None = None
        self._looks = 0
        self._bound = [sources.bound(ast.Module([each], [])) for each in self.tree.body]
        self._values: dict[str, Any] = {}

    @property
    def passed(self) -> bool:
        """Whether it ran to its end, without an error, and in a way that tells right from wrong."""
        probed = not any(finding.kind == "probe" for finding in self.findings)
        return self.ended and not self.failed and probed

    def look(self) -> bool:
        """Whether to look after it once more."""
        self._looks += 1
        return not self.quiet and self._looks <= _LOOKS

    def find(self, *findings: Finding) -> None:
        """Note what was found while it ran."""
        if not self.quiet:
            self.findings += findings

    def end(self, value: object) -> None:
        """It ran to its end, and this is what its last expression gave."""
        self.ended = True
        self.number = _number(value)

    def compare_variables(self, place: int, namespace: dict[str, Any]) -> None:
        """Find variables of the test that its last statement has not changed, but an answer has.

        ``place`` is the number of the statement that comes next.
        """
        last = self._bound[place - 1] if 0 < place <= len(self._bound) else set()
        for name, value in self._values.items():
            if name not in last and namespace.get(name) is not value:
                self.find(Finding("variable", name))
        bound: set[str] = set().union(*self._bound[:place])
        self._values = {name: namespace[name] for name in bound if name in namespace}

    def all_findings(self) -> tuple[Finding, ...]:
        """What was found, each once; what is told by name needs no telling that it happened."""
        named = {each.name.rpartition(".")[0] for each in self.findings if each.kind != "moment"}
        found = [each for each in self.findings if each.kind != "moment" or each.name not in named]
        return tuple(dict.fromkeys(found))


def _number(value: object) -> float | None:
    """The number that nbgrader reads from a last expression as points, None for anything else."""
    if type(value) in (int, float):
        return float(value)  # type: ignore[arg-type]
    numpy = sys.modules.get("numpy")
    if numpy is not None and isinstance(value, numpy.floating | numpy.integer):
        return float(value)
    return None
