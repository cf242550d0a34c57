"""A forked kernel is like a cold one: it finds the same, and shows the same."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fork_harness import MODULES, Kernel, Server

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")

IMPORTS = "import " + ", ".join([*MODULES, "talker"])

# A library that warns its users and does nothing else.
TALKER = """
import warnings
def warn():
    warnings.warn("be careful", stacklevel=1)
with warnings.catch_warnings(record=True):
    warnings.simplefilter("default")
    warn()
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a module that is installed for all kernels."""
    folder = tmp_path_factory.mktemp("library")
    (folder / "talker.py").write_text(TALKER, "utf-8")
    return folder


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, library: Path) -> Iterator[Server]:
    made = Server(tmp_path_factory.mktemp("server"), [*MODULES, "talker"], path=str(library))
    assert made.preloaded["refused"] == {}
    yield made
    made.close()


@pytest.fixture(scope="module")
def pair(server: Server) -> Iterator[tuple[Kernel, Kernel]]:
    """A warm and a cold kernel that have imported the same."""
    with server.kernel() as warm, server.cold() as cold:
        for kernel in (warm, cold):
            assert kernel.run(IMPORTS).outputs == []
        yield warm, cold


def masked(value: Any, kernel: Kernel) -> Any:
    """A value without what rightly differs: the kernel's place, its numbers, and addresses."""
    text = json.dumps(value).replace(str(kernel.folder.parent), "PLACE")
    text = re.sub(rf"(?<!\d){kernel.pid}(?!\d)", "PID", text)
    text = re.sub(r"<StreamHandler \d+", "<StreamHandler DESCRIPTOR", text)
    return json.loads(re.sub(r"0x[0-9a-f]{8,}", "ADDRESS", text))


SAME = {
    "arguments": "__import__('sys').argv",
    "command": "__import__('sys').orig_argv",
    "flags": "str(__import__('sys').flags)",
    "where modules come from": "__import__('sys').path",
    "what finds modules": "[str(finder) for finder in __import__('sys').meta_path]",
    "main module": "sorted((k, type(v).__name__) for k, v in vars(__import__('__main__')).items())",
    "shell's names": "sorted(get_ipython().user_ns_hidden)",
    "builtins": "sorted(vars(__import__('builtins')))",
    "configuration": "str(get_ipython().config)",
    "events": "str(get_ipython().events.callbacks)",
    "warnings": "[str(each) for each in __import__('warnings').filters]",
    "handlers": "[str(each) for each in __import__('logging').root.handlers]",
    "loggers": "sorted((k, str(v.handlers)) for k, v in"
    " __import__('logging').root.manager.loggerDict.items() if getattr(v, 'handlers', ()))",
    "backend": "__import__('matplotlib').rcParams._get_backend_or_none()",
    "figure settings": "str(dict(__import__('matplotlib').rcParams))",
    "pandas's options": "{k: str(v) for k, v in vars(__import__('pandas').options)['d'].items()}",
    "folders of matplotlib": "[__import__('matplotlib').get_cachedir()]",
    "streams": "[str(type(s)) + s.encoding + str(s.isatty()) for s in"
    " (__import__('sys').stdout, __import__('sys').stderr)]",
    "hooks": "[str(__import__('sys').excepthook), str(type(__import__('sys').displayhook))]",
    "threads": "sorted(t.name.split('-')[0] for t in __import__('threading').enumerate())",
    "signals": "{n.name: str(__import__('signal').getsignal(n)) for n in"
    " __import__('signal').valid_signals() if hasattr(n, 'name') and n.name != 'SIGINT'}",
    "blocked signals": "[int(n) for n in __import__('signal').pthread_sigmask(0, [])]",
    "locale": "__import__('locale').setlocale(__import__('locale').LC_ALL)",
    "decimals": "str(__import__('decimal').getcontext())",
    "event loops": "str(type(__import__('asyncio').get_event_loop_policy()))",
    "collector": "[__import__('gc').isenabled(), __import__('gc').get_threshold()]",
    "limit of recursion": "__import__('sys').getrecursionlimit()",
    "environment": "dict(__import__('os').environ)",
    "working folder": "__import__('os').getcwd()",
    "home": "[__import__('os').path.expanduser('~'), get_ipython().home_dir,"
    " get_ipython().ipython_dir, get_ipython().profile_dir.location]",
    "temporary folder": "__import__('tempfile').gettempdir()",
    "processes' start": "__import__('multiprocessing').get_start_method()",
    "numbers of threads": "__import__('joblib').effective_n_jobs(1)",
    "last error": "[hasattr(__import__('sys'), 'last_value'), get_ipython()._last_traceback]",
}


@pytest.mark.parametrize("what", SAME)
def test_a_forked_kernel_finds_what_a_cold_one_finds(
    pair: tuple[Kernel, Kernel], what: str
) -> None:
    warm, cold = (masked(kernel.tell(SAME[what]), kernel) for kernel in pair)
    assert warm == cold


def shown(kernel: Kernel, code: str) -> Any:
    """What a cell shows, and how it ended."""
    made = kernel.run(code)
    about = {name: made.reply.get(name) for name in ("status", "ename", "evalue", "traceback")}
    outputs = [{k: v for k, v in output.items() if k != "transient"} for output in made.outputs]
    return masked([outputs, about], kernel)


CELLS = {
    "an error": "1 / 0",
    "an error in a library": "pandas.DataFrame({'a': [1]})['b']",
    "an error in the text": "for",
    "an error with a cause": "try: 1 / 0\nexcept ZeroDivisionError as e: raise KeyError from e",
    "a warning": "talker.warn()",
    "the same warning again": "talker.warn()",
    "a warning from here": "import warnings; warnings.warn('from here')",
    "a table": "pandas.DataFrame({'a': [1.5, 2], 'b': ['c', 'd']})",
    "a figure": "fig, ax = matplotlib.pyplot.subplots(); ax.plot([1, 3, 2]); ax.set_title('t'); 1",
    "logging": "import logging; logging.warning('heard'); logging.getLogger('x').error('too')",
    "sys.exit": "import sys; sys.exit(2)",
    "input": "input()",
    "empty input": "import os, sys; print(repr(sys.stdin.read()), os.read(0, 1))",
    "both streams": "import sys; print('out'); print('err', file=sys.stderr); print('out')",
    # A thread reads what other programs write: a cell that ends at once may end before it.
    "a program": "import subprocess, time; p = subprocess.run(['echo', 'said']); time.sleep(2)",
    "a shell": "!echo said; echo more >&2",
    "a magic": "%timeit?\n%pwd\n%who",
    "history": "In[1][:6], len(Out), _",
    "await": "import asyncio; await asyncio.sleep(0.001, 'slept')",
    "threads": "import threading; t = threading.Thread(target=print, args=['in a thread']);"
    " t.start(); t.join()",
    "help": "talker?",
}


@pytest.mark.parametrize("what", CELLS)
def test_a_forked_kernel_shows_what_a_cold_one_shows(
    pair: tuple[Kernel, Kernel], what: str
) -> None:
    warm, cold = (shown(kernel, CELLS[what]) for kernel in pair)
    assert warm == cold
