"""Libraries that start threads, processes and loops work in kernel after kernel of a server."""

import os
from collections.abc import Iterator

import pytest
from fork_harness import MODULES, Server

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    made = Server(tmp_path_factory.mktemp("server"), MODULES)
    yield made
    made.close()


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
