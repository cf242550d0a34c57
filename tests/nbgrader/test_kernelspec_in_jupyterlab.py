"""The isolated kernel in JupyterLab: the formgrader's button, *Validate*, and a person at work."""

import asyncio
import json
import shutil
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "ui"))
from jupyter_client.manager import AsyncKernelManager
from lab_server import Lab, start_lab
from plain_course import ENABLED, configure, could, environment, plain_course, result, words
from tiny_course import TINY

from batchgrader.kernelspec import install
from coursekit.course import Course

SERVER = "batchgrader.kernels.zygote"


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Course]:
    """The course; nothing is graded yet."""
    with plain_course(tmp_path_factory.mktemp("plain") / "course") as made:
        yield made


def post(lab: Lab, where: str, **fields: str) -> Any:
    """What JupyterLab answers."""
    asked = urllib.request.Request(f"{lab.address}/{where}", json.dumps(fields).encode())
    asked.add_header("Authorization", f"token {lab.token}")
    with urllib.request.urlopen(asked, timeout=120) as answer:
        return json.loads(answer.read())


def servers() -> list[int]:
    """The fork servers of this process and of what it has started."""
    below = psutil.Process().children(recursive=True)
    return [each.pid for each in below if words(each)[0:1] == ["bwrap"] or SERVER in words(each)]


def test_the_button_of_the_formgrader_and_that_of_validate_isolate(
    course: Course, tmp_path: Path
) -> None:
    install(tmp_path / ".local")  # for a user whose home this is
    with start_lab(course, tmp_path) as lab:
        done = post(lab, f"formgrader/api/submission/{TINY}/spy/autograde")
        assert done["success"], done
        spy = result(course, "spy")
        assert could(spy["told"]) == ["data"]
        assert spy["points"]["double-tests-value"] == 2
        started = servers()
        assert started
        shutil.copytree(course.root / "submitted" / "spy" / TINY, course.root / "work")
        assert post(lab, "assignments/validate", path="work/tiny.ipynb")["value"] == {}
        told = json.loads((course.root / "work" / "seen.json").read_text("utf-8"))
        assert could(told) == []
        assert servers() == started  # one fork server, for as long as JupyterLab lives


def test_where_batchgrader_is_enabled_the_button_needs_no_kernelspec(
    course: Course, tmp_path: Path
) -> None:
    configure(course, ENABLED)
    with start_lab(course, tmp_path) as lab:
        done = post(lab, f"formgrader/api/submission/{TINY}/spy/autograde")
    assert done["success"], done
    assert could(result(course, "spy")["told"]) == ["data"]


def test_a_person_may_work_with_such_a_kernel(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTER_PATH", environment(course)["JUPYTER_PATH"])
    asyncio.run(_work(tmp_path))


async def _work(folder: Path) -> None:
    """Type, interrupt, restart and end, with one client all the while."""
    manager = AsyncKernelManager(kernel_name="batchgrader")
    await manager.start_kernel(cwd=str(folder))
    client = manager.client()
    client.start_channels()

    interrupting: list[Any] = []  # the event loop itself keeps no hold of them

    async def run(code: str, hook: Any = None) -> dict[str, str]:
        shown: dict[str, str] = {}

        def hear(message: Any) -> None:
            content = message["content"]
            if message["msg_type"] == "execute_result":
                shown["result"] = content["data"]["text/plain"]
            elif message["msg_type"] == "error":
                shown["error"] = content["ename"]
            elif message["msg_type"] == "stream" and hook is None:
                interrupting.append(asyncio.ensure_future(manager.interrupt_kernel()))

        asking = {"stdin_hook": hook, "allow_stdin": hook is not None}
        await client.execute_interactive(code, output_hook=hear, timeout=60, **asking)
        return shown

    await client.wait_for_ready(timeout=60)
    answer = await run("open('before', 'w').close()\ninput()", lambda _: client.input("typed"))
    assert answer == {"result": "'typed'"}
    sleep = "import time\nprint('here', flush=True)\ntime.sleep(600)"
    assert await run(sleep) == {"error": "KeyboardInterrupt"}
    await manager.restart_kernel()
    await client.wait_for_ready(timeout=60)
    assert [path.name for path in folder.iterdir()] == ["before"]
    assert await run("import os\nos.listdir(), 'time' in globals()") == {
        "result": "(['before'], False)"
    }
    await run("open('after', 'w').close()")
    client.stop_channels()
    await manager.shutdown_kernel()
    assert sorted(path.name for path in folder.iterdir()) == ["after", "before"]
