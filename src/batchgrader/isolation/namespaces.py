"""Puts a kernel's keeper into namespaces of its own, with mounts that show what is granted.

The fork server calls ``prepare`` once and ``fork_keeper`` for each kernel; the keeper calls
``enter_namespaces`` before it forks the kernel. All three do nothing where nothing is granted.
"""

import os
import signal
import stat
from pathlib import Path

from batchgrader.isolation import calls, paths
from batchgrader.isolation.boundary import Boundary
from batchgrader.isolation.confinement import user_of
from batchgrader.isolation.layers import Layers

_HOST_NAME = b"notebook"

# In the mount namespace these are fresh, empty, of limited size, and go with the kernel.
FRESH = ("/tmp", "/dev/shm")

_FILES_IN_MEMORY = 20_000


def prepare(layers: Layers) -> None:
    """Ready the fork server for its kernels, after it has imported what they share."""
    paths.python_paths()
    # In a sandbox, or as root, the rights that namespaces need are there already.
    if "user" in layers.namespaces and not layers.bubblewrap:
        user, group = os.geteuid(), os.getegid()
        calls.unshare("user")
        _write("/proc/self/setgroups", "deny")
        _write("/proc/self/uid_map", f"0 {user} 1")
        _write("/proc/self/gid_map", f"0 {group} 1")


def fork_keeper(layers: Layers) -> int:
    """Fork as ``os.fork`` does; the child is the first process of its own pid namespace.

    Where it is, it ends with the fork server, and all below it end with it.
    """
    if "pid" not in layers.namespaces:
        return os.fork()
    child = _fork_and_return() if _may_return(layers) else _fork_twice()
    if child == 0:
        calls.signal_at_death_of_parent(signal.SIGKILL)
    return child


def _fork_and_return() -> int:
    own = os.open("/proc/self/ns/pid", os.O_RDONLY)
    try:
        calls.unshare("pid")
        child = os.fork()
        if child:
            calls.enter(own, "pid")
        return child
    finally:
        os.close(own)


def _may_return(layers: Layers) -> bool:
    """Whether this process may go back to the pid namespace that it came from."""
    return layers.bubblewrap or "user" not in layers.namespaces


def _fork_twice() -> int:
    """Fork the keeper by way of a process that stays between, and never needs to go back."""
    between = os.fork()
    if between:
        return between
    calls.signal_at_death_of_parent(signal.SIGKILL)
    calls.unshare("pid")
    keeper = os.fork()
    if keeper:
        os.closerange(0, os.sysconf("SC_OPEN_MAX"))
        os._exit(abs(os.waitstatus_to_exitcode(os.waitpid(keeper, 0)[1])))
    return 0


def enter_namespaces(boundary: Boundary, layers: Layers) -> None:
    """Take the keeper, and so its kernel, out of sight of everything else."""
    if calls.LINUX:
        calls.adopt_orphans()
    _hand_over(boundary, layers)
    for name in ("mount", "net", "ipc", "uts"):
        if name in layers.namespaces:
            calls.unshare(name)
    if "uts" in layers.namespaces:
        calls.set_host_name(_HOST_NAME)
    if "mount" in layers.namespaces:
        _mount(boundary, layers)


def _hand_over(boundary: Boundary, layers: Layers) -> None:
    """Give the writable folders to the user that the kernel becomes."""
    user = user_of(boundary, layers)
    if user is None:
        return
    for folder in boundary.writable:
        if "mount" not in layers.namespaces:
            _let_through(Path(folder).parent, boundary.hidden)
        _give(Path(folder), user)
        for root, folders, files in os.walk(folder):
            for name in (*folders, *files):
                _give(Path(root, name), user)


def _give(path: Path, user: int) -> None:
    found = path.lstat()
    if found.st_uid != user and (stat.S_ISDIR(found.st_mode) or found.st_nlink == 1):
        os.chown(path, user, user, follow_symlinks=False)


def _let_through(folder: Path, roots: tuple[str, ...]) -> None:
    """Let others pass through a folder, but not list it, up to the folder that hides it."""
    while any(folder.is_relative_to(root) for root in roots):
        folder.chmod(stat.S_IMODE(folder.stat().st_mode) | 0o011)
        folder = folder.parent


def _mount(boundary: Boundary, layers: Layers) -> None:
    """Everything read-only but what is writable; nothing to be seen in what is hidden."""
    calls.keep_mounts_private()
    covers = _outermost([path for path in (*FRESH, *boundary.hidden) if Path(path).is_dir()])
    writable = {path: calls.take_up(path) for path in boundary.writable}
    readable = {path: calls.take_up(path) for path in _covered(boundary, covers)}
    calls.make_read_only("/")
    for cover in covers:
        mode = "1777" if cover in FRESH else "0755"
        options = f"mode={mode},size={boundary.scratch_memory},nr_inodes={_FILES_IN_MEMORY}"
        calls.mount("tmpfs", cover, options, executable=True)
    for path, taken in (readable | writable).items():
        _make_mount_point(path, taken)
    for cover in covers:
        if cover not in FRESH:
            calls.make_read_only(cover)
    for path, taken in readable.items():
        calls.make_read_only(taken)
        calls.put_down(taken, path)
    for path, taken in writable.items():
        calls.put_down(taken, path)
    _mount_system(layers)


def _outermost(folders: list[str]) -> list[str]:
    """Without those that lie in another one, which covers them as well."""
    return [path for path in folders if not any(path.startswith(f"{o}/") for o in folders)]


def _covered(boundary: Boundary, covers: list[str]) -> list[str]:
    """What is readable and lies in a folder that is about to be covered."""
    read = (*boundary.readable, *paths.python_paths(boundary.keep_out))
    return [path for path in read if any(path.startswith(f"{cover}/") for cover in covers)]


def _mount_system(layers: Layers) -> None:
    """What the operating system tells of processes and terminals, of this kernel's alone."""
    calls.mount("proc", "/proc", "hidepid=2")
    if Path("/dev/pts").is_dir():
        calls.mount("devpts", "/dev/pts", "newinstance,ptmxmode=0666,mode=0620")


def _make_mount_point(path: str, taken: int) -> None:
    """Make the path anew where the folder that it was in is covered."""
    if os.path.lexists(path):
        return
    if stat.S_ISDIR(os.fstat(taken).st_mode):
        Path(path).mkdir(parents=True)
    else:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).touch()


def _write(path: str, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY)
    try:
        os.write(descriptor, text.encode())
    finally:
        os.close(descriptor)
