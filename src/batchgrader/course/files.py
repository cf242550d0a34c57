"""The files of a submission: regular ones only, read without following links, and their hash."""

import errno
import hashlib
import os
import shutil
import stat
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from batchgrader.jobs import File

# What is deeper, no person has made; much deeper, and Python itself gives up on it.
DEEPEST = 50
# More than that is refused: the files of a few submissions are held in memory together.
LARGEST = 500_000_000
MOST = 20_000
# Bytes of a file that are held at a time while it is hashed.
BLOCK = 1_000_000


def regular_files(folder: Path, ignore: Iterable[str] = ()) -> dict[str, Path]:
    """The regular files below a folder by their relative path, sorted; links are left out.

    ``ignore`` are the patterns of nbgrader's ``CourseDirectory.ignore``; each is held against the
    names of files and folders. nbgrader itself follows a symbolic link to the work of another
    student and copies what it finds. Raises OSError for a file that cannot be looked at.
    """
    found = {
        name: path
        for name, path in _walk(folder, list(ignore))
        if stat.S_ISREG(path.lstat().st_mode)
    }
    return dict(sorted(found.items()))


def given_files(folder: Path, ignore: Iterable[str] = ()) -> dict[str, Path]:
    """The instructor's files below a folder by their relative path; links to files are followed.

    Raises FileNotFoundError for a link that leads nowhere.
    """
    found = {name: path.resolve(strict=True) for name, path in _walk(folder, list(ignore))}
    return {name: path for name, path in sorted(found.items()) if path.is_file()}


def too_large(files: Mapping[str, Path]) -> str:
    """Why files are too large or too many to be graded, in a sentence; empty where they are not."""
    size = sum(path.lstat().st_size for path in files.values())
    if size <= LARGEST and len(files) <= MOST:
        return ""
    return (
        f"The submission is too large ({size / 1e6:,.0f} MB in {len(files):,} files; up to "
        f"{LARGEST / 1e6:,.0f} MB in {MOST:,} files are graded); hand it in again without the "
        "files that the notebook does not need."
    )


def beside(files: Mapping[str, Path], given: Iterable[str]) -> dict[str, Path]:
    """The files of a submission without those in whose place a file that is given must lie."""
    names = set(given)
    folders = {str(folder) for name in names for folder in PurePosixPath(name).parents}
    return {
        name: path
        for name, path in files.items()
        if name not in folders and not names & {str(each) for each in PurePosixPath(name).parents}
    }


def read_file(path: Path) -> File:
    """Read a regular file; raises OSError for a link or a special file put in its place."""
    with _opened(path) as stream:
        return File(stream.read(), stat.S_IMODE(os.fstat(stream.fileno()).st_mode))


def content_hash(files: Mapping[str, Path]) -> str:
    """Hash of the names and bytes of files, which are not held in memory for it."""
    digest = hashlib.sha256()
    for name, path in files.items():
        with _opened(path) as stream:
            size = os.fstat(stream.fileno()).st_size
            digest.update(f"{name}\0{size}\0".encode("utf-8", "surrogateescape"))
            while block := stream.read(BLOCK):
                digest.update(block)
    return digest.hexdigest()


def write_files(folder: Path, files: Mapping[str, File]) -> None:
    """Write files that came back from a worker below a folder, replacing what is there.

    What lies deeper than DEEPEST is left out. Raises ValueError for a path that leads out of the
    folder.
    """
    for name, file in files.items():
        path = folder / name
        if Path(name).is_absolute() or ".." in Path(name).parts:
            raise ValueError(f"the path {name!r} leads out of the submission")
        if len(Path(name).parts) > DEEPEST:
            continue
        clear_way(folder, name)
        path.write_bytes(file.content)
        path.chmod(file.mode | stat.S_IRUSR | stat.S_IWUSR)


def clear_way(folder: Path, name: str) -> None:
    """Make the place of a file below a folder free: nothing is there, and the folders above are."""
    path = folder / name
    for above in reversed(PurePosixPath(name).parents[:-1]):
        if os.path.lexists(folder / above) and not _is_folder(folder / above):
            (folder / above).unlink()
    if _is_folder(path):
        shutil.rmtree(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)


def _opened(path: Path) -> BinaryIO:
    """A regular file, open for reading; raises OSError for another, or one in a linked folder."""
    if path.parent.is_symlink():
        raise OSError(errno.ELOOP, "its folder is a link", str(path))
    # O_NONBLOCK: a named pipe would hold us up.
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "Not a regular file", str(path))
    return os.fdopen(descriptor, "rb")


def _walk(folder: Path, ignore: list[str]) -> Iterator[tuple[str, Path]]:
    """All below a folder that is no folder, down to DEEPEST; what cannot be entered is left out."""
    waiting = [(folder, 1)]
    while waiting:
        parent, depth = waiting.pop()
        try:
            entries = list(os.scandir(parent))
        except OSError:
            continue
        for entry in entries:
            path = Path(parent, entry.name)
            if _matches(entry.name, ignore):
                continue
            if not entry.is_dir(follow_symlinks=False):
                yield path.relative_to(folder).as_posix(), path
            elif depth < DEEPEST:
                waiting.append((path, depth + 1))


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _matches(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatch(name, pattern) for pattern in patterns)
