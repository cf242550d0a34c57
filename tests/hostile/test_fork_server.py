"""The fork server: what it loads, how it ends, and what happens when it dies."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from small_jobs import job, outputs

from batchgrader.execution import LocalPool, run_job
from batchgrader.jobs import Result
from batchgrader.kernels.sources import Recipe, layers_for, serve

PATIENCE = 60.0

OWNER = """
import sys, time
from pathlib import Path
from batchgrader.kernels.sources import Recipe, serve

def main():
    server, recipe = serve(Recipe(isolation={isolation!r}), Path({scratch!r}))
    print(server._process.pid, flush=True)
    {then}

main()
"""


def eventually(true: Callable[[], bool]) -> bool:
    end = time.monotonic() + PATIENCE
    while not true() and time.monotonic() < end:
        time.sleep(0.05)
    return true()


def lives(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def graded(recipe: Recipe, *cells: str) -> Result:
    return Result.from_json(run_job(replace(job(*cells), kernels=recipe)))


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Makes a module that fork servers can import from now on."""
    folder = tmp_path / "modules"
    folder.mkdir()
    monkeypatch.setenv("PYTHONPATH", str(folder))

    def make(name: str, code: str) -> None:
        (folder / f"{name}.py").write_text(code, "utf-8")

    return make


def recipe_with(tmp_path: Path, *modules: str) -> Recipe:
    return Recipe(modules=modules, readable=(str(tmp_path / "modules"),))


def scratch_in(tmp_path: Path) -> Path:
    folder = tmp_path / "r"
    folder.mkdir()
    return folder


def test_a_kernel_finds_what_was_loaded_ahead_and_nothing_else_of_its_siblings(
    tmp_path: Path, module: Callable[[str, str], None]
) -> None:
    module("heavy", "seen = []")
    server, recipe = serve(recipe_with(tmp_path, "heavy"), scratch_in(tmp_path))
    try:
        for _ in range(2):
            result = graded(
                recipe,
                "import sys\n'heavy' in sys.modules",
                "import heavy\nheavy.seen.append(1)\nheavy.seen",
            )
            assert outputs(result) == [["True"], ["[1]"]]
    finally:
        server.close()


@pytest.mark.parametrize(
    "code",
    [
        "import os\nos._exit(3)",
        "import threading, time\nthreading.Thread(target=time.sleep, args=(1000,)).start()",
        "print('hello')",
        "1 / 0",
    ],
    ids=["ends Python", "leaves a thread", "prints", "fails"],
)
def test_a_module_that_cannot_be_shared_is_left_to_the_notebooks(
    tmp_path: Path, module: Callable[[str, str], None], code: str, caplog: pytest.LogCaptureFixture
) -> None:
    module("good", "x = 1")
    module("odd", code)
    server, recipe = serve(recipe_with(tmp_path, "good", "odd"), scratch_in(tmp_path))
    try:
        assert list(server.refused) == ["odd"]
        assert "odd is not loaded ahead" in caplog.text
        loaded = "import sys\n[name in sys.modules for name in ('good', 'odd')]"
        assert outputs(graded(recipe, loaded)) == [["[True, False]"]]
    finally:
        server.close()


@pytest.mark.parametrize("isolation", ["auto", "none"])
@pytest.mark.parametrize("signum", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, None])
def test_the_server_ends_with_its_owner_whatever_ends_that(
    tmp_path: Path, isolation: str, signum: signal.Signals | None
) -> None:
    then = "time.sleep(1000)" if signum else "__import__('os')._exit(0)"
    script = OWNER.format(isolation=isolation, scratch=str(scratch_in(tmp_path)), then=then)
    owner = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    with owner, owner.stdout:
        server = int(owner.stdout.readline())
        below = [child.pid for child in psutil.Process(server).children()] if signum else []
        if signum:
            owner.send_signal(signum)
    assert eventually(lambda: not any(map(lives, [server, *below])))


def test_where_the_server_dies_kernels_start_cold_and_the_log_says_why(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    server, recipe = serve(Recipe(), scratch_in(tmp_path))
    try:
        server._process.kill()
        server._process.wait()
        assert outputs(graded(recipe, "1 + 1")) == [["2"]]
        assert "The fork server has died" in caplog.text
    finally:
        server.close()


def test_a_kernel_ends_with_the_worker_that_ordered_it(tmp_path: Path) -> None:
    with LocalPool(1) as pool:
        recipe = Recipe(isolation="none")
        server, recipe = serve(recipe, pool.scratch)
        try:
            path = tmp_path / "pids"
            tell = (
                "import json, os, pathlib, subprocess\n"
                "child = subprocess.Popen(['sleep', '1000'], start_new_session=True)\n"
                f"pathlib.Path({str(path)!r}).write_text(json.dumps([os.getpid(), child.pid]))"
            )
            forever = replace(job(tell, "while True: pass"), kernels=recipe)
            future = pool.submit(run_job, forever)
            assert eventually(lambda: path.exists() and path.read_text() != "")
            for worker in list(pool._workers.values()):
                os.kill(worker._process.pid, signal.SIGKILL)
            assert future.exception() is not None
            assert eventually(lambda: not any(map(lives, json.loads(path.read_text()))))
        finally:
            server.close()


def test_what_isolates_kernels_here_can_be_told_in_words() -> None:
    assert layers_for("auto").describe().startswith(("strong: ", "basic: "))
    assert layers_for("none").describe() == "none"
