"""Which system calls a kernel may not make, and what they answer instead; plain data.

Files, TCP ports, abstract sockets and signals are Landlock's business as far as it reaches; here
stands what it does not cover, and what nobody needs who computes.
"""

import errno
from dataclasses import dataclass
from typing import Literal

from batchgrader.isolation.layers import Layers

# The answer of a call that does nothing and says that it is done.
DONE = 0


@dataclass(frozen=True)
class Test:
    """A condition on the lower 32 bits of an argument, for "null" on all of it."""

    __test__ = False

    argument: int
    relation: Literal["equal", "unequal", "any bit of", "null"]
    value: int = 0
    mask: int = 0xFFFFFFFF


@dataclass(frozen=True)
class Refusal:
    """Calls that get an answer instead of being made, where all conditions hold."""

    calls: str
    answer: int
    when: tuple[Test, ...] = ()


def equal(argument: int, value: int) -> Test:
    """The argument has this value."""
    return Test(argument, "equal", value)


def unless(argument: int, *values: int, mask: int = 0xFFFFFFFF) -> tuple[Test, ...]:
    """The argument, or what the mask leaves of it, has none of these values."""
    return tuple(Test(argument, "unequal", value, mask) for value in values)


_NAMESPACES = 0x7E020080
_AF_UNIX, _AF_INET, _AF_INET6, _AF_NETLINK = 1, 2, 10, 16
_STREAM, _SEQPACKET, _KIND = 1, 5, 0xF
_THIS_PROCESS, _IO_THIS_PROCESS = 0, 1
_FCNTL_SET_OWNER = (8, 15)  # F_SETOWN, F_SETOWN_EX: whom the kernel sends SIGIO, or any signal
_IOCTL_SET_OWNER = (0x8901, 0x8902)
_IOCTL_TYPE_FOR_OTHERS = (0x5412, 0x541C)  # TIOCSTI, TIOCLINUX
_IOCTL_FILE_FLAGS = (0x40086602, 0x40046602, 0x401C5820)
_PERSONALITIES = (0, 0xFFFFFFFF)  # that of Linux, and asking which

ALWAYS = (
    # Memory and descriptors of other processes.
    Refusal("ptrace process_vm_readv process_vm_writev kcmp pidfd_getfd", errno.EPERM),
    Refusal("process_madvise process_mrelease move_pages migrate_pages", errno.EPERM),
    # The user's keys.
    Refusal("add_key request_key keyctl", errno.EPERM),
    # Where ways into the operating system have been found most often.
    Refusal("bpf perf_event_open userfaultfd", errno.EPERM),
    Refusal("io_uring_setup io_uring_enter io_uring_register", errno.ENOSYS),
    Refusal("personality", errno.EPERM, unless(0, *_PERSONALITIES)),
    Refusal("modify_ldt iopl ioperm lsm_set_self_attr vhangup", errno.EPERM),
    # The machine.
    Refusal("kexec_load kexec_file_load init_module finit_module delete_module", errno.EPERM),
    Refusal("create_module get_kernel_syms query_module reboot syslog acct", errno.EPERM),
    Refusal("swapon swapoff quotactl quotactl_fd lookup_dcookie nfsservctl", errno.EPERM),
    Refusal("_sysctl uselib sysfs settimeofday clock_settime clock_adjtime", errno.EPERM),
    Refusal("adjtimex sethostname setdomainname", errno.EPERM),
    Refusal("sync syncfs", DONE),
    # Mounts, and files by handles that no path leads to.
    Refusal("mount umount2 pivot_root chroot move_mount open_tree open_tree_attr", errno.EPERM),
    Refusal("fsopen fsconfig fsmount fspick mount_setattr statmount listmount", errno.EPERM),
    Refusal("name_to_handle_at open_by_handle_at", errno.EPERM),
    # Namespaces. What clone3 is to do cannot be seen here; without it the C library uses clone.
    Refusal("unshare setns", errno.EPERM),
    Refusal("clone", errno.EPERM, (Test(0, "any bit of", _NAMESPACES),)),
    Refusal("clone3", errno.ENOSYS),
    # News of what others do to files.
    Refusal("fanotify_init fanotify_mark", errno.ENOSYS),
    Refusal("inotify_init inotify_init1 inotify_add_watch", errno.ENOSYS),
    # Memory, semaphores and queues that belong to the user and outlive the process.
    Refusal("shmget shmat shmctl shmdt semget semop semctl semtimedop", errno.ENOSYS),
    Refusal("msgget msgsnd msgrcv msgctl mq_open mq_unlink mq_timedsend", errno.ENOSYS),
    Refusal("mq_timedreceive mq_notify mq_getsetattr", errno.ENOSYS),
    # Memory that counts as nobody's.
    Refusal("memfd_create memfd_secret", errno.ENOSYS),
    # Sockets other than streams between processes of one machine. A datagram needs no connect.
    Refusal("socket", errno.ENETUNREACH, (equal(0, _AF_INET),)),
    Refusal("socket", errno.ENETUNREACH, (equal(0, _AF_INET6),)),
    # ZeroMQ ends the process at any other answer when it asks for the machine's addresses.
    Refusal("socket", errno.EOPNOTSUPP, (equal(0, _AF_NETLINK),)),
    Refusal("socket socketpair", errno.EAFNOSUPPORT, unless(0, _AF_UNIX)),
    Refusal("socket socketpair", errno.EACCES, unless(1, _STREAM, _SEQPACKET, mask=_KIND)),
    # Limits and priorities of others. Setting those of a thread does nothing, and says so to none.
    Refusal("prlimit64", errno.EPERM, unless(0, 0)),
    Refusal("setpriority", errno.EPERM, unless(0, _THIS_PROCESS)),
    Refusal("setpriority", errno.EPERM, unless(1, 0)),
    Refusal("ioprio_set", errno.EPERM, unless(0, _IO_THIS_PROCESS)),
    Refusal("ioprio_set", errno.EPERM, unless(1, 0)),
    Refusal("sched_setaffinity sched_setscheduler sched_setparam", DONE, unless(0, 0)),
    Refusal("sched_setattr", DONE, unless(0, 0)),
    # Keys pressed for the terminal of others, and signals that the kernel sends for a file.
    *(Refusal("ioctl", errno.EPERM, (equal(1, kind),)) for kind in _IOCTL_TYPE_FOR_OTHERS),
    *(Refusal("ioctl", errno.EPERM, (equal(1, kind),)) for kind in _IOCTL_SET_OWNER),
    *(Refusal("ioctl", errno.EPERM, (equal(1, kind),)) for kind in _IOCTL_FILE_FLAGS),
    *(Refusal("fcntl", errno.EPERM, (equal(1, kind),)) for kind in _FCNTL_SET_OWNER),
    Refusal("file_setattr", errno.EOPNOTSUPP),
)

# Where sockets of others are in reach.
NO_CONNECT = (Refusal("connect", errno.EACCES),)

# Where files of others belong to the same user and are not read-only: Landlock lets these through.
# Copying a file sets its mode and times, so that has to look as if it worked; a time of "now" has
# to fail, for it also asks whether the file exists, and programs then open the file instead.
NO_METADATA = (
    Refusal("chmod fchmod fchmodat fchmodat2", DONE),
    Refusal("chown lchown fchown fchownat", errno.EPERM),
    Refusal("utime utimes", errno.EPERM, (Test(1, "null"),)),
    Refusal("futimesat utimensat", errno.EPERM, (Test(2, "null"),)),
    Refusal("utime utimes futimesat utimensat", DONE),
    Refusal("setxattr lsetxattr fsetxattr setxattrat", errno.EOPNOTSUPP),
    Refusal("removexattr lremovexattr fremovexattr removexattrat", errno.EOPNOTSUPP),
)

NO_TRUNCATE = (Refusal("truncate", errno.EACCES),)


def no_signals(process: int) -> tuple[Refusal, ...]:
    """Signals to others, where nothing else keeps them back: all but to oneself and one's group."""
    itself = (process, 0, -process & 0xFFFFFFFF)
    return (
        Refusal("kill", errno.EPERM, unless(0, *itself)),
        Refusal("tgkill rt_sigqueueinfo rt_tgsigqueueinfo", errno.EPERM, unless(0, process)),
        Refusal("tkill pidfd_send_signal", errno.EPERM),
    )


def refusals(layers: Layers, process: int) -> tuple[Refusal, ...]:
    """All that a kernel with these layers and this process number may not call."""
    return (
        *ALWAYS,
        *(() if layers.connect else NO_CONNECT),
        *(() if layers.own_files else NO_METADATA),
        *(() if layers.own_truncate else NO_TRUNCATE),
        *(() if layers.own_signals else no_signals(process)),
    )
