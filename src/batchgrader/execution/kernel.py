"""Starts and stops the kernels of a submission; nothing else does. The runner is built on it."""

import asyncio
import contextlib
import errno
from typing import Any

import zmq
from nbclient.util import ensure_async, run_hook, run_sync
from nbconvert.preprocessors import ExecutePreprocessor
from traitlets import default

from batchgrader.execution import events, processes
from batchgrader.execution.workplace import Workplace

# A kernel sends what a cell printed within a fifth of a second as one message, so that a message
# may well be larger than what is kept of it. One that is larger still is not taken into memory:
# ZeroMQ ends its connection.
MESSAGE_FACTOR = 10

# The operating system allows 107 bytes; a number is added.
_LONGEST_SOCKET = 100

# What the operating system says when there are too many processes or too little memory.
_CROWDED = (errno.EAGAIN, errno.ENOMEM, errno.EMFILE, errno.ENFILE)


class KernelDidNotStart(RuntimeError):  # noqa: N818  a sentence, as its siblings
    """A kernel process could not be made, or never answered."""


class PlacedExecute(ExecutePreprocessor):
    """Starts each kernel in its workplace and process group, and leaves nothing of it behind."""

    place: Workplace
    km: Any
    kc: Any
    _group: int | None = None

    @default("shutdown_kernel")
    def _end_at_once(self) -> str:
        # A kernel that tidies up takes up to two seconds, and its folders are deleted anyway.
        return "immediate"

    async def async_start_new_kernel(self, **options: Any) -> None:
        """Start a kernel process that dies with this one and keeps off the terminal."""
        place = self.place
        first = place.kernels == 0
        try:
            place.prepare_for_kernel()
            self._choose_transport()
            # Made anew, for a notebook may have put a link or a pipe in its place.
            with (place.scratch / f"kernel-{place.kernels}.log").open("xb") as noise:
                options |= {"cwd": str(place.folder.path), "env": dict(place.environment)}
                options |= {"stdout": noise, "stderr": noise}
                options["preexec_fn"] = processes.tie_to_this_process()
                await super().async_start_new_kernel(**options)
        except OSError as error:
            await self._async_cleanup_kernel()
            # Before any code of the submission has run, only the machine can be at fault.
            if first and error.errno not in _CROWDED:
                raise
            raise KernelDidNotStart(str(error)) from error
        provisioner = self.km.provisioner
        self._group = getattr(provisioner, "pgid", None) or getattr(provisioner, "pid", None)
        if self._group is not None:
            events.group_begins(self._group)

    def _choose_transport(self) -> None:
        """Talk to IPython's kernel over sockets that are files, where nothing else is configured.

        Free TCP ports are found by trying, and two kernels that start at once may find the same.
        """
        own = str(self.place.scratch / f"kernel-{self.place.kernels}")
        self.km.connection_file = f"{own}.json"
        configured = any("transport" in section for section in self.config.values())
        if self.km.ipykernel and not configured and len(own) < _LONGEST_SOCKET:
            self.km.transport, self.km.ip = "ipc", own

    async def async_start_new_kernel_client(self) -> Any:
        """Connect to the kernel; raises KernelDidNotStart where it does not answer."""
        try:
            self.kc = self.km.client()
            largest = MESSAGE_FACTOR * self.place.limits.output_bytes + 1_000_000
            self.kc.context.setsockopt(zmq.MAXMSGSIZE, largest)
            await ensure_async(self.kc.start_channels())
            await ensure_async(self.kc.wait_for_ready(timeout=self.startup_timeout))
        except Exception as error:
            self.log.warning("The kernel of %s did not start: %s", self.place.name, error)
            await self._async_cleanup_kernel()
            raise KernelDidNotStart(str(error)) from error
        self.kc.allow_stdin = False
        await run_hook(self.on_notebook_start, notebook=self.nb)
        return self.kc

    async def _async_cleanup_kernel(self) -> None:
        """End the kernel and its whole process group, in the way that is configured."""
        await self._async_end_kernel(at_once=self.shutdown_kernel == "immediate")

    async def _async_end_kernel(self, *, at_once: bool) -> None:
        manager, client, group = self.km, self.kc, self._group
        self.km = self.kc = self._group = None
        if manager is None:
            return
        self.measure(manager)
        try:
            if manager.has_kernel and not at_once:
                await ensure_async(manager.shutdown_kernel(now=False))
            processes.kill_group(group)
            if manager.has_kernel:
                await _gone(manager)
                await ensure_async(manager.shutdown_kernel(now=True))
        except Exception:
            self.log.exception("A kernel of %s did not end in good order", self.place.name)
        finally:
            processes.kill_group(group)
            if client is not None:
                client.stop_channels()
            with contextlib.suppress(Exception):
                await ensure_async(manager.cleanup_resources())
            if group is not None:
                events.group_ended(group)

    def measure(self, manager: Any = None) -> None:
        """Note the largest memory that the kernel has had; called now and then while it lives."""
        provisioner = getattr(manager or self.km, "provisioner", None)
        peak = processes.peak_memory(getattr(provisioner, "pid", None))
        self.place.peak_memory = max(self.place.peak_memory, peak)

    # nbclient binds these to its own versions where it defines them.
    start_new_kernel = run_sync(async_start_new_kernel)
    start_new_kernel_client = run_sync(async_start_new_kernel_client)
    _cleanup_kernel = run_sync(_async_cleanup_kernel)
    end_kernel = run_sync(_async_end_kernel)


async def _gone(manager: Any) -> None:
    """Wait for a killed kernel to be gone, without the long naps of the kernel manager."""
    for _ in range(500):
        if not await ensure_async(manager.is_alive()):
            return
        await asyncio.sleep(0.01)
