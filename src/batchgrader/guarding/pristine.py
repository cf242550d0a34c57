"""Keeps what is in modules and classes as it was before any code of a submission, to put it back.

Values are compared by identity alone: whoever replaces a function can also say what it equals.
"""

import sys
import types
from collections.abc import Iterable, Mapping
from operator import is_
from typing import Any

from batchgrader.guarding import protected
from batchgrader.guarding.findings import Finding
from batchgrader.guarding.versions import Versions

_MISSING = object()


class Namespace:
    """What is kept of one module or class; a Snapshot has many."""

    def __init__(self, label: str, owner: Any, kept: Mapping[str, Any]) -> None:
        self.label = label
        self._owner = owner
        self._names = tuple(kept)
        self.content: Mapping[str, Any] = vars(owner)
        self._values = tuple(kept.values())
        self._known = frozenset(self.content)
        self._size = len(self.content)

    def intact(self) -> bool:
        """Whether everything is what it was; quick, for it is asked in the middle of tests."""
        same = all(map(is_, map(self.content.get, self._names), self._values))
        return same and (not isinstance(self._owner, type) or len(self.content) == self._size)

    def renew(self) -> None:
        """Take what there is now for what it should be."""
        values = zip(self._names, self._values, strict=True)
        self._values = tuple(self.content.get(name, value) for name, value in values)
        self._known, self._size = frozenset(self.content), len(self.content)

    def put_back(self) -> list[Finding]:
        """Make it what it was; says what was not."""
        found = []
        for name, value in zip(self._names, self._values, strict=True):
            if self.content.get(name, _MISSING) is not value:
                self._set(name, value)
                found.append(Finding("function", f"{self.label}.{name}"))
        if isinstance(self._owner, type) and len(self.content) != self._size:
            found += self._uncover(self._owner)
            self._size = len(self.content)
        return found

    def functions(self) -> Iterable[tuple[str, types.FunctionType]]:
        """The functions in it that are written in Python, by their full names."""
        for name, value in zip(self._names, self._values, strict=True):
            for function in _python_functions(value):
                yield f"{self.label}.{name}", function

    def _set(self, name: str, value: Any) -> None:
        if isinstance(self._owner, type):
            type.__setattr__(self._owner, name, value)
        else:
            vars(self._owner)[name] = value

    def _uncover(self, owner: type) -> list[Finding]:
        """Take away what was added to a class and hides a method of its bases."""
        found = []
        for name in set(self.content) - self._known:
            if any(name in protected.methods(base) for base in owner.__mro__[1:]):
                type.__delattr__(owner, name)
                found.append(Finding("function", f"{self.label}.{name}"))
        return found


class Snapshot:
    """All namespaces that are kept, and the code of the functions in them; the guard has one."""

    def __init__(self) -> None:
        self._spaces: dict[str, Namespace] = {}
        self._functions: dict[int, tuple[str, Inside]] = {}
        self._open: dict[int, None] = {}
        self._modules: dict[str, types.ModuleType] = {}
        self._touched: dict[int, None] = {}
        self._versions: Versions | None = None
        self._seen: list[int] = []
        self.keep("builtins")
        for name in protected.names_of_modules():
            self.keep(name)

    def keep(self, module: str) -> None:
        """Keep what is in a module if it is loaded and not kept yet."""
        loaded = sys.modules.get(module)
        if loaded is None or module in self._modules:
            return
        self._modules[module] = loaded
        spaces = list(_builtins() if module == "builtins" else protected.kept_in(module))
        for label, owner, kept in spaces:
            self._spaces[label] = space = Namespace(label, owner, kept)
            for name, function in space.functions():
                if id(function) not in self._functions:
                    self.keep_function(name, function)
        self._versions = None

    def module(self, name: str) -> types.ModuleType | None:
        """The genuine module of this name, None where it was not loaded."""
        return self._modules.get(name)

    def keep_function(self, name: str, function: types.FunctionType) -> None:
        """Keep the code of one more function."""
        self._functions[id(function)] = (name, inside := Inside(function))
        if inside.open_to_change:
            self._open[id(function)] = None

    def touch(self, function: object) -> None:
        """Note that somebody sets the code or the defaults of a function; the audit hook tells."""
        if id(function) in self._functions:
            self._touched[id(function)] = None

    def begin(self) -> None:
        """Take what there is for pristine; called before the first cell that is not given."""
        for name in protected.names_of_modules():
            self.keep(name)
        for space in self._spaces.values():
            if not space.intact():
                space.renew()
        self._touched.clear()

    def intact(self) -> bool:
        """Whether everything is what it was; quick, for it is asked in the middle of tests."""
        if self._touched:
            return False
        return all(space.intact() for space in self._suspects())

    def _suspects(self) -> list[Namespace]:
        """The namespaces that have been written to since they were last found intact."""
        spaces = list(self._spaces.values())
        if self._versions is None:
            self._versions = Versions({each.label: each.content for each in spaces})
            self._seen = []
        if not self._versions:  # this Python does not count
            return spaces
        now, before = self._versions.now(), self._seen
        suspects = [
            space
            for space, count, seen in zip(spaces, now, before or [-1] * len(now), strict=True)
            if count != seen and not space.intact()
        ]
        if not suspects:
            self._seen = now
        return suspects

    def put_back(self) -> list[Finding]:
        """Make everything what it was; says what was not."""
        found = []
        for name, module in self._modules.items():
            if sys.modules.get(name) is not module:
                sys.modules[name] = module
                found.append(Finding("module", name))
        for space in self._suspects():
            found += space.put_back()
        for number in self._touched:
            name, inside = self._functions[number]
            found += [Finding("code", name)] if inside.put_back() else []
        for number in self._open:
            name, inside = self._functions[number]
            found += [Finding("code", name)] if inside.put_variables_back() else []
        self._touched.clear()
        return found


def _builtins() -> Iterable[tuple[str, Any, dict[str, Any]]]:
    module = sys.modules["builtins"]
    kept = {
        name: value for name, value in vars(module).items() if name not in protected.FREE_BUILTINS
    }
    yield "builtins", module, kept


def _python_functions(value: Any) -> Iterable[types.FunctionType]:
    """The function that a value is, or that a method or a property is made of."""
    if isinstance(value, types.FunctionType):
        yield value
        inner = getattr(value, "__wrapped__", None)
        if isinstance(inner, types.FunctionType):
            yield inner
    elif isinstance(value, classmethod | staticmethod):
        yield from _python_functions(value.__func__)
    elif isinstance(value, property):
        yield from _python_functions(value.fget)


class Inside:
    """What a function is made of: its code, its defaults, and the variables that it closes over."""

    def __init__(self, function: types.FunctionType) -> None:
        self._function = function
        self._parts = _parts(function)
        self._options = dict(function.__kwdefaults__ or {})
        self._cells = tuple((cell, _content(cell)) for cell in function.__closure__ or ())

    @property
    def open_to_change(self) -> bool:
        """Whether it can change without anybody setting an attribute of the function."""
        return bool(self._options or self._cells)

    def put_back(self) -> bool:
        """Make it what it was; says whether it was not."""
        changed = False
        if not all(map(is_, _parts(self._function), self._parts)):
            code, defaults, options = self._parts
            self._function.__code__, self._function.__defaults__ = code, defaults
            self._function.__kwdefaults__ = options
            changed = True
        return self.put_variables_back() or changed

    def put_variables_back(self) -> bool:
        """Make what can change behind everybody's back what it was; says whether it was not."""
        changed = False
        options = self._parts[2]
        if options is not None and not _same(options, self._options):
            options.clear()
            options.update(self._options)
            changed = True
        for cell, content in self._cells:
            if _content(cell) is not content and content is not _MISSING:
                cell.cell_contents = content
                changed = True
        return changed


def _parts(function: types.FunctionType) -> tuple[Any, ...]:
    return (function.__code__, function.__defaults__, function.__kwdefaults__)


def _content(cell: types.CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # still empty
        return _MISSING


def _same(now: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
    return now.keys() == before.keys() and all(map(is_, now.values(), before.values()))
