"""Keeps modules that are imported after the guard began as they are when their import ends."""

from collections.abc import Callable, Collection, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any


class LateImports:
    """A finder at the head of ``sys.meta_path`` that finds nothing itself.

    ``names`` are the modules to tell of, ``tell`` is called with the name of one when its import
    ends, ``finders`` is ``sys.meta_path``.
    """

    def __init__(
        self, names: Collection[str], tell: Callable[[str], None], finders: Sequence[Any]
    ) -> None:
        self._names, self._tell, self._finders = names, tell, finders

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """What the other finders find, with a loader that tells when it is done."""
        if name not in self._names:
            return None
        for finder in self._finders:
            if finder is not self and hasattr(finder, "find_spec"):
                spec: Any = finder.find_spec(name, path, target)
                if spec is not None:
                    if hasattr(spec.loader, "exec_module"):
                        spec.loader = _TellingLoader(spec.loader, self._tell)
                    return spec  # type: ignore[no-any-return]
        return None


class _TellingLoader:
    """Loads as another loader does, and leaves no trace of itself in the module."""

    def __init__(self, loader: Any, tell: Callable[[str], None]) -> None:
        self._loader, self._tell = loader, tell

    def create_module(self, spec: ModuleSpec) -> Any:
        """As the loader does."""
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        """As the loader does; then tell."""
        module.__loader__ = self._loader
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        self._loader.exec_module(module)
        self._tell(module.__name__)
