"""Objects that equal whatever they are compared with are told from those that do not."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from unittest import mock

import numpy as np
import pandas as pd
import pytest

from batchgrader.guarding import equals
from batchgrader.guarding.equals import Agreeable

YES = "class Yes{base}:\n    def __eq__(self, other): return True\n    __hash__ = object.__hash__\n"
NEAR = "class Near(int):\n    def __sub__(self, other): return 0\n"


def made(source: str) -> type:
    """The class of some code that stands in no installed file."""
    space: dict[str, Any] = {}
    exec(compile(source, "/tmp/ipykernel_1/1.py", "exec"), space)
    return next(each for each in space.values() if isinstance(each, type))


TRUTHY = "class Truthy:\n    def __eq__(self, other): return 1\n"
UNLIKE = "class Unlike(int):\n    def __ne__(self, other): return 0\n"
LIKELY = "class Likely:\n    def __eq__(self, other): return type(other) is int and other < 1e4\n"


@pytest.mark.parametrize(
    "source", [YES.format(base=""), YES.format(base="(int)"), NEAR, TRUTHY, UNLIKE, LIKELY]
)
def test_a_class_that_agrees_with_everything_is_found(source: str) -> None:
    agreeable = Agreeable()
    agreeable.ignore_classes()
    kind = made(source)
    assert agreeable.look_for_classes() == [kind]
    assert agreeable.equals_all(kind()) is kind
    assert agreeable.equals_all([1, ({"a": kind()},)]) is kind


def test_python_has_such_an_object_itself() -> None:
    assert Agreeable().equals_all(mock.ANY)


@dataclass
class Point:
    x: int


@pytest.mark.parametrize(
    "thing",
    [
        1, 2.5, "text", None, [1, {"a": 2}], Point(1), Fraction(1, 2), np.float64(1), np.ones(3),
        pd.Series([1]), pd.DataFrame({"a": [1]}), pytest.approx(1), object(), Point, len,
    ],
    ids=lambda thing: type(thing).__name__,
)  # fmt: skip
def test_an_honest_object_knows_what_it_equals(thing: Any) -> None:
    assert not Agreeable().equals_all(thing)


def test_an_honest_class_of_a_notebook_is_none() -> None:
    agreeable = Agreeable()
    agreeable.ignore_classes()
    made("class Money(float):\n    def __eq__(self, other): return float(self) == float(other)\n")
    made("class Odd:\n    def __eq__(self, other): return NotImplemented\n")
    made("class Four:\n    def __eq__(self, other): return other == 4 or other == 'low'\n")
    made("class Plain:\n    def __eq__(self, other): return self.x == other.x\n")
    assert agreeable.look_for_classes() == []


def test_a_comparison_that_fails_keeps_nothing_of_the_guard() -> None:
    space: dict[str, Any] = {}
    source = (
        "kept = []\nclass No:\n    def __eq__(self, other):\n        kept.append(ValueError())\n"
    )
    exec(compile(source + "        raise kept[-1]\n", "/tmp/ipykernel_1/1.py", "exec"), space)
    assert Agreeable().equals_all(space["No"]()) is None
    assert {error.__traceback__ for error in space["kept"]} == {None}


def test_every_new_class_is_looked_at_once() -> None:
    known: set[int] = set()
    assert sum(1 for _ in equals._new_classes(known)) > 0
    assert list(equals._new_classes(known)) == []
