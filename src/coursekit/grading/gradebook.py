"""Opens nbgrader's gradebook, and reads what changes when a person or a run gives other marks."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from nbgrader.api import Gradebook
from sqlalchemy.exc import DatabaseError

from batchgrader.course import records
from batchgrader.course.gradebook import RunGradebook
from batchgrader.failures import StoppedEarly
from coursekit.course import Course, CourseError
from coursekit.grading.failures import raise_environment


@contextmanager
def open_gradebook(course: Course, db_url: str, course_id: str) -> Iterator[RunGradebook]:
    """The gradebook of a course, made if there is none; CourseError on one of another age."""
    try:
        gradebook = RunGradebook(db_url, course_id)
        records.prepare(gradebook.engine)
    except StoppedEarly as stop:
        raise CourseError(str(stop)) from stop
    except DatabaseError as error:
        raise_environment(error, course.root)
        raise
    try:
        yield gradebook
    finally:
        gradebook.dispose()


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
