"""A forked kernel is a fresh process: like a cold kernel, and unlike its siblings."""

import json
import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from fork_harness import Kernel, Server, Shown

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")

MODULES: tuple[str, ...] = (
    "numpy",
    "pandas",
    "matplotlib.pyplot",
    "matplotlib.backends.backend_agg",
    "uuid",
)
MODULES += ("ssl", "joblib", "sklearn.linear_model", "multiprocessing.pool", "sqlite3", "talker")
IMPORTS = "import " + ", ".join(MODULES)

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
    made = Server(tmp_path_factory.mktemp("server"), MODULES, path=str(library))
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
    """A value without what rightly differs: the kernel's place, its process, and addresses."""
    text = json.dumps(value).replace(str(kernel.folder.parent), "PLACE")
    text = text.replace(str(kernel.pid), "PID")
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


OWN = {
    "random": "__import__('random').random()",
    "random.SystemRandom": "__import__('random').SystemRandom().random()",
    "numpy": "__import__('numpy').random.rand()",
    "numpy.default_rng": "__import__('numpy').random.default_rng().random()",
    "uuid1": "str(__import__('uuid').uuid1())",
    "uuid4": "str(__import__('uuid').uuid4())",
    "temporary names": "__import__('os').path.basename(__import__('tempfile').mktemp())",
    "ssl": "__import__('ssl').RAND_bytes(16).hex()",
    "secrets": "__import__('secrets').token_hex(16)",
    "password between processes": "__import__('multiprocessing').current_process().authkey.hex()",
    "names of locks": "__import__('multiprocessing').synchronize.SemLock._make_name()",
    "name of the kernel": "get_ipython().kernel.ident",
    "session": "get_ipython().kernel.session.session",
    "temporary folder": "__import__('tempfile').gettempdir()",
    "working folder": "__import__('os').getcwd()",
}


@pytest.fixture(scope="module", params=[False, True], ids=["", "same-pid"])
def siblings(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Kernel, Kernel]]:
    """Two kernels of one server, which may have the same process id as one another and it."""
    modules = ("numpy", "uuid", "ssl", "multiprocessing.synchronize", "random", "stirrer")
    library = tmp_path_factory.mktemp("stirrer")
    # As imports may: all that draws random numbers has begun to.
    (library / "stirrer.py").write_text(
        "import random, ssl, tempfile, uuid, numpy, multiprocessing.synchronize as s\n"
        "ssl.RAND_bytes(1); tempfile.mktemp(); uuid.uuid1(); random.random()\n"
        "numpy.random.rand(); s.SemLock._make_name()\n",
        "utf-8",
    )
    place = tmp_path_factory.mktemp("siblings")
    server = Server(place, modules, path=str(library), same_pid=request.param)
    with server.kernel() as one, server.kernel() as other:
        yield one, other
        for kernel in (one, other):
            kernel.client.shutdown()
    server.close()


@pytest.mark.parametrize("what", OWN)
def test_siblings_do_not_share(siblings: tuple[Kernel, Kernel], what: str) -> None:
    one, other = siblings
    one.run("import multiprocessing.synchronize")
    other.run("import multiprocessing.synchronize")
    assert one.tell(OWN[what]) != other.tell(OWN[what])


def test_siblings_differ_also_in_what_they_seed_alike(siblings: tuple[Kernel, Kernel]) -> None:
    draw = "__import__('random').Random(7).random()"
    assert siblings[0].tell(draw) == siblings[1].tell(draw)


POOL = """
import multiprocessing
with multiprocessing.get_context("{}").Pool(2) as pool:
    print(pool.map(abs, [-1, -2]))
"""
FOREST = """
from sklearn.ensemble import RandomForestClassifier as Forest
print(Forest(4, n_jobs=2, random_state=0).fit([[0], [1]] * 9, [0, 1] * 9).predict([[1]]))
"""
LOKY = """
from joblib import Parallel, delayed
print(Parallel(n_jobs=2)(delayed(abs)(-n) for n in range(4)))
"""
THREADS = """
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(4) as pool:
    print(sum(pool.map(abs, range(-9, 0))))
"""
LOOP = """
import asyncio
async def seven(): return 7
print(await asyncio.gather(seven(), asyncio.to_thread(abs, -8)))
"""
STORE = "import sqlite3; print(sqlite3.connect(':memory:').execute('select 6 * 7').fetchone())"
LIBRARIES = {
    "BLAS": ("import numpy as np; a = np.ones((300, 300)); print((a @ a)[0, 0])", "300.0\n"),
    "n_jobs": (FOREST, "[1]\n"),
    "joblib": (LOKY, "[0, 1, 2, 3]\n"),
    "fork": (POOL.format("fork"), "[1, 2]\n"),
    "spawn": (POOL.format("spawn"), "[1, 2]\n"),
    "forkserver": (POOL.format("forkserver"), "[1, 2]\n"),
    "threads": (THREADS, "45\n"),
    "asyncio": (LOOP, "[7, 8]\n"),
    "subprocess": ("!echo hello", "hello\r\n"),
    "sqlite": (STORE, "(42,)\n"),
}


@pytest.mark.parametrize("what", LIBRARIES)
def test_a_library_works_in_fork_after_fork(server: Server, what: str) -> None:
    code, expected = LIBRARIES[what]
    for _ in range(2):
        with server.kernel() as kernel:
            assert kernel.run(code).text == expected
            kernel.client.shutdown()
            assert kernel.ended() == 0


@pytest.mark.parametrize("kind", ["kernel", "cold"])
def test_what_forked_children_print_arrives(server: Server, kind: str) -> None:
    code = (
        "import multiprocessing as m, sys\n"
        "def say(n): sys.stdout.write(str(n) * 100_000 + '\\n')\n"
        "with m.get_context('fork').Pool(3) as p: p.map(say, range(6))"
    )
    with getattr(server, kind)() as kernel:
        lines = kernel.run(code).text.split()
    assert sorted(lines) == [str(n) * 100_000 for n in range(6)]


@pytest.mark.parametrize("kind", ["kernel", "cold"])
def test_a_kernel_opens_no_network_socket(server: Server, kind: str) -> None:
    with getattr(server, kind)() as kernel:
        kernel.run("print(1)")
        assert psutil.Process(kernel.pid).net_connections("inet") == []


@pytest.mark.parametrize("kind", ["kernel", "cold"])
def test_an_interrupt_stops_a_cell_and_not_the_kernel(server: Server, kind: str) -> None:
    with getattr(server, kind)() as kernel:
        stopped = Shown()

        def interrupt(message: dict[str, Any]) -> None:
            stopped.add(message)
            if "asleep" in str(message["content"].get("text")):
                os.kill(kernel.pid, signal.SIGINT)

        reply = kernel.client.execute_interactive(
            "import sys, time\nprint('asleep'); sys.stdout.flush()\nwhile True: time.sleep(0.01)",
            timeout=60,
            output_hook=interrupt,
            stop_on_error=False,
        )
        assert reply["content"]["ename"] == "KeyboardInterrupt"
        assert kernel.run("print('still here')").text == "still here\n"


ENDINGS = {
    "os._exit(3)": 3,
    "import ctypes; ctypes.string_at(0)": -signal.SIGSEGV,
    "import os, signal; os.kill(os.getpid(), signal.SIGKILL)": -signal.SIGKILL,
    "exit()": 0,
}


@pytest.mark.parametrize("kind", ["kernel", "cold"])
@pytest.mark.parametrize("code", ENDINGS)
def test_a_kernel_ends_with_the_status_of_a_process(server: Server, kind: str, code: str) -> None:
    with getattr(server, kind)() as kernel:
        kernel.client.execute(f"import os\n{code}")
        assert kernel.ended() == ENDINGS[code]


def test_a_kernel_does_at_its_end_what_programs_have_asked_for(server: Server) -> None:
    with server.kernel() as kernel:
        kernel.run(
            "import atexit, pathlib, threading, time\n"
            "atexit.register(lambda: pathlib.Path('left').write_text('in good order'))\n"
            "def late(): time.sleep(0.2); pathlib.Path('late').write_text('not too late')\n"
            "threading.Thread(target=late).start()"
        )
        kernel.client.shutdown()
        assert kernel.ended() == 0
        assert (kernel.folder / "left").read_text("utf-8") == "in good order"
        assert (kernel.folder / "late").read_text("utf-8") == "not too late"


@pytest.mark.parametrize("kind", ["kernel", "cold"])
def test_a_file_does_not_take_the_place_of_a_module(server: Server, kind: str) -> None:
    with getattr(server, kind)() as kernel:
        for name in ("colorsys", "nbformat", "helper"):
            (kernel.folder / f"{name}.py").write_text("WHOSE = 'the submission'", "utf-8")
        kernel.run("import colorsys, nbformat, helper")
        assert (
            kernel.tell("[hasattr(colorsys, 'WHOSE'), hasattr(nbformat, 'WHOSE')]") == [False] * 2
        )
        assert kernel.tell("helper.WHOSE") == "the submission"


def test_a_class_of_kernel_can_be_chosen_late(server: Server) -> None:
    with server.kernel("ipykernel.ipkernel.IPythonKernel") as kernel:
        assert kernel.tell("type(get_ipython().kernel).__name__") == "IPythonKernel"


@pytest.mark.parametrize("kind", ["kernel", "cold"])
def test_a_shell_command_runs_where_there_are_no_terminals(tmp_path: Path, kind: str) -> None:
    (tmp_path / "library").mkdir()
    site = "import os\ndef openpty(): raise PermissionError\nos.openpty = openpty"
    for name in ("confined", "sitecustomize"):
        (tmp_path / "library" / f"{name}.py").write_text(site, "utf-8")
    server = Server(tmp_path, ["confined"], path=str(tmp_path / "library"))
    with getattr(server, kind)() as kernel:
        assert kernel.run("!echo said").text == "said\n"
    server.close()
