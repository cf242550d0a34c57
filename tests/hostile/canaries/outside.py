"""A process beside the grader that has a secret and listens; run as a program of its own.

``python outside.py WORD FOLDER``, with ``OUTSIDE`` in its environment and one JSON object with the
words that it gives away on standard input. It prints where it listens as JSON, then a line for
each time that anybody reaches it.
"""

import json
import os
import selectors
import signal
import socket
import sys
from pathlib import Path
from types import FrameType

ASKED = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGUSR1, signal.SIGCONT)


def tell(text: str) -> None:
    """Say that somebody was here."""
    print(text, flush=True)


def listening(
    kind: socket.SocketKind, family: int, address: str | tuple[str, int]
) -> socket.socket:
    """A socket at an address."""
    made = socket.socket(family, kind)
    made.bind(address)
    if kind == socket.SOCK_STREAM:
        made.listen()
    return made


def signalled(number: int, frame: FrameType | None) -> None:
    """Say which signal came."""
    tell(f"signal {signal.Signals(number).name}")


def main() -> None:
    """Listen for ever; every caller is given the word that belongs to the socket."""
    folder = Path(sys.argv[2])
    words = json.load(sys.stdin)
    kept = bytearray(words["the memory of another process"].encode())
    abstract = f"\0{folder}"
    stream, datagram = socket.SOCK_STREAM, socket.SOCK_DGRAM
    sockets = {
        "a TCP server": listening(stream, socket.AF_INET, ("127.0.0.1", 0)),
        "a UDP server": listening(datagram, socket.AF_INET, ("127.0.0.1", 0)),
        "a socket with an abstract name": listening(stream, socket.AF_UNIX, abstract),
        "a socket in the file system": listening(stream, socket.AF_UNIX, str(folder / "socket")),
    }
    (folder / "socket").chmod(0o777)
    for number in ASKED:
        signal.signal(number, signalled)
    tell(
        json.dumps(
            {
                "pid": os.getpid(),
                "tcp": sockets["a TCP server"].getsockname()[1],
                "udp": sockets["a UDP server"].getsockname()[1],
                "abstract": str(folder),
                "pathname": str(folder / "socket"),
            }
        )
    )
    with selectors.DefaultSelector() as selector:
        for name, each in sockets.items():
            selector.register(each, selectors.EVENT_READ, name)
        while kept:
            for key, _ in selector.select():
                answer(sockets[key.data], key.data, words)


def answer(listener: socket.socket, name: str, words: dict[str, str]) -> None:
    """Give a caller the word, and say that there was one."""
    if listener.type == socket.SOCK_DGRAM:
        listener.recv(1000)
    else:
        caller, _ = listener.accept()
        with caller:
            caller.sendall(words[name].encode())
    tell(name)


if __name__ == "__main__":
    main()
