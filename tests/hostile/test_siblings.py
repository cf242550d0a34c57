"""Kernels that are forks of one server share nothing that is random, temporary or a name."""

import os
from collections.abc import Iterator

import pytest
from fork_harness import Kernel, Server

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")

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
