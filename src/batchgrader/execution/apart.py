"""Calls a function where no event loop runs, whatever its caller does; ``run_job`` uses it."""

import asyncio
import contextvars
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from jupyter_core.utils import ensure_event_loop

T = TypeVar("T")


def apart(function: Callable[[], T]) -> T:
    """Call a function that makes itself an event loop, and leave no loop behind.

    Where a loop runs already in this thread, as in a notebook, the call goes to another thread.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        # In an empty context jupyter_core makes a loop of its own instead of taking another's.
        return contextvars.Context().run(_with_own_loop, function)
    return _in_thread(function)


def _with_own_loop(function: Callable[[], T]) -> T:
    try:
        return function()
    finally:
        loop = ensure_event_loop()
        tasks = asyncio.all_tasks(loop)
        for task in tasks:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        loop.close()
        asyncio.set_event_loop(None)


def _in_thread(function: Callable[[], T]) -> T:
    outcome: Future[T] = Future()

    def work() -> None:
        try:
            outcome.set_result(_with_own_loop(function))
        except BaseException as error:
            outcome.set_exception(error)

    thread = threading.Thread(target=work, name="batchgrader-job")
    thread.start()
    thread.join()
    return outcome.result()
