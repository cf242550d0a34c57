"""Imports what notebooks import, once, in the fork server, as if in a kernel.

The fork server calls ``preload`` at its start, with one thread. Every module must leave the process
as it was but for being loaded: what would be missing from a notebook (what an import prints), or
would not survive a fork (threads, sockets, children), is refused and loaded by each kernel itself.
"""

import gc
import importlib
import logging
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from types import ModuleType

from batchgrader.kernels import ONE_THREAD, warming
from batchgrader.kernels.application import KernelApp
from batchgrader.kernels.traces import Traces

# Importing it changes matplotlib's settings, which is the notebook's to do.
NEVER = ("matplotlib_inline", "matplotlib_inline.*", "__main__", "__mp_main__")

# Libraries that would start a thread of their own in the background as soon as they are loaded.
_WITHOUT_THREADS = ONE_THREAD | {
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    "MLFLOW_DISABLE_TELEMETRY": "true",
}

LOG = logging.getLogger("batchgrader.kernels")


@dataclass(frozen=True)
class Preloaded:
    """What a fork server has loaded, and what forks of it must know.

    ``refused`` maps modules that are not preloaded to the reason, a sentence. Where some of them
    are also ``spoiled``, they have left something behind: end this process and start another
    without them. ``environment`` maps names to the text before and after the imports, None where
    there was none.
    """

    modules: tuple[str, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)
    spoiled: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, tuple[str | None, str | None]] = field(default_factory=dict)


def preload(
    modules: Sequence[str],
    *,
    kernel_class: str = "",
    trying: Callable[[str], None] | None = None,
) -> Preloaded:
    """Import modules in this order, and prepare all that kernels have in common.

    Called once in a process. ``trying`` is called with the name of each module before it is
    imported, so that whoever listens knows at which one the process has ended, if it does.
    """
    os.environ.update(_WITHOUT_THREADS)
    gc.disable()  # what imports make stays, so that looking for garbage only costs time
    with _somewhere_at_home():
        traces = Traces()
        app = KernelApp.instance()
        chosen = [f"--IPKernelApp.kernel_class={kernel_class}"] if kernel_class else []
        app.conceive(chosen, traces.wrote)
        before = dict(os.environ)
        with app.shell.builtin_trap:  # libraries look for get_ipython() to know where they are
            for name in modules:
                if name not in sys.modules and not _never(name):
                    (trying or _nobody)(name)
                    _import(name, traces)
            after = dict(os.environ)
            with traces.unheard():
                warming.warm(app.shell)
        traces.at_the_end()
        app.make_kernel()
    _forget_warnings()
    sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__
    gc.enable()
    gc.collect()
    gc.freeze()
    loaded = tuple(name for name in modules if name in sys.modules and name not in traces.refused)
    spoiled = _with_parts(traces.spoiled, modules)
    return Preloaded(loaded, traces.refused, spoiled, _changes(before, after))


def _changes(
    before: Mapping[str, str], after: Mapping[str, str]
) -> dict[str, tuple[str | None, str | None]]:
    """The names whose text differs, with both texts."""
    pairs = {name: (before.get(name), after.get(name)) for name in {*before, *after}}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _nobody(name: str) -> None:
    """Listen to nothing."""


def _never(name: str) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in NEVER)


def _import(name: str, traces: Traces) -> None:
    """Import one module, and note what it leaves behind."""
    try:
        importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name == name:
            traces.refuse(name, f"there is no module of this name ({error})")
        else:
            traces.spoil(name, f"it cannot be imported: {error}")
    except Exception as error:
        traces.spoil(name, f"it cannot be imported: {type(error).__name__}: {error}")
    except SystemExit:
        traces.spoil(name, "it ends the process when it is imported")
    traces.look(name)


def _with_parts(spoiled: Mapping[str, str], modules: Sequence[str]) -> dict[str, str]:
    """The spoiled modules, and those of the list that are parts of them and would import them."""
    whole = dict(spoiled)
    for name in modules:
        for parent in spoiled:
            if name.startswith(f"{parent}."):
                whole.setdefault(name, f"it is a part of {parent}")
    return whole


@contextmanager
def _somewhere_at_home() -> Iterator[None]:
    """A home folder for imports that want to write there; it is gone afterwards."""
    home, had = tempfile.mkdtemp(prefix="batchgrader-home-"), os.environ.get("HOME")
    os.environ["HOME"] = home
    try:
        yield
    finally:
        os.environ.pop("HOME", None)
        if had is not None:
            os.environ["HOME"] = had
        shutil.rmtree(home, ignore_errors=True)


def _forget_warnings() -> None:
    """Have each warning shown again that is shown only once in a process."""
    for module in list(sys.modules.values()):
        if isinstance(module, ModuleType):
            vars(module).pop("__warningregistry__", None)
