"""A kernel that starts from nothing: the same as a forked one, but that nothing is loaded ahead.

Used where a notebook must not or cannot be given a fork, and for comparing with the forked ones:
``python -P -m batchgrader.kernels.cold -f CONNECTION_FILE``.
"""

import argparse
import os
import sys

from batchgrader.kernels.application import KernelApp
from batchgrader.kernels.ipython import arguments, leave_after

# The descriptor on which whoever has started the kernel hears that it can answer.
READY = "BATCHGRADER_READY_FD"


def main() -> None:
    """Be a kernel until it is asked to end."""
    parser = argparse.ArgumentParser()
    parser.add_argument("-f", dest="connection_file", required=True)
    known, argv = parser.parse_known_args()
    ready = int(os.environ.pop(READY, "-1"))
    leave_after(lambda: _live(known.connection_file, argv, ready))


def _live(connection_file: str, argv: list[str], ready: int) -> None:
    sys.argv = arguments(connection_file)
    app = KernelApp.instance()
    app.conceive(argv)
    app.make_kernel()
    app.bear(connection_file)
    app.live(lambda: _tell(ready))


def _tell(ready: int) -> None:
    if ready >= 0:
        os.write(ready, b"1")
        os.close(ready)


if __name__ == "__main__":
    main()
