"""The submissions to an assignment that lie in a course, whatever their folders are called."""

import glob
import os

from nbgrader.coursedir import CourseDirectory


def find_submissions(directory: CourseDirectory, step: str) -> dict[str, list[str]]:
    """The notebooks of each submission by its folder, those of ``--student`` and ``--notebook``.

    nbgrader takes the brackets in the name of a folder for a pattern, and finds nothing in it.
    """
    return {
        folder: _matching(folder, f"{directory.notebook_id}.ipynb")
        for folder in folders_of(directory, step, directory.student_id)
    }


def folders_of(directory: CourseDirectory, step: str, students: str) -> list[str]:
    """The folders of a step of the assignment whose student's name matches a pattern."""
    pattern = directory.directory_structure.format(
        nbgrader_step=step,
        student_id=students,
        assignment_id=glob.escape(directory.assignment_id),
    )
    return _matching(directory.root, pattern)


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


def _matching(folder: str, pattern: str) -> list[str]:
    # As strings, in the very form in which nbgrader keeps its paths.
    return glob.glob(os.path.join(glob.escape(folder), pattern))  # noqa: PTH118, PTH207
