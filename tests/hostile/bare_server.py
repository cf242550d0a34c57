"""A fork server with nothing around it: one JSON line in for each kernel, lines out about them.

A program, ``python -P bare_server.py ARGUMENTS``; ``fork_harness`` starts it.
"""

import contextlib
import ctypes
import json
import os
import select
import sys
from dataclasses import asdict
from typing import Any

from batchgrader.kernels.preload import Preloaded, preload

CLONE_NEWPID = 0x20000000


def serve() -> None:
    """Be the server."""
    modules, kernel_class, same_pid = json.loads(sys.argv[1])
    preloaded = preload(modules, kernel_class=kernel_class)
    _say(asdict(preloaded))
    rest = ""
    while True:
        readable = select.select([0], [], [], 0.05)[0]
        with contextlib.suppress(ChildProcessError):
            while (end := os.waitpid(-1, os.WNOHANG))[0]:
                _say({"ended": [end[0], os.waitstatus_to_exitcode(end[1])]})
        if 0 in readable:
            content = os.read(0, 1_000_000).decode()
            if not content:
                return
            *lines, rest = (rest + content).split("\n")
            for line in lines:
                _fork(json.loads(line), preloaded, same_pid=same_pid)


def _say(message: dict[str, Any]) -> None:
    os.write(1, json.dumps(message).encode() + b"\n")


def _fork(order: dict[str, Any], preloaded: Preloaded, *, same_pid: bool) -> None:
    pid = os.fork()
    if pid:
        _say({"pid": pid})
        return
    own = os.getpid()
    if same_pid:
        assert ctypes.CDLL(None).unshare(CLONE_NEWPID) == 0
        if inner := os.fork():
            os._exit(os.waitstatus_to_exitcode(os.waitpid(inner, 0)[1]) & 0xFF)
    from batchgrader.kernels.ipython import become_kernel

    os.setsid()
    said = os.dup(1)
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.close(log)
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environment"])

    def ready() -> None:
        os.write(said, json.dumps({"ready": own}).encode() + b"\n")
        os.close(said)

    become_kernel(
        order["connection_file"],
        ready=ready,
        preloaded=preloaded,
        kernel_class=order["kernel_class"],
    )


if __name__ == "__main__":
    serve()
