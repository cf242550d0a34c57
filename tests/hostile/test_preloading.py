"""What a fork server loads ahead of its kernels, and what it refuses to."""

import os
from pathlib import Path
from typing import Any

import pytest
from fork_harness import Server

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")

BAD = {
    "prints": ("print('hello')", "prints"),
    "warns": ("import warnings; warnings.warn('old')", "prints"),
    "logs": ("import logging; logging.error('no')", "prints"),
    "starts_a_thread": (
        "import threading as t, time; t.Thread(target=time.sleep, args=[9], daemon=True).start()",
        "thread",
    ),
    "opens_a_socket": ("import socket; s = socket.socket()", "socket"),
    "leaves_a_process": ("import subprocess; p = subprocess.Popen(['sleep', '9'])", "process"),
    "fails": ("1 / 0", "ZeroDivisionError"),
    "exits": ("raise SystemExit", "ends the process"),
    "misses": ("import not_there_at_all", "not_there_at_all"),
}


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What a server says that was given modules which should not be loaded ahead."""
    library = tmp_path_factory.mktemp("bad")
    for name, (code, _) in BAD.items():
        (library / f"{name}.py").write_text(code, "utf-8")
    (library / "user.py").write_text("import prints, json", "utf-8")
    (library / "sets.py").write_text("import os; os.environ['SET'] = 'yes'", "utf-8")
    modules = [*BAD, "user", "sets", "nowhere", "matplotlib_inline.backend_inline"]
    modules.insert(0, "user")
    server = Server(tmp_path_factory.mktemp("server"), modules, path=str(library))
    yield server.preloaded
    server.close()


@pytest.mark.parametrize("name", BAD)
def test_a_module_that_leaves_something_is_refused_and_spoils_the_server(
    bad: Any, name: str
) -> None:
    assert BAD[name][1] in bad["refused"][name]
    assert name in bad["spoiled"]
    assert name not in bad["modules"]


def test_a_module_that_imports_a_bad_one_is_refused_too(bad: Any) -> None:
    assert "prints" in bad["refused"]["user"]


def test_a_module_that_is_not_there_spoils_nothing(bad: Any) -> None:
    assert "nowhere" in bad["refused"]
    assert "nowhere" not in bad["spoiled"]


def test_what_an_import_changes_in_the_environment_is_kept(bad: Any) -> None:
    assert bad["environment"]["SET"] == [None, "yes"]


def test_the_inline_backend_is_left_to_the_notebook(bad: Any) -> None:
    assert "matplotlib_inline.backend_inline" not in bad["modules"]


def test_nothing_is_refused_without_modules(tmp_path: Path) -> None:
    server = Server(tmp_path)
    with server.kernel() as kernel:
        assert kernel.tell("1 + 1") == 2
    server.close()
    assert server.preloaded["refused"] == {}


def test_every_module_of_a_package_that_prints_is_named(tmp_path: Path) -> None:
    package = tmp_path / "library" / "loud"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("from . import part", "utf-8")
    (package / "part.py").write_text("print('loud')", "utf-8")
    (package / "other.py").write_text("", "utf-8")
    modules = ("loud", "loud.part", "loud.other")
    server = Server(tmp_path, modules, path=str(package.parent))
    server.close()
    assert sorted(server.preloaded["spoiled"]) == sorted(modules)
