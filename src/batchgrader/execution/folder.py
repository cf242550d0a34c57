"""The private folders of a submission: written before its notebooks run, read and deleted after."""

import os
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from batchgrader.jobs import File
from batchgrader.kernels.scratch import remove

LITTER = (".ipynb_checkpoints", "__pycache__")

# What each file that comes back costs beside its bytes, so that their number has a limit too.
COST_OF_A_FILE = 1024


class RefusedPath(ValueError):  # noqa: N818  what happened, as people say it
    """A file of a submission would lie outside its folder; the text is a sentence."""


@contextmanager
def private_folder(within: Path) -> Iterator[Path]:
    """A folder for one submission that is gone afterwards, whatever was done to it."""
    folder = Path(tempfile.mkdtemp(prefix="job-", dir=within))
    try:
        yield folder
    finally:
        remove(folder)


@dataclass(frozen=True)
class Collected:
    """The files that came back, and the paths of those that were too many or too large."""

    files: dict[str, File]
    cut: tuple[str, ...]


@dataclass(frozen=True)
class Folder:
    """The folder that the notebooks of one submission share: where it is, and what is put there."""

    path: Path
    files: Mapping[str, File]

    def write(self) -> None:
        """Put every file in its place; raises RefusedPath before anything is written."""
        for name in self.files:
            _check(name)
        self.path.mkdir(parents=True)
        for name, file in self.files.items():
            path = self.path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.content)
            path.chmod(file.mode & 0o777)

    def mend(self) -> None:
        """Write the folder anew if a notebook deleted it or put something else in its place."""
        with suppress(OSError):
            if stat.S_ISDIR(self.path.lstat().st_mode):
                self.path.chmod(0o700)
                return
        self.path.unlink(missing_ok=True)
        self.write()

    def collect(self, limit: int) -> Collected:
        """The regular files that are new or changed, up to a total size; never follows a link."""
        files: dict[str, File] = {}
        cut: list[str] = []
        for name, entry in sorted(_regular_files(self.path)):
            before = self.files.get(name)
            with suppress(OSError):
                size = entry.stat(follow_symlinks=False).st_size
                if before is not None and _same(entry.path, size, before):
                    continue
                if size + COST_OF_A_FILE > limit:
                    cut.append(name)
                    continue
                file = read_regular(entry.path, size)
                limit -= len(file.content) + COST_OF_A_FILE
                files[name] = file
        return Collected(files, tuple(cut))


def _check(name: str) -> None:
    path = PurePosixPath(name)
    if not name or path.is_absolute() or ".." in path.parts or "\0" in name:
        raise RefusedPath(
            f"The file {name!r} would lie outside the folder of the submission, so the submission "
            "was not run; hand it in without that file."
        )


def _regular_files(top: Path) -> Iterator[tuple[str, "os.DirEntry[str]"]]:
    waiting = [top]
    while waiting:
        folder = waiting.pop()
        with suppress(OSError):
            if not stat.S_ISDIR(folder.lstat().st_mode):
                continue
            folder.chmod(0o700)
            with os.scandir(folder) as entries:
                for entry in entries:
                    if entry.name in LITTER or not _is_text(entry.name):
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(folder / entry.name)
                    elif entry.is_file(follow_symlinks=False):
                        yield str(Path(entry.path).relative_to(top)), entry


def _is_text(name: str) -> bool:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _same(path: str, size: int, before: File) -> bool:
    return size == len(before.content) and read_regular(path, size).content == before.content


def read_regular(path: str, size: int) -> File:
    """The first bytes of a file and its mode; raises OSError for a link, a pipe or a device."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
    try:
        descriptor = os.open(path, flags)
    except PermissionError:
        Path(path).chmod(0o600)
        descriptor = os.open(path, flags)
    with os.fdopen(descriptor, "rb") as stream:
        about = os.fstat(stream.fileno())
        if not stat.S_ISREG(about.st_mode):
            raise OSError(f"not a regular file: {path}")
        return File(stream.read(size), stat.S_IMODE(about.st_mode) & 0o777)
