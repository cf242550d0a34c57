"""The secrets themselves: words that stand nowhere else, found again in whatever disguise."""

import base64
import codecs
import secrets
from collections.abc import Callable, Iterable, Mapping

PATTERN = "canary[0-9a-f]{12}"

# Where a secret lies; each place has a word of its own, so that a find says where it came from.
PLACES = (
    "the solution in source/",
    "a file in source/",
    "a file in release/",
    "the configuration",
    "the gradebook",
    "the work of another student",
    "the home folder",
    "the folder of temporary files",
    "an open file of the grader",
    "the environment of the grader",
    "the environment of the grader's parent",
    "the command line of the grader's parent",
    "the environment of another process",
    "the command line of another process",
    "the memory of another process",
    "a TCP server",
    "a socket with an abstract name",
    "a socket in the file system",
    "shared memory of System V",
    "shared memory of POSIX",
    "the keyring of the user",
)


def new_words() -> dict[str, str]:
    """A secret for each place; each matches PATTERN."""
    return {place: f"canary{secrets.token_hex(6)}" for place in PLACES}


def disguises(word: str) -> set[bytes]:
    """How a word may look in the bytes that a notebook leaves."""
    raw = word.encode()
    plain = {word, word[::-1], word.upper(), codecs.encode(word, "rot13"), " ".join(word)}
    forms = {form.encode() for form in plain} | {word.encode("utf-16-le")}
    forms |= {raw.hex().encode(), raw.hex().upper().encode(), raw[::-1].hex().encode()}
    return forms | _encoded(raw, base64.b64encode, 3, 4) | _encoded(raw, base64.b32encode, 5, 8)


def _encoded(raw: bytes, encode: Callable[[bytes], bytes], block: int, made: int) -> set[bytes]:
    """An encoding of a word at each place where it can begin in a longer text, cut to its own."""
    forms = set()
    for before in range(block):
        text = encode(b"\0" * before + raw)
        whole = (before + len(raw)) // block * made
        forms.add(text[made if before else 0 : whole])
    return forms


def carried(content: bytes, words: Mapping[str, str]) -> set[str]:
    """The places whose secrets are in some bytes."""
    return {
        place for place, word in words.items() if any(form in content for form in disguises(word))
    }


def lines_in(text: str, lines: Iterable[str]) -> set[str]:
    """Which lines of source stand in a text, as they are or as a string in Python quotes them."""
    return {
        line
        for line in lines
        if any(form in text for form in (line, line.replace("'", "\\'"), line.replace('"', '\\"')))
    }
