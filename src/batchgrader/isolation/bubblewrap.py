"""The command that starts a program in a sandbox of bubblewrap, with the files that it needs.

Workers start fork servers with it, and the probe its trials. In the sandbox there are Python's
environment, system libraries and the run's scratch folder, and nothing else of the machine.
"""

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from batchgrader.isolation import paths

# In a user namespace the fork server is root, so that it may make namespaces and mounts in it.
_ROOT_INSIDE = ("--unshare-user", "--uid", "0", "--gid", "0", "--cap-add", "ALL")
_NAMESPACES = ("--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts")
_APART = (*_NAMESPACES, "--unshare-cgroup-try", "--die-with-parent", "--new-session")


@dataclass(frozen=True)
class Sandbox:
    """How to start a program in a sandbox.

    Start ``command`` with an empty environment, so that nothing of it can be read in /proc, and
    pass on ``descriptor``, which has the rest of the arguments; close it then.
    """

    command: list[str]
    descriptor: int


def program() -> str | None:
    """Where bubblewrap is installed, None where it is not."""
    return shutil.which("bwrap")


def wrap(
    argv: Sequence[str],
    *,
    scratch: str,
    readable: Sequence[str] = (),
    keep_out: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
    namespaces: bool = True,
) -> Sandbox:
    """A sandbox for a program; raises FileNotFoundError where there is no bubblewrap.

    ``scratch`` is writable. ``readable`` and ``keep_out`` are as in a boundary. ``environment`` is
    that of the program. ``namespaces`` says whether it is to make namespaces for its kernels, for
    which it has to be root in its own; otherwise it stays the user that it is.
    """
    found = program()
    if found is None:
        raise FileNotFoundError("bubblewrap is not installed: there is no bwrap on the PATH")
    root = _ROOT_INSIDE if namespaces and os.geteuid() != 0 else ()
    words = [*root, *arguments(scratch, readable, keep_out, environment or {})]
    descriptor = os.memfd_create("bubblewrap")
    os.write(descriptor, b"".join(os.fsencode(word) + b"\0" for word in words))
    os.lseek(descriptor, 0, os.SEEK_SET)
    return Sandbox([found, "--args", str(descriptor), "--", *argv], descriptor)


def arguments(
    scratch: str,
    readable: Sequence[str],
    keep_out: Sequence[str],
    environment: Mapping[str, str],
) -> list[str]:
    """What bubblewrap is told, before the program and its arguments."""
    words = list(_APART)
    made: set[str] = set()
    words += _system(made)
    words += ["--proc", "/proc", "--dev", "/dev"]
    for folder in ("/dev/shm", "/tmp"):
        words += ["--perms", "1777", "--tmpfs", folder]
    for path in sorted({*paths.python_paths(tuple(keep_out)), *readable}):
        if not path.startswith(paths.SYSTEM_FOLDERS):
            words += [*_parents(path, made), "--ro-bind-try", os.path.realpath(path), path]
    words += [*_parents(scratch, made), "--bind", scratch, scratch]
    for name, value in environment.items():
        words += ["--setenv", name, value]
    return [*words, "--chdir", "/"]


def _system(made: set[str]) -> list[str]:
    """System folders and files; links stay links, for programs are found by both names."""
    words: list[str] = []
    for path in (*paths.system_paths(), *paths.MACHINE_FILES):
        if Path(path).is_symlink() and path in paths.SYSTEM_FOLDERS:
            words += ["--symlink", str(Path(path).readlink()), path]
        elif Path(path).exists():
            words += [*_parents(path, made), "--ro-bind-try", os.path.realpath(path), path]
    return words


def _parents(path: str, made: set[str]) -> list[str]:
    """Make the folders above a path such that every user may pass through them."""
    words: list[str] = []
    for folder in map(str, Path(path).parents):
        if folder not in ("/", "/tmp") and folder not in made:
            made.add(folder)
            words = ["--perms", "0755", "--dir", folder, *words]
    return words
