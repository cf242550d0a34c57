"""Finds files that stand in the way of Python's own modules; asked when no kernel starts."""

import importlib.util
from pathlib import Path


def shadowed(folder: Path) -> list[str]:
    """The names of modules and packages in a folder that installed modules have as well.

    A kernel looks in its working folder first, so that a ``random.py`` there is what every library
    gets that asks for ``random``.
    """
    modules = [path.name for path in folder.glob("*.py")]
    packages = [path.parent.name for path in folder.glob("*/__init__.py")]
    return sorted(name for name in modules + packages if _is_installed(name.removesuffix(".py")))


def _is_installed(name: str) -> bool:
    try:
        return name.isidentifier() and importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False
