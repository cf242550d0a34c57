"""Tells whether code really is what its file name says, for anybody can give code any name.

Uses nothing that a notebook could replace, but for what the guard looks after anyway.
"""

import sys
import types
from _imp import get_frozen_object
from _io import FileIO
from marshal import loads

from batchgrader.guarding.origins import library_roots

_TAG = sys.implementation.cache_tag
_HEAD = 16  # bytes of a file of bytecode before the code
_FROZEN = {
    "importlib._bootstrap": "_frozen_importlib",
    "importlib._bootstrap_external": "_frozen_importlib_external",
}


class Libraries:
    """All code of installed files, as far as it has been asked for; the guard has one."""

    def __init__(self) -> None:
        self._roots = library_roots()
        self._codes: dict[tuple[str, str], frozenset[types.CodeType]] = {}
        # By place in memory, with the code itself, so that no other can take its place.
        self._judged: dict[int, tuple[types.CodeType, bool]] = {}

    def have(self, code: types.CodeType) -> bool:
        """Whether some code is in the installed file that it names; nobody can write to those."""
        judged = self._judged.get(id(code))
        if judged is None:
            judged = self._judged[id(code)] = (code, self._is_in(code.co_filename, code))
        return judged[1]

    def _is_in(self, path: str, code: types.CodeType) -> bool:
        if not path.startswith((*self._roots, "<frozen ")) or "/../" in path:
            return False
        # Bytecode may be older than its file, where nobody could write what is newer.
        for kind, compiled in (("bytecode", _bytecode), ("source", _source)):
            if (path, kind) not in self._codes:
                self._codes[path, kind] = frozenset(_within(compiled(path)))
            if code in self._codes[path, kind]:
                return True
        return False


def _bytecode(path: str) -> types.CodeType | None:
    """The code of a whole installed file as it was compiled ahead; None where there is none."""
    try:
        if path.startswith("<frozen "):
            name = path[len("<frozen ") : -1]
            found: types.CodeType = get_frozen_object(_FROZEN.get(name, name))
            return found
        folder, _, name = path.rpartition("/")
        code = loads(_read(f"{folder}/__pycache__/{name.removesuffix('.py')}.{_TAG}.pyc")[_HEAD:])
        return code if isinstance(code, types.CodeType) else None
    except (ImportError, OSError, ValueError, EOFError, TypeError):
        return None


def _source(path: str) -> types.CodeType | None:
    """The code of a whole installed file, compiled now; None where there is none."""
    try:
        return compile(_read(path), path, "exec", dont_inherit=True)
    except (OSError, ValueError, SyntaxError):
        return None


def _read(path: str) -> bytes:
    with FileIO(path) as file:
        return file.readall()


def _within(code: types.CodeType | None) -> set[types.CodeType]:
    """Some code, and all code in it."""
    if code is None:
        return set()
    inner = [each for each in code.co_consts if isinstance(each, types.CodeType)]
    return {code}.union(*map(_within, inner))
