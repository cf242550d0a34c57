"""The files of a submission: regular ones only, read without following links, and their hash."""

import errno
import hashlib
import os
import stat
from collections.abc import Iterable, Mapping
from fnmatch import fnmatch
from pathlib import Path

from batchgrader.jobs import File


def regular_files(folder: Path, ignore: Iterable[str] = ()) -> dict[str, Path]:
    """The regular files below a folder by their relative path, sorted; links are left out.

    ``ignore`` are the patterns of nbgrader's ``CourseDirectory.ignore``; each is held against the
    names of files and folders. nbgrader itself follows a symbolic link to the work of another
    student and copies what it finds.
    """
    patterns = list(ignore)
    found: dict[str, Path] = {}
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not _matches(name, patterns)]
        for name in names:
            path = Path(parent, name)
            if not _matches(name, patterns) and stat.S_ISREG(path.lstat().st_mode):
                found[path.relative_to(folder).as_posix()] = path
    return dict(sorted(found.items()))


def read_file(path: Path) -> File:
    """Read a regular file; raises OSError for a link or a special file put in its place."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as stream:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "Not a regular file", str(path))
        return File(stream.read(), stat.S_IMODE(status.st_mode))


def content_hash(files: Mapping[str, Path]) -> str:
    """Hash of the names and bytes of files."""
    digest = hashlib.sha256()
    for name, path in files.items():
        content = read_file(path).content
        digest.update(f"{name}\0{len(content)}\0".encode("utf-8", "surrogateescape"))
        digest.update(content)
    return digest.hexdigest()


def write_files(folder: Path, files: Mapping[str, File]) -> None:
    """Write files that came back from a worker below a folder, replacing what is there.

    Raises ValueError for a path that leads out of the folder.
    """
    for name, file in files.items():
        path = folder / name
        if Path(name).is_absolute() or ".." in Path(name).parts:
            raise ValueError(f"the path {name!r} leads out of the submission")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.write_bytes(file.content)
        path.chmod(file.mode | stat.S_IRUSR | stat.S_IWUSR)


def _matches(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatch(name, pattern) for pattern in patterns)
