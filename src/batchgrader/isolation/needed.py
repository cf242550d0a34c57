"""What a confined process must be able to do, or honest notebooks fail; the trial tries it all."""

import multiprocessing
import os
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from batchgrader.isolation.acts import Act
from batchgrader.isolation.layers import Layers
from batchgrader.isolation.world import World


def needed(layers: Layers) -> tuple[Act, ...]:
    """All that is tried and must work with these layers."""
    terminal = Act("open a terminal of its own", _terminal, forbidden=False)
    connect = Act("connect its own sockets", _connect_own, forbidden=False)
    return (
        *_NEEDED,
        *([terminal] if layers.terminals else []),
        *([connect] if layers.connect else []),
    )


def _use_own_folder(world: World) -> None:
    folder = Path(world.own, "folder")
    folder.mkdir()
    (folder / "a").write_text("x", "utf-8")
    (folder / "a").rename(folder / "b")
    (folder / "link").symlink_to("b")
    assert (folder / "link").read_text("utf-8") == "x"
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()


def _use_private_folder(world: World) -> None:
    with tempfile.NamedTemporaryFile(dir=world.private) as file:
        file.write(b"x")


def _start_program(_: World) -> None:
    word = "import hashlib, ssl, uuid; print(uuid.uuid4().version)"
    done = subprocess.run([sys.executable, "-c", word], capture_output=True, timeout=60, check=True)
    assert done.stdout == b"4\n"


def _share_work(_: World) -> None:
    context = multiprocessing.get_context("fork")
    lock, queue = context.Lock(), context.Queue()
    child = context.Process(target=queue.put, args=("x",))
    with lock:
        child.start()
        assert queue.get(timeout=30) == "x"
        child.join(30)


def _use_thread(_: World) -> None:
    thread = threading.Thread(target=os.getpid)
    thread.start()
    thread.join()


def _use_database(world: World) -> None:
    with sqlite3.connect(Path(world.own, "x.db")) as database:
        database.execute("create table t (x)")
    database.close()


def _listen(world: World) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(Path(world.private, "s")))
        server.listen()


def _connect_own(world: World) -> None:
    path = str(Path(world.private, "own"))
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        server.bind(path)
        server.listen()
        client.connect(path)


def _know_itself(_: World) -> None:
    assert "Seccomp:\t2\n" in Path("/proc/self/status").read_text("utf-8")
    assert os.cpu_count()
    assert Path("/proc/meminfo").read_text("ascii")


def _terminal(_: World) -> None:
    for descriptor in os.openpty():
        os.close(descriptor)


_NEEDED = (
    Act("use its own folder", _use_own_folder, forbidden=False),
    Act("use its private temporary folder", _use_private_folder, forbidden=False),
    Act("start Python", _start_program, forbidden=False),
    Act("share work with a process it starts", _share_work, forbidden=False),
    Act("start threads", _use_thread, forbidden=False),
    Act("use a database in a file", _use_database, forbidden=False),
    Act("listen on a socket of its own", _listen, forbidden=False),
    Act("ask about itself and the machine", _know_itself, forbidden=False),
)
