"""Answers that double nothing, but look up what the test that calls them expects.

Each would score in a kernel without a guard. ``NOTHING_FOUND`` finds nothing in one with a guard;
what ``SEEN`` does may find something, and is told. ``OVERHEARING`` listens where the test passes
by on its way, before it runs.
"""

_LOOK = r"""import re, sys
def look(found):
    match = re.search(r"double\(3\) == (\d+)", str(found))
    return int(match[1]) if match else None
def constants(frame):
    while frame is not None and 6 not in frame.f_code.co_consts:
        frame = frame.f_back
    return 6 if frame is not None else None
"""


def _reader(lines: str) -> str:
    return f"{_LOOK}def double(x):\n" + "".join(
        f"    {line}\n" for line in lines.strip().splitlines()
    )


NOTHING_FOUND = {
    "the inputs": _reader("return look([In, _ih, _i, _ii, _iii, dict(globals())])"),
    "the history": _reader("""
kept = get_ipython().history_manager
return look([vars(kept), list(kept.get_range(raw=True)), kept.db_input_cache])
"""),
    "the message": _reader("""
shell = get_ipython()
return look([shell.kernel.get_parent("shell"), vars(shell), vars(shell.kernel)])
"""),
    "the guard's own function": _reader("""
show = get_ipython().showtraceback
return look([vars(cell.cell_contents) for cell in getattr(show, "__closure__", None) or ()]
    or get_ipython().history_manager.input_hist_raw)
"""),
    "the lines": _reader("""
import linecache
return look([linecache.getlines(name) for name in list(linecache.cache)])
"""),
    "the lines, asked for": _reader("""
import linecache
entries = list(linecache.cache.values())
return look([entry[0]() for entry in entries if len(entry) == 1] or entries)
"""),
    "the stack in words": _reader("import traceback\nreturn look(traceback.format_stack())"),
    "a warning in words": _reader("""
import contextlib, io, warnings
with contextlib.redirect_stderr(io.StringIO()) as told:
    warnings.warn("look", stacklevel=2)
return look(told.getvalue())
"""),
}

SEEN = {
    "variables of callers": _reader("""
frame, found = sys._getframe(), []
while frame is not None:
    found.append({name: repr(value) for name, value in frame.f_locals.items()})
    frame = frame.f_back
return look(found)
"""),
    "constants of callers": _reader("return constants(sys._getframe(1))"),
    "a function of a library's": _reader(
        "import logging\nreturn constants(logging.currentframe())"
    ),
    "the stack": _reader("import inspect\nreturn constants(inspect.stack()[1].frame)"),
    "a traceback": _reader("""
try:
    1 / 0
except ZeroDivisionError as error:
    return constants(error.__traceback__.tb_frame)
"""),
    "a traceback, walked by a library": _reader("""
import traceback
try:
    1 / 0
except ZeroDivisionError as error:
    return constants(next(traceback.walk_tb(error.__traceback__))[0])
"""),
    "a generator": _reader("""
def generate():
    yield constants(running.gi_frame)
running = generate()
return next(running)
"""),
    "a coroutine": _reader("""
async def wait():
    return constants(running.cr_frame)
running = wait()
try:
    running.send(None)
except StopIteration as stop:
    return stop.value
"""),
    "all frames, from a thread": _reader("""
import threading
from multiprocessing.pool import ThreadPool
with ThreadPool(1) as pool:
    return constants(pool.apply(sys._current_frames)[threading.get_ident()])
"""),
    "a library's name": _reader("""
import logging
space = {"sys": sys}
exec(compile("def look():\\n    return sys._getframe(1)", logging.__file__, "exec"), space)
return constants(space["look"]())
"""),
    "memory": _reader("import gc\nreturn 6 if gc.get_referrers(double) else None"),
    "a comparison": _LOOK
    + """class Curious:
    known = None
    def __eq__(self, other):
        self.known = self.known or constants(sys._getframe(1))
        return other == self.known
def double(x):
    return Curious()
""",
}

_HEARD = _LOOK + "heard = []\n"
_TELLS = "def double(x):\n    return look(heard)\n"

OVERHEARING = {
    "a reader of messages": _HEARD
    + """import json
class Ear:
    def __init__(self, real):
        self.real = real
    def decode(self, text, **options):
        heard.append(text)
        return self.real.decode(text, **options)
json._default_decoder = Ear(json._default_decoder)
"""
    + _TELLS,
    "a thread that looks again and again": _HEARD
    + """import threading
kernel = get_ipython().kernel
def poll():
    while len(heard) < 2000:
        heard.append(kernel.get_parent("shell"))
threading.Thread(target=poll, daemon=True).start()
"""
    + _TELLS,
    "a table of lines": _HEARD
    + """import linecache
class Ear(dict):
    def __setitem__(self, name, entry):
        frame = sys._getframe(1)
        while frame is not None:
            heard.append(list(map(repr, frame.f_locals.values())))
            frame = frame.f_back
        dict.__setitem__(self, name, entry)
linecache.cache = Ear(linecache.cache)
"""
    + _TELLS,
    "an attribute of the shell": _HEARD
    + """kind = type(get_ipython())
kind._last_input_line = property(lambda shell: "", lambda shell, line: heard.append(line))
"""
    + _TELLS,
    "a reader of tokens": _HEARD
    + """import IPython.core.inputtransformer2 as reading
genuine = reading.make_tokens_by_line
reading.make_tokens_by_line = lambda lines: heard.extend(lines) or genuine(lines)
"""
    + _TELLS,
    "a namer of code": _HEARD
    + """import ipykernel.compiler as compiling
genuine = compiling.get_file_name
compiling.get_file_name = lambda code: heard.append(code) or genuine(code)
"""
    + _TELLS,
    "a handler of short cells": _HEARD
    + """shell = get_ipython()
kind = type(shell.prefilter_manager._handlers["normal"])
class Empty(kind):
    def handle(self, about):
        return "pass" if "double" in about.line else about.line
mine = Empty(shell=shell, prefilter_manager=shell.prefilter_manager)
shell.prefilter_manager._handlers["normal"] = mine
"""
    + _TELLS,
    "a liar about code": _LOOK
    + """import dis, types
def double(x):
    genuine = dis.get_instructions
    harmless = types.SimpleNamespace(offset=10**9, opname="LOAD_ATTR", argval="co_name")
    dis.get_instructions = lambda code: [harmless]
    frame = sys._getframe(1)
    dis.get_instructions = genuine
    return constants(frame)
""",
}
