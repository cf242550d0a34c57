"""The names that a test uses mean what its author meant."""

import ast
import math
import types
from typing import Any

import pytest

from batchgrader.guarding.findings import Finding
from batchgrader.guarding.names import Names
from batchgrader.guarding.pristine import Snapshot

GIVEN = """
import math
CASES = {1: 2}
def helper(x):
    return abs(x)
"""


class Notebook:
    """A notebook after its first, given cell."""

    def __init__(self) -> None:
        self.space: dict[str, Any] = {}
        self.names = Names(self.space, Snapshot())
        exec(GIVEN, self.space)
        self.names.remember(ast.parse(GIVEN))

    def before(self, test: str) -> list[Finding]:
        return self.names.put_in_place(self.names.needed(ast.parse(test)))


@pytest.fixture
def notebook() -> Notebook:
    return Notebook()


@pytest.mark.parametrize(
    ("answer", "test", "finding"),
    [
        ("helper = None", "helper(1)", Finding("given", "helper")),
        ("del helper", "helper(1)", Finding("given", "helper")),
        ("CASES = {}", "for x in CASES: x", Finding("given", "CASES")),
        ("CASES.clear()", "for x in CASES: x", Finding("given", "CASES")),
        ("math = 1", "math.pi", Finding("given", "math")),
        ("abs = 1", "abs(1)", Finding("builtin", "abs")),
        ("abs = 1", "helper(1)", Finding("builtin", "abs")),
        ("json = 1", "json.loads(x)", Finding("module", "json")),
    ],
)
def test_what_a_test_uses_is_put_in_its_place(
    notebook: Notebook, answer: str, test: str, finding: Finding
) -> None:
    import json

    assert json.loads("1") == 1
    exec(answer, notebook.space)
    assert notebook.before(test) == [finding]
    assert notebook.before(test) == []
    notebook.names.leave(())


@pytest.mark.parametrize("answer", ["abs = 1", "helper = None", "math = 1", "CASES = {}"])
def test_what_no_test_uses_is_free(notebook: Notebook, answer: str) -> None:
    exec(answer, notebook.space)
    assert notebook.before("double(2) == 4") == []


def test_a_test_may_bind_any_name_itself(notebook: Notebook) -> None:
    notebook.space["abs"] = 1
    assert notebook.before("abs = 2\nabs + 1") == []


def test_after_a_test_the_answers_names_are_theirs_again(notebook: Notebook) -> None:
    notebook.space.update(abs=1, helper=None)
    notebook.before("helper(abs)")
    assert isinstance(notebook.space["helper"], types.FunctionType)
    assert "abs" not in notebook.space
    notebook.names.leave(())
    assert [notebook.space[name] for name in ("abs", "helper")] == [1, None]


def test_what_changes_in_the_middle_of_a_test_is_found(notebook: Notebook) -> None:
    notebook.before("helper(1)\nmath.pi")
    notebook.space["helper"] = None
    assert notebook.names.put_in_place_again() == [Finding("given", "helper")]
    assert notebook.space["math"] is math
