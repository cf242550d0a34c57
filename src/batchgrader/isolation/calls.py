"""The system calls of Linux that Python has no function for, each a thin wrapper by ctypes.

Importable everywhere; off Linux every call raises ``OSError``. Nothing here decides anything.
"""

import ctypes
import errno
import os
import platform
import struct
import sys

LINUX = sys.platform == "linux"
MACHINE = platform.machine()
_LIBC = ctypes.CDLL(None, use_errno=True) if LINUX else None

NAMESPACE_FLAGS = {
    "mount": 0x00020000,
    "uts": 0x04000000,
    "ipc": 0x08000000,
    "user": 0x10000000,
    "pid": 0x20000000,
    "net": 0x40000000,
}

# From 424 on numbers of system calls are the same on all machines.
_OPEN_TREE, _MOVE_MOUNT, _MOUNT_SETATTR = 428, 429, 442
_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446

_MS_NOSUID, _MS_NODEV, _MS_NOEXEC, _MS_REC, _MS_PRIVATE = 0x2, 0x4, 0x8, 0x4000, 0x40000
_AT_FDCWD, _AT_EMPTY_PATH, _AT_RECURSIVE = -100, 0x1000, 0x8000
_OPEN_TREE_CLONE, _MOVE_MOUNT_F_EMPTY_PATH = 1, 4
_ATTR_RDONLY = 1

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_SECCOMP = 1, 4, 22
_PR_CAPBSET_DROP, _PR_SET_SUBREAPER, _PR_SET_NO_NEW_PRIVS = 24, 36, 38
_SECCOMP_MODE_FILTER = 2
_CAPABILITY_VERSION = 0x20080522
_LANDLOCK_ASK_VERSION = 1
_LANDLOCK_PATH_BENEATH = 1


def _ok(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def _libc() -> ctypes.CDLL:
    if _LIBC is None:
        raise OSError(errno.ENOSYS, "only Linux has this system call")
    return _LIBC


def _syscall(what: str, number: int, *arguments: int | bytes | None) -> int:
    words = [a if a is None or isinstance(a, bytes) else ctypes.c_long(a) for a in arguments]
    return _ok(_libc().syscall(ctypes.c_long(number), *words), what)


def unshare(name: str) -> None:
    """Give this process (for "pid": its next child) a namespace of its own."""
    _ok(_libc().unshare(NAMESPACE_FLAGS[name]), f"a {name} namespace")


def enter(descriptor: int, name: str) -> None:
    """Enter the namespace that a descriptor stands for (for "pid": the next child does)."""
    _ok(_libc().setns(descriptor, NAMESPACE_FLAGS[name]), f"back to the {name} namespace")


def mount(kind: str, target: str, options: str = "", *, executable: bool = False) -> None:
    """Mount a fresh file system of some kind on a folder."""
    flags = _MS_NOSUID | (0 if executable else _MS_NOEXEC)
    flags |= 0 if kind == "devpts" else _MS_NODEV
    name = kind.encode()
    result = _libc().mount(name, os.fsencode(target), name, ctypes.c_ulong(flags), options.encode())
    _ok(result, f"{kind} on {target}")


def keep_mounts_private() -> None:
    """Have no mount of this namespace reach another one."""
    flags = ctypes.c_ulong(_MS_REC | _MS_PRIVATE)
    _ok(_libc().mount(b"none", b"/", None, flags, None), "private mounts")


def take_up(path: str) -> int:
    """A detached copy of a folder's or file's mount, as a descriptor; ``put_down`` places it."""
    flags = _OPEN_TREE_CLONE | os.O_CLOEXEC | _AT_RECURSIVE
    return _syscall(f"taking up {path}", _OPEN_TREE, _AT_FDCWD, os.fsencode(path), flags)


def put_down(descriptor: int, path: str) -> None:
    """Place what ``take_up`` took on a path that exists, and close the descriptor."""
    target = os.fsencode(path)
    flags = _MOVE_MOUNT_F_EMPTY_PATH
    _syscall(f"putting down {path}", _MOVE_MOUNT, descriptor, b"", _AT_FDCWD, target, flags)
    os.close(descriptor)


def make_read_only(path: str | int) -> None:
    """Make a mount and all below it read-only; a path, or what ``take_up`` returned."""
    attributes = struct.pack("<4Q", _ATTR_RDONLY, 0, 0, 0)
    folder, name = (path, b"") if isinstance(path, int) else (_AT_FDCWD, os.fsencode(path))
    flags = _AT_RECURSIVE | (_AT_EMPTY_PATH if isinstance(path, int) else 0)
    _syscall("read-only", _MOUNT_SETATTR, folder, name, flags, attributes, len(attributes))


def set_host_name(name: bytes) -> None:
    """Name the host; in a uts namespace nobody else sees it."""
    _ok(_libc().sethostname(name, ctypes.c_size_t(len(name))), "host name")


def _prctl(what: str, option: int, *arguments: int) -> None:
    words = [ctypes.c_ulong(a) for a in (*arguments, 0, 0, 0, 0)][:4]
    _ok(_libc().prctl(option, *words), what)


def signal_at_death_of_parent(number: int) -> None:
    """Have this process sent a signal when the thread that started it ends."""
    _prctl("parent's death", _PR_SET_PDEATHSIG, number)


def adopt_orphans() -> None:
    """Become the parent of what descendants leave behind."""
    _prctl("adopting orphans", _PR_SET_SUBREAPER, 1)


def stay_dumpable() -> None:
    """Keep the files of this process in /proc its own after a change of user."""
    _prctl("dumpable", _PR_SET_DUMPABLE, 1)


def forgo_new_privileges() -> None:
    """Make set-user-id programs and file capabilities without effect, for ever."""
    _prctl("no new privileges", _PR_SET_NO_NEW_PRIVS, 1)


def drop_capabilities() -> None:
    """Give up every capability, and the possibility to get any back."""
    for capability in range(64):
        try:
            _prctl("bounding set", _PR_CAPBSET_DROP, capability)
        except OSError as error:
            if error.errno == errno.EPERM:
                break  # without CAP_SETPCAP nothing can be dropped, or gained
            if error.errno == errno.EINVAL:
                break  # the last one is behind us
            raise
    header = struct.pack("<Ii", _CAPABILITY_VERSION, 0)
    _ok(_libc().capset(header, bytes(24)), "dropping capabilities")


def landlock_version() -> int:
    """The version of Landlock's interface, 0 where the kernel has none or it is switched off."""
    try:
        asked = _LANDLOCK_ASK_VERSION
        return _syscall("Landlock", _LANDLOCK_CREATE, None, 0, asked)
    except OSError:
        return 0


def landlock_rules(files: int, network: int, scopes: int, version: int) -> int:
    """A descriptor of Landlock rules that refuse what the bits name, until ``allow`` allows it."""
    words = (files, network, scopes)[: 3 if version >= 6 else 2 if version >= 4 else 1]
    handled = struct.pack(f"<{len(words)}Q", *words)
    return _syscall("Landlock", _LANDLOCK_CREATE, handled, len(handled), 0)


def allow(rules: int, opened: int, access: int) -> None:
    """Allow access to a file, or to a folder and all beneath it, that a descriptor stands for."""
    rule = struct.pack("<Qi", access, opened)
    _syscall("Landlock", _LANDLOCK_ADD, rules, _LANDLOCK_PATH_BENEATH, rule, 0)


def landlock_restrict(rules: int) -> None:
    """Put the rules into force for this process and all its children, and close them."""
    _syscall("Landlock", _LANDLOCK_RESTRICT, rules, 0)
    os.close(rules)


def install_filter(program: bytes) -> None:
    """Put a filter of system calls into force for this process and all its children."""
    code = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("<H6xQ", len(program) // 8, ctypes.addressof(code))
    held = ctypes.create_string_buffer(header, len(header))
    where = ctypes.addressof(held)
    _prctl("the filter of system calls", _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, where)
