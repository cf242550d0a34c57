"""Judges what the audit hook hears: who follows lines, asks for frames, or searches memory."""

from collections.abc import Callable
from types import CodeType
from typing import Any

from batchgrader.guarding.askers import asking_notebook
from batchgrader.guarding.findings import Finding
from batchgrader.guarding.libraries import Libraries

# The attributes that lead to frames.
FRAMES = frozenset(("tb_frame", "gi_frame", "cr_frame", "ag_frame"))

# What searches memory, whoever is running.
MEMORY = frozenset((
    "gc.get_objects", "gc.get_referrers", "gc.get_referents", "sys._current_frames",
    "sys._current_exceptions", "ctypes.dlsym", "ctypes.addressof", "ctypes.cdata",
    "ctypes.call_function", "ctypes.PyObj_FromPtr", "ctypes.string_at", "ctypes.wstring_at",
    "ctypes.memmove",
))  # fmt: skip
SEARCHES = MEMORY | {"sys._getframe"}


class Listener:
    """Tells which events are worth a person's time; the guard has one.

    ``given`` says whether some code is the instructor's.
    """

    def __init__(self, libraries: Libraries, given: Callable[[CodeType], bool]) -> None:
        self._libraries, self._given = libraries, given

    def at_any_time(self, event: str, arguments: tuple[Any, ...], frame: Any) -> Finding | None:
        """What is a finding even where no test runs: the memory itself."""
        if event == "open":
            path = arguments[0]
            text = path.decode("utf-8", "replace") if isinstance(path, bytes) else path
            memory = isinstance(text, str) and text.rpartition("/")[2] == "mem"
            away = memory and text.startswith("/") and not text.startswith("/proc/")
            return Finding("reach", text) if memory and not away else None
        if event not in MEMORY:
            return None
        if event.startswith("ctypes."):
            while frame is not None and frame.f_globals.get("__name__") == "ctypes":
                frame = frame.f_back
            reached = frame is not None and not self._libraries.have(frame.f_code)
        else:
            reached = asking_notebook(frame, _name(event), self._libraries) is not None
        return Finding("reach", event) if reached else None

    def in_a_test(self, event: str, arguments: tuple[Any, ...], frame: Any) -> Finding | None:
        """What is a finding while a test runs: its frames, and what follows its lines."""
        kind, name = "reach", _name(event)
        if event == "object.__getattr__":
            event = name = arguments[1]
        elif event != "sys._getframe":
            kind = "trace"
        asker = asking_notebook(frame, name, self._libraries)
        if asker is None or self._given(asker.f_code):
            return None
        return Finding(kind, event)


def _name(event: str) -> str:
    return event.rpartition(".")[2]
