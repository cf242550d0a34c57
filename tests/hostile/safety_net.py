"""A net below the attacks: what no grader holds ends in process numbers of its own.

A siege runs as the first process of a namespace. Whatever kills all it sees kills the siege's
processes alone, and all of them end with the siege. The isolation under test works inside it as it
does outside. Without such a net, deadly attacks are not handed in.
"""

import functools
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

NOBODY = 65534

# Shows one folder of an otherwise closed one to everybody, then changes the account.
_AS_NOBODY = f"""
set -e
if [ "$1" != "$2" ]; then
    hold=$(mktemp -d)
    mount --bind "$2" "$hold"
    mount -t tmpfs -o mode=711 none "$1"
    mkdir -p "$2"
    mount --bind "$hold" "$2"
fi
shift 2
exec setpriv --reuid {NOBODY} --regid {NOBODY} --clear-groups "$@"
"""

# Takes the right to make namespaces away, as Ubuntu 24.04 and container engines do.
_BARE = """
set -e
echo 0 > /proc/sys/user/max_user_namespaces
exec setpriv --bounding-set=-all --inh-caps=-all --ambient-caps=-all "$@"
"""


@functools.cache
def net() -> tuple[str, ...]:
    """The beginning of a command that runs in a net; empty where this machine has none."""
    words: tuple[str, ...] = (
        "unshare",
        "--pid",
        "--fork",
        "--kill-child",
        "--mount-proc",
        "--ipc",
        "--uts",
    )
    if os.geteuid() != 0:
        words += ("--user", "--map-current-user")
    with suppress(OSError):
        if subprocess.run([*words, "true"], check=False, capture_output=True).returncode == 0:
            return words
    return ()


def as_nobody() -> tuple[str, ...]:
    """The same as an ordinary user without rights; only root may ask, and only where a net is."""
    python = Path(sys.base_prefix)
    closed = next((each for each in reversed(python.parents) if not _open(each)), python)
    return (*net(), "sh", "-c", _AS_NOBODY, "sh", str(closed), str(python))


def bare() -> tuple[str, ...]:
    """What follows a net where no namespace can be made below it; whoever asks has no rights."""
    words = ("unshare", "--user", "--map-current-user", "--keep-caps")
    return (*words, "sh", "-c", _BARE, "sh")


def die_first() -> None:
    """What a process does first that is to be ended before others where memory runs out."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", "ascii")


def _open(folder: Path) -> bool:
    """Whether anybody may pass through a folder."""
    return bool(folder.stat().st_mode & 1)
