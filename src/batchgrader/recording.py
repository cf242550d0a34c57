"""The last stage: an executed notebook becomes grades in the gradebook and a graded notebook.

Everything about one submission is one unit of work. Its files are written aside; its rows and the
entry that remembers it are one transaction. What they replace is taken away before the commit, and
they are moved into its place after it: a run that is killed in between leaves a submission without
its graded folder, and the next run grades it again, with the same rows.
"""

from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbgrader.api import MissingEntry

from batchgrader.course import records
from batchgrader.course.due import Due
from batchgrader.course.files import write_files
from batchgrader.course.places import Places
from batchgrader.jobs import Failure, Result, Usage
from batchgrader.showing.report import SubmissionRecord
from batchgrader.stages import Page, Prepared, Steps, apply, made, settle
from batchgrader.survey import Survey

if TYPE_CHECKING:
    from batchgrader.autograde import BatchAutograde


class Recorder:
    """Records the submissions of one run; the coordinator makes it."""

    def __init__(self, converter: "BatchAutograde", survey: Survey, steps: Steps) -> None:
        self._converter = converter
        self._gradebook = survey.gradebook
        self._master = survey.digest
        self._places = Places(converter.coursedir)
        self._assignment = converter.coursedir.assignment_id
        self._partial = converter.coursedir.notebook_id != "*"
        self._steps = steps

    def adopt(self, dues: Iterable[Due]) -> None:
        """Take what plain nbgrader graded for graded from the bytes that are there now."""
        with self._gradebook.unit() as session:
            for due in dues:
                entry = records.Entry(due.handed.content, self._master, "graded")
                records.write(session, self._assignment, due.student, entry)

    def record(self, prepared: Prepared, result: Result | None) -> SubmissionRecord:
        """Grade an executed submission and put it in its place; all of it or nothing."""
        student, converter = prepared.due.student, self._converter
        failed = self._failure(prepared, result)
        if failed is not None and not converter.keep_failed:
            return self.leave_nothing(prepared, failed)
        converter.notebooks = [
            str(prepared.due.handed.folder / f"{page.name}.ipynb") for page in prepared.pages
        ]
        self._places.clear(student)
        with self._gradebook.unit() as session:
            with converter.writing_aside():
                converter.init_assignment(self._assignment, student)
                if result is not None:
                    write_files(self._places.graded(Places.aside(student)), result.files)
                for page in prepared.pages:
                    notebook = settle(page, result, prepared)
                    self._write(notebook, page.resources)
                    self._flag(student, page)
                converter.set_permissions(self._assignment, student)
            record = self._record_of(prepared, result, failed)
            self._remember(session, prepared, failed)
            only = tuple(f"{page.name}.ipynb" for page in prepared.pages) if self._partial else ()
            self._places.make_room(student, only)
        self._places.move_in(student)
        converter.run_post_convert_hook()
        return record

    def leave_nothing(self, prepared: Prepared, why: Failure) -> SubmissionRecord:
        """Record a failure in the report alone, as nbgrader does: no graded notebook, no entry."""
        student = prepared.due.student
        self._places.clear(student)
        if self._partial:
            self._places.make_room(student, prepared.due.handed.wanted)
            self._places.graded(student).mkdir(parents=True, exist_ok=True)
        else:
            self._places.remove(student)
        with self._gradebook.unit() as session:
            records.forget(session, self._assignment, student)
        return self.failed(prepared, why)

    def failed(self, prepared: Prepared, why: Failure) -> SubmissionRecord:
        """What the report says of a submission of which nothing could be recorded."""
        return SubmissionRecord(
            assignment=self._assignment,
            student=prepared.due.student,
            status="failed",
            why=prepared.due.why,
            failure=why.text,
        )

    def _write(self, notebook: Any, resources: Any) -> None:
        """Grade one executed notebook with nbgrader's remaining preprocessors, and write it."""
        converter = self._converter
        steps = [made(step, converter.exporter) for step in self._steps.after]
        notebook, resources = apply(steps, notebook, resources)
        converter.write_single_notebook(self._text(notebook, resources), resources)

    def _flag(self, student: str, page: Page) -> None:
        """Have a person look at the grades of tests whose results are doubtful."""
        doubtful = [
            incident
            for incident in page.resources["batchgrader"]["incidents"]
            if incident.kind == "integrity"
        ]
        for incident in doubtful:
            with suppress(MissingEntry):
                grade = self._gradebook.find_grade(
                    incident.cell, page.name, self._assignment, student
                )
                grade.needs_manual_grade = True
        if doubtful:
            self._gradebook.db.flush()

    def _text(self, notebook: Any, resources: Any) -> str:
        """What the exporter of the configuration makes of a notebook that is already converted."""
        exporter = self._converter.exporter
        if type(exporter) is NotebookExporter and exporter.nbformat_version == notebook.nbformat:
            # The same text, without a copy of the notebook and a second validation.
            resources["output_extension"] = exporter.file_extension
            return str(nbformat.v4.writes(notebook)) + "\n"
        exporter._preprocessors = []
        return str(exporter.from_notebook_node(notebook, resources)[0])

    def _failure(self, prepared: Prepared, result: Result | None) -> Failure | None:
        """Why a submission could not be graded as it should; a page that failed fails it."""
        if prepared.failure is not None:
            return prepared.failure
        for page in prepared.pages:
            if page.resources["batchgrader"]["failure"] is not None:
                return page.resources["batchgrader"]["failure"]  # type: ignore[no-any-return]
        return result.failure if result is not None else None

    def _record_of(
        self, prepared: Prepared, result: Result | None, failed: Failure | None
    ) -> SubmissionRecord:
        """What the report says of a submission; asked before its rows are committed."""
        student = prepared.due.student
        grades = self._gradebook.grades_of(self._assignment, student)
        notes = [page.resources["batchgrader"] for page in prepared.pages]
        return SubmissionRecord(
            assignment=self._assignment,
            student=student,
            status="failed" if failed else "graded",
            why=prepared.due.why,
            failure=failed.text if failed else "",
            score=sum(grade.points for grade in grades),
            max_score=sum(grade.maximum for grade in grades),
            by_hand=tuple(grade.cell for grade in grades if grade.waits and not grade.by_hand),
            look_again=tuple(grade.cell for grade in grades if grade.waits and grade.by_hand),
            repairs=tuple(each for note in notes for each in note["repairs"]),
            incidents=tuple(each for note in notes for each in note["incidents"]),
            usage=result.usage if result is not None else Usage(),
        )

    def _remember(self, session: Any, prepared: Prepared, failed: Failure | None) -> None:
        """Keep what was graded from which bytes, so that the next run can leave it alone."""
        student = prepared.due.student
        if self._partial:
            return  # an entry speaks of all notebooks of a submission
        entry = records.Entry(
            content=prepared.due.handed.content,
            master=self._master,
            status="failed" if failed else "graded",
            retry=bool(failed and failed.retry),
            failure=failed.text if failed else "",
        )
        records.write(session, self._assignment, student, entry)
