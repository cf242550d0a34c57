"""A private MLflow store for each kernel, copied from an empty one that is made once.

MLflow builds the tables of a new SQLite store by all its migrations, which takes seconds. Whoever
owns a run calls ``template``; whoever makes the folders of a kernel calls ``private_store``.
Neither imports MLflow: the template is made by a process of its own.
"""

import logging
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

# MLflow puts the artifacts of new experiments here; else into the working folder.
_ARTIFACTS = "_MLFLOW_SERVER_ARTIFACT_ROOT"

_PATIENCE = 120.0  # seconds for all migrations, on a machine that has other things to do

LOG = logging.getLogger("batchgrader.kernels")


def template(cache: Path) -> Path | None:
    """The empty store to copy, made where there is none yet; None where there cannot be one.

    ``cache`` is a folder that only this user writes to. Any number of processes may ask at once.
    """
    try:
        name = f"mlflow-{version('mlflow')}.db"
    except PackageNotFoundError:
        return None
    path = cache / name
    if path.exists():
        return path
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as folder:
        made = Path(folder) / name
        if not _make(made):
            return None
        made.replace(path)
    return path


def private_store(template: Path, folder: Path) -> dict[str, str]:
    """Put a store into a folder; returns the environment that leads MLflow to it."""
    database, artifacts = folder / "mlflow.db", (folder / "mlflow-artifacts").as_uri()
    shutil.copyfile(template, database)
    with closing(sqlite3.connect(database)) as store, store:
        store.execute("PRAGMA synchronous = OFF")  # nobody needs it after a power cut
        # The experiment "Default" still points at the folder in which the template was made.
        store.execute("UPDATE experiments SET artifact_location = ?", (f"{artifacts}/0",))
    address = f"sqlite:///{database}"
    return {
        "MLFLOW_TRACKING_URI": address,
        "MLFLOW_REGISTRY_URI": address,
        "MLFLOW_DISABLE_TELEMETRY": "true",
        _ARTIFACTS: artifacts,
    }


def _make(database: Path) -> bool:
    """Have another process write an empty store to this path."""
    argv = [sys.executable, "-P", "-m", "batchgrader.kernels.store", str(database)]
    environment = os.environ | {"MLFLOW_DISABLE_TELEMETRY": "true"}
    done = subprocess.run(
        argv,
        env=environment,
        capture_output=True,
        text=True,
        timeout=_PATIENCE,
        cwd=database.parent,
    )
    if done.returncode:
        LOG.warning(
            "Notebooks have to make their MLflow stores themselves: %s", done.stderr[-2000:]
        )
    return done.returncode == 0


def _migrate(database: Path) -> None:
    """Write an empty store; only the other process does this."""
    from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

    store = SqlAlchemyStore(f"sqlite:///{database}", str(database.parent))
    store.engine.dispose()


if __name__ == "__main__":
    _migrate(Path(sys.argv[1]))
