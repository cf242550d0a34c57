"""Scratch folders: where the kernels of a run live, gone when it ends, however it ends.

Whoever makes a folder holds a lock on a file in it. A folder whose lock is free was left behind by
somebody who was killed, with copies of student work; the next to make one clears it away.
"""

import fcntl
import os
import shutil
import stat
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

PREFIX = "batchgrader-"
LOCK = ".in-use"

# Beyond this length of a path there is not enough room for those of sockets.
_DEEP = 24
_SHALLOW = "/tmp"

_NEW = 60.0  # seconds in which a folder without a lock is still being made

_held: dict[Path, int] = {}


def scratch_folder() -> Path:
    """A new folder for this user alone, whose path leaves room for the names of sockets below it.

    The operating system allows 107 bytes. Where the configured folder for temporary files is deep,
    the machine's own takes its place.
    """
    usual = Path(tempfile.gettempdir())
    deep = len(os.fsencode(usual)) > _DEEP and os.access(_SHALLOW, os.W_OK)
    parent = Path(_SHALLOW) if deep else usual
    for left in parent.glob(f"{PREFIX}*/{LOCK}"):
        _clear_away(left)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
    _held[folder] = lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    return folder


def leave(folder: Path) -> None:
    """Delete a scratch folder of this process."""
    remove(folder)
    lock = _held.pop(folder, None)
    if lock is not None:
        os.close(lock)


def remove(folder: Path) -> None:
    """Delete a folder even where permissions were taken away or its tree is very deep."""
    with suppress(OSError, RecursionError):
        if os.path.lexists(folder):
            shutil.rmtree(folder)
        return
    for command in (["chmod", "-R", "u+rwx"], ["rm", "-rf"]):
        subprocess.run([*command, "--", folder], check=False, capture_output=True)


def _clear_away(lock: Path) -> None:
    """Delete a folder of this user if nobody holds its lock."""
    with suppress(OSError):
        folder, about = lock.parent.lstat(), lock.lstat()
        ours = stat.S_ISDIR(folder.st_mode) and {folder.st_uid, about.st_uid} == {os.geteuid()}
        if not ours or time.time() - about.st_mtime < _NEW:
            return
        held = os.open(lock, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            remove(lock.parent)
        finally:
            os.close(held)
