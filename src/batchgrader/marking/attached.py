"""Which files beside a notebook go with it, when it is graded and when feedback is given.

nbgrader copies all that lies there, behind links too. What a notebook wrote while it was graded may
hold the hidden tests, which ran in the same process: that is not given back.
"""

from pathlib import Path

from nbgrader.converters import BaseConverter, GenerateFeedback

from batchgrader.course.files import (
    beside,
    given_files,
    read_file,
    regular_files,
    too_large,
    write_files,
)
from batchgrader.course.found import files_of


class RegularFiles(BaseConverter):  # type: ignore[misc]
    """Copies the files of a submission as nbgrader does, but never follows a link.

    It stands between nbgrader's Autograde and BaseConverter in the order of inheritance.
    """

    def init_assignment(self, assignment_id: str, student_id: str) -> None:
        """Copy what was handed in beside the notebooks to where the submission is graded."""
        source = Path(self._format_source(assignment_id, student_id))
        target = Path(self._format_dest(assignment_id, student_id))
        target.mkdir(parents=True, exist_ok=True)
        ignored = [*self.coursedir.ignore, "*.ipynb"]
        master = Path(
            self.coursedir.format_path(self.coursedir.source_directory, ".", assignment_id)
        )
        found = files_of(self.coursedir, source, ignored)
        if not too_large(found):
            found = beside(found, given_files(master, ignored))
            write_files(target, {name: read_file(path) for name, path in found.items()})


class BatchFeedback(GenerateFeedback):  # type: ignore[misc]
    """Makes feedback pages; ``enable`` gives it to nbgrader's commands and to the formgrader."""

    def init_assignment(self, assignment_id: str, student_id: str) -> None:
        """Copy the files that are as they were handed in, or as the instructor gave them."""
        course = self.coursedir
        ignored = [*course.ignore, "*.ipynb"]
        graded = Path(self._format_source(assignment_id, student_id))
        handed_in = Path(course.format_path(course.submitted_directory, student_id, assignment_id))
        source = Path(course.format_path(course.source_directory, ".", assignment_id))
        known = given_files(source, ignored), files_of(course, handed_in, ignored)
        kept = {}
        for name, path in regular_files(graded, ignored).items():
            file = read_file(path)
            if any(name in files and _same(files[name], file.content) for files in known):
                kept[name] = file
        target = Path(self._format_dest(assignment_id, student_id))
        target.mkdir(parents=True, exist_ok=True)
        write_files(target, kept)


def _same(path: Path, content: bytes) -> bool:
    return path.stat().st_size == len(content) and read_file(path).content == content
