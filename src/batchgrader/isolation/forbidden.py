"""What a confined process must not be able to do; the trial tries it all.

Each act is refused if it raises ``OSError``; none harms anything if it is not.
"""

import ctypes
import mmap
import os
import signal
import socket
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from batchgrader.isolation import calls
from batchgrader.isolation.acts import Act
from batchgrader.isolation.boundary import Boundary
from batchgrader.isolation.call_numbers import ARCHITECTURES, NUMBERS
from batchgrader.isolation.world import World

_PTRACE_SEIZE, _PROCESS_KEYRING, _IO_URING_PARAMETERS = 0x4206, -2, 120


def forbidden(boundary: Boundary) -> tuple[Act, ...]:
    """All that is tried and must be refused."""
    memory = Act("reserve memory without limit", lambda _: _reserve(boundary.address_space + 1))
    size = Act("write files without limit", partial(_write_beyond, boundary.file_size))
    return (*_FORBIDDEN, memory, size)


def _reserve(size: int) -> None:
    """Take address space and no memory, of which the machine may have less."""
    mmap.mmap(-1, size, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, mmap.PROT_READ).close()


def _read_secrets(world: World) -> None:
    """Succeeds where any of the course's paths can be opened; the error names none otherwise."""
    for path in world.secret:
        try:
            os.close(os.open(path, os.O_RDONLY))
        except OSError:
            continue
        return
    raise PermissionError("none can be opened")


def _chmod(world: World) -> None:
    canary = Path(world.canary)
    canary.chmod(0o600)
    _unless_pretended(canary.stat().st_mode & 0o777 == 0o600)


def _set_time(world: World) -> None:
    os.utime(world.canary, (5, 5))
    _unless_pretended(int(Path(world.canary).stat().st_mtime) == 5)


def _unless_pretended(changed: bool) -> None:
    """A call that says it is done and has done nothing is as good as refused."""
    if not changed:
        raise PermissionError("nothing was changed")


def _connect(family: int, address: object) -> None:
    with socket.socket(family) as client:
        client.settimeout(2)
        client.connect(address)  # type: ignore[arg-type]


def _datagram(world: World) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.sendto(b"x", ("127.0.0.1", world.port))


def _see_environment(world: World) -> None:
    for process in {world.process, os.getppid()}:
        try:
            Path(f"/proc/{process}/environ").read_bytes()
        except OSError:
            continue
        return
    raise PermissionError("not of any process outside")


def _signal_others(world: World) -> None:
    """Signal 0 asks whether a signal could be sent, and sends none."""
    # The first process of a pid namespace hears nothing from within that it does not want to hear.
    processes = {world.process, os.getppid()} - {1}
    if not any(map(_hears, processes)):
        raise PermissionError("none of them hears")


def _hears(process: int) -> bool:
    try:
        os.kill(process, 0)
    except OSError:
        return False
    return True


def _see_limits(_: World) -> None:
    _call(_number("prlimit64"), os.getppid(), 0, 0, 0)


def _attach(_: World) -> None:
    """Attaching in this way stops nobody."""
    _call(_number("ptrace"), _PTRACE_SEIZE, os.getppid(), 0, 0)


def _leave_key(_: World) -> None:
    _call(_number("add_key"), b"user", b"batchgrader", b"x", 1, _PROCESS_KEYRING)


def _queue_calls(_: World) -> None:
    _call(_number("io_uring_setup"), 1, bytes(_IO_URING_PARAMETERS))


def _call(number: int, *arguments: int | bytes) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    words = [a if isinstance(a, bytes) else ctypes.c_long(a) for a in arguments]
    if libc.syscall(ctypes.c_long(number), *words) < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def _number(name: str) -> int:
    """The number of a system call on this machine."""
    return NUMBERS[name][tuple(ARCHITECTURES).index(calls.MACHINE)]


def _keep_privileges(_: World) -> None:
    """Succeeds where a capability is left, or a set-user-id program would give one."""
    status = dict(_status())
    left = any(int(status[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapAmb"))
    if not left and status["NoNewPrivs"] == "1":
        raise PermissionError("none is left")


def _status() -> Iterator[tuple[str, str]]:
    for line in Path("/proc/self/status").read_text("utf-8").splitlines():
        name, _, value = line.partition(":")
        yield name, value.strip()


def _write_beyond(limit: int, world: World) -> None:
    """Write a byte past the largest size, which takes no more room than any other."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    with tempfile.TemporaryFile(dir=world.own) as file:
        os.pwrite(file.fileno(), b"x", limit)


def _become_root(_: World) -> None:
    os.setuid(1 if os.getuid() == 0 else 0)


_FORBIDDEN = (
    Act("read files of others", lambda world: Path(world.canary).read_text("utf-8")),
    Act("list folders of others", lambda world: list(Path(world.other).iterdir())),
    Act("read the course", _read_secrets),
    Act("list the home folder", lambda world: list(Path(world.home).iterdir())),
    Act("change files of others", lambda world: Path(world.canary).open("ab").close()),
    Act("make files elsewhere", lambda world: Path(world.other, "new").touch()),
    Act("make files in Python's environment", lambda _: Path(sys.prefix, "batchgrader-").touch()),
    Act("cut off files of others", lambda world: os.truncate(world.canary, 0)),
    Act("change the mode of files of others", _chmod),
    Act("change the times of files of others", _set_time),
    Act("link files of others", lambda world: os.link(world.canary, f"{world.own}/link")),
    Act("delete files of others", lambda world: Path(world.canary).unlink()),
    Act("reach TCP ports", lambda world: _connect(socket.AF_INET, ("127.0.0.1", world.port))),
    Act("send datagrams", _datagram),
    Act("listen to the network", lambda _: socket.create_server(("127.0.0.1", 0)).close()),
    Act("reach abstract sockets", lambda w: _connect(socket.AF_UNIX, f"\0{w.abstract}")),
    Act("reach sockets of others", lambda world: _connect(socket.AF_UNIX, world.listener)),
    Act("signal processes of others", _signal_others),
    Act("trace the process that watches it", _attach),
    Act("read the environment of processes outside", _see_environment),
    Act("change limits of others", _see_limits),
    Act("keep or gain privileges", _keep_privileges),
    Act("become another user", _become_root),
    Act("make namespaces", lambda _: calls.unshare("user")),
    Act("mount", lambda world: calls.mount("tmpfs", world.own)),
    Act("leave keys with the system", _leave_key),
    Act("queue calls past the filter", _queue_calls),
)
