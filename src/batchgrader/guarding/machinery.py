"""Keeps what of IPython runs a test: its objects, hooks and transformers, and puts them back.

Libraries set hooks for good reasons, as Matplotlib does to show figures. A test runs without any
that came later than the guard; those of libraries come back after it, all others are reported.
"""

import sys
import threading
from collections.abc import Iterator
from operator import is_
from typing import Any

from batchgrader.guarding import protected
from batchgrader.guarding.findings import Finding
from batchgrader.guarding.origins import from_library

_MISSING = object()

# What the shell and the kernel are made of; each is one object from first to last.
_SHELL = (
    "ast_transformers", "builtin_trap", "compile", "custom_exceptions", "CustomTB", "display_pub",
    "display_trap", "displayhook", "events", "input_transformer_manager", "input_transformers_post",
    "kernel", "prefilter_manager", "user_module", "user_ns",
)  # fmt: skip
_KERNEL = ("session", "shell", "iopub_socket", "iopub_thread", "io_loop")
_SESSION = ("pack", "unpack", "key", "auth")

# What of Python itself leads away from a cell's own code. displayhook is the kernel's own matter.
_SYSTEM = ("excepthook", "unraisablehook", "breakpointhook")

# Where a library's hooks stay while a test runs: figures are shown, and modules found, as ever.
_STAY = ("events.post_execute", "events.post_run_cell", "sys.meta_path", "sys.path_hooks")


class Machinery:
    """The shell and the kernel of this process as they were; the guard has one."""

    def __init__(self, kernel: Any) -> None:
        self._kernel, self._shell = kernel, kernel.shell
        self._parts = [
            (owner, label, name, getattr(owner, name))
            for owner, label, names in (
                (self._shell, "shell", _SHELL),
                (kernel, "kernel", _KERNEL),
                (kernel.session, "session", _SESSION),
                (sys, "sys", _SYSTEM),
            )
            for name in names
            if hasattr(owner, name)
        ]
        self._objects = [(label, each, frozenset(vars(each))) for label, each in self._made_of()]
        self._methods = {
            id(each): frozenset(
                name for base in type(each).__mro__ for name in protected.methods(base)
            )
            for _, each, _ in self._objects
        }
        self._lists = [(label, each, tuple(each)) for label, each in self._hooks()]
        prefilters = self._shell.prefilter_manager
        names = ("_handlers", "_esc_handlers")
        self._tables = [(name, dict(getattr(prefilters, name))) for name in names]
        self._magics = [(each, dict(each)) for each in self._shell.magics_manager.magics.values()]
        self._own: set[str] = set()
        self._later: list[tuple[list[Any], list[Any]]] = []

    def intact(self) -> bool:
        """Whether nothing was set on the shell and its parts in the middle of a test; quick."""
        # While a cell runs, IPython itself has set what of Python it takes over.
        same = all(
            getattr(owner, name) is value
            for owner, _, name, value in self._parts
            if owner is not sys
        )
        return same and not any(self._added(each, known) for _, each, known in self._objects)

    def put_back(self) -> list[Finding]:
        """Make everything what it was before a test; says what was not, and is no library's."""
        found = list(self._parts_back())
        for label, each, known in self._objects:
            for name in self._added(each, known):
                value = vars(each)[name]
                delattr(each, name)
                if not from_library(value):
                    found.append(Finding("hook", f"{label}.{name}"))
        for label, hooks, kept in self._lists:
            if not _same(hooks, kept) and self._hooks_back(label, hooks, kept):
                found.append(Finding("hook", label))
        for name, handlers in self._tables:
            now = getattr(self._shell.prefilter_manager, name)
            if type(now) is not dict or not (
                _same(list(now), tuple(handlers))
                and _same(list(now.values()), tuple(handlers.values()))
            ):
                setattr(self._shell.prefilter_manager, name, dict(handlers))
                found.append(Finding("hook", f"prefilter_manager.{name}"))
        for magics, kept_magics in self._magics:
            for name, magic in kept_magics.items():
                # IPython loads some of its own when they are first used.
                if magics.get(name) is not magic and not from_library(magics.get(name)):
                    magics[name] = magic
                    found.append(Finding("hook", f"%{name}"))
        return found + list(_traces())

    def leave(self) -> None:
        """Give libraries their hooks back after a test."""
        for hooks, libraries in self._later:
            hooks += libraries
        self._later.clear()

    def lend(self, name: str, value: Any) -> None:
        """Set something of the guard's own on the shell for the time of a test."""
        self._own.add(name)
        setattr(self._shell, name, value)

    def take_back(self) -> bool:
        """Take away what was lent; says whether all of it was still there."""
        there = [name in vars(self._shell) for name in self._own]
        for name in self._own:
            vars(self._shell).pop(name, None)
        self._own.clear()
        return all(there)

    def _parts_back(self) -> Iterator[Finding]:
        for owner, label, name, value in self._parts:
            now = getattr(owner, name, None)
            if now is not value:
                _set(owner, name, value)
                if not from_library(now):
                    yield Finding("hook", f"{label}.{name}")
        if type(self._shell.user_ns) is not dict:
            yield Finding("hook", "shell.user_ns")

    def _hooks_back(self, label: str, hooks: list[Any], kept: tuple[Any, ...]) -> bool:
        """Make a list of hooks what it was; says whether more than a library has changed it."""
        later = [each for each in hooks if not any(each is one for one in kept)]
        libraries = [each for each in later if from_library(each)]
        lost = [one for one in kept if not any(each is one for each in hooks)]
        if label in _STAY:
            stay = [*kept, *libraries]
            hooks[:] = [*lost, *(each for each in hooks if any(each is one for one in stay))]
        else:
            hooks[:] = kept
            self._later.append((hooks, libraries))
        return bool(lost) or len(later) > len(libraries)

    def _added(self, each: Any, known: frozenset[str]) -> list[str]:
        """What was set on an object in place of a method of its class."""
        added = vars(each).keys() - known
        if not added or (each is self._shell and added == self._own):
            return []
        methods = self._methods[id(each)]
        return [name for name in added if name in methods and name not in self._own]

    def _made_of(self) -> Iterator[tuple[str, Any]]:
        shell, kernel = self._shell, self._kernel
        yield "shell", shell
        yield "kernel", kernel
        yield "session", kernel.session
        yield "stdout", sys.stdout
        yield "stderr", sys.stderr
        for name in ("displayhook", "display_pub", "events", "input_transformer_manager"):
            yield f"shell.{name}", getattr(shell, name)
        for name in ("prefilter_manager", "compile", "builtin_trap", "display_trap"):
            yield f"shell.{name}", getattr(shell, name)
        prefilters = shell.prefilter_manager
        for each in (*prefilters._checkers, *dict.values(prefilters._handlers)):
            yield f"shell.prefilter_manager.{type(each).__name__}", each

    def _hooks(self) -> Iterator[tuple[str, list[Any]]]:
        shell = self._shell
        manager = shell.input_transformer_manager
        yield "shell.ast_transformers", shell.ast_transformers
        yield "shell.input_transformers_post", shell.input_transformers_post
        yield "input_transformer_manager.cleanup_transforms", manager.cleanup_transforms
        yield "input_transformer_manager.line_transforms", manager.line_transforms
        yield "input_transformer_manager.token_transformers", manager.token_transformers
        yield "prefilter_manager.checkers", shell.prefilter_manager._checkers
        yield "prefilter_manager.transformers", shell.prefilter_manager._transformers
        for event, hooks in shell.events.callbacks.items():
            yield f"events.{event}", hooks
        yield "sys.meta_path", sys.meta_path
        yield "sys.path_hooks", sys.path_hooks


def _set(owner: Any, name: str, value: Any) -> None:
    """Set an attribute to the very object that it was; a trait would set a copy of a list."""
    values = getattr(owner, "_trait_values", {})
    if name in values:
        values[name] = value
    else:
        setattr(owner, name, value)


def _traces() -> Iterator[Finding]:
    """Take away functions that follow every line of a test and could lead it past its lines."""
    if sys.gettrace() is not None:
        sys.settrace(None)
        yield Finding("trace", "sys.settrace")
    if sys.getprofile() is not None:
        sys.setprofile(None)
        yield Finding("trace", "sys.setprofile")
    if threading.gettrace() is not None:
        threading.settrace(None)


def _same(hooks: list[Any], kept: tuple[Any, ...]) -> bool:
    return len(hooks) == len(kept) and all(map(is_, hooks, kept))
