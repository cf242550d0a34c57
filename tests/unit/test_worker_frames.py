"""Messages between a pool and a worker, and modules that a submission's files hide."""

import io
from pathlib import Path

from batchgrader.execution.frames import LARGEST, read_frame, write_frame
from batchgrader.execution.shadows import shadowed


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


def test_files_that_hide_installed_modules_are_named(tmp_path: Path) -> None:
    for name in ("random.py", "helper_of_mine.py", "json", "no-name.py"):
        (tmp_path / name).touch()
    (tmp_path / "zmq").mkdir()
    (tmp_path / "zmq" / "__init__.py").touch()
    (tmp_path / "numpy").mkdir()
    assert shadowed(tmp_path) == ["random.py", "zmq"]
