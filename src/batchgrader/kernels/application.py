"""IPython's kernel application in two steps, so that a fork can come between them.

``conceive`` does what needs no thread, no socket and no folder: once, in the fork server.
``bear`` does the rest, in the kernel. A cold kernel does one after the other.
"""

# ipykernel annotates little.
# mypy: disable-error-code="no-untyped-call"

import logging
import os
import sys
import types
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import ipykernel.subshell_manager  # noqa: F401  loaded by every kernel when it starts
import zmq
from ipykernel.compiler import XCachingCompiler
from ipykernel.control import ControlThread
from ipykernel.kernelapp import IPKernelApp
from ipykernel.shellchannel import ShellChannelThread
from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core.profiledir import ProfileDir
from IPython.paths import get_ipython_dir
from IPython.utils.path import get_home_dir
from jupyter_client.session import Session
from tornado.ioloop import IOLoop
from traitlets import default
from traitlets.utils.importstring import import_item
from zmq.eventloop.zmqstream import ZMQStream

from batchgrader.kernels.streams import PipedIOPubThread, UnbornStream

# The keeper of a kernel sees to its end. ipykernel watches any parent but this one.
_NOBODY = 1

_PATIENCE = 5.0  # seconds for a thread to leave


def _nothing() -> None:
    """Do nothing."""


class KernelApp(IPKernelApp):
    """A kernel that grades; ``preload`` and ``become_kernel`` share one, ``cold`` has its own.

    It reads no configuration file, no profile and no start-up file, keeps no history on disk, and
    looks for modules in its working folder last. All else is IPython's.
    """

    shell: Any
    profile_dir: Any
    kernel_class: Any

    @default("log_level")
    def _only_errors(self) -> int:
        return logging.ERROR

    @default("outstream_class")
    def _streams_that_exist(self) -> str:
        return "batchgrader.kernels.streams.stream"

    def conceive(self, argv: Sequence[str] = (), on_write: Callable[[], None] = _nothing) -> None:
        """Make the shell, and all else that can be made before there is a connection.

        ``argv`` is a command line of IPython's kernel. ``on_write`` is called when something is
        written before the kernel is born.
        """
        _do_without_debugger()
        self.parse_command_line(["--HistoryManager.hist_file=:memory:", *argv])
        self.parent_handle = _NOBODY
        self.init_crash_handler()
        self.init_pdb()
        sys.stdout = UnbornStream("stdout", on_write)
        sys.stderr = UnbornStream("stderr", on_write)
        self.profile_dir = ProfileDir()  # without a place yet
        self.shell = ZMQInteractiveShell.instance(
            parent=self, profile_dir=self.profile_dir, compiler_class=XCachingCompiler
        )
        self.init_gui_pylab()
        self.init_extensions()
        self.shell.user_ns_hidden.update(self.shell.user_ns)
        self.shell._sys_modules_keys = set(sys.modules)

    def make_kernel(self) -> None:
        """Make the kernel object, which looks at every module that is loaded."""
        self.kernel = self.kernel_class.instance(
            parent=self, log=self.log, profile_dir=self.profile_dir, user_ns=None
        )
        self.shell.parent = self.shell.kernel = self.kernel
        self.shell.configurables.append(self)

    def bear(self, connection_file: str, kernel_class: str = "") -> None:
        """Make folders, sockets, threads and streams, and have the kernel use them."""
        sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__
        self._move_in()
        self.connection_file = connection_file
        self.session = Session(parent=self)
        self.init_connection_file()
        self.init_sockets()
        self.init_heartbeat()
        self.log_connection_info()
        self.init_io()
        self.init_signal()
        if kernel_class and import_item(kernel_class) is not self.kernel_class:
            self.kernel_class.clear_instance()
            self.kernel_class, self.kernel = kernel_class, None
        if self.kernel is None:
            self.make_kernel()
        self.init_kernel()
        self.init_path()

    def live(self, ready: Callable[[], None]) -> None:
        """Answer requests until one asks for the end; ``ready`` is called when it can."""
        self.kernel.start()
        self.io_loop = IOLoop.current()
        self.io_loop.add_callback(ready)
        self.io_loop.start()

    def _move_in(self) -> None:
        """Give the shell what it has read from the environment of another process."""
        shell = self.shell
        shell.init_environment()
        self.init_gui_pylab()
        shell.home_dir, shell.starting_dir = get_home_dir(), str(Path.cwd())
        shell.ipython_dir = get_ipython_dir()
        if not _terminals():
            shell.system = shell.system_raw
        self.profile_dir.location = str(Path(shell.ipython_dir, "profile_default"))

    def init_control(self, context: Any) -> None:
        """Make the control channel, without the debugger's sockets."""
        self.control_socket = context.socket(zmq.ROUTER)
        self.control_socket.linger = 1000
        self.control_port = self._bind_socket(self.control_socket, self.control_port)
        self.control_socket.router_handover = 1
        self.control_thread = ControlThread(daemon=True)
        self.shell_channel_thread = ShellChannelThread(context, daemon=True)

    def init_iopub(self, context: Any) -> None:
        """Make the channel for what is shown, with a pipe for forked children in place of TCP."""
        socket = context.socket(zmq.XPUB)
        socket.linger = 1000
        self.iopub_port = self._bind_socket(socket, self.iopub_port)
        self.configure_tornado_logger()
        self.iopub_thread = PipedIOPubThread(socket, pipe=True, session=self.session)
        self.iopub_thread.start()
        self.iopub_socket = self.iopub_thread.background_socket

    def init_kernel(self) -> None:
        """Connect the kernel object to the channels, and name it."""
        kernel, shell = self.kernel, self.shell
        shell_stream = ZMQStream(self.shell_socket, self.shell_channel_thread.io_loop)
        self.shell_channel_thread.shell_stream = shell_stream
        control_stream = ZMQStream(self.control_socket, self.control_thread.io_loop)
        self.control_thread.start()
        self.shell_channel_thread.start()
        kernel.ident = str(uuid.uuid4())
        # It would wait half a minute for helpers that ignore the request; the keeper kills them.
        kernel._progressively_terminate_all_children = _none_of_our_business
        kernel.session = self.session
        kernel.shell_stream, kernel.control_stream = shell_stream, control_stream
        kernel.control_thread = self.control_thread
        kernel.shell_channel_thread = self.shell_channel_thread
        kernel.iopub_thread, kernel.iopub_socket = self.iopub_thread, self.iopub_socket
        kernel.stdin_socket = self.stdin_socket
        kernel._stdout, kernel._stderr = sys.stdout, sys.stderr
        kernel.record_ports({f"{name}_port": port for name, port in self._ports.items()})
        for showing in (shell.displayhook, shell.display_pub):
            showing.session, showing.pub_socket = self.session, self.iopub_socket
        shell.displayhook.topic = kernel._topic("execute_result")
        self.displayhook.get_execution_count = lambda: kernel.execution_count

    def close(self) -> None:
        """Close the channels at the end of the process.

        First those that send through IOPub's thread: they would wait for it for ever.
        """
        sys.stdout.flush()
        sys.stderr.flush()
        self.reset_io()
        for thread in (self.control_thread, self.shell_channel_thread):
            if thread is not None and thread.is_alive():
                thread.stop()
                thread.join(_PATIENCE)
        super().close()

    def init_path(self) -> None:
        """Find modules in the working folder, unless there is one of that name elsewhere."""
        if "" not in sys.path:
            sys.path.append("")


def _terminals() -> bool:
    """Whether ``!command`` can be given a terminal, as IPython does; confinement may forbid it."""
    try:
        for descriptor in os.openpty():
            os.close(descriptor)
    except OSError:
        return False
    return True


async def _none_of_our_business() -> None:
    """Leave the children of a kernel to its keeper."""


def _do_without_debugger() -> None:
    """Have ipykernel find no debugger: it binds TCP ports, and nobody debugs these kernels."""
    stub: Any = types.ModuleType("ipykernel.debugger")
    stub._is_debugpy_available = False
    stub.Debugger = type("Debugger", (), {})
    sys.modules.setdefault("ipykernel.debugger", stub)
