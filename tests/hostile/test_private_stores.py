"""MLflow in a kernel has an empty store of its own, made once and copied."""

import logging
import sqlite3
import subprocess
import sys
from contextlib import closing
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from batchgrader.kernels import store


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = store.template(tmp_path_factory.mktemp("cache"))
    assert made is not None
    return made


def test_the_template_is_made_once(template: Path) -> None:
    before = template.stat().st_mtime_ns
    assert store.template(template.parent) == template
    assert template.stat().st_mtime_ns == before
    assert list(template.parent.iterdir()) == [template]


def test_mlflow_works_with_a_private_store_and_asks_for_no_migration(
    template: Path, tmp_path: Path
) -> None:
    environment = store.private_store(template, tmp_path)
    code = (
        "import mlflow\n"
        "with mlflow.start_run(): mlflow.log_metric('a', 1); mlflow.log_text('b', 'c.txt')\n"
        "print(len(mlflow.search_runs()), mlflow.get_artifact_uri())"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", code],
        env=environment | {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "upgrade" not in done.stderr
    assert done.stdout.startswith("1 ")
    assert len(list((tmp_path / "mlflow-artifacts").rglob("c.txt"))) == 1
    assert not (tmp_path / "mlruns").exists()


def test_a_copy_knows_nothing_of_where_the_template_was_made(
    template: Path, tmp_path: Path
) -> None:
    store.private_store(template, tmp_path)
    with closing(sqlite3.connect(tmp_path / "mlflow.db")) as database:
        places = database.execute("SELECT artifact_location FROM experiments").fetchall()
    assert places == [((tmp_path / "mlflow-artifacts" / "0").as_uri(),)]


def test_there_is_no_template_where_mlflow_is_not_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(store, "version", missing)
    assert store.template(tmp_path) is None


def test_a_template_that_cannot_be_made_is_done_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with caplog.at_level(logging.WARNING, "batchgrader.kernels"):
        assert store.template(tmp_path) is None
    assert "MLflow" in caplog.text
    assert not list(tmp_path.iterdir())
