"""What tests lean on is put back as it was, and each change is named."""

import math
import statistics
import sys
import types
import unittest
from collections.abc import Iterator
from typing import Any

import pytest

from batchgrader.guarding.findings import Finding
from batchgrader.guarding.pristine import Snapshot


@pytest.fixture
def snapshot() -> Iterator[Snapshot]:
    snapshot = Snapshot()
    yield snapshot
    snapshot.put_back()


def named(snapshot: Snapshot) -> list[tuple[str, str]]:
    assert not snapshot.intact()
    found = [(each.kind, each.name) for each in snapshot.put_back()]
    assert snapshot.intact()
    assert snapshot.put_back() == []
    return found


def test_what_nobody_touched_is_intact(snapshot: Snapshot) -> None:
    assert snapshot.intact()
    assert snapshot.put_back() == []


def test_a_function_of_a_module_comes_back(snapshot: Snapshot) -> None:
    genuine = math.isclose
    setattr(math, "isclose", lambda *a, **k: True)  # noqa: B010
    assert named(snapshot) == [("function", "math.isclose")]
    assert math.isclose is genuine


def test_a_function_that_was_deleted_comes_back(snapshot: Snapshot) -> None:
    del math.isclose
    assert named(snapshot) == [("function", "math.isclose")]
    assert not math.isclose(1, 2)


def test_an_impostor_that_equals_the_function_is_found(snapshot: Snapshot) -> None:
    class Same:
        def __eq__(self, other: object) -> bool:
            return True

        __hash__ = None  # type: ignore[assignment]

    math.isclose = Same()  # type: ignore[assignment]
    assert named(snapshot) == [("function", "math.isclose")]


def test_a_method_of_a_class_comes_back(snapshot: Snapshot) -> None:
    setattr(unittest.TestCase, "assertEqual", lambda *a, **k: None)  # noqa: B010
    assert named(snapshot) == [("function", "unittest.case.TestCase.assertEqual")]


def test_the_code_and_the_defaults_of_a_function_come_back(snapshot: Snapshot) -> None:
    function: Any = statistics.mean
    code = function.__code__
    snapshot.touch(function)
    function.__code__ = (lambda data: 0).__code__
    assert named(snapshot) == [("code", "statistics.mean")]
    assert function.__code__ is code


def test_a_module_in_the_table_of_modules_comes_back(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "math", types.ModuleType("math"))
    assert snapshot.put_back() == [Finding("module", "math")]
    assert sys.modules["math"] is math


def test_names_that_are_added_are_free(snapshot: Snapshot) -> None:
    statistics.of_mine = 1  # type: ignore[attr-defined]
    try:
        assert snapshot.intact()
    finally:
        del statistics.of_mine  # type: ignore[attr-defined]


def test_what_was_changed_before_the_first_answer_is_the_instructors(
    monkeypatch: pytest.MonkeyPatch, snapshot: Snapshot
) -> None:
    monkeypatch.setattr(statistics, "mean", max)
    snapshot.begin()
    assert snapshot.intact()
    assert snapshot.put_back() == []
    monkeypatch.undo()
    snapshot.begin()
