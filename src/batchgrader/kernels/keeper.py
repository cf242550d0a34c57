"""The keeper of one kernel: forks it, passes signals on, watches what it uses, and buries it.

A keeper is a fork of the fork server and runs no line of a notebook. Its kernel lives as long as
the connection to the worker that ordered it; with it goes every process that the kernel has made.
"""

import contextlib
import os
import resource
import select
import signal
import time
from dataclasses import replace
from typing import Any, NoReturn

from batchgrader.isolation import tree
from batchgrader.isolation.confinement import confine
from batchgrader.isolation.layers import Layers
from batchgrader.isolation.namespaces import enter_namespaces
from batchgrader.isolation.watch import Watch
from batchgrader.kernels import cold
from batchgrader.kernels.order import Order
from batchgrader.kernels.preload import Preloaded
from batchgrader.kernels.wire import Lines

_LOOK = 0.1  # seconds between two looks at what the kernel uses

# What a shell says of a program that it cannot run.
_NOT_RUN = 127


def keep(line: Lines, life: int, layers: Layers, preloaded: Preloaded, slot: int) -> NoReturn:
    """Serve one connection: take the order, and keep its kernel until it has ended.

    ``life`` is readable when the owner of the fork server is gone. ``slot`` is a number that no
    other kernel has that lives at the same time.
    """
    status = 1
    try:
        message = line.receive()
        if message is not None:
            order = Order.from_message(message)
            order = replace(order, boundary=replace(order.boundary, slot=slot))
            enter_namespaces(order.boundary, layers)
            status = _Keeper(line, life, layers, order).run(preloaded)
    except BaseException as error:
        line.send({"event": "failed", "text": f"{type(error).__name__}: {error}"})
    os._exit(status)


class _Keeper:
    """One kernel and the process that keeps it."""

    def __init__(self, line: Lines, life: int, layers: Layers, order: Order) -> None:
        self._line = line
        self._life = life
        self._layers = layers
        self._order = order
        self._log = line.descriptors[0] if line.descriptors else -1
        self._kernel = 0
        self._status: int | None = None
        self._peak = 0
        self._over = ""

    def run(self, preloaded: Preloaded) -> int:
        """Fork the kernel and stay until nothing of it is left."""
        woken, wake = os.pipe()
        os.set_blocking(wake, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        born, ready = os.pipe()
        self._kernel = os.fork()
        if self._kernel == 0:
            self._be_the_kernel(ready, preloaded)
        os.close(ready)
        self._line.send({"event": "started", "pid": self._kernel})
        self._watch(woken, born)
        self._bury()
        self._line.send(self._account())
        return 0

    def _watch(self, woken: int, born: int) -> None:
        """Pass on what is said and look at what is used, until the kernel has ended."""
        watch = Watch(self._order.boundary, self._layers)
        listened: list[Any] = [self._line, self._life, woken, born]
        looked = time.monotonic()
        while self._status is None:
            readable = select.select(listened, [], [], _LOOK)[0]
            if born in readable:
                listened.remove(born)
                os.read(born, 1)  # nothing, where it cannot tell or is gone
                self._line.send({"event": "ready"})
            if self._life in readable:
                return
            if self._line in readable and not self._heed():
                return
            if woken in readable:
                os.read(woken, 4096)
                self._reap()
            if time.monotonic() - looked >= _LOOK:
                looked = time.monotonic()
                self._over = watch.check()
                if self._over:
                    return

    def _heed(self) -> bool:
        """Do what the worker asks; false when it is gone or asks for the end."""
        for message in self._line.waiting():
            number = int(message.get("signal", 0))
            if number == signal.SIGKILL:
                return False
            with contextlib.suppress(ProcessLookupError):
                # The kernel leads a group of its own, with most of what it started.
                os.killpg(self._kernel, number)
        return not self._line.closed

    def _reap(self) -> None:
        """Take the ends of all that has ended: the kernel, and what its children left behind."""
        with contextlib.suppress(ChildProcessError):
            while True:
                pid, status, used = os.wait4(-1, os.WNOHANG)
                if pid == 0:
                    return
                if pid == self._kernel:
                    self._status = os.waitstatus_to_exitcode(status)
                    self._peak = used.ru_maxrss * 1024

    def _bury(self) -> None:
        """Kill the kernel and every descendant until none is left."""
        while True:
            for process in tree.processes(self._layers):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
            try:
                pid, status, used = os.wait4(-1, 0)
            except ChildProcessError:
                return
            if pid == self._kernel:
                self._status = os.waitstatus_to_exitcode(status)
                self._peak = used.ru_maxrss * 1024

    def _account(self) -> dict[str, Any]:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = used.ru_utime + used.ru_stime
        event = {"event": "ended", "status": self._status, "over": self._over}
        return event | {"cpu": cpu, "peak_memory": self._peak}

    def _be_the_kernel(self, ready: int, preloaded: Preloaded) -> NoReturn:
        """What the child does: confine itself, and become a kernel."""
        status = _NOT_RUN
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            order = self._order
            _give_streams(self._log)
            os.chdir(order.folder)
            os.environ.clear()
            os.environ.update(order.environment)
            confine(order.boundary, self._layers, keep=(0, 1, 2, ready))
            if order.warm:
                if not self._layers.terminals:
                    _do_without_terminals()
                _become_kernel(order, ready, preloaded)
            if order.tells:
                os.set_inheritable(ready, True)
                os.environ[cold.READY] = str(ready)
            os.execvp(order.argv[0], order.argv)
        except BaseException as error:
            os.write(2, f"The kernel did not start: {type(error).__name__}: {error}\n".encode())
        os._exit(status)


def _become_kernel(order: Order, ready: int, preloaded: Preloaded) -> None:
    from batchgrader.kernels.ipython import become_kernel

    def tell() -> None:
        os.write(ready, b"1")
        os.close(ready)

    become_kernel(
        order.connection_file,
        ready=tell,
        preloaded=preloaded,
        kernel_class=order.kernel_class,
    )


def _do_without_terminals() -> None:
    """Have ``!command`` use pipes; IPython would use a terminal, and here is none."""
    from ipykernel.zmqshell import ZMQInteractiveShell

    ZMQInteractiveShell.system = ZMQInteractiveShell.system_raw


def _give_streams(log: int) -> None:
    """Give the kernel an empty input, and its log as output."""
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    for number in (1, 2):
        os.dup2(log if log >= 0 else nothing, number)
