"""Kernels of programs that know nothing of fork servers, such as nbgrader's own commands."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from batchgrader.course.files import read_file, regular_files, write_files
from batchgrader.execution.folder import LITTER, Folder, remove
from batchgrader.jobs import Limits
from batchgrader.kernels.lodging import Lodging
from batchgrader.kernels.sources import Recipe, source_of


@dataclass(frozen=True)
class Guest:
    """A kernel whose working folder is a copy; what it changed is copied back when it leaves."""

    home: Path
    place: Path
    copy: Folder
    lodging: Lodging

    @classmethod
    def of(cls, home: Path, environment: Mapping[str, str], recipe: Recipe) -> "Guest":
        """Copy the regular files of a folder to a private place; raises OSError, NoIsolation."""
        source = source_of(recipe)
        place = Path(tempfile.mkdtemp(dir=source.scratch))
        files = {name: read_file(path) for name, path in regular_files(home, LITTER).items()}
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

    def leave(self) -> None:
        """Copy what is new or changed back, regular files alone, and delete the copy."""
        write_files(self.home, self.copy.collect(Limits().file_bytes).files)
        remove(self.place)
