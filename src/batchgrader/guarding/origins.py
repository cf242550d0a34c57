"""Tells what comes with Python and its installed libraries from what a notebook has made."""

import builtins
import sys
import sysconfig
import types
from functools import cache, partial
from pathlib import Path
from typing import Any


@cache
def library_roots() -> tuple[str, ...]:
    """The folders of the standard library and of installed packages; first asked at the start."""
    names = ("stdlib", "platstdlib", "purelib", "platlib")
    paths = {sysconfig.get_path(name) for name in names} | set(sys.path)
    here = Path.cwd()
    folders = (Path(path) for path in paths if Path(path).is_absolute())
    return tuple(sorted(f"{each}/" for each in folders if not here.is_relative_to(each)))


def from_library(thing: Any) -> bool:
    """Whether a function, or the class of an object, was defined in an installed file.

    A notebook can disguise what it defines. So this decides only whether something that is put
    back anyway is worth a person's time, as a hook of Matplotlib's is not.
    """
    while isinstance(thing, partial):
        thing = thing.func
    if isinstance(thing, types.MethodType):
        thing = thing.__func__
    if isinstance(thing, types.FunctionType):
        return _installed(thing.__code__.co_filename)
    if isinstance(thing, types.BuiltinFunctionType):
        return False  # such as os._exit for a hook
    kind = thing if isinstance(thing, type) else type(thing)
    module = sys.modules.get(kind.__module__)
    if module is None or module is builtins or kind.__module__ == "__main__":
        return False
    return _installed(getattr(module, "__file__", None) or "")


def _installed(path: str) -> bool:
    return path.startswith(library_roots()) or (path.startswith("<frozen ") and path.endswith(">"))


def notebook_code(path: str) -> bool:
    """Whether a code object's file name is not that of an installed file."""
    return not _installed(path)
