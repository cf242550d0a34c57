"""jupyter_client's kernel provisioner ``batchgrader``: a kernel is asked of a fork server.

batchgrader's runner says where each kernel lives. Where nobody says, as under nbgrader's own
commands, the working folder is copied to a private place, and what changed is copied back.
"""

import asyncio
import errno
import os
import shutil
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import CaselessStrEnum, List, Unicode

from batchgrader.execution.guests import Guest
from batchgrader.kernels.lodging import Lodging
from batchgrader.kernels.order import Order
from batchgrader.kernels.process import KernelProcess, NoServer, open_log
from batchgrader.kernels.sources import TIERS, Recipe, Source

# The operating system allows 107 bytes, and a number is added.
LONGEST_SOCKET = 105

# Makes the places of guests: a program's event loop does not wait, and the sandbox of the fork
# server, which ends with the thread that has started it, stays for the guests to come.
_HOST = ThreadPoolExecutor(1, thread_name_prefix="batchgrader")


class ForkedProvisioner(LocalProvisioner):
    """Starts and ends a kernel through a fork server; its sockets are files, not ports."""

    isolation = CaselessStrEnum(
        TIERS, "auto", help="How kernels that nbgrader itself starts are isolated."
    ).tag(config=True)
    modules = List(
        Unicode(), help="Modules that are loaded ahead for kernels that nbgrader itself starts."
    ).tag(config=True)

    lodging: Lodging | None = None
    ended: KernelProcess | None = None
    kernel: KernelProcess | None = None
    _guest: Guest | None = None

    @property
    def has_process(self) -> bool:
        """Whether a kernel was started whose end has not been waited for."""
        return self.kernel is not None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Choose the sockets and write the connection file."""
        self.lodging = kwargs.pop("lodging", None) or await self._as_guest(kwargs)
        km: Any = self.parent
        sockets = self.lodging.sockets
        sockets.mkdir(mode=0o700, parents=True, exist_ok=True)
        km.connection_file = str(sockets / "connection.json")
        km.transport, km.ip = "ipc", str(sockets / "s")
        if len(os.fsencode(km.ip)) > LONGEST_SOCKET:
            raise OSError(
                errno.ENAMETOOLONG,
                "The path for temporary files is too long for sockets; set TMPDIR to a short one",
                km.ip,
            )
        kwargs["env"] = self.lodging.whole_environment()
        return await super().pre_launch(**kwargs)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Order the kernel and wait until it runs; raises OSError where it cannot be made."""
        lodging, km = self.lodging, cast(Any, self.parent)
        assert lodging is not None
        known = len(self.kernel_spec.argv)
        order = lodging.order(cmd[:known], cmd[known:], km.connection_file, kwargs["env"])
        if shutil.which(order.argv[0]) is None:
            raise FileNotFoundError(errno.ENOENT, "The program of the kernel", order.argv[0])
        log = open_log(str(lodging.log))
        try:
            try:
                self.kernel = await _started(lodging.source, order, log)
            except NoServer:
                self.kernel = await _started(lodging.source.renewed(), order, log)
        finally:
            os.close(log)
        self.pid = self.pgid = self.kernel.pid
        self.cwd = str(lodging.folder)
        return self.connection_info

    async def answering(self) -> None:
        """Return when a kernel that tells so has bound its sockets; at once for any other."""
        if self.kernel is not None:
            await self.kernel.answering()

    async def poll(self) -> int | None:
        """None while the kernel lives, then its status; 0 before it was started."""
        return 0 if self.kernel is None else self.kernel.poll()

    async def wait(self) -> int | None:
        """Wait for the end of the kernel and of all that it made."""
        if self.kernel is None:
            return 0
        status = await self.kernel.ended()
        self.ended = self.kernel
        self.kernel = None
        return status

    async def send_signal(self, signum: int) -> None:
        """Send a signal to the process group of the kernel."""
        if self.kernel is not None:
            self.kernel.signal(signum)

    async def kill(self, restart: bool = False) -> None:
        """End the kernel and every process that it has made."""
        await self.send_signal(signal.SIGKILL)

    async def terminate(self, restart: bool = False) -> None:
        """Ask the kernel to end."""
        await self.send_signal(signal.SIGTERM)

    async def cleanup(self, restart: bool = False) -> None:
        """Bring back what a guest has written, and delete its place."""
        await super().cleanup(restart=restart)
        if self._guest is None:
            return
        left_out = self._guest.leave(returns=restart)
        if left_out:
            some = ", ".join(left_out[:5]) + (" and others" if len(left_out) > 5 else "")
            self.log.warning("Not copied back to %s: %s", self._guest.home, some)
        if not restart:
            self._guest = None

    async def _as_guest(self, kwargs: dict[str, Any]) -> Lodging:
        """A place for a kernel that nobody has made one for; a fork server is started if needed."""
        recipe = Recipe(isolation=self.isolation, modules=tuple(self.modules))
        asked = kwargs.get("env") or {}
        added = {name: value for name, value in asked.items() if os.environ.get(name) != value}
        home = Path(kwargs.get("cwd") or ".").absolute()
        place = None if self._guest is None else self._guest.place
        made = _HOST.submit(Guest.of, home, added, recipe, place)
        self._guest = await asyncio.wrap_future(made)
        return self._guest.lodging


async def _started(source: Source, order: Order, log: int) -> KernelProcess:
    kernel = KernelProcess(source.address, order, log)
    try:
        await kernel.started()
    except BaseException:
        kernel.hang_up()
        raise
    return kernel
