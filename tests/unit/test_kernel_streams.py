"""What forked children print comes through a pipe, in records that may alternate."""

# ipykernel annotates little.
# mypy: disable-error-code="no-untyped-call"

import os
from typing import Any

import pytest
import zmq
from ipykernel.iostream import OutStream
from jupyter_client.session import Session

from batchgrader.kernels.streams import PipedIOPubThread, UnbornStream, stream


class Thread(PipedIOPubThread):
    """Keeps what it would send, and has a number of processes at will."""

    def __init__(self, context: zmq.Context[Any]) -> None:
        self.sent: list[list[bytes]] = []
        self.child = False
        super().__init__(context.socket(zmq.PUB), pipe=True, session=Session())

    def _send_on(self, frames: list[bytes]) -> None:
        self.sent.append(frames)

    def _is_master_process(self) -> bool:
        return not self.child

    def say(self, *frames: bytes) -> None:
        """Send as a forked child would."""
        self.child = True
        self._really_send(list(frames))
        self.child = False

    def hear(self) -> list[list[bytes]]:
        """Read all that is in the pipe."""
        self._on_pipe()
        return self.sent

    def end(self) -> None:
        self._event_puller.close()
        self.io_loop.close(all_fds=True)
        self.close()
        os.close(self._way_in)


@pytest.fixture
def thread() -> Any:
    context: zmq.Context[Any] = zmq.Context()
    made = Thread(context)
    yield made
    made.end()
    context.destroy(linger=0)


def test_a_message_of_a_child_arrives_whole(thread: Thread) -> None:
    thread.say(b"stream", b"", b"x" * 20_000)
    assert thread.hear() == [[b"stream", b"", b"x" * 20_000]]


def test_messages_of_two_children_may_alternate(
    thread: Thread, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[bytes] = []
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", lambda _, record: written.append(record))
        thread.say(b"a" * 9_000)
        half = len(written)
        thread.say(b"b" * 9_000)
    for pair in zip(written[:half], written[half:], strict=True):
        for record in pair:
            os.write(thread._way_in, record)
    assert sorted(thread.hear()) == [[b"a" * 9_000], [b"b" * 9_000]]


def test_no_record_is_larger_than_what_is_written_in_one_go(
    thread: Thread, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    monkeypatch.setattr(os, "write", lambda _, record: sizes.append(len(record)))
    thread.say(b"x" * 50_000)
    assert max(sizes) == 4096


def test_what_somebody_else_writes_into_the_pipe_is_no_message(thread: Thread) -> None:
    os.write(thread._way_in, b"z" * 500)
    assert thread.hear() == []
    thread.say(b"after")
    assert thread.hear() == [[b"after"]]


def test_whoever_kept_the_stream_before_the_fork_has_that_of_the_kernel(
    monkeypatch: pytest.MonkeyPatch, thread: Thread
) -> None:
    heard: list[int] = []
    early: Any = UnbornStream("stdout", lambda: heard.append(1))
    early.write("too early")
    assert heard == [1]
    late = stream(Session(), thread, "stdout", watchfd=False)
    assert late is early
    assert type(early) is OutStream
    assert early.encoding == "UTF-8"


def test_a_stream_that_nobody_kept_is_made_anew(thread: Thread) -> None:
    assert type(stream(Session(), thread, "stderr", watchfd=False)) is OutStream


def test_an_unborn_stream_is_open_and_quiet() -> None:
    made = UnbornStream("stderr", lambda: pytest.fail("nothing was written"))
    made.write("")
    made.flush()
    assert not made.closed
    assert not made.isatty()
