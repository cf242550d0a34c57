"""What a job tells about itself while it runs; a worker listens and passes it on to its pool.

Outside a worker nobody listens, and telling does nothing.
"""

from collections.abc import Callable

Listener = Callable[[str], None]


def _deaf(text: str) -> None:
    """Hear nothing."""


_listener: Listener = _deaf


def listen(listener: Listener) -> None:
    """Have a function called for each event from now on; a worker does this once."""
    global _listener
    _listener = listener


def progress(text: str) -> None:
    """Tell which cell of which submission runs."""
    _listener(text)
