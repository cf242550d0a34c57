"""Opens nbgrader's gradebook, and refuses one that this nbgrader cannot read."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import nbgrader.api
from alembic.config import Config as AlembicConfig
from alembic.script import ScriptDirectory
from nbgrader.api import Gradebook
from nbgrader.dbutil import ALEMBIC_DIR
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import DatabaseError, OperationalError

from coursekit.course import Course, CourseError
from coursekit.grading.failures import raise_environment


@contextmanager
def open_gradebook(course: Course, db_url: str, course_id: str) -> Iterator[Gradebook]:
    """The gradebook of a course, made if there is none; CourseError on one of another age."""
    try:
        check_age(db_url)
        gradebook = Gradebook(db_url, course_id)
    except (DatabaseError, OperationalError) as error:
        raise_environment(error, course.root)
        raise
    try:
        yield gradebook
    finally:
        gradebook.close()


def check_age(db_url: str) -> None:
    """Raise CourseError where the tables of a gradebook are older or newer than this nbgrader's."""
    engine = create_engine(db_url)
    try:
        tables = inspect(engine).get_table_names()
        if not tables:
            return
        found = "none"
        if "alembic_version" in tables:
            with engine.connect() as connection:
                found = str(connection.execute(text("SELECT * FROM alembic_version")).scalar())
    finally:
        engine.dispose()
    wanted = _revision()
    if found == wanted:
        return
    known = {script.revision for script in _scripts().walk_revisions()}
    if found == "none" or found in known:
        raise CourseError(
            f"The gradebook was made by an older nbgrader (revision {found}, needed {wanted}): "
            "make a copy of gradebook.db, then run `nbgrader db upgrade`."
        )
    raise CourseError(
        f"The gradebook was made by a newer nbgrader (revision {found}, known {wanted}): "
        "install that version of nbgrader, or move gradebook.db away to begin a new one."
    )


def marks_of(gradebook: Gradebook, assignment: str) -> dict[str, str]:
    """Each student's marks and comments in an assignment as one hash, to see that they changed."""
    marks = {}
    for submission in gradebook.assignment_submissions(assignment):
        digest = hashlib.sha256(
            repr((submission.score, submission.late_submission_penalty)).encode()
        )
        for notebook in submission.notebooks:
            for grade in sorted(notebook.grades, key=lambda grade: str(grade.name)):
                digest.update(repr((grade.name, grade.score, grade.needs_manual_grade)).encode())
            for comment in sorted(notebook.comments, key=lambda comment: str(comment.name)):
                digest.update(repr((comment.name, comment.comment)).encode())
        marks[str(submission.student.id)] = digest.hexdigest()
    return marks


@cache
def _scripts() -> ScriptDirectory:
    config = AlembicConfig()
    config.set_main_option("script_location", ALEMBIC_DIR)
    return ScriptDirectory.from_config(config)


@cache
def _revision() -> str:
    return str(_scripts().get_current_head())


# nbgrader asks the command `alembic`, which costs seconds and must be on the PATH.
nbgrader.api.get_alembic_version = _revision
