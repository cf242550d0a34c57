"""nbgrader's GenerateFeedback, made to give back beside the pages only what a student handed in.

nbgrader copies all that lies beside a graded notebook. What the notebook wrote there while it was
graded may hold the hidden tests, which ran in the same process.
"""

from pathlib import Path

from nbgrader.converters import GenerateFeedback

from batchgrader.course.files import given_files, read_file, regular_files, write_files
from batchgrader.course.found import linked


class BatchFeedback(GenerateFeedback):  # type: ignore[misc]
    """Makes feedback pages; ``enable`` gives it to nbgrader's commands and to the formgrader."""

    def init_assignment(self, assignment_id: str, student_id: str) -> None:
        """Copy the files that are as they were handed in, or as the instructor gave them."""
        course = self.coursedir
        ignored = [*course.ignore, "*.ipynb"]
        graded = Path(self._format_source(assignment_id, student_id))
        handed_in = Path(course.format_path(course.submitted_directory, student_id, assignment_id))
        source = Path(course.format_path(course.source_directory, ".", assignment_id))
        own = {} if linked(course, str(handed_in)) else regular_files(handed_in, ignored)
        known = given_files(source, ignored), own
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
