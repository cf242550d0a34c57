"""Kernels of programs that know nothing of fork servers, such as nbgrader's own commands."""

import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from batchgrader.course.files import LARGEST, MOST, read_file, regular_files, write_files
from batchgrader.execution.folder import LITTER, Folder
from batchgrader.jobs import File, Limits
from batchgrader.kernels.lodging import Lodging
from batchgrader.kernels.scratch import remove
from batchgrader.kernels.sources import Recipe, source_of


class TooLarge(RuntimeError):  # noqa: N818  what is wrong with the folder
    """The folder of a notebook is too large to be copied; the text is a sentence."""


@dataclass(frozen=True)
class Guest:
    """A kernel whose working folder is a copy; what it changed is copied back when it leaves."""

    home: Path
    place: Path
    copy: Folder
    lodging: Lodging

    @classmethod
    def of(
        cls, home: Path, environment: Mapping[str, str], recipe: Recipe, place: Path | None = None
    ) -> "Guest":
        """Copy the regular files of a folder to a private place; raises TooLarge, NoIsolation.

        ``place`` is that of a kernel that is started again: its clients know its sockets.
        """
        files = _contents(home)
        source = source_of(recipe)
        place = place or Path(tempfile.mkdtemp(dir=source.scratch))
        copy = Folder(place / "work", files)
        copy.write()
        private = place / "tmp"
        private.mkdir(mode=0o700)
        lodging = Lodging(
            folder=copy.path,
            private=private,
            sockets=place / "kernel",
            log=place / "kernel.log",
            source=source,
            environment=environment,
        )
        return cls(home, place, copy, lodging)

    def leave(self, *, returns: bool = False) -> list[str]:
        """Copy back what is new or changed, and delete the copy; the paths that were left out.

        Links stay where they are, and so do the notebooks that were there: nbgrader has written
        them. With ``returns`` the place is kept for the kernel that comes next.
        """
        collected = self.copy.collect(Limits().file_bytes)
        welcome = {name: file for name, file in collected.files.items() if self._welcome(name)}
        try:
            write_files(self.home, welcome)
        finally:
            remove(self.copy.path)
            remove(self.lodging.private)
            self.lodging.log.unlink(missing_ok=True)
            if not returns:
                remove(self.place)
        return sorted({*collected.cut, *collected.files} - welcome.keys())

    def _welcome(self, name: str) -> bool:
        """Whether a file may be put into the folder that the copy was made of."""
        way = [self.home / name, *(self.home / each for each in PurePosixPath(name).parents[:-1])]
        notebook = name.endswith(".ipynb") and name in self.copy.files
        return not notebook and not any(each.is_symlink() for each in way)


def _contents(home: Path) -> dict[str, File]:
    """The files below a folder that can be read."""
    found = regular_files(home, LITTER)
    size = sum(path.lstat().st_size for path in found.values())
    if size > LARGEST or len(found) > MOST:
        raise TooLarge(
            f"The folder {home} is too large for an isolated kernel, which works on a copy of it "
            f"({size / 1e6:,.0f} MB in {len(found):,} files; up to {LARGEST / 1e6:,.0f} MB in "
            f"{MOST:,} files are copied); put the notebook into a folder with the files that it "
            "needs and no others."
        )
    contents = {}
    for name, path in found.items():
        with suppress(OSError):
            contents[name] = read_file(path)
    return contents
