"""The filter of system calls: what it answers, tried in a small interpreter of its language."""

import errno
import re
import struct
from pathlib import Path

import pytest

from batchgrader.isolation.call_numbers import ARCHITECTURES, HIGHEST, NUMBERS
from batchgrader.isolation.layers import Layers
from batchgrader.isolation.program import program
from batchgrader.isolation.refusals import ALWAYS, DONE, refusals

ALLOW, KILL, ANSWER = 0x7FFF0000, 0x80000000, 0x00050000
MACHINES = tuple(ARCHITECTURES)
PROCESS = 4711
HEADER = Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h")

BARE = Layers("basic", landlock=1, seccomp=True)
SCOPED = Layers("basic", landlock=6, seccomp=True)
SANDBOXED = Layers("strong", True, frozenset({"pid", "mount", "net"}), 7, True)


def run(code: bytes, number: int, *arguments: int, architecture: int) -> int:
    """What the program returns for a system call; the language has no loops, so it ends."""
    record = struct.pack("<IIQ", number & 0xFFFFFFFF, architecture, 0)
    record += struct.pack("<6Q", *(each & (1 << 64) - 1 for each in (*arguments, *[0] * 6)[:6]))
    accumulator = at = 0
    while True:
        operation, yes, no, constant = struct.unpack_from("<HBBI", code, at * 8)
        at += 1
        if operation == 0x20:
            (accumulator,) = struct.unpack_from("<I", record, constant)
        elif operation == 0x54:
            accumulator &= constant
        elif operation == 0x06:
            return int(constant)
        else:
            holds = {
                0x15: accumulator == constant,
                0x25: accumulator > constant,
                0x45: bool(accumulator & constant),
            }[operation]
            at += yes if holds else no


def answer(name: str, *arguments: int, layers: Layers = BARE, machine: str = "x86_64") -> int:
    """The errno that a call gets, 0 for pretended success, -1 where it is let through."""
    number = NUMBERS[name][MACHINES.index(machine)]
    code = program(refusals(layers, PROCESS), machine)
    found = run(code, number, *arguments, architecture=ARCHITECTURES[machine])
    if found == ALLOW:
        return -1
    assert found & 0xFFFF0000 == ANSWER
    return found & 0xFFFF


@pytest.mark.parametrize("machine", MACHINES)
def test_a_call_in_the_numbers_of_another_machine_kills_the_process(machine: str) -> None:
    code = program(ALWAYS, machine)
    others = {0x40000003, *ARCHITECTURES.values()} - {ARCHITECTURES[machine]}
    assert {run(code, 0, architecture=other) for other in others} == {KILL}


@pytest.mark.parametrize("number", [HIGHEST + 1, 0x40000000, 0x40000000 + 520, 0xFFFFFFFF])
def test_numbers_that_nobody_has_examined_are_said_not_to_exist(number: int) -> None:
    code = program(ALWAYS, "x86_64")
    found = run(code, number, architecture=ARCHITECTURES["x86_64"])
    assert found == ANSWER | errno.ENOSYS


@pytest.mark.parametrize("machine", MACHINES)
def test_what_is_refused_without_condition_is_refused(machine: str) -> None:
    for refusal in ALWAYS:
        for name in refusal.calls.split():
            if not refusal.when and NUMBERS[name][MACHINES.index(machine)] >= 0:
                assert answer(name, layers=SANDBOXED, machine=machine) == refusal.answer


@pytest.mark.parametrize("machine", MACHINES)
def test_reading_writing_and_starting_programs_is_let_through(machine: str) -> None:
    names = {"x86_64": (0, 1, 59, 231, 257), "aarch64": (63, 64, 221, 94, 56)}[machine]
    code = program(refusals(BARE, PROCESS), machine)
    for number in names:
        assert run(code, number, architecture=ARCHITECTURES[machine]) == ALLOW


@pytest.mark.parametrize("machine", MACHINES)
def test_a_process_may_be_forked_but_not_into_a_namespace(machine: str) -> None:
    thread, child = 0x3D0F00, 0x01200011
    assert answer("clone", thread, machine=machine) == -1
    assert answer("clone", child, machine=machine) == -1
    for flag in (0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000):
        assert answer("clone", child | flag, machine=machine) == errno.EPERM
    assert answer("clone3", machine=machine) == errno.ENOSYS


def test_only_streams_between_processes_of_the_machine_are_sockets() -> None:
    close_on_exec = 0x80000
    assert answer("socket", 1, 1 | close_on_exec) == -1
    assert answer("socketpair", 1, 5) == -1
    assert answer("socket", 2, 1) == answer("socket", 10, 2) == errno.ENETUNREACH
    assert answer("socket", 1, 2) == answer("socketpair", 1, 2 | close_on_exec) == errno.EACCES
    assert answer("socket", 1, 3) == errno.EACCES
    assert answer("socket", 38, 5) == answer("socketpair", 40, 1) == errno.EAFNOSUPPORT


def test_zeromq_is_told_in_its_way_that_there_are_no_addresses() -> None:
    assert answer("socket", 16, 3) == errno.EOPNOTSUPP


def test_sockets_may_be_connected_only_where_no_other_is_in_reach() -> None:
    assert answer("connect", layers=SANDBOXED) == -1
    assert answer("connect", layers=SCOPED) == errno.EACCES


def test_limits_and_priorities_can_be_set_for_oneself_alone() -> None:
    assert answer("prlimit64", 0, 7) == answer("setpriority", 0, 0, 5) == -1
    assert answer("prlimit64", PROCESS) == answer("setpriority", 0, 1) == errno.EPERM
    assert answer("setpriority", 2, 0, 19) == answer("ioprio_set", 3, 0) == errno.EPERM
    assert answer("sched_setaffinity", 0) == -1
    assert answer("sched_setaffinity", PROCESS) == DONE


def test_signals_to_others_are_filtered_where_nothing_else_keeps_them_back() -> None:
    for layers in (SCOPED, SANDBOXED):
        assert answer("kill", 1, 9, layers=layers) == -1
    assert answer("kill", PROCESS, 15) == answer("kill", -PROCESS, 15) == -1
    assert answer("kill", 0, 15) == answer("tgkill", PROCESS, PROCESS, 6) == -1
    for other in (1, -1, PROCESS + 1, -PROCESS - 1):
        assert answer("kill", other, 9) == errno.EPERM
    assert answer("tgkill", 1, 1, 9) == answer("pidfd_send_signal", 3) == errno.EPERM


def test_signals_are_not_sent_by_way_of_a_file_either() -> None:
    set_owner, get_flags = 8, 3
    assert answer("fcntl", 0, set_owner, 1) == answer("fcntl", 0, 15) == errno.EPERM
    assert answer("ioctl", 0, 0x8901) == errno.EPERM
    assert answer("fcntl", 0, get_flags) == answer("ioctl", 0, 0x5401) == -1


def test_the_terminal_of_others_cannot_be_typed_on() -> None:
    assert answer("ioctl", 0, 0x5412) == errno.EPERM


def test_modes_and_times_are_left_alone_where_files_of_others_are_in_reach() -> None:
    now, given = 0, 0x7F0000000000
    assert answer("fchmodat") == answer("utimensat", 0, 0, given) == DONE
    assert answer("utimensat", 0, 0, now) == errno.EPERM
    assert answer("fchownat") == errno.EPERM
    assert answer("fchmodat", layers=SANDBOXED) == answer("fchownat", layers=SANDBOXED) == -1


def test_files_are_not_cut_off_by_their_path_where_landlock_does_not_look() -> None:
    assert answer("truncate") == errno.EACCES
    assert answer("truncate", layers=SCOPED) == -1


def test_a_condition_does_not_spoil_the_rules_after_it() -> None:
    assert answer("pidfd_send_signal", 1, layers=BARE) == errno.EPERM
    assert answer("personality", 0) == answer("personality", 0xFFFFFFFF) == -1
    assert answer("personality", 0x0040000) == errno.EPERM


def test_the_program_is_short_enough_for_linux() -> None:
    longest = max(len(program(refusals(BARE, PROCESS), machine)) // 8 for machine in MACHINES)
    assert longest < 4096


@pytest.mark.skipif(not HEADER.exists(), reason="This machine has no header with the numbers.")
def test_the_numbers_are_those_of_the_system_headers() -> None:
    known = dict(re.findall(r"#define __NR_(\w+) (\d+)", HEADER.read_text("ascii")))
    shared = known.keys() & NUMBERS.keys()
    assert len(shared) > 100
    assert {name: int(known[name]) for name in shared} == {
        name: NUMBERS[name][MACHINES.index("x86_64")] for name in shared
    }
