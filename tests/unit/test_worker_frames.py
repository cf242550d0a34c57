"""Messages between a pool and a worker."""

import io

from batchgrader.execution.frames import LARGEST, read_frame, write_frame


def test_messages_arrive_one_by_one() -> None:
    stream = io.BytesIO()
    for content in (b"one", b"", b"three" * 1000):
        write_frame(stream, content)
    stream.seek(0)
    read = [read_frame(stream) for _ in range(4)]
    assert read == [b"one", b"", b"three" * 1000, None]


def test_a_message_that_breaks_off_is_none() -> None:
    stream = io.BytesIO()
    write_frame(stream, b"whole")
    for length in range(1, len(stream.getvalue())):
        assert read_frame(io.BytesIO(stream.getvalue()[:length])) is None


def test_a_length_that_cannot_be_is_no_message() -> None:
    assert read_frame(io.BytesIO((LARGEST + 1).to_bytes(8, "big") + b"x" * 100)) is None
