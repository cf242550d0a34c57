"""Sees that the names which a test uses mean what its author meant; the guard asks before each.

The instructor's cells define helpers, import modules and set CONSTANTS. An answer may bind any
name, and rightly so, as long as no test leans on it: what a test leans on is put in its place for
the time of the test, and reported. ``subjects`` are the names that the instructor's own answer
binds: those are what is tested, and always the student's.
"""

import ast
import builtins
import types
from collections.abc import Callable, Collection
from typing import Any

from batchgrader.guarding import sources
from batchgrader.guarding.findings import Finding
from batchgrader.guarding.pristine import Snapshot

_MISSING = object()

# What everybody calls these modules.
CUSTOMARY = {
    "np": "numpy",
    "numpy": "numpy",
    "pd": "pandas",
    "pandas": "pandas",
    "math": "math",
    "operator": "operator",
    "pytest": "pytest",
    "unittest": "unittest",
    "inspect": "inspect",
    "json": "json",
    "re": "re",
    "copy": "copy",
    "itertools": "itertools",
    "statistics": "statistics",
}

_KEPT = (types.FunctionType, types.BuiltinFunctionType, type, types.ModuleType)
_CONTAINERS = (dict, list, set)


class Names:
    """The notebook's names as the instructor's cells left them; the guard has one."""

    def __init__(self, namespace: dict[str, Any], snapshot: Snapshot) -> None:
        self._namespace = namespace
        self._snapshot = snapshot
        self._first = dict(namespace)
        self._builtins = dict(vars(builtins))
        self._given: dict[str, Any] = {}
        self._contents: dict[str, Any] = {}
        self._uses: dict[str, set[str]] = {}
        self._aside: dict[str, Any] = {}
        self._meanings: dict[str, tuple[Any, str]] = {}

    def remember(self, tree: ast.Module) -> None:
        """Keep what a cell of the instructor has just defined."""
        for name in sources.defined(tree):
            value = self._namespace.get(name, _MISSING)
            constant = name.isupper() and len(name) > 1
            if not (constant or isinstance(value, _KEPT)) or value is _MISSING:
                continue
            self._given[name] = value
            if isinstance(value, types.FunctionType):
                self._snapshot.keep_function(name, value)
            if constant and type(value) in _CONTAINERS:
                self._contents[name] = value.copy()
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                self._uses[node.name] = sources.used(node)

    def put_in_place(self, needed: Collection[str]) -> list[Finding]:
        """Give each name that a test uses its meaning; says which had another."""
        found = []
        for name in sorted(needed):
            meant, kind = self._meant(name)
            now = self._namespace.get(name, _MISSING)
            if kind == "builtin" and now is not _MISSING and now is not meant:
                self._aside[name] = now
                del self._namespace[name]
                found.append(Finding("builtin", name))
            elif kind in ("given", "module") and now is not meant:
                self._aside[name] = now
                self._namespace[name] = meant
                found.append(Finding(kind, name))
            if kind == "given" and self._refill(name):
                found.append(Finding("given", name))
            if kind:
                self._meanings[name] = (self._namespace.get(name, _MISSING), kind)
        return found

    def put_in_place_again(self) -> list[Finding]:
        """The same in the middle of a test and after it, quickly."""
        found = []
        for name, (meant, kind) in self._meanings.items():
            if self._namespace.get(name, _MISSING) is not meant:
                if meant is _MISSING:
                    self._namespace.pop(name)
                else:
                    self._namespace[name] = meant
                found.append(Finding(kind, name))
        return found

    def leave(self, bound: Collection[str]) -> None:
        """Give the student's cells their own names back after a test, which bound some itself."""
        for name, value in self._aside.items():
            if name in bound:
                continue
            if value is _MISSING:
                self._namespace.pop(name, None)
            else:
                self._namespace[name] = value
        self._aside.clear()
        self._meanings.clear()

    def owns(self, code: types.CodeType) -> bool:
        """Whether some code is that of a function or method that the instructor's cells define."""
        given = self._given.values()
        methods = [each for kind in given if isinstance(kind, type) for each in vars(kind).values()]
        return any(getattr(each, "__code__", None) is code for each in (*given, *methods))

    def needed(self, tree: ast.Module) -> set[str]:
        """The names that a test uses, by itself and in the helpers that it calls."""
        own = sources.bound(tree)
        needed: set[str] = set()
        waiting = [name for name in sources.used(tree) if name not in own]
        while waiting:
            name = waiting.pop()
            if name not in needed:
                needed.add(name)
                waiting += self._uses.get(name, ())
        return needed

    def _meant(self, name: str) -> tuple[Any, str]:
        """What a name means to the instructor, and why; an empty reason where it is free."""
        if name in self._given:
            return self._given[name], "given"
        if name in self._first:
            return self._first[name], ""
        if name in self._builtins:
            return self._builtins[name], "builtin"
        module = self._snapshot.module(CUSTOMARY.get(name, ""))
        if module is not None and name in self._namespace:
            return module, "module"
        return _MISSING, ""

    def _refill(self, name: str) -> bool:
        """Put the contents of a constant back where they were changed in place."""
        kept, now = self._contents.get(name), self._given[name]
        if kept is None or _alike(now, kept):
            return False
        now.clear()
        fill: Callable[[Any], None] = now.extend if isinstance(now, list) else now.update
        fill(kept)
        return True


def _alike(now: Any, kept: Any) -> bool:
    """Whether two containers hold the same objects."""
    if len(now) != len(kept):
        return False
    if isinstance(now, dict):
        return all(now.get(key, _MISSING) is value for key, value in kept.items())
    if isinstance(now, set):
        return {id(each) for each in now} == {id(each) for each in kept}
    return all(one is other for one, other in zip(now, kept, strict=True))
