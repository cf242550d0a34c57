"""Where a graded submission is written: aside until it is whole, then moved into its place."""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from nbgrader.coursedir import CourseDirectory

from batchgrader.course.files import clear_way
from batchgrader.course.found import places_of
from batchgrader.failures import StoppedEarly

# The "student" whose folders hold what is being written; nbgrader's patterns skip names with a dot.
ASIDE = ".grading-"
OLD = ".replaced-"
LONGEST_NAME = 255


class Places:
    """The folders of graded submissions of one assignment; the coordinator keeps one for a run."""

    def __init__(self, directory: CourseDirectory) -> None:
        self._directory = directory

    @staticmethod
    def aside(student: str) -> str:
        """The name under which a student's graded submission is written."""
        return _beside(ASIDE, student)

    def graded(self, student: str) -> Path:
        """Where nbgrader looks for the graded submission of a student."""
        directory = self._directory
        step, assignment = directory.autograded_directory, directory.assignment_id
        return Path(directory.format_path(step, student, assignment))

    def clear(self, student: str) -> None:
        """Delete what an unfinished grading of a student has left."""
        for prefix in (ASIDE, OLD):
            _remove(self.graded(_beside(prefix, student)))

    def clear_all(self) -> None:
        """Delete what earlier runs have left that were stopped in the middle of a submission."""
        directory = self._directory
        for prefix in (ASIDE, OLD):
            for folder in places_of(directory, directory.autograded_directory, f"{prefix}*"):
                _remove(folder)

    def make_room(self, student: str, only: tuple[str, ...] = ()) -> None:
        """Take away what is to be replaced: a folder, or the notebooks that ``only`` names.

        Done before the grades are committed: where a run is killed between the two, the graded
        notebook is missing, and the next run grades again; it is never older than its grades.
        """
        place, old = self.graded(student), self.graded(_beside(OLD, student))
        for name in only:
            (place / name).unlink(missing_ok=True)
        if not only and place.exists():
            _remove(old)
            old.parent.mkdir(parents=True, exist_ok=True)
            place.rename(old)

    def move_in(self, student: str) -> None:
        """Put what was written aside in its place, beside what is still there."""
        new, place = self.graded(self.aside(student)), self.graded(student)
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.is_dir():
            for path in sorted(each for each in new.rglob("*") if each.is_file()):
                name = path.relative_to(new).as_posix()
                clear_way(place, name)
                os.replace(path, place / name)
        else:
            new.rename(place)
        self.clear(student)

    def remove(self, student: str) -> None:
        """Delete the graded submission of a student."""
        _remove(self.graded(student))


@contextmanager
def only_run(directory: CourseDirectory) -> Iterator[None]:
    """Hold a course for one grading run; raises StoppedEarly while another run holds it."""
    folder = Path(directory.root, directory.autograded_directory)
    folder.mkdir(parents=True, exist_ok=True)
    with _lock(folder / ".batchgrader.lock") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StoppedEarly(
                f"Another grading run is at work in {directory.root}; wait for its end."
            ) from None
        yield


def _lock(path: Path) -> IO[str]:
    """The file to lock; where another instructor of a shared course made it, it is read only."""
    try:
        return path.open("a")
    except PermissionError:
        return path.open()


def _remove(folder: Path) -> None:
    """Delete a folder of graded files, which are read-only, and its parent if that is ours too."""
    if folder.exists():
        shutil.rmtree(folder)
    ours = [each.name.startswith((ASIDE, OLD)) for each in folder.parents]
    for parent in list(folder.parents)[: ours.index(True) + 1 if True in ours else 0]:
        try:
            parent.rmdir()
        except FileNotFoundError:
            continue  # never made
        except OSError:
            return  # another assignment of the same student


def _beside(prefix: str, student: str) -> str:
    """A name beside a student's that is no longer than a name may be."""
    if len(os.fsencode(prefix + student)) <= LONGEST_NAME:
        return prefix + student
    return prefix + hashlib.sha256(os.fsencode(student)).hexdigest()
