"""The fork server's process: imports once, then forks a keeper for each connection.

Started by ``ForkServer`` as ``python -P -m batchgrader.kernels.zygote``, in a sandbox where there
is one. It has one thread, no event loop and no ZeroMQ, so that a fork of it is whole.
"""

import contextlib
import os
import select
import signal
import socket
import sys
from functools import partial
from typing import Any

from batchgrader.isolation.layers import Layers
from batchgrader.isolation.namespaces import fork_keeper, prepare
from batchgrader.kernels.keeper import keep
from batchgrader.kernels.preload import Preloaded, preload
from batchgrader.kernels.wire import Lines


def main() -> None:
    """Serve until the owner is gone; the arguments are two descriptors, of sockets."""
    listener = socket.socket(fileno=int(sys.argv[1]))
    owner = Lines(socket.socket(fileno=int(sys.argv[2])))
    setup = owner.receive()
    if setup is None:
        return
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    preloaded = preload(
        setup["modules"],
        kernel_class=setup["kernel_class"],
        trying=partial(_tell, owner),
    )
    owner.send({"refused": dict(preloaded.refused), "spoiled": list(preloaded.spoiled)})
    layers = Layers.from_json(setup["layers"])
    prepare(layers)
    serve(listener, owner, layers, preloaded)


def _tell(owner: Lines, module: str) -> None:
    owner.send({"importing": module})


def serve(listener: socket.socket, owner: Lines, layers: Layers, preloaded: Preloaded) -> None:
    """Fork a keeper for each connection, and bury those that have ended."""
    life = owner.fileno()
    slots: dict[int, int] = {}  # of the keepers that live
    while True:
        waited: list[Any] = [listener, life]
        readable = select.select(waited, [], [], 1.0)[0]
        with contextlib.suppress(ChildProcessError):
            while ended := os.waitpid(-1, os.WNOHANG)[0]:
                slots.pop(ended, None)
        if life in readable:
            owner.waiting()
            if owner.closed:
                return
        if listener in readable:
            connection, _ = listener.accept()
            slot = min(set(range(len(slots) + 1)) - set(slots.values()))
            keeper = fork_keeper(layers)
            if keeper == 0:
                listener.close()
                keep(Lines(connection), life, layers, preloaded, slot)
            slots[keeper] = slot
            connection.close()


if __name__ == "__main__":
    main()
