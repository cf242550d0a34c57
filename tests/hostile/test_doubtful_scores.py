"""A score that may have been forged waits for a person, and each is told what concerns them."""

import json
import sqlite3
from pathlib import Path

import pytest
from nbgrader.coursedir import CourseDirectory
from tiny_course import REFERENCE, TINY, hand_in, make_tiny_course
from traitlets.config import Config

from batchgrader.autograde import BatchAutograde
from batchgrader.marking.feedback import enable
from batchgrader.marking.notices import INSTRUCTOR_TITLE, LOOKED_AT
from batchgrader.showing.report import RunReport
from coursekit.grading.grader import generate_assignment

# nbgrader's own, each time a submission is made.
pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")

AGREEABLE = """class Agreeable(int):
    def __eq__(self, other):
        return True

    __hash__ = int.__hash__


def double(x):
    return Agreeable(x)
"""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course in which one submission is honest, one agrees with every test, one brings files."""
    course = make_tiny_course(tmp_path_factory.mktemp("doubtful") / "course")
    generate_assignment(course, TINY)
    hand_in(course, "ann", REFERENCE)
    hand_in(course, "bob", REFERENCE | {"double": AGREEABLE})
    page = hand_in(
        course, "cyd", REFERENCE | {"half": "import helper_of_mine\n" + REFERENCE["half"]}
    )
    (page.parent / "random.py").write_text("raise SystemExit\n", "utf-8")
    (page.parent / "helper_of_mine.py").write_text("x = 1\n", "utf-8")
    return course.root


@pytest.fixture(scope="module")
def report(root: Path) -> RunReport:
    directory = CourseDirectory(root=str(root), assignment_id=TINY)
    batch = BatchAutograde(coursedir=directory, workers=2, isolation="if-possible")
    batch.start()
    assert batch.report is not None
    return batch.report


def waiting(root: Path) -> set[tuple[str, str]]:
    """The tests that wait for a person in the formgrader, by student."""
    query = """
        SELECT submitted_assignment.student_id, base_cell.name FROM grade
        JOIN base_cell ON base_cell.id = grade.cell_id
        JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id
        JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
        WHERE grade.needs_manual_grade AND grade.auto_score IS NOT NULL
    """
    with sqlite3.connect(root / "gradebook.db") as database:
        found = set(database.execute(query).fetchall())
    database.close()
    return found


def test_the_tests_wait_for_a_person(root: Path, report: RunReport) -> None:
    tests = {("bob", "double-tests-interface"), ("bob", "double-tests-value")}
    assert tests <= waiting(root)
    assert {student for student, _ in waiting(root)} == {"bob"}


def test_the_report_names_what_was_found(root: Path, report: RunReport, tmp_path: Path) -> None:
    report.write(tmp_path / "run.json")
    written = json.loads((tmp_path / "run.json").read_text("utf-8"))
    assert written["flagged"] == 1
    assert "A person must look at these scores (1):" in report.table()
    assert "Agreeable says that it equals whatever" in " ".join(report.table(10_000).split())


def test_the_instructor_reads_what_was_found(root: Path, report: RunReport) -> None:
    graded = (root / "autograded" / "bob" / TINY / "tiny.ipynb").read_text("utf-8")
    assert INSTRUCTOR_TITLE in graded
    assert "Agreeable says that it equals" in graded


def test_the_student_reads_that_a_person_will_look(root: Path, report: RunReport) -> None:
    from nbgrader.converters import GenerateFeedback

    config = Config()
    enable(config)
    directory = CourseDirectory(root=str(root), assignment_id=TINY, student_id="bob")
    GenerateFeedback(coursedir=directory, config=config).start()
    page = (root / "feedback" / "bob" / TINY / "tiny.html").read_text("utf-8")
    assert LOOKED_AT in page
    assert INSTRUCTOR_TITLE not in page
    assert "equals whatever it is compared with" not in page


def test_files_that_take_the_place_of_modules_are_set_aside(report: RunReport) -> None:
    record = next(each for each in report.records if each.student == "cyd")
    assert [(each.kind, "random.py" in each.text) for each in record.incidents] == [
        ("set-aside", True)
    ]
    assert (record.score, record.doubtful) == (5, [])


def test_an_honest_submission_has_nothing_to_look_at(report: RunReport) -> None:
    record = next(each for each in report.records if each.student == "ann")
    assert (record.score, record.incidents) == (5, ())
