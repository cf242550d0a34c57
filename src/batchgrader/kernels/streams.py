"""What a notebook prints on its way out of the kernel: its two streams, and those of its children.

The streams exist before the kernel does, for modules that are imported before a fork keep hold of
``sys.stdout`` and ``sys.stderr`` as they find them.
"""

# ipykernel annotates little.
# mypy: disable-error-code="no-untyped-call"

import contextlib
import os
import struct
from collections.abc import Callable
from typing import Any

from ipykernel.iostream import IOPubThread, OutStream
from tornado.ioloop import IOLoop

# What is written to a pipe in one go, and so as a whole, whoever else writes.
_ATOMIC = 4096
_HEAD = struct.Struct("!16sQIH")  # whose pipe, which message, how many bytes of it, how many here
_ROOM = _ATOMIC - _HEAD.size
_MOST_READS = 256

_streams: dict[str, "OutStream"] = {}


class UnbornStream(OutStream):
    """``sys.stdout`` or ``sys.stderr`` of a kernel to be; ``stream`` makes it the real thing."""

    def __init__(self, name: str, on_write: Callable[[], None]) -> None:
        self.name = name
        self._on_write = on_write
        self._isatty = False
        _streams[name] = self

    def write(self, string: str) -> int:
        """Tell who listens that something was written, and forget it."""
        if string:
            self._on_write()
        return len(string)

    def flush(self) -> None:
        """Have nothing to send on."""

    @property
    def closed(self) -> bool:
        """Never, as that of the kernel."""
        return False


def stream(session: Any, thread: IOPubThread, name: str, **options: Any) -> OutStream:
    """Make the stream of a kernel out of the unborn one, so that whoever has that has this.

    ``KernelApp`` names this function as its ``outstream_class``.
    """
    made = _streams.pop(name, None)
    if made is None:
        return OutStream(session, thread, name, **options)
    vars(made).clear()
    made.__class__ = OutStream
    OutStream.__init__(made, session, thread, name, **options)
    return made


class PipedIOPubThread(IOPubThread):
    """Sends what the kernel shows, and hears its forked children over a pipe and no TCP port."""

    def start(self) -> None:
        """Start the thread; whoever starts it stops it, after all that send through it."""
        self.thread.start()

    def _setup_pipe_in(self) -> None:
        self._pipe_uuid = os.urandom(16)
        self._pipe, self._way_in = os.pipe()
        os.set_blocking(self._pipe, False)
        self._unread = b""
        self._parts: dict[int, bytearray] = {}
        self.io_loop.add_handler(self._pipe, self._on_pipe, IOLoop.READ)

    def _on_pipe(self, *_: Any) -> None:
        """Send on what has come; the records of several children may alternate."""
        with contextlib.suppress(BlockingIOError):
            # Not for ever: a child that never stops must not keep the kernel from being heard.
            for _read in range(_MOST_READS):
                self._unread += os.read(self._pipe, 16 * _ATOMIC)
                self._take_records()

    def _take_records(self) -> None:
        while len(self._unread) >= _HEAD.size:
            owner, message, total, size = _HEAD.unpack_from(self._unread)
            if owner != self._pipe_uuid:
                self._unread = b""  # somebody else's writing, in which nothing can be found
                return
            if len(self._unread) < _HEAD.size + size:
                return
            part = self._parts.setdefault(message, bytearray())
            part += self._unread[_HEAD.size : _HEAD.size + size]
            self._unread = self._unread[_HEAD.size + size :]
            if len(part) >= total:
                del self._parts[message]
                self._send_on(_unpacked(bytes(part)))

    def _send_on(self, frames: list[bytes]) -> None:
        super()._really_send(frames)

    def _really_send(self, msg: list[Any], *args: Any, **kwargs: Any) -> None:
        if self._is_master_process() or not self._pipe_flag:
            # What children have said by now comes first, or it would come after the cell's end.
            self._on_pipe()
            super()._really_send(msg, *args, **kwargs)
            return
        packed = _packed(msg)
        number = int.from_bytes(os.urandom(8), "big")
        with contextlib.suppress(OSError):
            for start in range(0, len(packed), _ROOM):
                part = packed[start : start + _ROOM]
                head = _HEAD.pack(self._pipe_uuid, number, len(packed), len(part))
                os.write(self._way_in, head + part)


def _packed(frames: list[Any]) -> bytes:
    """The frames of a message as bytes that hold their lengths."""
    whole = [bytes(frame) for frame in frames]
    sizes = struct.pack(f"!I{len(whole)}Q", len(whole), *map(len, whole))
    return sizes + b"".join(whole)


def _unpacked(packed: bytes) -> list[bytes]:
    """What ``_packed`` was given."""
    (count,) = struct.unpack_from("!I", packed)
    sizes = struct.unpack_from(f"!{count}Q", packed, 4)
    frames, start = [], 4 + 8 * count
    for size in sizes:
        frames.append(packed[start : start + size])
        start += size
    return frames
