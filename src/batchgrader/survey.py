"""What there is at the start of a run: masters, submissions, and which of them are due."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from nbgrader.api import MissingEntry
from nbgrader.converters import NbGraderException

from batchgrader.course import records
from batchgrader.course.due import Due, Handed, Question, decide
from batchgrader.course.files import content_hash, given_files, regular_files, too_large
from batchgrader.course.found import linked, spelled, unusable
from batchgrader.course.gradebook import RunGradebook
from batchgrader.sanitising.master import Master, load_master
from batchgrader.sanitising.reading import UnreadableNotebook

if TYPE_CHECKING:
    from batchgrader.autograde import BatchAutograde


class Survey:
    """One look at an assignment and what was handed in for it; BatchAutograde makes one a run.

    Raises NbGraderException for an assignment that the gradebook does not know.
    """

    def __init__(self, converter: "BatchAutograde", gradebook: RunGradebook) -> None:
        self.gradebook = gradebook
        self._converter = converter
        self._directory = converter.coursedir
        self._assignment = converter.coursedir.assignment_id
        self._partial = converter.coursedir.notebook_id != "*"

    @cached_property
    def masters(self) -> dict[str, Master]:
        """What each notebook of the assignment must look like when it runs, by name."""
        assignment = self._assignment
        try:
            notebooks = self.gradebook.find_assignment(assignment).notebooks
        except MissingEntry:
            notebooks = []
        if not notebooks:
            message = (
                f"No assignment {assignment!r} with notebooks exists in the gradebook; "
                f"run `nbgrader generate_assignment {assignment}`."
            )
            self._converter.log.error(message)
            raise NbGraderException(message)
        return {name: self._master(name) for name in sorted(entry.name for entry in notebooks)}

    @cached_property
    def given(self) -> dict[str, Path]:
        """The instructor's files beside the notebooks, which take the place of the students'."""
        directory = self._directory
        folder = Path(directory.format_path(directory.source_directory, ".", self._assignment))
        kept = set(self._converter.exclude_overwriting.get(self._assignment, []))
        try:
            found = given_files(folder, [*directory.ignore, "*.ipynb"])
        except FileNotFoundError as error:
            raise NbGraderException(
                f"A link in {folder} leads to {error.filename}, which is not there; "
                "mend the link or delete it."
            ) from error
        return {name: path for name, path in found.items() if name not in kept}

    @cached_property
    def digest(self) -> str:
        """Hash of all on the instructor's side that can change a grade."""
        parts = [self.masters[name].digest for name in sorted(self.masters)]
        return hashlib.sha256("\n".join([*parts, content_hash(self.given)]).encode()).hexdigest()

    def due(self) -> list[Due]:
        """Every submission that was found, with the decision about it, by student."""
        entries = records.read_all(self.gradebook.db, self._assignment)
        self.gradebook.db.rollback()  # a reader that stays would keep others from writing
        excluded = self._directory.student_id_exclude.split(",")
        decisions = []
        for handed in self._handed():
            if unusable(handed.student):
                alone = replace(handed, student=spelled(handed.student))
                decisions.append(Due(alone, False, "not graded", unusable(handed.student)))
                continue
            if self._partial and not handed.notebooks:
                decisions.append(Due(handed, False, "no notebook of the assignment asked for"))
                continue
            question = Question(
                entry=entries.get(handed.student),
                master=self.digest,
                force=self._converter.force,
                partial=self._partial,
                submitted=self._directory.get_existing_timestamp(str(handed.folder)),
                graded=self._directory.get_existing_timestamp(str(handed.graded)),
            )
            decisions.append(decide(handed, question, excluded))
        return decisions

    def _master(self, notebook: str) -> Master:
        template = self._template(notebook)
        try:
            return load_master(notebook, self.gradebook, self._assignment, template)
        except UnreadableNotebook as error:
            raise NbGraderException(
                f"{template} cannot be read, so nothing can be graded; run "
                f"`nbgrader generate_assignment {self._assignment} --force`."
            ) from error

    def originals(self) -> list[str]:
        """The instructor's notebooks as JSON text: with their answers, where they are to be had."""
        directory = self._directory
        steps = (directory.source_directory, directory.release_directory)
        found = [self._first(name, *steps) for name in self.masters]
        return [path.read_text("utf-8") for path in found if path is not None]

    def _template(self, notebook: str) -> Path | None:
        """The notebook that gives the master's order and cell ids: the release, else the source."""
        directory = self._directory
        return self._first(notebook, directory.release_directory, directory.source_directory)

    def _first(self, notebook: str, *steps: str) -> Path | None:
        """The notebook in the first of some folders that has it."""
        for step in steps:
            folder = Path(self._directory.format_path(step, ".", self._assignment))
            if (folder / f"{notebook}.ipynb").is_file():
                return folder / f"{notebook}.ipynb"
        return None

    def _handed(self) -> Iterator[Handed]:
        """Every submission that was found, in the order of nbgrader."""
        converter = self._converter
        pattern = converter._format_source(
            "(?P<assignment_id>.*)", "(?P<student_id>.*)", escape=True
        )
        for folder in sorted(converter.assignments):
            match = re.match(pattern, folder, re.DOTALL)
            if match is None:
                raise NbGraderException(f"Could not match '{folder}' with regexp '{pattern}'")
            student = match.groupdict()["student_id"]
            if not converter.students or student in converter.students:
                paths = [Path(path) for path in converter.assignments[folder]]
                yield self._submission(student, Path(folder), paths)

    def _submission(self, student: str, folder: Path, paths: list[Path]) -> Handed:
        known = tuple(sorted(path for path in paths if path.stem in self.masters))
        for path in set(paths) - set(known):
            self._converter.log.warning("Skipping unknown notebook: %s", spelled(str(path)))
        return Handed(
            student=student,
            folder=folder,
            notebooks=known,
            graded=Path(self._converter._format_dest(self._assignment, student)),
            wanted=tuple(path.name for path in known)
            or tuple(f"{name}.ipynb" for name in self.masters),
            content=self._content(folder),
        )

    def _content(self, folder: Path) -> str:
        """The hash of what was handed in, or why there is none."""
        if linked(self._directory, str(folder)):
            return "behind a link"
        try:
            found = regular_files(folder, self._directory.ignore)
            return "too large" if too_large(found) else content_hash(found)
        except OSError as error:
            # It fails when it is prepared, with a sentence about the file.
            return f"cannot be read: {error.errno}"
