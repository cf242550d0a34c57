"""Tells whether a dictionary was changed and changed back, which no comparison can see.

CPython counts the changes of each dictionary up to version 3.13. Where it does not, or is no
CPython, nothing is told.
"""

import ctypes
import gc
import sys
from collections.abc import Iterable, Mapping
from operator import attrgetter
from typing import Any

# Where the count lies: behind the object's head and the number of its entries.
_VALUE = attrgetter("value")
_OFFSET = object.__basicsize__ + ctypes.sizeof(ctypes.c_ssize_t)


class Versions:
    """The counts of some dictionaries, by name; empty where Python does not count."""

    def __init__(self, contents: Mapping[str, Mapping[str, Any]]) -> None:
        found = contents if _counted() else {}
        self._counts = {name: _count_of(_dictionary(each)) for name, each in found.items()}

    def __bool__(self) -> bool:
        return bool(self._counts)

    def now(self) -> list[int]:
        """All counts as they are, in order."""
        return list(map(_VALUE, self._counts.values()))

    def changed(self, before: list[int]) -> list[str]:
        """The names of those that have been changed since."""
        pairs = zip(self._counts, before, self.now(), strict=True)
        return [name for name, then, now in pairs if then != now]


def of_modules(names: Iterable[str]) -> Versions:
    """The counts of the dictionaries of those modules that are loaded."""
    return Versions({name: vars(sys.modules[name]) for name in names if name in sys.modules})


def _dictionary(content: Mapping[str, Any]) -> dict[str, Any]:
    """The dictionary itself, of a class too, which shows only a view of it."""
    return content if isinstance(content, dict) else gc.get_referents(content)[0]


def _count_of(content: dict[str, Any]) -> ctypes.c_uint64:
    return ctypes.c_uint64.from_address(id(content) + _OFFSET)


def _counted() -> bool:
    """Whether this Python counts, found out by trying."""
    if sys.implementation.name != "cpython" or sys.version_info >= (3, 14):
        return False
    trial: dict[str, Any] = {"a": None}
    count = _count_of(trial)
    before = count.value
    trial["a"] = 1
    changed = count.value != before
    after = count.value
    return changed and trial["a"] == 1 and count.value == after
