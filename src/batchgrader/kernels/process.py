"""A kernel as its worker sees it: ordered, told apart living from dead, signalled and ended."""

import asyncio
import os
import signal
import socket
from collections.abc import Callable
from typing import Any

from batchgrader.kernels.order import Order
from batchgrader.kernels.wire import Lines


class NoServer(ConnectionError):  # noqa: N818  what is wrong
    """Nobody answers at the address of a fork server."""


class KernelProcess:
    """One kernel behind a connection to its keeper; ForkedProvisioner orders it.

    ``status`` is None while the kernel lives, then its exit status as ``subprocess`` has it.
    ``over`` is a sentence where the kernel was ended because it used too much. ``cpu`` (seconds)
    and ``peak_memory`` (bytes) are known at the end.
    """

    def __init__(self, address: str, order: Order, log: int) -> None:
        sock = socket.socket(socket.AF_UNIX)
        try:
            sock.connect(address)
        except OSError as error:
            sock.close()
            raise NoServer(f"no fork server answers at {address}: {error}") from error
        self._line = Lines(sock)
        self.pid = 0
        self.ready = False
        self.status: int | None = None
        self.over = ""
        self.failure = ""
        self.cpu = 0.0
        self.peak_memory = 0
        self._line.send(order.to_message(), [log])

    def poll(self) -> int | None:
        """Hear what the keeper has said; returns ``status``."""
        if self.status is None:
            for message in self._line.waiting():
                self._hear(message)
            if self.status is None and self._line.closed:
                self.status = -signal.SIGKILL
        return self.status

    async def started(self) -> None:
        """Return when the kernel runs; raises NoServer, or OSError where it cannot be made."""
        await self._until(lambda: self.pid != 0)
        if self.pid == 0 and self.failure:
            raise OSError(self.failure)
        if self.pid == 0:
            raise NoServer("the fork server ended before it made the kernel")

    async def answering(self) -> bool:
        """Return when its sockets are bound, or nobody can tell; false where it ended before."""
        await self._until(lambda: self.ready)
        return self.ready

    async def ended(self) -> int:
        """Return its status when it and all its descendants are gone."""
        await self._until(lambda: False)
        self.hang_up()
        assert self.status is not None
        return self.status

    def signal(self, number: int) -> None:
        """Send a signal to the kernel's process group; SIGKILL ends all it has made."""
        if self.poll() is None:
            self._line.send({"signal": int(number)})

    def hang_up(self) -> None:
        """Close the connection; the keeper ends the kernel then, if it still lives."""
        self._line.close()

    def _hear(self, message: dict[str, Any]) -> None:
        event = message.get("event")
        if event == "started":
            self.pid = int(message["pid"])
        elif event == "ready":
            self.ready = True
        elif event == "failed":
            self.failure = str(message["text"])
        elif event == "ended":
            self.cpu = float(message["cpu"])
            self.peak_memory = int(message["peak_memory"])
            self.over = str(message["over"])
            self.status = int(message["status"])

    async def _until(self, true: Callable[[], bool]) -> None:
        """Hear the keeper until something is true, or the kernel has ended."""
        while self.poll() is None and not true():
            await self._next()

    async def _next(self) -> None:
        """Wait until the keeper says something."""
        loop = asyncio.get_running_loop()
        heard: asyncio.Future[None] = loop.create_future()
        loop.add_reader(self._line, _settle, heard)
        try:
            await heard
        finally:
            loop.remove_reader(self._line)


def _settle(heard: "asyncio.Future[None]") -> None:
    if not heard.done():
        heard.set_result(None)


def open_log(path: str) -> int:
    """A new file for what a kernel says outside its cells; never what a notebook put there."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_APPEND
    return os.open(path, flags, 0o600)
