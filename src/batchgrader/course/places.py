"""Where a graded submission is written: aside until it is whole, then moved into its place."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nbgrader.coursedir import CourseDirectory

from batchgrader.failures import StoppedEarly

# The "student" whose folders hold what is being written; nbgrader's patterns skip names with a dot.
ASIDE = ".grading-"
OLD = ".replaced-"


class Places:
    """The folders of graded submissions of one assignment; the coordinator keeps one for a run."""

    def __init__(self, directory: CourseDirectory) -> None:
        self._directory = directory

    @staticmethod
    def aside(student: str) -> str:
        """The name under which a student's graded submission is written."""
        return f"{ASIDE}{student}"

    def graded(self, student: str) -> Path:
        """Where nbgrader looks for the graded submission of a student."""
        directory = self._directory
        step, assignment = directory.autograded_directory, directory.assignment_id
        return Path(directory.format_path(step, student, assignment))

    def clear(self, student: str) -> None:
        """Delete what an unfinished grading of a student has left."""
        for name in (f"{ASIDE}{student}", f"{OLD}{student}"):
            _remove(self.graded(name))

    def clear_all(self) -> None:
        """Delete what earlier runs have left that were stopped in the middle of a submission."""
        for name in (ASIDE, OLD):
            pattern = self.graded(f"{name}*")
            for parent in pattern.parent.parent.glob(pattern.parent.name):
                _remove(parent / pattern.name)

    def make_room(self, student: str, only: tuple[str, ...] = ()) -> None:
        """Take away what is to be replaced: a folder, or the notebooks that ``only`` names.

        Done before the grades are committed: where a run is killed between the two, the graded
        notebook is missing, and the next run grades again; it is never older than its grades.
        """
        place, old = self.graded(student), self.graded(f"{OLD}{student}")
        for name in only:
            (place / name).unlink(missing_ok=True)
        if not only and place.exists():
            _remove(old)
            old.parent.mkdir(parents=True, exist_ok=True)
            place.rename(old)

    def move_in(self, student: str) -> None:
        """Put what was written aside in its place, beside what is still there."""
        new, place = self.graded(f"{ASIDE}{student}"), self.graded(student)
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.is_dir():
            for path in sorted(each for each in new.rglob("*") if each.is_file()):
                target = place / path.relative_to(new)
                target.parent.mkdir(parents=True, exist_ok=True)
                os.replace(path, target)
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
    with (folder / ".batchgrader.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StoppedEarly(
                f"Another grading run is at work in {directory.root}; wait for its end."
            ) from None
        yield


def _remove(folder: Path) -> None:
    """Delete a folder of graded files, which are read-only, and its parent if that is ours too."""
    if folder.exists():
        shutil.rmtree(folder)
    if folder.parent.name.startswith((ASIDE, OLD)):
        try:
            folder.parent.rmdir()
        except OSError:
            return  # another assignment of the same student, or never there
