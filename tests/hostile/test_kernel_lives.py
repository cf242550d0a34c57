"""How a kernel lives and ends, forked or cold: sockets, interrupts, exit status, its modules."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from fork_harness import MODULES, Server, Shown

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    made = Server(tmp_path_factory.mktemp("server"), MODULES)
    yield made
    made.close()


@pytest.mark.parametrize("kind", ["kernel", "cold"])
def test_a_kernel_opens_no_network_socket(server: Server, kind: str) -> None:
    with getattr(server, kind)() as kernel:
        kernel.run("print(1)")
        assert psutil.Process(kernel.pid).net_connections("inet") == []


@pytest.mark.parametrize("kind", ["kernel", "cold"])
def test_an_interrupt_stops_a_cell_and_not_the_kernel(server: Server, kind: str) -> None:
    with getattr(server, kind)() as kernel:
        stopped = Shown()

        def interrupt(message: dict[str, Any]) -> None:
            stopped.add(message)
            if "asleep" in str(message["content"].get("text")):
                os.kill(kernel.pid, signal.SIGINT)

        reply = kernel.client.execute_interactive(
            "import sys, time\nprint('asleep'); sys.stdout.flush()\nwhile True: time.sleep(0.01)",
            timeout=60,
            output_hook=interrupt,
            stop_on_error=False,
        )
        assert reply["content"]["ename"] == "KeyboardInterrupt"
        assert kernel.run("print('still here')").text == "still here\n"


ENDINGS = {
    "os._exit(3)": 3,
    "import ctypes; ctypes.string_at(0)": -signal.SIGSEGV,
    "import os, signal; os.kill(os.getpid(), signal.SIGKILL)": -signal.SIGKILL,
    "exit()": 0,
}


@pytest.mark.parametrize("kind", ["kernel", "cold"])
@pytest.mark.parametrize("code", ENDINGS)
def test_a_kernel_ends_with_the_status_of_a_process(server: Server, kind: str, code: str) -> None:
    with getattr(server, kind)() as kernel:
        kernel.client.execute(f"import os\n{code}")
        assert kernel.ended() == ENDINGS[code]


def test_a_kernel_does_at_its_end_what_programs_have_asked_for(server: Server) -> None:
    with server.kernel() as kernel:
        kernel.run(
            "import atexit, pathlib, threading, time\n"
            "atexit.register(lambda: pathlib.Path('left').write_text('in good order'))\n"
            "def late(): time.sleep(0.2); pathlib.Path('late').write_text('not too late')\n"
            "threading.Thread(target=late).start()"
        )
        kernel.client.shutdown()
        assert kernel.ended() == 0
        assert (kernel.folder / "left").read_text("utf-8") == "in good order"
        assert (kernel.folder / "late").read_text("utf-8") == "not too late"


@pytest.mark.parametrize("kind", ["kernel", "cold"])
def test_a_file_does_not_take_the_place_of_a_module(server: Server, kind: str) -> None:
    with getattr(server, kind)() as kernel:
        for name in ("colorsys", "nbformat", "helper"):
            (kernel.folder / f"{name}.py").write_text("WHOSE = 'the submission'", "utf-8")
        kernel.run("import colorsys, nbformat, helper")
        assert (
            kernel.tell("[hasattr(colorsys, 'WHOSE'), hasattr(nbformat, 'WHOSE')]") == [False] * 2
        )
        assert kernel.tell("helper.WHOSE") == "the submission"


def test_a_class_of_kernel_can_be_chosen_late(server: Server) -> None:
    with server.kernel("ipykernel.ipkernel.IPythonKernel") as kernel:
        assert kernel.tell("type(get_ipython().kernel).__name__") == "IPythonKernel"


@pytest.mark.parametrize("kind", ["kernel", "cold"])
def test_a_shell_command_runs_where_there_are_no_terminals(tmp_path: Path, kind: str) -> None:
    (tmp_path / "library").mkdir()
    site = "import os\ndef openpty(): raise PermissionError\nos.openpty = openpty"
    for name in ("confined", "sitecustomize"):
        (tmp_path / "library" / f"{name}.py").write_text(site, "utf-8")
    server = Server(tmp_path, ["confined"], path=str(tmp_path / "library"))
    with getattr(server, kind)() as kernel:
        assert kernel.run("!echo said").text == "said\n"
    server.close()
