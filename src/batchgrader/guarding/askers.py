"""Tells whether it is a notebook that asks for a frame, or a library for its own ends.

Loggers, warnings and named tuples look at the frame of their caller all the time. What matters is
who gets it: so each function of a library that does not ask itself, but was given what asks, and
each whose purpose is to hand frames on, is passed over.
"""

import dis
import types
from _thread import get_ident
from collections.abc import Iterator
from typing import Any

from batchgrader.guarding.libraries import Libraries
from batchgrader.guarding.origins import notebook_code

_MAIN = get_ident()  # a kernel runs its cells in the thread that has loaded it

# Modules, and functions of modules, that give frames, or what is in them, to their callers.
_HANDING_ON = frozenset((
    "inspect", "bdb", "pdb", "trace", "dis", "asyncio.base_tasks", "IPython.utils.frame",
    "IPython.core.debugger", "_pytest._code.code", "pandas.core.computation.scope",
))  # fmt: skip
_FUNCTIONS = {"traceback": ("walk_stack", "walk_tb"), "logging": ("<lambda>", "currentframe")}

# The last steps to what is no more than a name or a number, as people look up where they are.
_HARMLESS = frozenset((
    "co_name", "co_qualname", "co_filename", "co_firstlineno", "f_lineno", "tb_lineno",
    "function", "filename", "lineno",
))  # fmt: skip
_PLACES = (1, 2, 3)  # of those in what ``inspect.stack`` gives


def asking_notebook(frame: Any, what: str, libraries: Libraries) -> types.FrameType | None:
    """The frame of a notebook's code that gets what is asked for; None where a library keeps it.

    ``what`` is the name by which it is asked for.
    """
    first = frame
    while frame is not None:
        code = frame.f_code
        if not libraries.have(code):
            return None if _takes_a_name(frame) else frame
        if _hands_on(frame):
            what = code.co_name
        elif what in code.co_names or _is_lambda(what, code):
            return None
        frame = frame.f_back
    return None if in_main_thread() else first


def in_main_thread() -> bool:
    """Whether this is the thread in which cells run."""
    return get_ident() == _MAIN


def within_notebook(frame: Any) -> bool:
    """Whether code of a notebook is running, as it is not while IPython prepares a cell."""
    while frame is not None:
        if notebook_code(frame.f_code.co_filename):
            return True
        frame = frame.f_back
    return not in_main_thread()


def _is_lambda(what: str, code: types.CodeType) -> bool:
    """Whether some code calls the function without a name by which logging finds its caller."""
    return what == "<lambda>" and "currentframe" in code.co_names


def _hands_on(frame: types.FrameType) -> bool:
    module = frame.f_globals.get("__name__")
    if module in _HANDING_ON:
        return True
    return frame.f_code.co_name in _FUNCTIONS.get(str(module), ())


def _takes_a_name(frame: types.FrameType) -> bool:
    """Whether the notebook goes on at once to a name, as ``currentframe().f_code.co_name``."""
    steps = list(_steps(frame))
    if not steps:
        return False
    return steps[-1] in _HARMLESS or (len(steps) == 2 and steps[1] in _PLACES)


def _steps(frame: types.FrameType) -> Iterator[Any]:
    """The attributes and places that are looked up one after the other from where a frame is."""
    place: Any = None
    now = ""
    for each in dis.get_instructions(frame.f_code):
        if each.offset <= frame.f_lasti:
            now = each.opname
        elif now == "PRECALL" and each.opname == "CALL":
            now = ""  # a call in two steps, of which Python may take the first alone
        elif each.opname == "LOAD_ATTR":
            yield each.argval
        elif each.opname == "LOAD_CONST" and place is None:
            place = each.argval
        elif each.opname == "BINARY_SUBSCR" and place is not None:
            yield place
            place = None
        else:
            return
