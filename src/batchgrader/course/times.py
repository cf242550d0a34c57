"""When work was handed in, as its timestamp.txt says; batch grading reads it without trust."""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from nbgrader.coursedir import CourseDirectory

from batchgrader.course.files import read_file

# A time needs no more bytes than that.
LONGEST = 1_000


@contextmanager
def lenient_times(course: CourseDirectory) -> Iterator[dict[str, str]]:
    """Let a course note a timestamp.txt that says no time, and go on; nbgrader stops there.

    Yields what such files say in place of a time, by their folders.
    """
    read = course.get_existing_timestamp
    untold: dict[str, str] = {}

    def lenient(folder: str) -> datetime | None:
        path = Path(folder, "timestamp.txt")
        said = ""
        try:
            if not os.path.lexists(path):
                return None
            said = _text(path)
            return read(folder)  # type: ignore[no-any-return]
        except OSError as error:
            untold[folder] = str(error.strerror)
        except Exception:
            untold[folder] = said[:80].strip()
        return None

    course.get_existing_timestamp = lenient
    try:
        yield untold
    finally:
        del course.get_existing_timestamp


def _text(path: Path) -> str:
    """What a file says; raises OSError for one that is no plain file, or too long."""
    about = path.lstat()
    if stat.S_ISREG(about.st_mode) and about.st_size > LONGEST:
        raise OSError(errno.EFBIG, "File too large", str(path))
    return read_file(path).content.decode("utf-8", "replace")
