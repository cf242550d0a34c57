"""The fork server as its owner sees it: started, spoken to, and ended.

A run owns one; a process that grades by itself, such as nbgrader's own command, owns one as well.
"""

import atexit
import contextlib
import logging
import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

from batchgrader.isolation.bubblewrap import wrap
from batchgrader.isolation.layers import Layers
from batchgrader.kernels import ONE_THREAD
from batchgrader.kernels.scratch import leave, scratch_folder
from batchgrader.kernels.wire import Lines

LOG = logging.getLogger("batchgrader.kernels")

_PATIENCE = 5.0  # seconds that the server gets to leave before it is killed


class ServerDied(RuntimeError):  # noqa: N818  what happened
    """A fork server ended before it was ready; ``importing`` is the module that it was at."""

    def __init__(self, importing: str, log: Path) -> None:
        self.importing = importing
        super().__init__(f"The fork server ended before it was ready; {log} says more.")


class ForkServer:
    """One fork server for one kind of kernel; lives until ``close`` or the end of this process.

    Kernels may live in folders below ``scratch`` and nowhere else. ``address`` is where workers
    connect. ``refused`` maps each module that is not preloaded to the reason.
    """

    def __init__(
        self,
        scratch: Path,
        layers: Layers,
        modules: Sequence[str] = (),
        log: Path | None = None,
        *,
        readable: Sequence[str] = (),
        secret: Sequence[str] = (),
        kernel_class: str = "",
    ) -> None:
        self.scratch = scratch
        self.readable = tuple(readable)
        self.kernel_class = kernel_class
        self._secret = tuple(secret)
        # Two servers must not give their kernels the same users.
        self.layers = layers.with_new_users()
        self.refused: dict[str, str] = {}
        # Outside what kernels may see, and for this user alone.
        self._folder = scratch_folder()
        self.address = str(self._folder / "socket")
        self._log = log or self._folder / "log"
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(self.address)
        self._listener.listen(128)
        atexit.register(self.close)
        try:
            self._start_without_bad(list(modules))
        except BaseException:
            self.close()
            raise

    def _start_without_bad(self, modules: list[str]) -> None:
        """Start; again without the modules that end the server or do not leave it fit to fork."""
        while True:
            try:
                spoiled = self._start(modules)
            except ServerDied as death:
                if death.importing not in modules:
                    raise
                spoiled = [death.importing]
                self.refused[death.importing] = "the fork server ended while it was imported"
            if not spoiled:
                break
            self._end()
            modules = [module for module in modules if module not in spoiled]
        # Where the server dies, nobody may seem to listen.
        self._listener.close()
        for module, why in self.refused.items():
            LOG.warning("%s is not loaded ahead of notebooks: %s", module, why)

    def _start(self, modules: Sequence[str]) -> list[str]:
        """Start the process; returns the modules without which it must be started again."""
        own, other = socket.socketpair()
        self._line = Lines(own)
        passed = (self._listener.fileno(), other.fileno())
        argv = [sys.executable, "-P", "-m", "batchgrader.kernels.zygote"]
        argv += [str(descriptor) for descriptor in passed]
        with self._log.open("ab") as noise, other:
            self._process = self._launch(argv, passed, noise)
        setup = {"modules": modules, "kernel_class": self.kernel_class}
        self._line.send(setup | {"layers": self.layers.to_json()})
        importing = ""
        while (message := self._line.receive()) is not None:
            if "spoiled" in message:
                self.refused |= message["refused"]
                return list(message["spoiled"])
            importing = message.get("importing", importing)
        raise ServerDied(importing, self._log)

    def _launch(
        self, argv: list[str], passed: tuple[int, ...], noise: IO[bytes]
    ) -> "subprocess.Popen[bytes]":
        """Run the command, inside a sandbox if there is one."""
        environment = _environment()
        options: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": noise, "stderr": noise}
        options |= {"start_new_session": True, "cwd": "/"}
        if not self.layers.bubblewrap:
            return subprocess.Popen(argv, env=environment, pass_fds=passed, **options)
        sandbox = wrap(
            argv,
            scratch=str(self.scratch),
            readable=self.readable,
            keep_out=self._secret,
            environment=environment,
            namespaces=bool(self.layers.namespaces),
        )
        try:
            passed = (*passed, sandbox.descriptor)
            return subprocess.Popen(sandbox.command, env={}, pass_fds=passed, **options)
        finally:
            os.close(sandbox.descriptor)

    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process.poll() is None

    def close(self) -> None:
        """End the server and every kernel that it has made."""
        atexit.unregister(self.close)
        self._end()
        self._listener.close()
        leave(self._folder)

    def _end(self) -> None:
        line: Lines | None = getattr(self, "_line", None)
        if line is not None:
            line.close()
        process: subprocess.Popen[bytes] | None = getattr(self, "_process", None)
        if process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_PATIENCE)
        process.kill()
        process.wait()


def _environment() -> dict[str, str]:
    """What the server needs of the environment; whatever else there is may be secret."""
    kept = ["PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "VIRTUAL_ENV", "CONDA_PREFIX"]
    kept += ["PYTHONPATH", "PYTHONHASHSEED"]
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    return environment | ONE_THREAD
