"""Forgeries that look up what the test expects, in the process in which both of them run."""

from hostile_course import WRONG

from attacks import Attack

# What an answer makes of all that it has found: the number that the tests expect of ``double``.
_EXPECTED = r"""
def expected(x, found):
    text = " ".join(map(str, found))
    match = re.search(r"double\(%d\)(?: ==|,) (\d+)" % x, text)
    return int(match[1]) if match else -1


"""

# The constants of all frames from one on: those of the test are among them.
_CONSTANTS = r"""
def expected(x, frame):
    while frame is not None:
        if frame.f_code.co_name == "<module>" and 2 * x in frame.f_code.co_consts:
            return 2 * x
        frame = frame.f_back
    return -1


"""


def _reads(name: str, tries: str, how: str, helper: str = _EXPECTED) -> Attack:
    """An attack whose ``double`` reads; it is given the lines of the function."""
    lines = "\n".join(f"    {line}" for line in how.strip().splitlines())
    source = f"import re, sys\n{helper}def double(x):\n{lines}\n"
    return Attack(name, tries, answers=WRONG | {"double": source})


ATTACKS = (
    _reads(
        "reads-inputs",
        "Answers look up in the inputs of the notebook what the calling test expects.",
        "return expected(x, [In, _ih, _i, _ii, dict(globals()), vars(get_ipython())])",
    ),
    _reads(
        "reads-history",
        "Answers look up in IPython's history what the calling test expects.",
        """
kept = get_ipython().history_manager
found = [vars(kept), kept.input_hist_raw, kept.input_hist_parsed, kept.db_input_cache]
return expected(x, [*found, *kept.get_tail(9, include_latest=True), *kept.get_range(raw=True)])
""",
    ),
    _reads(
        "reads-message",
        "Answers look up in the kernel's message what the calling test expects.",
        """
shell = get_ipython()
inner = [cell.cell_contents for cell in getattr(shell.showtraceback, "__closure__", None) or ()]
return expected(x, [shell.kernel.get_parent("shell"), vars(shell.kernel), *map(vars, inner)])
""",
    ),
    _reads(
        "reads-lines",
        "Answers look up the lines of the calling test as tracebacks do.",
        """
import contextlib, io, linecache, traceback, warnings
found = [linecache.getlines(name) for name in list(linecache.cache)] + traceback.format_stack()
found += [entry[0]() for entry in linecache.cache.values() if len(entry) == 1]
with contextlib.redirect_stderr(io.StringIO()) as told:
    warnings.warn("look", stacklevel=2)
return expected(x, [*found, told.getvalue()])
""",
    ),
    _reads(
        "reads-locals",
        "Answers look up in the variables of all their callers what the test expects.",
        """
frame, found = sys._getframe(), []
while frame is not None:
    found.append({name: repr(value) for name, value in frame.f_locals.items()})
    frame = frame.f_back
return expected(x, found)
""",
    ),
    _reads(
        "reads-constants",
        "Answers look up the constants of the test that calls them.",
        "return expected(x, sys._getframe())",
        _CONSTANTS,
    ),
    _reads(
        "reads-stack",
        "Answers have a library find the test that calls them.",
        "import inspect\nreturn expected(x, inspect.stack()[0].frame)",
        _CONSTANTS,
    ),
    _reads(
        "reads-traceback",
        "Answers find the test that calls them by way of a traceback.",
        """
try:
    raise ValueError
except ValueError as error:
    return expected(x, error.__traceback__.tb_frame)
""",
        _CONSTANTS,
    ),
    _reads(
        "reads-generator",
        "Answers find the test that calls them by way of a generator.",
        """
def generate():
    yield expected(x, running.gi_frame)
running = generate()
return next(running)
""",
        _CONSTANTS,
    ),
    _reads(
        "reads-memory",
        "Answers look for the test in all memory.",
        """
import ast, gc
trees = [each for each in gc.get_objects() if isinstance(each, ast.Module)]
return expected(x, [ast.unparse(each) for each in trees])
""",
    ),
    _reads(
        "reads-disguised",
        "Answers that claim to be a library's look up the constants of the test.",
        """
import logging
space = {"sys": sys}
exec(compile("def look():\\n    return sys._getframe(1)", logging.__file__, "exec"), space)
return expected(x, space["look"]())
""",
        _CONSTANTS,
    ),
    Attack(
        "any",
        "Answers are the object of the standard library that is equal to everything.",
        first="from unittest.mock import ANY",
        answers=WRONG
        | {
            "double": "def double(x):\n    return ANY",
            "spread": "def spread(values):\n    return [ANY, ANY, ANY]",
            "ratio": "def ratio(part, whole):\n    return ANY",
        },
    ),
    Attack(
        "equal-within",
        "Within what answers give are objects that say yes in a way of their own.",
        answers=WRONG
        | {
            "double": """
                    class Yes(int):
                        def __eq__(self, other):
                            return 1
                        def __ne__(self, other):
                            return 0
                        __hash__ = int.__hash__


                    def double(x):
                        return Yes(0)
                    """,
            "spread": "def spread(values):\n    return [Yes(0), Yes(0), Yes(0)]",
            "ratio": "def ratio(part, whole):\n    return [Yes(0)][0]",
        },
    ),
)
