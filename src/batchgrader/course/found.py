"""The submissions to an assignment that lie in a course, whatever their folders are called."""

import glob
import os
from collections.abc import Sequence
from pathlib import Path, PurePath

from nbgrader.coursedir import CourseDirectory

from batchgrader.course.files import regular_files


def find_submissions(directory: CourseDirectory, step: str) -> dict[str, list[str]]:
    """The notebooks of each submission by its folder, those of ``--student`` and ``--notebook``.

    Behind a link there are none. nbgrader takes the brackets in the name of a folder for a pattern,
    and finds nothing in it.
    """
    structure = directory.directory_structure.format(
        nbgrader_step=step,
        student_id=directory.student_id,
        assignment_id=glob.escape(directory.assignment_id),
    )
    return {
        folder: []
        if linked(directory, folder)
        else _matching(folder, f"{directory.notebook_id}.ipynb")
        for folder in _matching(directory.root, structure)
    }


def places_of(directory: CourseDirectory, step: str, students: str) -> list[Path]:
    """Where the work of students is or would be, whose own folders match a pattern and are there.

    They may be there alone: a run that was killed has made them first.
    """
    parts = PurePath(directory.directory_structure).parts
    own = _above(directory) + 1
    names = {"nbgrader_step": step, "assignment_id": directory.assignment_id}
    escaped = names | {"assignment_id": glob.escape(directory.assignment_id)}
    pattern = str(PurePath(*parts[:own])).format(**escaped, student_id=students)
    below = [part.format(**names) for part in parts[own:]]
    return [Path(folder, *below) for folder in _matching(directory.root, pattern)]


def linked(directory: CourseDirectory, folder: str) -> str:
    """Why a submission is not looked at, in a sentence: a link leads to it; empty where none does.

    From the student's own folder on nothing may be a link; what is above, up to the whole course,
    is the instructor's, who may keep it on another disk.
    """
    deep = len(PurePath(directory.directory_structure).parts) - _above(directory)
    for path in [Path(folder), *Path(folder).parents][:deep]:
        if path.is_symlink():
            name = spelled(os.path.relpath(path, directory.root))
            return (
                f"{name} is a link, and links in submissions are not followed; "
                "put the folder itself in its place and grade it again."
            )
    return ""


def files_of(directory: CourseDirectory, folder: Path, ignored: Sequence[str]) -> dict[str, Path]:
    """The regular files of a submission by their names in its folder; none behind a link."""
    return {} if linked(directory, str(folder)) else regular_files(folder, ignored)


def unusable(student: str) -> str:
    """Why a student's id cannot be kept, in a sentence; empty where it can."""
    try:
        student.encode("utf-8")
    except UnicodeEncodeError:
        what = "is not UTF-8"
    else:
        if "\n" not in student:
            return ""
        what = "has a line break in it"
    return f"The name of the student's folder {what}; rename the folder and run again."


def spelled(name: str) -> str:
    """A name of a file or folder that can be written anywhere: what is odd in it is spelled out."""
    shown = name.encode("utf-8", "backslashreplace").decode("utf-8")
    return shown.replace("\n", "\\n")


def _above(directory: CourseDirectory) -> int:
    """How many parts of a submission's path, below the course, lie above the student's folder."""
    parts = PurePath(directory.directory_structure).parts
    return next(at for at, part in enumerate(parts) if "{student_id}" in part)


def _matching(folder: str, pattern: str) -> list[str]:
    # As strings, in the very form in which nbgrader keeps its paths.
    return glob.glob(os.path.join(glob.escape(folder), pattern))  # noqa: PTH118, PTH207
