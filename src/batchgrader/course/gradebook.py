"""One gradebook for a whole run: nbgrader's code asks for `Gradebook(url)` and is given this one.

nbgrader opens the database about six times for each submission and looks up each cell by itself.
Here one engine serves the run, the rows of the master are read once and those of a submission in
bulk, and what is written about one submission is one transaction.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from nbgrader.api import (
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    MissingEntry,
    SubmittedAssignment,
    SubmittedNotebook,
)
from sqlalchemy import create_engine, inspect, select
from sqlalchemy.orm import Session, load_only

from batchgrader.course.age import check_age
from batchgrader.course.sharing import UnitSession

# How long another program may hold an SQLite gradebook before a run gives up, in seconds.
PATIENCE = 30


class RunGradebook(Gradebook):  # type: ignore[misc]
    """nbgrader's Gradebook with one engine and one session, for one thread; batch grading makes it.

    Raises StoppedEarly on a gradebook whose tables are older or newer than this nbgrader's.
    """

    def __init__(self, db_url: str, course_id: str = "") -> None:
        options = {"timeout": PATIENCE} if db_url.startswith("sqlite") else {}
        self.engine = create_engine(db_url, connect_args=options)
        self.db = UnitSession(bind=self.engine)
        self.course_id = course_id
        self.authenticator = None
        self._rows: dict[tuple[Any, ...], dict[str, Any]] = {}
        self._masters: dict[tuple[str, str], dict[str, Any]] = {}
        self._known_ids: dict[tuple[str, str], tuple[str, str]] = {}
        self._known_names: dict[str, dict[str, str]] = {}
        try:
            self._make_tables()
        except BaseException:
            self.dispose()
            raise

    def dispose(self) -> None:
        """Give the connections back; the run is over."""
        self.db.close()
        self.engine.dispose()

    def close(self) -> None:
        """End one use by nbgrader's code, which takes this gradebook for its own.

        What was written is there for the next who asks, and nothing that was read is kept.
        """
        self._rows.clear()
        self.db.flush()
        self.db.expire_all()

    @contextmanager
    def unit(self) -> Iterator[Session]:
        """Write about one submission: all of it is committed at the end, or nothing is."""
        self.db.rollback()  # what a hook of the configuration may have left half done
        self.db.in_unit, self.db.spoiled = True, False
        try:
            yield self.db
            if self.db.spoiled:
                raise RuntimeError("a preprocessor or plug-in rolled the gradebook back")
            self.db.in_unit = False
            self.db.commit()
        except BaseException:
            self.db.rollback()
            raise
        finally:
            self.db.in_unit = False
            self._rows.clear()
            self.db.expunge_all()

    def add_submission(self, assignment: str, student: str, **kwargs: Any) -> Any:
        """As nbgrader's, which looks things up while the submission is half made."""
        with self.db.no_autoflush:
            return super().add_submission(assignment, student, **kwargs)

    # ---- What nbgrader's preprocessors look up, in bulk ------------------------------------------

    def find_source_cell(self, name: str, notebook: str, assignment: str) -> Any:
        """A cell of the master, read once for the run."""
        return self._master(notebook, assignment, "source_cells", "source cell", name)

    def find_graded_cell(self, name: str, notebook: str, assignment: str) -> Any:
        """A grade cell or a task cell of the master, read once for the run."""
        return self._master(notebook, assignment, "graded_cells", "grade or task cell", name)

    def find_grade(self, grade_cell: str, notebook: str, assignment: str, student: str) -> Any:
        """A submission's grade; all grades of its notebook are read at once."""
        return self._row(Grade, grade_cell, notebook, assignment, student)

    def find_comment(self, solution_cell: str, notebook: str, assignment: str, student: str) -> Any:
        """A submission's comment; all comments of its notebook are read at once."""
        return self._row(Comment, solution_cell, notebook, assignment, student)

    def grades_of(self, assignment: str, student: str) -> list[Any]:
        """All grades of a submission, as rows (cell name, points, maximum, for a person, by hand).

        The last two say whether the cell waits for a person and whether a person has graded it.
        """
        submission = self.find_submission(assignment, student)
        rows = []
        for submitted in submission.notebooks:
            master = self._cells(submitted.notebook.name, assignment)["graded_cells"]
            for name, grade in self._bulk(Grade, submitted.id, submitted.notebook_id).items():
                if name in master:
                    maximum = float(master[name].max_score)
                    points = (
                        grade.manual_score
                        if grade.manual_score is not None
                        else (grade.auto_score or 0.0)
                    )
                    rows.append(
                        SimpleNamespace(
                            cell=name,
                            points=float(points) + float(grade.extra_credit or 0.0),
                            maximum=maximum,
                            waits=bool(grade.needs_manual_grade),
                            by_hand=grade.manual_score is not None,
                        )
                    )
        return rows

    def _master(self, notebook: str, assignment: str, kind: str, what: str, name: str) -> Any:
        try:
            return self._cells(notebook, assignment)[kind][name]
        except KeyError:
            raise MissingEntry(f"No such {what}: {assignment}/{notebook}/{name}") from None

    def _cells(self, notebook: str, assignment: str) -> dict[str, Any]:
        key = (notebook, assignment)
        if key not in self._masters:
            entry = self.find_notebook(notebook, assignment)
            self._masters[key] = {
                "source_cells": {
                    cell.name: SimpleNamespace(
                        name=cell.name,
                        cell_type=cell.cell_type,
                        locked=cell.locked,
                        source=cell.source,
                        checksum=cell.checksum,
                    )
                    for cell in entry.source_cells
                },
                "graded_cells": {
                    cell.name: SimpleNamespace(name=cell.name, max_score=cell.max_score)
                    for cell in [*entry.grade_cells, *entry.task_cells]
                },
            }
        return self._masters[key]

    def _row(self, model: Any, name: str, notebook: str, assignment: str, student: str) -> Any:
        key = (model, notebook, assignment, student)
        if key not in self._rows:
            found = self.db.execute(
                select(SubmittedNotebook.id, SubmittedNotebook.notebook_id)
                .join(SubmittedAssignment)
                .where(
                    SubmittedAssignment.assignment_id == self._ids(notebook, assignment)[0],
                    SubmittedAssignment.student_id == student,
                    SubmittedNotebook.notebook_id == self._ids(notebook, assignment)[1],
                )
            ).one_or_none()
            self._rows[key] = {} if found is None else self._bulk(model, *found)
        try:
            return self._rows[key][name]
        except KeyError:
            kind = model.__name__.lower()
            place = f"{assignment}/{notebook}/{name} for {student}"
            raise MissingEntry(f"No such {kind}: {place}") from None

    def _bulk(self, model: Any, submitted: str, notebook: str) -> dict[str, Any]:
        """The grades or comments of a submitted notebook by cell name.

        By cell as well as by notebook, for that is what the database has an index for: without it
        a class of ten thousand is read from end to end for each submission.
        """
        columns = (
            (Grade.auto_score, Grade.manual_score, Grade.extra_credit, Grade.needs_manual_grade)
            if model is Grade
            else (Comment.auto_comment, Comment.manual_comment)
        )
        cells = self._cell_names(notebook)
        query = (
            select(model)
            .where(model.cell_id.in_(cells), model.notebook_id == submitted)
            .options(load_only(model.cell_id, *columns))
        )
        return {cells[row.cell_id]: row for row in self.db.scalars(query)}

    def _ids(self, notebook: str, assignment: str) -> tuple[str, str]:
        """The ids of an assignment and its notebook, looked up once for the run."""
        key = (notebook, assignment)
        if key not in self._known_ids:
            entry = self.find_notebook(notebook, assignment)
            self._known_ids[key] = (entry.assignment_id, entry.id)
        return self._known_ids[key]

    def _cell_names(self, notebook: str) -> dict[str, str]:
        if notebook not in self._known_names:
            query = select(BaseCell.id, BaseCell.name).where(BaseCell.notebook_id == notebook)
            self._known_names[notebook] = {row.id: row.name for row in self.db.execute(query)}
        return self._known_names[notebook]

    def _make_tables(self) -> None:
        tables = inspect(self.engine).get_table_names()
        if tables:
            check_age(self.engine, tables)
        else:
            # As nbgrader makes them: the tables, and their age.
            url = self.engine.url.render_as_string(hide_password=False)
            Gradebook(url, self.course_id).close()
        if self.course_id:
            self.check_course(self.course_id)
