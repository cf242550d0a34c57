"""Confines the process of a kernel before the first line of a notebook runs in it.

Read from ``confine`` on downwards. What it cannot do it raises as ``OSError``, and the caller
must end the process then. What the tables mean stands beside them: ``refusals`` lists the system
calls that are turned down, ``paths`` the files that any kernel may read.
"""

import contextlib
import os
import signal
import stat
from collections.abc import Collection
from pathlib import Path

from batchgrader.isolation import calls, paths
from batchgrader.isolation.boundary import Boundary
from batchgrader.isolation.layers import Layers
from batchgrader.isolation.program import program
from batchgrader.isolation.refusals import refusals

with contextlib.suppress(ImportError):  # on Windows, where this is imported all the same
    import resource

# Landlock's rights over files, by the version of its interface from which on they exist.
_EXECUTE, _WRITE, _READ, _LIST, _REMOVE_FOLDER, _REMOVE = (1 << bit for bit in range(6))
_MAKE_FOLDER, _MAKE_FILE, _MAKE_SOCKET, _MAKE_PIPE, _MAKE_LINK = (1 << b for b in (7, 8, 9, 10, 12))
_REFER, _TRUNCATE, _CONTROL_DEVICE = 1 << 13, 1 << 14, 1 << 15
_FILE_RIGHTS = {1: (1 << 13) - 1, 2: _REFER, 3: _TRUNCATE, 5: _CONTROL_DEVICE}
_TCP = 0b11  # binding and connecting, from version 4
_SCOPES = 0b11  # abstract sockets and signals, from version 6

_READING = _EXECUTE | _READ | _LIST
_CHANGING = _WRITE | _TRUNCATE | _REMOVE | _MAKE_FILE
_OWNING = _READING | _CHANGING | _REMOVE_FOLDER | _MAKE_FOLDER | _REFER
_OWNING |= _MAKE_SOCKET | _MAKE_PIPE | _MAKE_LINK
_DEVICE = _READ | _WRITE | _CONTROL_DEVICE
# Semaphores and shared memory of everybody: they can be made and used, but not found.
_KNOWN_BY_NAME = _READ | _CHANGING
_RIGHTS_OVER_FILES = _EXECUTE | _READ | _WRITE | _TRUNCATE | _CONTROL_DEVICE

_DEVICES = {"/dev/null": _DEVICE, "/dev/zero": _READ | _WRITE, "/dev/full": _DEVICE}
_DEVICES |= {"/dev/random": _READ, "/dev/urandom": _READ}
_TERMINALS = {"/dev/ptmx": _DEVICE, "/dev/pts": _DEVICE | _LIST, "/dev/tty": _DEVICE}

_LOCKED_MEMORY = 8 * 1024**2
_MEMORY_VICTIM = b"1000"  # the first to go when the machine's memory is used up


def confine(boundary: Boundary, layers: Layers, keep: Collection[int] = (0, 1, 2)) -> None:
    """Shut this process, and all it will ever start, into its boundary; there is no way back.

    The process is single-threaded and was forked by the keeper after ``enter_namespaces``. All
    descriptors but ``keep`` are closed. The order matters: each step takes away what the steps
    before it needed.
    """
    keeper = os.getppid()
    _close_descriptors(keep)
    _lead_a_session()
    if layers.tier != "none":
        _volunteer_as_victim()
        _change_user(boundary, layers)
        _enter_user_namespace(layers)
        calls.forgo_new_privileges()
        calls.drop_capabilities()
    _die_with(keeper)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if layers.tier != "none":
        _limit(boundary, layers)
        if layers.landlock:
            _restrict_files(boundary, layers)
        if layers.seccomp:
            calls.install_filter(program(refusals(layers, os.getpid()), calls.MACHINE))


def user_of(boundary: Boundary, layers: Layers) -> int | None:
    """The unprivileged user that a kernel becomes when root grades; None where the user stays."""
    return layers.first_uid + boundary.slot if layers.first_uid else None


def _close_descriptors(keep: Collection[int]) -> None:
    start = 0
    for descriptor in sorted(keep):
        if start < descriptor:  # to Python an empty range up to 0 is a range without end
            os.closerange(start, descriptor)
        start = descriptor + 1
    os.closerange(start, os.sysconf("SC_OPEN_MAX"))


def _lead_a_session() -> None:
    """Leave the keeper's process group and its terminal."""
    if os.getsid(0) != os.getpid():
        os.setsid()


def _die_with(keeper: int) -> None:
    """End with the keeper; after the change of user, which would undo it."""
    if calls.LINUX:
        calls.signal_at_death_of_parent(signal.SIGKILL)
    if os.getppid() != keeper:
        os._exit(1)


def _volunteer_as_victim() -> None:
    """When memory runs out on the machine, have this process end, and not the grader."""
    descriptor = os.open("/proc/self/oom_score_adj", os.O_WRONLY)
    try:
        os.write(descriptor, _MEMORY_VICTIM)
    finally:
        os.close(descriptor)


def _change_user(boundary: Boundary, layers: Layers) -> None:
    """Stop being root: no limit on processes holds for it, and every file is open to it."""
    user = user_of(boundary, layers)
    if user is not None:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
        calls.stay_dumpable()


def _enter_user_namespace(layers: Layers) -> None:
    """Enter a namespace in which this process and its children are counted by themselves."""
    if "user" not in layers.namespaces:
        return
    user, group = os.geteuid(), os.getegid()
    calls.unshare("user")
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{layers.uid} {user} 1"),
        ("gid_map", f"{layers.gid} {group} 1"),
    ):
        descriptor = os.open(f"/proc/self/{name}", os.O_WRONLY)
        os.write(descriptor, text.encode())
        os.close(descriptor)


def _limit(boundary: Boundary, layers: Layers) -> None:
    """Set limits that neither this process nor a child can raise again."""
    counted_alone = "user" in layers.namespaces or layers.first_uid > 0
    # Otherwise all processes of the user count, and there are no more than on the whole machine.
    others = 0 if counted_alone else _tasks_on_the_machine()
    for kind, value in (
        (resource.RLIMIT_AS, boundary.address_space),
        (resource.RLIMIT_CPU, boundary.cpu_seconds),
        (resource.RLIMIT_NPROC, boundary.processes + others),
        (resource.RLIMIT_NOFILE, boundary.open_files),
        (resource.RLIMIT_FSIZE, boundary.file_size),
        (resource.RLIMIT_MEMLOCK, _LOCKED_MEMORY),
        (resource.RLIMIT_MSGQUEUE, 0),
        (resource.RLIMIT_NICE, 0),
        (resource.RLIMIT_RTPRIO, 0),
    ):
        most = resource.getrlimit(kind)[1]
        value = value if most == resource.RLIM_INFINITY else min(value, most)
        resource.setrlimit(kind, (value, value))


def _tasks_on_the_machine() -> int:
    return int(Path("/proc/loadavg").read_bytes().split()[3].partition(b"/")[2])


def _restrict_files(boundary: Boundary, layers: Layers) -> None:
    """Have Landlock refuse all files but those that are allowed, TCP, and signals to others."""
    version = layers.landlock
    rights = sum(bits for since, bits in _FILE_RIGHTS.items() if since <= version)
    rules = calls.landlock_rules(rights, _TCP, _SCOPES, version)
    for path, access in _allowed(boundary, layers).items():
        try:
            opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except (FileNotFoundError, PermissionError, NotADirectoryError):
            if path in boundary.writable:
                raise
            continue  # what is not there, or out of reach, needs no rule
        folder = stat.S_ISDIR(os.fstat(opened).st_mode)
        calls.allow(rules, opened, access & rights & (~0 if folder else _RIGHTS_OVER_FILES))
        os.close(opened)
    calls.landlock_restrict(rules)


def _allowed(boundary: Boundary, layers: Layers) -> dict[str, int]:
    """What is allowed on which path, and on all beneath it."""
    read = (*paths.system_paths(), *paths.MACHINE_FILES, *paths.python_paths(boundary.keep_out))
    allowed = dict.fromkeys((*read, *boundary.readable), _READING)
    # Where others can be seen there, Landlock still keeps their memory, environment and files shut.
    allowed["/proc"] = _READING
    allowed |= _DEVICES
    if layers.terminals:
        allowed |= _TERMINALS
    private = "mount" in layers.namespaces
    allowed["/dev/shm"] = _OWNING if private else _KNOWN_BY_NAME
    if private:
        allowed["/tmp"] = _OWNING
    return allowed | dict.fromkeys(boundary.writable, _OWNING)
