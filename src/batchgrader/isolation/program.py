"""Turns refusals into the program that Linux runs before each system call of a kernel.

It is classic BPF: a list of instructions of eight bytes over a record of the call (number,
machine, arguments). The confinement installs it; tests run it in a small interpreter.
"""

import errno
import struct
from collections.abc import Iterable, Sequence

from batchgrader.isolation.call_numbers import ARCHITECTURES, HIGHEST, NUMBERS
from batchgrader.isolation.refusals import Refusal, Test

# Operations: load a word of the record, mask it, compare it with a constant, return.
_LOAD, _AND, _RETURN = 0x20, 0x54, 0x06
_IF_EQUAL, _IF_GREATER, _IF_ANY = 0x15, 0x25, 0x45

_ALLOW, _KILL, _ANSWER = 0x7FFF0000, 0x80000000, 0x00050000
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16

# Operation, jump where true, jump where false, constant.
Instruction = tuple[int, int, int, int]


def program(refusals: Iterable[Refusal], machine: str) -> bytes:
    """The program for one kind of machine; raises KeyError where there are no numbers for it."""
    column = tuple(ARCHITECTURES).index(machine)
    code: list[Instruction] = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_IF_EQUAL, 1, 0, ARCHITECTURES[machine]),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        # Also the second set of numbers that x86-64 has, with a high bit, for 32-bit pointers.
        (_IF_GREATER, 0, 1, HIGHEST),
        (_RETURN, 0, 0, _ANSWER | errno.ENOSYS),
    ]
    for refusal in refusals:
        for name in refusal.calls.split():
            number = NUMBERS[name][column]
            if number >= 0:
                code += _rule(number, refusal)
    code.append((_RETURN, 0, 0, _ALLOW))
    return b"".join(struct.pack("<HBBI", *instruction) for instruction in code)


def _rule(number: int, refusal: Refusal) -> Sequence[Instruction]:
    """Answer the call where all conditions hold; otherwise go on with its number loaded again."""
    answer = (_RETURN, 0, 0, _ANSWER | refusal.answer)
    if not refusal.when:
        return [(_IF_EQUAL, 0, 1, number), answer]
    body: list[Instruction] = [answer, (_LOAD, 0, 0, _NUMBER)]
    for test in reversed(refusal.when):
        body = [*_test(test, len(body) - 1), *body]
    return [(_IF_EQUAL, 0, len(body), number), *body]


def _test(test: Test, to_end: int) -> list[Instruction]:
    """Go on where the condition holds, and else past the ``to_end`` instructions that follow."""
    lower = _ARGUMENTS + 8 * test.argument
    if test.relation == "null":
        return [
            (_LOAD, 0, 0, lower),
            (_IF_EQUAL, 0, to_end + 2, 0),
            (_LOAD, 0, 0, lower + 4),
            (_IF_EQUAL, 0, to_end, 0),
        ]
    load: list[Instruction] = [(_LOAD, 0, 0, lower), (_AND, 0, 0, test.mask)]
    if test.relation == "any bit of":
        return [*load, (_IF_ANY, 0, to_end, test.value)]
    if test.relation == "equal":
        return [*load, (_IF_EQUAL, 0, to_end, test.value)]
    return [*load, (_IF_EQUAL, to_end, 0, test.value)]
