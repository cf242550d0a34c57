"""Messages between a pool and its workers: a length in eight bytes, then that many bytes."""

import struct
from typing import IO

_LENGTH = struct.Struct(">Q")

# A submission's files and notebooks may be large; more than this is no message but a mistake.
LARGEST = 2**32


def write_frame(stream: IO[bytes], content: bytes) -> None:
    """Send one message, whole; not safe to be called by two threads at once."""
    stream.write(_LENGTH.pack(len(content)))
    stream.write(content)
    stream.flush()


def read_frame(stream: IO[bytes]) -> bytes | None:
    """The next message, or None where the other side is gone or speaks nonsense."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    if length > LARGEST:
        return None
    content = stream.read(length)
    return content if len(content) == length else None
