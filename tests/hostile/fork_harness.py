"""Forked kernels for tests, of a bare fork server without keepers and without confinement.

``Server`` starts ``bare_server.py`` and speaks to it; what it makes are kernels to run cells in.
"""

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jupyter_client.blocking.client import BlockingKernelClient

from batchgrader.kernels import ONE_THREAD
from batchgrader.kernels.cold import READY
from batchgrader.kernels.order import kernel_environment, own_command

# What most servers have loaded: what notebooks load.
MODULES = (
    *("numpy", "pandas", "matplotlib.pyplot", "matplotlib.backends.backend_agg", "uuid", "ssl"),
    *("joblib", "sklearn.linear_model", "multiprocessing.pool", "sqlite3"),
)

# Each process that is the first in a namespace has the number 1 there.
NAMESPACE = ("unshare", "--user", "--map-root-user", "--pid", "--fork", "--kill-child")

PROGRAM = Path(__file__).with_name("bare_server.py")
PATIENCE = 300.0  # seconds for an answer of a kernel, on a machine that has other things to do


@dataclass
class Kernel:
    """A kernel and a client that speaks to it."""

    pid: int
    client: BlockingKernelClient
    folder: Path
    ended: Any

    def run(self, code: str) -> "Shown":
        """Run a cell, and collect what it shows."""
        shown = Shown()
        reply = self.client.execute_interactive(
            code, allow_stdin=False, timeout=PATIENCE, output_hook=shown.add, stop_on_error=False
        )
        shown.reply = reply["content"]
        return shown

    def tell(self, expression: str) -> Any:
        """The value of an expression that has a JSON form."""
        shown = self.run(f"import json as _j; print(_j.dumps({expression}))")
        assert shown.reply["status"] == "ok", shown.reply
        return json.loads(shown.text)


@dataclass
class Shown:
    """What a cell has shown: the text on both streams, and all other outputs as they came."""

    outputs: list[dict[str, Any]] = field(default_factory=list)
    reply: dict[str, Any] = field(default_factory=dict)

    def add(self, message: dict[str, Any]) -> None:
        kind, content = message["header"]["msg_type"], message["content"]
        last = self.outputs[-1] if self.outputs else {}
        if kind == "stream" and last.get("name") == content["name"]:
            last["text"] += content["text"]
        elif kind in ("stream", "error", "display_data", "execute_result", "update_display_data"):
            self.outputs.append({"output_type": kind} | content)

    @property
    def text(self) -> str:
        return "".join(output.get("text", "") for output in self.outputs)


class Server:
    """A server process; ``preload`` has been called in it with these modules."""

    def __init__(
        self,
        place: Path,
        modules: Sequence[str] = (),
        kernel_class: str = "",
        *,
        path: str = "",
        same_pid: bool = False,
    ) -> None:
        self.place = place
        self.path, self.same_pid = path, same_pid
        self._number = 0
        self._rest = b""
        self._ended: dict[int, int] = {}
        argv = [*(NAMESPACE if same_pid else ()), sys.executable, "-P", str(PROGRAM)]
        with (place / "server.log").open("wb") as log:
            self.process = subprocess.Popen(
                [*argv, json.dumps([list(modules), kernel_class, same_pid])],
                env=self._base(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )
        self.preloaded = self._next()

    def close(self) -> None:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        self.process.wait(PATIENCE)
        self.process.stdout.close()

    @contextlib.contextmanager
    def kernel(self, kernel_class: str = "", **extra: str) -> Iterator[Kernel]:
        """A forked kernel in folders of its own."""
        order = self.order(kernel_class, extra)
        assert self.process.stdin
        self.process.stdin.write(json.dumps(order).encode() + b"\n")
        self.process.stdin.flush()
        pid = self._next()["pid"]
        message = self._next()
        assert message == {"ready": pid}, (message, Path(order["log"]).read_text("utf-8"))
        with _client(order["connection_file"]) as client:
            yield Kernel(pid, client, Path(order["folder"]), lambda: self._end_of(pid))
        if not self.same_pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            self._end_of(pid)

    @contextlib.contextmanager
    def cold(self, kernel_class: str = "", **extra: str) -> Iterator[Kernel]:
        """A cold kernel in the same kind of place."""
        order = self.order(kernel_class, extra)
        told, tell = os.pipe()
        argv = own_command(order["connection_file"], kernel_class)
        with Path(order["log"]).open("wb") as log:
            process = subprocess.Popen(
                argv,
                cwd=order["folder"],
                env=order["environment"] | {READY: str(tell)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=[tell],
                start_new_session=True,
            )
        os.close(tell)
        assert os.read(told, 1), Path(order["log"]).read_text("utf-8")
        os.close(told)
        with _client(order["connection_file"]) as client:
            yield Kernel(process.pid, client, Path(order["folder"]), lambda: process.wait(PATIENCE))
        process.kill()
        process.wait()

    def order(self, kernel_class: str, extra: Mapping[str, str]) -> dict[str, Any]:
        self._number += 1
        own = self.place / f"{self._number}"
        folder, private = own / "work", own / "tmp"
        folder.mkdir(parents=True)
        private.mkdir()
        ports = {"shell": 1, "iopub": 2, "stdin": 3, "control": 4, "hb": 5}
        about = {"transport": "ipc", "ip": str(own / "k"), "key": "secret", "kernel_name": ""}
        about |= {"signature_scheme": "hmac-sha256"}
        numbered = {f"{name}_port": number for name, number in ports.items()}
        connection_file = own / "k.json"
        connection_file.write_text(json.dumps(about | numbered), "utf-8")
        base = self._base() | {"USER": "student"} | dict(extra)
        return {
            "connection_file": str(connection_file),
            "folder": str(folder),
            "environment": kernel_environment(base, private),
            "kernel_class": kernel_class,
            "log": str(own / "log"),
        }

    def _base(self) -> dict[str, str]:
        """What every process of the server has in its environment."""
        # Sets are walked through in the same order in all of them, or runs could not be compared.
        base = {"PATH": os.environ["PATH"], "LC_CTYPE": "C.UTF-8", "PYTHONHASHSEED": "0"}
        base |= dict.fromkeys(ONE_THREAD, "1")
        return base | ({"PYTHONPATH": self.path} if self.path else {})

    def _end_of(self, pid: int) -> int:
        while pid not in self._ended:
            ended, status = self._next()["ended"]
            self._ended[ended] = status
        return self._ended[pid]

    def _next(self) -> dict[str, Any]:
        assert self.process.stdout
        while b"\n" not in self._rest:
            readable = select.select([self.process.stdout], [], [], PATIENCE)[0]
            content = os.read(self.process.stdout.fileno(), 1_000_000) if readable else b""
            assert content, (self.place / "server.log").read_text("utf-8")
            self._rest += content
        line, _, self._rest = self._rest.partition(b"\n")
        message: dict[str, Any] = json.loads(line)
        return message


@contextlib.contextmanager
def _client(connection_file: str) -> Iterator[BlockingKernelClient]:
    client = BlockingKernelClient(connection_file=connection_file)
    client.load_connection_file()
    client.start_channels()
    client.wait_for_ready(PATIENCE)
    try:
        yield client
    finally:
        client.stop_channels()
        client.context.destroy(linger=0)
