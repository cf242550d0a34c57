"""Holds the guard where nothing in the process can reach it: in an audit hook.

Python keeps audit hooks to itself. None can be taken away, and what is in the closure of one is
referred to by nothing else. What can still find it (``gc``, ``ctypes``, the process's own memory)
passes by the hook first.
"""

import builtins
import sys
import types
from typing import Any

from batchgrader.guarding.calls import EVENT, Calls
from batchgrader.guarding.findings import Finding
from batchgrader.guarding.guard import Guard
from batchgrader.guarding.listening import FRAMES, SEARCHES
from batchgrader.guarding.origins import library_roots
from batchgrader.guarding.pristine import Snapshot
from batchgrader.guarding.protected import FREE_BUILTINS

# Those that search memory or frames, follow every line, or change what functions are made of.
_WATCHED = frozenset((
    "object.__setattr__", "object.__getattr__", "open", "sys.settrace", "sys.setprofile",
    "sys.monitoring.register_callback", *SEARCHES,
))  # fmt: skip


def hold(kernel: Any, key: bytes, snapshot: Snapshot) -> None:
    """Begin to guard a kernel; called once, before any code of the submission."""
    library_roots()  # before there is anything in the folder of the submission
    guard = Guard(kernel, key, Calls(), snapshot)
    obey, saw = guard.obey, guard.saw
    namespace, get_frame, is_event = vars(builtins), sys._getframe, EVENT.__eq__
    kept = [each for each in namespace.items() if each[0] not in FREE_BUILTINS]
    own = _own_functions()
    watched, missing, finding, frames = _WATCHED, object(), Finding, FRAMES
    asking: list[str] = []
    open_or_close = ("open", "close")

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        # Nothing here may use a builtin by name before they are what they were.
        if is_event(event) is True:
            command, slot = arguments
            if command in open_or_close:
                found = slot["builtins"] = []
                for name, value in kept:
                    if namespace.get(name, missing) is not value:
                        namespace[name] = value
                        found.append(finding("function", "builtins." + name))
                for function, code, content, names in own:
                    if function.__code__ is not code:
                        function.__code__ = code
                        found.append(finding("code", "batchgrader.guarding"))
                    for name, value in names:
                        if content.get(name, missing) is not value:
                            content[name] = value
                            found.append(finding("function", "batchgrader.guarding"))
            obey(command, slot)
        elif event in watched:
            if not asking and (event != "object.__getattr__" or arguments[1] in frames):
                asking.append(event)  # for to ask for a frame is such an event as well
                frame = get_frame(1)
                asking.clear()
                saw(event, arguments, frame)
        elif event == "sys.addaudithook":
            # Another hook would overhear the guard. Python takes this for a polite refusal.
            raise RuntimeError("audit hooks are not to be had in this kernel")

    sys.addaudithook(hook)


def _own_functions() -> list[tuple[types.FunctionType, Any, dict[str, Any], list[Any]]]:
    """The guard's own functions, with their code and the names that they use."""
    found = []
    modules = [
        module
        for name, module in list(sys.modules.items())
        if name.startswith("batchgrader.guarding.")
    ]
    for module in modules:
        content = vars(module)
        names = [each for each in content.items() if not each[0].startswith("__")]
        for function in _functions_in(module):
            found.append((function, function.__code__, content, names))
            names = []  # once for each module is enough
    return found


def _functions_in(module: types.ModuleType) -> list[types.FunctionType]:
    found = []
    for value in list(vars(module).values()):
        if getattr(value, "__module__", None) != module.__name__:
            continue
        for each in [value, *(vars(value).values() if isinstance(value, type) else ())]:
            inner = each.fget if isinstance(each, property) else each
            inner = getattr(inner, "__func__", inner)
            if isinstance(inner, types.FunctionType):
                found.append(inner)
    return found
