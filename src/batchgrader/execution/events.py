"""What a job tells about itself while it runs; a worker listens and passes it on to its pool.

Outside a worker nobody listens, and telling does nothing.
"""

from collections.abc import Callable
from typing import Literal

Kind = Literal["progress", "group", "group-ended"]
Listener = Callable[[Kind, str], None]


def _deaf(kind: Kind, text: str) -> None:
    """Hear nothing."""


_listener: Listener = _deaf


def listen(listener: Listener) -> None:
    """Have a function called for each event from now on; a worker does this once."""
    global _listener
    _listener = listener


def progress(text: str) -> None:
    """Tell which cell of which submission runs."""
    _listener("progress", text)


def group_begins(group: int) -> None:
    """Tell the process group of a kernel, for whoever must end it if this process dies."""
    _listener("group", str(group))


def group_ended(group: int) -> None:
    """Tell that nothing of this process group is left."""
    _listener("group-ended", str(group))
