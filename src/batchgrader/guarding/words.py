"""The words that the worker and the guard exchange, and how they are signed; both sides use it.

The worker gives each kernel a key before any code of the submission runs, and each test a number
that is used once. The kernel's word about a test is signed with both. An execute request carries

    {"batchgrader": {"cell": "test" | "given" | "answer", "once": "...", "subjects": [...]}}

in its metadata; the reply to a test carries ``Word`` as data in its own. The code of a test is
covered with the key as well, so that nobody can read it who hears the message.
"""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from batchgrader.guarding.findings import Finding

# The key of what is ours in a message's metadata, and the name of the message that begins it all.
OURS = "batchgrader"
REQUEST, REPLY = "guard_request", "guard_reply"

# What a kernel with a guard counts among its features.
FEATURE = "batchgrader guard"


@dataclass(frozen=True)
class Word:
    """What the guard says of one test: whether it ran to its end without an error, and how.

    ``number`` is the number that the test's last expression gave, None where it gave none.
    """

    passed: bool
    number: float | None = None
    findings: tuple[Finding, ...] = ()

    def signed(self, key: bytes, once: str) -> dict[str, Any]:
        """The word as it crosses, with the signature that only the holder of the key can make."""
        content = [self.passed, self.number, [finding.data() for finding in self.findings]]
        text = json.dumps(content)
        return {"word": text, "signature": signature(key, once, text)}

    @classmethod
    def read(cls, data: Any, key: bytes, once: str) -> "Word | None":
        """The word that was signed for this test; None for anything else."""
        try:
            text, signed = str(data["word"]), str(data["signature"])
            if signed != signature(key, once, text):
                return None
            passed, number, findings = json.loads(text)
            return cls(
                passed is True,
                None if number is None else float(number),
                tuple(map(Finding.of, findings)),
            )
        except (KeyError, TypeError, ValueError):
            return None


def signature(key: bytes, once: str, text: str) -> str:
    """What proves that a text about a test comes from the holder of the key."""
    content = f"{once}\n{text}".encode("utf-8", "replace")
    return hashlib.blake2b(content, key=key, digest_size=16).hexdigest()


def end_mark(key: bytes, once: str) -> str:
    """What the last message about a test carries, so that no other can pass for the last."""
    return signature(key, once, "end")


def covered(key: bytes, once: str, code: str) -> str:
    """The code of a test as it crosses."""
    return _masked(key, once, code.encode("utf-8", "surrogatepass")).hex()


def uncovered(key: bytes, once: str, text: str) -> str:
    """The code of a test that was covered."""
    return _masked(key, once, bytes.fromhex(text)).decode("utf-8", "surrogatepass")


def _masked(key: bytes, once: str, data: bytes) -> bytes:
    """Some bytes, each changed in a way that only the holder of the key can tell."""
    blocks = range(0, len(data), 64)
    mask = b"".join(
        hashlib.blake2b(f"{once}\n{place}\ncode".encode(), key=key).digest() for place in blocks
    )
    number = int.from_bytes(data, "big") ^ int.from_bytes(mask[: len(data)], "big")
    return number.to_bytes(len(data), "big")
