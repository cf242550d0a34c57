"""Where the log of a run goes: to a file, so that it does not tear the display of progress."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

FORMAT = "%(asctime)s %(levelname)s %(message)s"


@contextmanager
def journal(
    log: logging.Logger, path: Path, level: int, terminal: TextIO | None = None
) -> Iterator[None]:
    """Send a logger, all that other libraries log, and warnings to a file; the command calls it.

    Lines are added to the file. With a ``terminal`` they are shown there too, in place of the
    handlers that the logger had. Raises OSError where the file cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handlers: list[logging.Handler] = [logging.FileHandler(path, encoding="utf-8")]
    if terminal is not None:
        handlers.append(logging.StreamHandler(terminal))
    for handler in handlers:
        handler.setLevel(level)
        handler.setFormatter(logging.Formatter(FORMAT))
    root = logging.getLogger()
    before, own = log.handlers[:], root.handlers[:]
    log.handlers, root.handlers = handlers[:], handlers[:]
    logging.captureWarnings(True)
    try:
        yield
    finally:
        logging.captureWarnings(False)
        log.handlers, root.handlers = before, own
        for handler in handlers:
            with suppress(OSError):  # a full disk has been said by now, where it matters
                handler.close()
