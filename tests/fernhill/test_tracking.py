"""Every notebook gets an empty MLflow store of its own, in milliseconds, and leaves no trace."""

import os
import shutil
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

with warnings.catch_warnings():  # MLflow imports what SQLAlchemy calls out of date
    warnings.simplefilter("ignore", DeprecationWarning)
    from fernhill import tracking
    from fernhill.tracking import fresh_store, open_store

import mlflow
from alembic.script import ScriptDirectory
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

LOG_A_RUN = """
from fernhill.tracking import fresh_store
fresh_store()
import mlflow
mlflow.set_experiment("trial")
with mlflow.start_run():
    mlflow.log_param("depth", 3)
    mlflow.log_metric("auc", 0.7)
    mlflow.log_text("note", "note.txt")
"""


@pytest.fixture(autouse=True)
def _leave_mlflow_as_it_was() -> Iterator[None]:
    yield
    while mlflow.active_run():
        mlflow.end_run()


def python(code: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run code in a Python of its own, in a folder of its own."""
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def log_a_run(experiment: str) -> str:
    """Log one run with one metric, and return its id."""
    mlflow.set_experiment(experiment)
    with mlflow.start_run() as run:
        mlflow.log_metric("auc", 0.7)
    return str(run.info.run_id)


def test_a_fresh_store_is_empty() -> None:
    fresh_store()
    client = MlflowClient()
    assert [experiment.name for experiment in client.search_experiments()] == ["Default"]
    assert not client.search_runs(["0"])
    assert not client.search_registered_models()


def test_what_is_logged_can_be_read_back() -> None:
    fresh_store()
    run_id = log_a_run("trial")
    assert MlflowClient().get_run(run_id).data.metrics == {"auc": 0.7}


def test_two_stores_are_separate() -> None:
    first = fresh_store()
    run_id = log_a_run("trial")
    second = fresh_store()
    assert first != second
    with pytest.raises(MlflowException, match=run_id):
        MlflowClient().get_run(run_id)
    assert MlflowClient(first, first).get_run(run_id).info.status == "FINISHED"


def test_the_registry_is_in_the_same_store() -> None:
    first = fresh_store()
    MlflowClient().create_registered_model("risk")
    fresh_store()
    assert not MlflowClient().search_registered_models()
    assert len(MlflowClient(first, first).search_registered_models()) == 1


def test_a_run_left_open_does_not_spill_into_the_next_store() -> None:
    fresh_store()
    mlflow.start_run()
    mlflow.start_run(nested=True)
    fresh_store()
    assert mlflow.active_run() is None


def test_a_chosen_experiment_does_not_spill_into_the_next_store() -> None:
    fresh_store()
    log_a_run("one")
    log_a_run("two")
    fresh_store()
    with mlflow.start_run() as run:
        pass
    assert run.info.experiment_id == "0"


def test_the_default_experiment_keeps_its_artifacts_in_the_store(tmp_path: Path) -> None:
    fresh_store(tmp_path / "store")
    location = MlflowClient().get_experiment("0").artifact_location
    assert str(tmp_path) in location


def test_artifacts_of_an_experiment_are_kept_in_the_store(tmp_path: Path) -> None:
    fresh_store(tmp_path / "a store")
    mlflow.set_experiment("trial")
    with mlflow.start_run():
        mlflow.log_text("note", "note.txt")
    assert [path.name for path in (tmp_path / "a store").rglob("*.txt")] == ["note.txt"]


def test_a_folder_that_holds_a_store_is_refused(tmp_path: Path) -> None:
    fresh_store(tmp_path)
    run_id = log_a_run("trial")
    with pytest.raises(FileExistsError, match=r"is already a store; open it with open_store"):
        fresh_store(tmp_path)
    assert MlflowClient().get_run(run_id).info.status == "FINISHED"


def test_a_store_can_be_opened_again(tmp_path: Path) -> None:
    uri = fresh_store(tmp_path)
    run_id = log_a_run("trial")
    fresh_store()
    assert open_store(tmp_path) == uri
    assert MlflowClient().get_run(run_id).data.metrics == {"auc": 0.7}


def test_opening_a_folder_without_a_store_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"There is no store in .*make one with fresh_"):
        open_store(tmp_path)


def test_a_second_store_is_copied_and_not_migrated(monkeypatch: pytest.MonkeyPatch) -> None:
    fresh_store()
    monkeypatch.delattr(tracking, "_migrate")
    fresh_store()
    assert not MlflowClient().search_registered_models()


def test_the_migrations_are_read_for_the_first_store_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    fresh_store()
    monkeypatch.delattr(ScriptDirectory, "from_config")
    fresh_store()
    assert mlflow.search_runs(output_format="list") == []


def test_nothing_is_printed_to_stderr_or_left_behind(tmp_path: Path) -> None:
    work, temporary = tmp_path / "work", tmp_path / "temporary"
    work.mkdir()
    temporary.mkdir()
    run = python(LOG_A_RUN, work, TMPDIR=str(temporary))
    assert run.returncode == 0
    assert run.stderr == ""
    assert not list(work.iterdir())
    assert not list(temporary.iterdir())


def test_news_of_a_new_version_goes_to_stdout(tmp_path: Path) -> None:
    code = """
import warnings
warnings.simplefilter("ignore")
from fernhill.tracking import fresh_store
fresh_store()
import logging, mlflow
logging.getLogger("mlflow").warning("Created version '2'")
"""
    run = python(code, tmp_path)
    assert "Created version '2'" in run.stdout
    assert run.stderr == ""


@pytest.mark.parametrize("first", ["fernhill.tracking", "mlflow"])
def test_telemetry_is_off_whichever_is_imported_first(first: str, tmp_path: Path) -> None:
    code = f"""
import {first}
from fernhill.tracking import fresh_store
fresh_store()
from mlflow.telemetry import get_telemetry_client
print(get_telemetry_client())
"""
    # On a learner's machine: MLflow is silent by itself where it sees pytest or a build server.
    home = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    command = [sys.executable, "-c", code]
    run = subprocess.run(command, env=home, cwd=tmp_path, capture_output=True, text=True)
    assert run.stdout.strip() == "None"


def test_two_processes_can_make_the_template_at_once(tmp_path: Path) -> None:
    code = f"""
from pathlib import Path
from fernhill import tracking
tracking._migrate(Path({str(tmp_path)!r}) / "template.db")
"""
    both = [subprocess.Popen([sys.executable, "-c", code], cwd=tmp_path) for _ in range(2)]
    assert [process.wait(timeout=120) for process in both] == [0, 0]
    assert [path.name for path in tmp_path.iterdir()] == ["template.db"]
    shutil.copyfile(tmp_path / "template.db", tmp_path / "mlflow.db")
    open_store(tmp_path)
    assert MlflowClient().get_experiment("0").name == "Default"


def test_without_write_permission_the_template_goes_to_the_users_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Path] = []
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "no_such_environment"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(tracking, "_migrate", made.append)
    template = tracking._template()
    assert template.parent == tmp_path / "cache" / "fernhill"
    assert made == [template]
