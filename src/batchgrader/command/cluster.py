"""Workers on other machines, by Dask; the command asks for them with ``--cluster ADDRESS``."""

import logging
import socket
import sys
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import Any

from batchgrader.command.usage import UsageError

# How long a scheduler may take to answer, in seconds.
PATIENCE = 10


@contextmanager
def cluster(address: str) -> Iterator[tuple[Executor, int]]:
    """The executor of a Dask cluster and how many submissions it runs at a time.

    The connection is closed with the block; scheduler and workers go on. Raises UsageError where
    there is no such cluster.
    """
    try:
        import distributed.comm
    except ImportError as error:
        raise UsageError(
            "--cluster needs Dask, which is not installed here; run "
            f"`{sys.executable} -m pip install distributed`, here and on every worker."
        ) from error
    _log_with_the_others()
    dask: Any = distributed  # it says nothing about its types
    try:
        # A client that cannot connect complains about itself for long: see first who answers.
        if "://" not in address or address.startswith(("tcp://", "tls://")):
            where = dask.comm.get_address_host_port(address)
            socket.create_connection(where, timeout=PATIENCE).close()
        client = dask.Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise UsageError(
            f"No Dask scheduler answers at {address}; start one with `dask scheduler` "
            "and give --cluster the address that it prints."
        ) from error
    with client:
        threads = sum(client.nthreads().values())
        if not threads:
            raise UsageError(
                f"The scheduler at {address} has no workers; "
                f"start some with `dask worker {address} --nthreads 1`."
            )
        yield client.get_executor(), threads


def _log_with_the_others() -> None:
    """Send what Dask logs where all else goes: by itself it writes to the terminal."""
    for name in ("distributed", "tornado", "bokeh"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
