"""Which files a kernel needs to read: Python's environment, system libraries, a few tables.

The sandbox mounts them and the confinement allows them, so that both grant the same.
"""

import contextlib
import functools
import os
import sys
from pathlib import Path

# Programs and libraries. Where one is a link into another, as on most systems, it stays a link.
SYSTEM_FOLDERS = ("/usr", "/lib", "/lib32", "/lib64", "/bin", "/sbin", "/nix/store", "/gnu/store")

# What the C library, OpenSSL, fontconfig and programs look up; no secrets, no network settings.
SYSTEM_FILES = (
    "/etc/alternatives",
    "/etc/ca-certificates",
    "/etc/fonts",
    "/etc/gitconfig",
    "/etc/group",
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/locale.alias",
    "/etc/localtime",
    "/etc/mime.types",
    "/etc/nsswitch.conf",
    "/etc/os-release",
    "/etc/passwd",
    "/etc/pki/ca-trust/extracted",
    "/etc/pki/tls/cert.pem",
    "/etc/pki/tls/certs",
    "/etc/pki/tls/openssl.cnf",
    "/etc/ssl/cert.pem",
    "/etc/ssl/certs",
    "/etc/ssl/openssl.cnf",
    "/etc/timezone",
    "/var/cache/fontconfig",
)

# How many processors and how much memory there is; numpy, OpenMP and joblib ask.
MACHINE_FILES = (
    "/sys/devices/system/cpu",
    "/sys/devices/system/node",
    "/sys/fs/cgroup/cpu.max",
    "/sys/fs/cgroup/cpu/cpu.cfs_period_us",
    "/sys/fs/cgroup/cpu/cpu.cfs_quota_us",
)

# As many links in a row as Linux follows.
_LINKS = 40


def system_paths() -> tuple[str, ...]:
    """What there is of the system's folders and files."""
    return tuple(path for path in (*SYSTEM_FOLDERS, *SYSTEM_FILES) if Path(path).exists())


def python_paths(keep_out: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The folders of this interpreter and all it can import, under every name they go by.

    Left out is what contains a home folder or a path of ``keep_out``, so that nobody's files are
    let in because a folder is on ``sys.path``. Fork servers call it once before they fork.
    """
    shut = [Path(path).resolve() for path in keep_out]
    granted = {
        path for path, real in _environment() if not any(p.is_relative_to(real) for p in shut)
    }
    return tuple(sorted(str(path) for path in granted if not granted & set(path.parents)))


@functools.cache
def _environment() -> tuple[tuple[Path, Path], ...]:
    """The folders of this interpreter that hold no home, each with the place that it leads to."""
    found = {sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix}
    found |= {os.path.normpath(path) for path in sys.path if path.startswith("/")}
    found |= {str(link.parent.parent) for link in _links(Path(sys.executable))}
    found |= {os.path.realpath(path) for path in found}
    homes = [Path(path).resolve() for path in ("/root", "/home")]
    with contextlib.suppress(RuntimeError):  # of somebody whom the system does not know
        homes.append(Path.home().resolve())
    places = [(path, path.resolve()) for path in map(Path, found) if path.exists()]
    return tuple(
        (path, real) for path, real in places if not any(h.is_relative_to(real) for h in homes)
    )


def _links(path: Path) -> list[Path]:
    """A path, and where it leads to link by link."""
    found = [path]
    while path.is_symlink() and len(found) < _LINKS:
        path = Path(os.path.normpath(path.parent / path.readlink()))
        found.append(path)
    return found
