"""Waits for the end of a cell, and for no longer than it may take; the runner is built on it.

nbclient waits as long as a kernel lives and prints, and gives up on honest cells whose output is
slow to arrive. Here a wait ends when the kernel has answered, when its time is over, or when it is
dead, and only then. nbgrader's ``raise_on_iopub_timeout`` therefore has no effect.
"""

import asyncio
import time
from typing import Any

from nbclient.client import timestamp
from nbclient.exceptions import DeadKernelError
from nbclient.util import ensure_async
from nbformat import NotebookNode

from batchgrader.execution.output import MeteredExecute

_LOOK = 0.2  # seconds between two looks at the clock and the kernel

# How long the output of a cell that has ended may go on arriving, at most.
_LONGEST_DRAIN = 60.0


class CellStopped(DeadKernelError):  # noqa: N818  what happened
    """The time for a cell was over and its kernel did not answer an interrupt."""


class SubmissionStopped(DeadKernelError):  # noqa: N818  what happened
    """The time for all notebooks of the submission was over."""


class PatientExecute(MeteredExecute):
    """Waits for replies so that no notebook can hold its worker up."""

    async def _async_poll_for_reply(
        self,
        msg_id: str,
        cell: NotebookNode,
        timeout: int | None,
        task_poll_output_msg: "asyncio.Future[Any]",
        task_poll_kernel_alive: "asyncio.Future[Any]",
    ) -> dict[str, Any]:
        """The reply to a cell, after all that it printed; one is made up for a time-out."""
        task_poll_kernel_alive.cancel()  # _reply looks after the kernel itself
        reply = await self._reply(msg_id, timeout)
        if reply is None:
            assert timeout is not None
            reply = await self._reply_after_timeout(msg_id, cell, timeout)
        self.has_reply(reply, task_poll_output_msg)
        if self.record_timing:
            cell["metadata"]["execution"]["shell.execute_reply"] = timestamp(reply)
        await self._drain(task_poll_output_msg, cell)
        return reply

    async def _reply(self, msg_id: str, seconds: float | None) -> dict[str, Any] | None:
        """The kernel's reply to a message, or None if it does not come in time."""
        end = None if seconds is None else time.monotonic() + seconds
        task = asyncio.ensure_future(self._next_reply(msg_id))
        try:
            while True:
                left = _LOOK if end is None else min(_LOOK, max(0.0, end - time.monotonic()))
                done, _ = await asyncio.wait({task}, timeout=left)
                if done:
                    return task.result()
                if self.place.over():
                    raise SubmissionStopped("The time for the submission is over")
                await self._async_check_alive()
                if end is not None and time.monotonic() >= end:
                    return None
        finally:
            task.cancel()

    async def _next_reply(self, msg_id: str) -> dict[str, Any]:
        while True:
            try:
                reply = await ensure_async(self.kc.shell_channel.get_msg(timeout=None))
            except (ValueError, TypeError, KeyError) as error:
                self.log.warning("A reply in %s was passed over: %r", self.place.name, error)
                continue
            if reply["parent_header"].get("msg_id") == msg_id:
                return dict(reply)

    async def _reply_after_timeout(
        self, msg_id: str, cell: NotebookNode, timeout: int
    ) -> dict[str, Any]:
        """Interrupt the cell; its reply is the configured error, or else what the kernel says."""
        self.cell_timed_out(cell, timeout)
        if not self.interrupt_on_timeout:
            raise CellStopped(f"No reply within {timeout} seconds")
        await ensure_async(self.km.interrupt_kernel())
        reply = await self._reply(msg_id, self.place.limits.grace)
        if reply is None:
            raise CellStopped(f"No reply within {timeout} seconds, and none to an interrupt")
        if self.error_on_timeout:
            return {"content": {**self.error_on_timeout, "status": "error"}}
        return reply

    async def _drain(self, output: "asyncio.Future[Any]", cell: NotebookNode) -> None:
        """Wait for the output of a cell that has ended, as long as there is more of it."""
        self.heard = began = time.monotonic()
        while not output.done():
            await asyncio.wait({output}, timeout=_LOOK)
            now = time.monotonic()
            if self.place.over():
                raise SubmissionStopped("The time for the submission is over")
            if now - self.heard > self.iopub_timeout or now - began > _LONGEST_DRAIN:
                output.cancel()
                self.lose_output(cell)
                await self._listen_again()
                return

    async def _listen_again(self) -> None:
        """Connect anew to the kernel's output, and wait until it is heard."""
        self.kc.iopub_channel.stop()
        self.kc._iopub_channel = None
        for _ in range(20):
            await self._async_check_alive()
            self.kc.kernel_info()
            if await self.kc.iopub_channel.socket.poll(500):
                return
        raise DeadKernelError("The kernel runs and cannot be heard")

    def cell_timed_out(self, cell: NotebookNode, timeout: int) -> None:
        """Called once for each cell that ran out of time."""

    def has_reply(self, reply: dict[str, Any], output: "asyncio.Future[Any]") -> None:
        """Called once for each cell with its reply, before the rest of its output is waited for."""
