"""Turns a fork of the fork server into a kernel, and leaves in good order when it is over.

The keeper calls ``become_kernel`` in a child that has confined itself.
"""

import atexit
import os
import sys
import threading
import traceback
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any, NoReturn

from batchgrader.kernels.application import KernelApp
from batchgrader.kernels.newborn import reset
from batchgrader.kernels.order import own_command
from batchgrader.kernels.preload import Preloaded


def become_kernel(
    connection_file: str,
    *,
    ready: Callable[[], None],
    preloaded: Preloaded,
    kernel_class: str = "",
) -> NoReturn:
    """Be the kernel of one notebook; never returns.

    Before it, the process is in the working folder, has the environment of the kernel, and its log
    as output. ``ready`` is called in the main thread when all sockets are bound. Exit status 0
    after a request to end, 1 where it could not begin.
    """

    def live() -> None:
        sys.argv = arguments(connection_file)
        sys.orig_argv = own_command(connection_file, kernel_class)
        reset(preloaded)
        app = KernelApp.instance()
        app.bear(connection_file, kernel_class)
        app.live(ready)

    leave_after(live)


def arguments(connection_file: str) -> list[str]:
    """What ``sys.argv`` holds in IPython's own kernels; some programs look at it."""
    launcher = find_spec("ipykernel_launcher")
    return [str(launcher and launcher.origin), "-f", connection_file]


def leave_after(live: Callable[[], Any]) -> NoReturn:
    """Call a function and end the process, without taking apart what the system frees anyway.

    Python's own end would spend a second on destroying modules one by one; to leave at once would
    orphan the processes that libraries have started.
    """
    status = 1
    try:
        live()
        status = 0
    except SystemExit as request:
        status = request.code if isinstance(request.code, int) else int(request.code is not None)
    except KeyboardInterrupt:
        status = 0
    except BaseException:
        traceback.print_exc(file=sys.__stderr__)
    finally:
        _tidy_up()
        os._exit(status)


def _tidy_up() -> None:
    """What Python does at its end and others rely on."""
    try:
        wait_for_threads: Any = threading
        wait_for_threads._shutdown()
        run: Any = atexit
        run._run_exitfuncs()
        for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
            if stream is not None:
                stream.flush()
    except BaseException:
        traceback.print_exc(file=sys.__stderr__)
