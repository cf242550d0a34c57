"""A sealed test does what it did, and tells the guard of itself while it does."""

import ast
from typing import Any

import pytest

from batchgrader.guarding.seals import Seals


class Heard:
    """What the seals of a test have told."""

    def __init__(self) -> None:
        self.places: list[int | None] = []
        self.seen: list[Any] = []
        self.ends: list[Any] = []
        self.applied = 0

    def run(self, source: str, **names: Any) -> dict[str, Any]:
        def apply() -> None:
            self.applied += 1

        tree = Seals("look", "see", "end", apply).visit(ast.parse(source))
        space = {"look": self.look, "see": self.see, "end": self.end} | names
        exec(compile(tree, "cell", "exec"), space)
        return space

    def look(self, place: int | None = None) -> None:
        self.places.append(place)

    def see(self, value: Any) -> Any:
        self.seen.append(value)
        return value

    def end(self, value: Any = None) -> Any:
        self.ends.append(value)
        return value


@pytest.fixture
def heard() -> Heard:
    return Heard()


def test_each_statement_is_looked_at_before_it_runs(heard: Heard) -> None:
    heard.run("x = 1\nfor y in (1, 2):\n    x += y\nif x:\n    pass\nelse:\n    x = 0")
    assert heard.places == [0, 1, None, None, 2, None]


def test_both_sides_of_a_comparison_are_seen(heard: Heard) -> None:
    space = heard.run("x = f(2) == y\nz = f(1) < 3", f=lambda x: 2 * x, y=4)
    assert heard.seen == [4, 4]
    assert (space["x"], space["z"]) == (True, True)


def test_what_calls_are_given_is_seen(heard: Heard) -> None:
    heard.run("x = f(f(1), y=z, *w)", f=lambda x, *w, y=0: x + y, z=2, w=(3,))
    assert heard.seen == [1, 2]


def test_the_end_hears_the_last_value(heard: Heard) -> None:
    heard.run("x = 2\nx * 3")
    assert heard.ends == [6]


@pytest.mark.parametrize("source", ["x = 1", "# a comment", "for x in (): pass"])
def test_the_end_is_heard_where_there_is_no_value(heard: Heard, source: str) -> None:
    heard.run(source)
    assert (heard.ends, heard.applied) == ([None], 1)


def test_a_test_that_fails_never_ends(heard: Heard) -> None:
    with pytest.raises(AssertionError):
        heard.run("assert 1 == 2\n5")
    assert heard.ends == []


def test_functions_that_a_test_defines_stay_as_they_are(heard: Heard) -> None:
    space = heard.run(
        "def f(x):\n    return x == 1\nclass K:\n    a = 1 == 1\ng = lambda x: x == 1"
    )
    assert heard.seen == []
    assert space["f"].__code__.co_names == ()
