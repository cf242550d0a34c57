"""The worker's side of the guard: gives each kernel a key, and judges each test by its word.

``PatientExecute`` has a witness for each kernel; that of a kernel without a guard asks nothing and
believes the reply, as nbgrader does.
"""

import math
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.utils import is_grade, is_solution

from batchgrader import outcomes
from batchgrader.guarding.findings import Finding
from batchgrader.guarding.words import OURS, Word, covered, end_mark

UNVOUCHED = (
    "This test has no result that can be relied on, so it scores 0 until a person has looked at it."
)


def part(cell: NotebookNode) -> str:
    """What a cell is to the guard: a test, another cell of the instructor's, or an answer."""
    marks = cell.metadata.get("nbgrader") or {}
    if not marks.get("grade_id") or is_solution(cell):
        return "answer"
    if is_grade(cell):
        return "test"
    return "given" if marks.get("locked") else "answer"


@dataclass
class Witness:
    """What the worker knows of one kernel's guard; ``key`` is empty where it has none."""

    key: bytes = b""
    _once: str = ""
    _found: list[Finding] = field(default_factory=list)

    @classmethod
    def with_key(cls) -> "Witness":
        """A witness with a key to give to a kernel."""
        return cls(secrets.token_bytes(32))

    def begin(self, cell: NotebookNode, subjects: Collection[str]) -> dict[str, Any]:
        """A cell is about to run: what goes with the request."""
        self._once, self._found = "", []
        if not self.key:
            return {}
        order: dict[str, Any] = {"cell": part(cell)}
        if order["cell"] == "test":
            self._once = secrets.token_hex(16)
            order |= {"once": self._once, "subjects": sorted(subjects)}
        return {OURS: order}

    def covered(self, code: str) -> str:
        """The code of the cell that runs, as it is to be sent."""
        return covered(self.key, self._once, code) if self._once else code

    @property
    def awaits_word(self) -> bool:
        """Whether the cell that runs is a test of which the guard must speak."""
        return bool(self._once)

    def find(self, kind: str, name: str = "") -> None:
        """Note something that was seen from outside."""
        if self._once:
            self._found.append(Finding(kind, name))

    def is_end(self, message: dict[str, Any]) -> bool:
        """Whether a message that says so really is the last about the cell."""
        if not self._once:
            return True
        return bool(message["metadata"].get(OURS) == end_mark(self.key, self._once))

    def word_in(self, reply: dict[str, Any]) -> Word | None:
        """The guard's word in a reply; None where there is none that is genuine."""
        data = (reply.get("metadata") or {}).get(OURS)
        return Word.read(data, self.key, self._once) if self._once else None

    def judge(self, cell: NotebookNode, reply: dict[str, Any]) -> list[Finding]:
        """Make a test's outputs say what the guard says of it; gives what was found."""
        if not self._once:
            return []
        word, found = self.word_in(reply), self._found
        if word is not None:
            found = [*word.findings, *found]
        if reply["content"].get("status") == "ok":
            if word is None:
                found.append(Finding("word", ""))
            if word is None or not word.passed:
                _fail(cell)
            elif word.number is not None:
                shown = _shown(cell)
                if shown is not None and not _alike(shown, word.number):
                    found.append(Finding("result", ""))
                    shown = None
                if not _results(cell) and not _silent(cell.source):
                    found.append(Finding("cleared", ""))
                if shown is None and not _silent(cell.source):
                    _show(cell, word.number)
        self._once = ""
        return list(dict.fromkeys(found))


def _fail(cell: NotebookNode) -> None:
    """See that a test that did not pass scores nothing, whatever it shows."""
    if not any(output.output_type == "error" for output in cell.outputs):
        cell.outputs.append(outcomes.error("NotVouchedFor", UNVOUCHED))


def _results(cell: NotebookNode) -> list[NotebookNode]:
    return [output for output in cell.outputs if output.output_type == "execute_result"]


def _shown(cell: NotebookNode) -> float | None:
    """The number that a cell shows as its last result, None where that is none."""
    results = _results(cell)
    text = str(results[-1].get("data", {}).get("text/plain", "")) if results else ""
    try:
        return float(text.rpartition("(")[2].rstrip(")"))
    except ValueError:
        return None


def _silent(source: str) -> bool:
    """Whether a cell ends with a semicolon, with which IPython shows no result."""
    lines = [line.partition("#")[0].strip() for line in source.splitlines()]
    return "".join(lines).endswith(";")


def _alike(shown: float, number: float) -> bool:
    """Whether a number is another as it is shown, with fewer digits."""
    if math.isfinite(number) and math.isfinite(shown):
        return abs(shown - number) <= 1e-2 * max(1.0, abs(number))
    return str(shown) == str(number)


def _show(cell: NotebookNode, number: float) -> None:
    """Make the number that a test ended with its only result."""
    cell.outputs = [output for output in cell.outputs if output.output_type != "execute_result"]
    count = cell.get("execution_count")
    cell.outputs.append(
        new_output("execute_result", {"text/plain": str(number)}, execution_count=count)
    )
