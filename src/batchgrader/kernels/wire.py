"""Messages between a worker, the fork server and its keepers: JSON, a line each, on a socket."""

import json
import socket
from collections.abc import Sequence
from typing import Any

# An order carries an environment; more than this is no message but a mistake.
LARGEST = 4_000_000

_ROOM = 65_536
_MOST_DESCRIPTORS = 4


class Lines:
    """Messages over one socket; both ends use it. Not for two threads at a time."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self._rest = b""
        self.descriptors: list[int] = []
        self.closed = False

    def fileno(self) -> int:
        """The descriptor to wait on."""
        return self._socket.fileno()

    def send(self, message: dict[str, Any], descriptors: Sequence[int] = ()) -> bool:
        """Send one message, with open files if there are any; false where nobody listens."""
        content = json.dumps(message).encode("utf-8") + b"\n"
        try:
            self._socket.setblocking(True)
            if descriptors:
                sent = socket.send_fds(self._socket, [content], list(descriptors))
                content = content[sent:]
            self._socket.sendall(content)
        except OSError:
            self.closed = True
            return False
        return True

    def waiting(self) -> list[dict[str, Any]]:
        """All messages that have come; returns at once, and notes when the other side is gone."""
        self._socket.setblocking(False)
        while not self.closed:
            try:
                self._read()
            except BlockingIOError:
                break
            except OSError:
                self.closed = True
        return self._whole()

    def receive(self) -> dict[str, Any] | None:
        """The next message; None where the other side is gone before it was whole."""
        self._socket.setblocking(True)
        while b"\n" not in self._rest and not self.closed:
            try:
                self._read()
            except OSError:
                self.closed = True
        line, found, rest = self._rest.partition(b"\n")
        self._rest = rest
        return _parsed(line) if found else None

    def close(self) -> None:
        """Hang up."""
        self.closed = True
        self._socket.close()

    def _read(self) -> None:
        content, descriptors, _, _ = socket.recv_fds(self._socket, _ROOM, _MOST_DESCRIPTORS)
        self.descriptors += descriptors
        self._rest += content
        self.closed = not content or len(self._rest) > LARGEST

    def _whole(self) -> list[dict[str, Any]]:
        *lines, self._rest = self._rest.split(b"\n")
        return [message for line in lines if (message := _parsed(line)) is not None]


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return message if isinstance(message, dict) else None
