"""Puts secrets into a course, a home folder and the memory of the system."""

import ctypes
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from nbgrader.api import Gradebook

# Numbers of the system on x86-64 and aarch64; a machine of another kind has no keyring here.
_ADD_KEY = {"x86_64": 248, "aarch64": 217}
_USER_KEYRING = -4
_LIBC = ctypes.CDLL(None, use_errno=True)


def plant_in_course(root: Path, assignment: str, words: Mapping[str, str]) -> None:
    """Secrets in the files that belong to the instructor, and in the gradebook."""
    for path in (root / "source" / assignment).glob("*.ipynb"):
        text = path.read_text("utf-8").replace("SOLUTION-SECRET", words["the solution in source/"])
        path.write_text(text, "utf-8")
    (root / "source" / "notes.txt").write_text(words["a file in source/"], "utf-8")
    (root / "release" / "notes.txt").write_text(words["a file in release/"], "utf-8")
    with (root / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write(f"\n# The password is {words['the configuration']}.\n")
    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        gradebook.update_or_create_student("ada", first_name=words["the gradebook"])


def plant_in_home(home: Path, words: Mapping[str, str]) -> None:
    """A key in the home folder of whoever grades."""
    (home / ".ssh").mkdir(parents=True)
    (home / ".ssh" / "id_ed25519").write_text(words["the home folder"], "utf-8")


def plant_in_memory(words: Mapping[str, str]) -> dict[str, int]:
    """Secrets that are no files: shared memory and a key; tells by which numbers they are found."""
    word = words["shared memory of System V"].encode()
    _LIBC.shmat.restype = ctypes.c_void_p
    number = _LIBC.shmget(os.getpid() + 0x5EC2E7, 4096, 0o1666)
    if number >= 0:
        ctypes.memmove(_LIBC.shmat(number, None, 0), word, len(word))
    key = words["the keyring of the user"].encode()
    with suppress(KeyError):
        add_key = _ADD_KEY[os.uname().machine]
        _LIBC.syscall(add_key, b"user", b"hostile", key, len(key), _USER_KEYRING)
    return {"shared": number}


def plant_in_shared_files(token: str, words: Mapping[str, str]) -> Path | None:
    """A secret in POSIX shared memory, where the system has any."""
    folder = Path("/dev/shm")
    if not os.access(folder, os.W_OK):
        return None
    path = folder / f"hostile-{token}"
    path.write_text(words["shared memory of POSIX"], "utf-8")
    return path
