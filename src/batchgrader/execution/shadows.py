"""Finds files of a submission that would take the place of what a kernel is made of.

``run_job`` leaves them out of the folder: a ``random.py`` there would be what every library gets
that asks for ``random``, and a kernelspec or a profile would be the kernel itself.
"""

import importlib.util
from collections.abc import Collection, Iterable
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path, PurePosixPath

# What Python, IPython, Jupyter and pytest read of themselves, wherever they find it.
_NAMES = (
    "sitecustomize.py", "usercustomize.py", "conftest.py", "pytest.ini", "ipython_config.py",
    "ipython_kernel_config.py", "jupyter_config.py", "jupyter_client_config.py", "kernel.json",
    "pyvenv.cfg",
)  # fmt: skip
_FOLDERS = frozenset((".ipython", ".jupyter", "profile_default", "kernels"))
_SUFFIXES = (".pth", ".pyc", ".pyo")

# The longest first: "x.cpython-311-x86_64-linux-gnu.so" is the module x.
_MODULES = (*sorted(EXTENSION_SUFFIXES, key=len, reverse=True), ".py")


def foreign(paths: Iterable[str], given: Collection[str] = ()) -> list[str]:
    """The paths that are not to be put into the folder of a submission, in order.

    ``given`` are those of the instructor, who may replace what they like.
    """
    return sorted(path for path in paths if path not in given and _takes_a_place(path))


def _takes_a_place(path: str) -> bool:
    parts = PurePosixPath(path).parts
    name = parts[-1]
    if name in _NAMES or name.endswith(_SUFFIXES) or _FOLDERS & set(parts[:-1]):
        return True
    if len(parts) == 1:
        return name.endswith(_MODULES) and _is_installed(_module(name))
    code = name.endswith(_MODULES)
    return code and _is_installed(parts[0])


def _module(name: str) -> str:
    """The module that a file or a folder of this name would be."""
    for suffix in _MODULES:
        if name.endswith(suffix):
            return name[: -len(suffix)]
    return name


def _is_installed(name: str) -> bool:
    """Whether a module of this name is found where nobody's submission is."""
    try:
        spec = importlib.util.find_spec(name) if name.isidentifier() else None
    except (ImportError, ValueError):
        return False
    if spec is None:
        return False
    place = Path(spec.origin or next(iter(spec.submodule_search_locations or ()), ""))
    # The grader may have been started in a folder that is on its own path.
    return Path.cwd() not in list(place.parents)[:2]
