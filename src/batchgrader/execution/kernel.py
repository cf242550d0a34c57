"""Starts and stops the kernels of a submission; nothing else does. The runner is built on it."""

import contextlib
import errno
import time
from typing import Any

import zmq
from nbclient.exceptions import DeadKernelError
from nbclient.util import ensure_async, run_hook, run_sync
from nbconvert.preprocessors import ExecutePreprocessor
from traitlets import default

from batchgrader.execution.provisioner import ForkedProvisioner
from batchgrader.execution.workplace import Workplace

# A kernel sends what a cell printed within a fifth of a second as one message, so that a message
# may well be larger than what is kept of it. One that is larger still is not taken into memory:
# ZeroMQ ends its connection.
MESSAGE_FACTOR = 10

# How long to wait for an answer before the question is put again, in milliseconds.
_ASK_AGAIN = 500

# What the operating system says when there are too many processes or too little memory.
_CROWDED = (errno.EAGAIN, errno.ENOMEM, errno.EMFILE, errno.ENFILE)


class KernelDidNotStart(RuntimeError):  # noqa: N818  a sentence, as its siblings
    """A kernel process could not be made, or never answered."""


class PlacedExecute(ExecutePreprocessor):
    """Starts each kernel in its workplace, confined, and leaves nothing of it behind."""

    place: Workplace
    km: Any
    kc: Any

    @default("shutdown_kernel")
    def _end_at_once(self) -> str:
        # A kernel that tidies up takes up to two seconds, and its folders are deleted anyway.
        return "immediate"

    async def async_start_new_kernel(self, **options: Any) -> None:
        """Order a kernel of the fork server, for the next place in the submission's folder."""
        first = self.place.kernels == 0
        try:
            options["lodging"] = self.place.lodging()
            # Whatever the kernelspec is, its kernels come from where this run's kernels come from.
            self.km.kernel_spec.metadata["kernel_provisioner"] = {"provisioner_name": "batchgrader"}
            await super().async_start_new_kernel(**options)
        except OSError as error:
            await self._async_cleanup_kernel()
            # Before any code of the submission has run, only the machine can be at fault.
            if first and error.errno not in _CROWDED:
                raise
            raise KernelDidNotStart(str(error)) from error

    async def async_start_new_kernel_client(self) -> Any:
        """Connect to the kernel; raises KernelDidNotStart where it does not answer."""
        try:
            await self._provisioner.answering()
            self.kc = self.km.client()
            largest = MESSAGE_FACTOR * self.place.limits.output_bytes + 1_000_000
            self.kc.context.setsockopt(zmq.MAXMSGSIZE, largest)
            await ensure_async(self.kc.start_channels())
            await self._async_shake_hands()
        except Exception as error:
            self.log.warning("The kernel of %s did not start: %s", self.place.name, error)
            await self._async_cleanup_kernel()
            raise KernelDidNotStart(str(error)) from error
        self.kc.allow_stdin = False
        await run_hook(self.on_notebook_start, notebook=self.nb)
        return self.kc

    async def _async_shake_hands(self) -> None:
        """Ask until the kernel answers and its output is heard; jupyter_client naps in between."""
        shell, output = self.kc.shell_channel.socket, self.kc.iopub_channel.socket
        end = time.monotonic() + self.startup_timeout
        heard: list[Any] = []
        while time.monotonic() < end:
            asked = self.kc.kernel_info()
            while await ensure_async(shell.poll(_ASK_AGAIN)):
                reply = await ensure_async(self.kc.get_shell_msg())
                if reply["parent_header"].get("msg_id") == asked:
                    self.kc._handle_kernel_info_reply(reply)
                    heard.append(reply)
                    break
            if heard and await ensure_async(output.poll(_ASK_AGAIN)):
                return
            if not await ensure_async(self.km.is_alive()):
                raise DeadKernelError("The kernel ended before it answered")
        raise TimeoutError(f"The kernel did not answer in {self.startup_timeout} seconds")

    @property
    def _provisioner(self) -> ForkedProvisioner:
        provisioner: ForkedProvisioner = self.km.provisioner
        return provisioner

    async def _async_cleanup_kernel(self) -> None:
        """End the kernel and all that it has made, in the way that is configured."""
        await self._async_end_kernel(at_once=self.shutdown_kernel == "immediate")

    async def _async_end_kernel(self, *, at_once: bool) -> None:
        manager, client = self.km, self.kc
        self.km = self.kc = None
        if manager is None:
            return
        try:
            if manager.has_kernel and not at_once:
                await ensure_async(manager.shutdown_kernel(now=False))
            if manager.has_kernel:
                await manager.provisioner.kill()
                await manager.provisioner.wait()
        except Exception:
            self.log.exception("A kernel of %s did not end in good order", self.place.name)
        finally:
            if client is not None:
                client.stop_channels()
            if manager.provisioner is not None:
                self.place.count(manager.provisioner.ended)
            with contextlib.suppress(Exception):
                await ensure_async(manager.cleanup_resources())

    # nbclient binds these to its own versions where it defines them.
    start_new_kernel = run_sync(async_start_new_kernel)
    start_new_kernel_client = run_sync(async_start_new_kernel_client)
    _cleanup_kernel = run_sync(_async_cleanup_kernel)
    end_kernel = run_sync(_async_end_kernel)
