"""What the guard reads from the source of an instructor's cell."""

import pytest

from batchgrader.guarding import sources

CELL = """
import math, numpy.testing as nt
from json import loads as read
CASES, low = {}, 1
def helper(x):
    inner = 1
    return x
class Kind:
    field = 1
for each in CASES:
    each
with open(x) as file:
    total = [other for other in file]
"""


def test_a_cell_defines_functions_classes_imports_and_constants() -> None:
    defined = sources.defined(sources.parsed(CELL))
    assert defined == {"math", "nt", "read", "CASES", "helper", "Kind"}


def test_a_cell_binds_what_runs_in_the_notebook_itself() -> None:
    bound = sources.bound(sources.parsed(CELL))
    assert bound >= {
        "math",
        "nt",
        "read",
        "CASES",
        "low",
        "helper",
        "Kind",
        "each",
        "file",
        "total",
    }
    assert not bound & {"inner", "field", "x"}


def test_names_are_used_wherever_they_are_read() -> None:
    assert sources.used(sources.parsed("def f():\n    return [abs(x) for x in y]")) >= {"abs", "y"}


@pytest.mark.parametrize(
    "source", ["with mock.patch('a.b'): pass", "import builtins", "x.y = 1", "setattr(a, 'b', 1)"]
)
def test_a_cell_that_patches_says_so(source: str) -> None:
    assert sources.patches(source)


@pytest.mark.parametrize("source", ["x = 1", "assert f(x).y == 1", "dispatch(1)"])
def test_an_ordinary_test_patches_nothing(source: str) -> None:
    assert not sources.patches(source)


def test_what_is_no_plain_python_has_no_names() -> None:
    assert sources.bound(sources.parsed("%%time\nx = 1")) == set()
