"""Where a process gets its kernels: from the fork server of the run, or from one of its own."""

import atexit
import functools
import logging
import os
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

from batchgrader.isolation.layers import Layers
from batchgrader.isolation.mends import NoIsolation
from batchgrader.isolation.probe import choose
from batchgrader.kernels import store
from batchgrader.kernels.scratch import leave, scratch_folder
from batchgrader.kernels.server import ForkServer

# "auto" is the strongest that works here, and nothing is run where none does; "if-possible" then
# runs without: for work that one would run oneself anyway.
TIERS = ("auto", "strong", "basic", "if-possible", "none")

LOG = logging.getLogger("batchgrader.kernels")


@dataclass(frozen=True)
class Recipe:
    """What kernels a run wants; part of every job.

    ``isolation`` is one of ``TIERS``. ``modules`` are loaded ahead; without ``warm`` every kernel
    is a new interpreter. ``kernel_class`` is IPython's kernel or a kind of it. ``readable`` are
    paths beside the Python environment, ``secret`` paths that must stay out of reach even where
    the environment holds them, ``passed`` names of the worker's environment that kernels
    get, ``limits`` fields of ``Boundary``. With ``store`` each kernel gets an empty MLflow store.
    ``address`` and ``scratch`` tell of a fork server that runs already, and are empty where there
    is none; it may be on another machine.
    """

    isolation: str = "auto"
    modules: tuple[str, ...] = ()
    warm: bool = True
    kernel_class: str = ""
    readable: tuple[str, ...] = ()
    secret: tuple[str, ...] = ()
    passed: tuple[str, ...] = ()
    limits: Mapping[str, int] = field(default_factory=dict)
    store: bool = False
    address: str = ""
    scratch: str = ""
    layers: Layers | None = None


@dataclass(frozen=True)
class Source:
    """A fork server that can be reached from this process, and the recipe for its kernels."""

    address: str
    scratch: Path
    layers: Layers
    recipe: Recipe

    def private_store(self, folder: Path) -> dict[str, str]:
        """An empty MLflow store in a folder, if the recipe has one; what the kernel must know."""
        made = _template() if self.recipe.store else None
        return store.private_store(made, folder) if made else {}

    def renewed(self) -> "Source":
        """A source to turn to when the server has died: one of this process, without preloading."""
        LOG.warning("The fork server has died; this worker starts kernels anew from now on")
        bare = replace(self.recipe, address="", modules=(), warm=False, layers=self.layers)
        return _own(bare, self.scratch)


_servers: dict[tuple[object, ...], ForkServer] = {}
_scratch: list[Path] = []
_starting = threading.Lock()


def source_of(recipe: Recipe) -> Source:
    """Where this process gets such kernels from; a worker asks for each job."""
    if recipe.layers and Path(recipe.address).is_socket():
        return Source(recipe.address, Path(recipe.scratch), recipe.layers, recipe)
    with _starting:
        if not _scratch:
            _scratch.append(scratch_folder())
            atexit.register(leave, _scratch[0])
    return _own(recipe, _scratch[0])


@functools.cache
def layers_for(isolation: str, secret: tuple[str, ...] = ()) -> Layers:
    """How kernels are isolated here; raises NoIsolation where they cannot be.

    ``secret`` are paths of which a trial makes sure that kernels cannot read them. It takes about a
    second, once in a process.
    """
    if isolation == "none":
        return Layers.none()
    if isolation != "if-possible":
        return choose(cast(Any, isolation), secret=secret)
    try:
        return choose("auto", secret=secret)
    except NoIsolation as error:
        LOG.warning("Kernels are not isolated: %s", error)
        return Layers.none()


def serve(recipe: Recipe, scratch: Path, log: Path | None = None) -> tuple[ForkServer, Recipe]:
    """Start the fork server of a run; returns it and the recipe that leads workers to it.

    Raises NoIsolation where this machine cannot isolate kernels as the recipe wants.
    """
    layers = recipe.layers or layers_for(recipe.isolation, recipe.secret)
    modules = recipe.modules if recipe.warm else ()
    server = ForkServer(
        scratch,
        layers,
        modules,
        log,
        readable=recipe.readable,
        secret=recipe.secret,
        kernel_class=recipe.kernel_class,
    )
    return server, replace(recipe, address=server.address, scratch=str(scratch), layers=layers)


def _own(recipe: Recipe, scratch: Path) -> Source:
    """The fork server of this process for a recipe; it ends with the process."""
    what = (recipe.modules, recipe.warm, recipe.kernel_class, recipe.readable, recipe.secret)
    key = (recipe.isolation, what, scratch)
    with _starting:
        server = _servers.get(key)
        if server is None or not server.alive():
            server, _ = serve(recipe, scratch)
            _servers[key] = server
    return Source(server.address, scratch, server.layers, recipe)


def cache_folder() -> Path:
    """Where things are kept that cost time to make: empty stores, lists of modules."""
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "batchgrader")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        folder = Path(tempfile.gettempdir(), f"batchgrader-cache-{os.getuid()}")
        folder.mkdir(mode=0o700, exist_ok=True)
    return folder


@functools.cache
def _template() -> Path | None:
    return store.template(cache_folder())
