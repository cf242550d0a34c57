"""Which modules to load ahead of an assignment's notebooks: those that its master loads.

Never learned from a submission. The coordinator calls ``learned`` once for each notebook.
"""

import ast
import hashlib
import json
import logging
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from IPython.core.inputtransformer2 import TransformerManager

LOG = logging.getLogger("batchgrader.kernels")

_transformer = TransformerManager()  # type: ignore[no-untyped-call]

_MARK = "modules of the master: "

# Notes the modules in the order in which their imports begin; in sys.modules they stand in the
# order in which they end, and what is first to begin may set up those that are imported by it.
_FIRST_CELL = """
class _Notes:
    names = []
    def find_spec(self, name, path=None, target=None):
        self.names.append(name)
__import__("sys").meta_path.insert(0, _Notes())
"""

# Shows those that come from files outside the working folder.
_LAST_CELL = f"""
def _noted(notes):
    import os, sys
    here = (os.getcwd(), os.environ.get("TMPDIR") or os.getcwd())
    for name in dict.fromkeys(notes):
        spec = getattr(sys.modules.get(name), "__dict__", {{}}).get("__spec__")
        origin = getattr(spec, "origin", None)
        if isinstance(origin, str) and os.path.isabs(origin) and not origin.startswith(here):
            yield name
print({_MARK!r} + __import__("json").dumps(list(_noted(_Notes.names))))
"""


@dataclass(frozen=True)
class Wanted:
    """What the settings say: names to add, and patterns of names to leave out with their parts."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()

    def applied_to(self, names: Iterable[str]) -> tuple[str, ...]:
        """The names, in order, as the settings want them."""
        whole = dict.fromkeys([*names, *self.add])
        return tuple(name for name in whole if not self._removes(name))

    def _removes(self, name: str) -> bool:
        parts = name.split(".")
        wholes = [".".join(parts[: end + 1]) for end in range(len(parts))]
        return any(fnmatchcase(whole, pattern) for whole in wholes for pattern in self.remove)


def learned(
    notebook: str,
    *,
    run: Callable[[str], str] | None,
    cache: Path,
    files: Mapping[str, bytes] | None = None,
    wanted: Wanted | None = None,
) -> tuple[str, ...]:
    """The modules that a cold kernel loads when it runs a master notebook, as it comes to them.

    ``notebook`` and what ``run`` takes and returns are notebooks as JSON text; ``run`` runs one in
    a cold kernel. ``files`` are those beside the notebook. What was learned is kept in the folder
    ``cache`` until the code, a file or an installed package changes. Without ``run``, or where it
    fails, the import statements have to do.
    """
    settings = wanted or Wanted()
    content = json.loads(notebook)
    kept = cache / f"modules-{_fingerprint(content, files or {})}.json"
    names = _read(kept)
    if names is None and run is not None:
        names = _by_running(content, run)
        if names is not None:
            _write(kept, names)
    if names is None:
        names = imported(_sources(content))
    return settings.applied_to(name for name in names if not name.startswith("batchgrader"))


def imported(sources: Iterable[str]) -> tuple[str, ...]:
    """The modules that cells import, by their text."""
    names: dict[str, None] = {}
    for source in sources:
        try:
            tree = ast.parse(_transformer.transform_cell(source))
        except (SyntaxError, ValueError, RecursionError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                names |= dict.fromkeys(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names[node.module] = None
    return tuple(names)


def _by_running(content: dict[str, Any], run: Callable[[str], str]) -> tuple[str, ...] | None:
    """What the last cell of a copy with two cells more shows; None where it shows nothing."""
    cells = [_cell("first", _FIRST_CELL), *content["cells"], _cell("last", _LAST_CELL)]
    try:
        executed = json.loads(run(json.dumps(content | {"cells": cells})))
        for output in executed["cells"][-1]["outputs"]:
            text = "".join(output.get("text", ""))
            _, found, names = text.partition(_MARK)
            if found:
                return tuple(str(name) for name in json.loads(names))
    except Exception:
        LOG.warning("The master notebook could not be run to see what it loads", exc_info=True)
    return None


def _cell(name: str, source: str) -> dict[str, Any]:
    about = {"cell_type": "code", "id": f"modules-{name}", "metadata": {}, "source": source}
    return about | {"outputs": [], "execution_count": None}


def _sources(content: dict[str, Any]) -> list[str]:
    cells = [cell for cell in content.get("cells", ()) if cell.get("cell_type") == "code"]
    return ["".join(cell.get("source", "")) for cell in cells]


def _fingerprint(content: dict[str, Any], files: Mapping[str, bytes]) -> str:
    """Changes with all that decides which modules a notebook loads."""
    code = hashlib.sha256(
        json.dumps([sys.version, _LAST_CELL, _sources(content), _installed()]).encode()
    )
    for name in sorted(files):
        code.update(json.dumps([name, hashlib.sha256(files[name]).hexdigest()]).encode())
    return code.hexdigest()[:32]


def _installed() -> list[str]:
    """The names and versions of all installed packages, as their folders have them."""
    folders = [Path(entry) for entry in sys.path if Path(entry).is_dir()]
    return sorted(path.name for folder in folders for path in folder.glob("*.dist-info"))


def _read(kept: Path) -> tuple[str, ...] | None:
    try:
        return tuple(str(name) for name in json.loads(kept.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _write(kept: Path, names: tuple[str, ...]) -> None:
    """Keep what was learned, whole or not at all."""
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        part = kept.with_name(f"{kept.name}.{os.getpid()}")
        part.write_text(json.dumps(names), "utf-8")
        part.replace(kept)
    except OSError as error:
        LOG.warning("What the master notebook loads could not be kept for next time: %s", error)
