"""nbgrader's own commands, on a new copy of this course, with nothing of ours but its settings."""

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from coursekit.content.submissions import fill, read_notebook, reference_answers
from coursekit.course import Course

ROOT = Path(__file__).parents[2]
ASSIGNMENT = "06_experiment_tracking"


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """What concerns nbgrader of the course in git, with a good and a blank hand-in graded."""
    root = tmp_path_factory.mktemp("copy")
    for name in ("source", "release"):
        shutil.copytree(ROOT / name, root / name)
    for name in ("submitted", "autograded"):
        (root / name).mkdir()
        shutil.copy(ROOT / name / "README.md", root / name)
    shutil.copy(ROOT / "nbgrader_config.py", root)
    made = Course(root)
    nbgrader(made, "generate_assignment", ASSIGNMENT, "--force")
    hand_in(made, "good", answered=True)
    hand_in(made, "blank", answered=False)
    nbgrader(made, "autograde", ASSIGNMENT)
    return made


def hand_in(course: Course, student: str, *, answered: bool) -> None:
    """Put a submission where nbgrader looks for it."""
    source = course.notebook(ASSIGNMENT)
    work = read_notebook(course.release / ASSIGNMENT / source.name)
    if answered:
        work = fill(work, reference_answers(read_notebook(source)))
    path = course.root / "submitted" / student / ASSIGNMENT / source.name
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(work), "utf-8")


def nbgrader(course: Course, *words: str) -> str:
    """Run an nbgrader command, which must succeed, and return all that it says.

    The environment is active: nbgrader looks for ``alembic`` on the path.
    """
    active = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *words],
        cwd=course.root,
        env=os.environ | {"JUPYTER_CONFIG_DIR": str(course.root / ".jupyter"), "PATH": active},
        capture_output=True,
        text=True,
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    # Only nbgrader's own word counts: a kernel that is told to stop may complain about its sockets.
    assert "| ERROR]" not in done.stderr, said
    return said


def test_the_committed_release_is_what_plain_nbgrader_makes(course: Course) -> None:
    for committed in sorted((ROOT / "release" / ASSIGNMENT).glob("*.ipynb")):
        made = course.release / ASSIGNMENT / committed.name
        assert made.read_text("utf-8") == committed.read_text("utf-8")


def test_validate_tells_an_untouched_release_from_an_answered_one(course: Course) -> None:
    released = course.release / ASSIGNMENT / course.notebook(ASSIGNMENT).name
    answered = course.root / "submitted" / "good" / ASSIGNMENT / released.name
    assert "Write your answer here." in nbgrader(course, "validate", str(released))
    assert "Success! Your notebook passes all the tests." in nbgrader(
        course, "validate", str(answered)
    )


def test_the_exported_grades_are_full_marks_and_none(course: Course) -> None:
    nbgrader(course, "export")
    with (course.root / "grades.csv").open(encoding="utf-8") as file:
        scores = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    assert scores == {"good": machine_points(course), "blank": 0}


def machine_points(course: Course) -> int:
    """The points that are given without a person, counted in the source."""
    marks = [
        cell.metadata.get("nbgrader", {})
        for cell in read_notebook(course.notebook(ASSIGNMENT)).cells
    ]
    return sum(int(mark["points"]) for mark in marks if mark.get("grade") and not mark["solution"])


def test_feedback_pages_are_written_and_load_nothing(course: Course) -> None:
    nbgrader(course, "generate_feedback", ASSIGNMENT)
    pages = sorted((course.root / "feedback").glob(f"*/{ASSIGNMENT}/*.html"))
    assert [page.parts[-3] for page in pages] == ["blank", "good"]
    for page in pages:
        assert '<link rel="stylesheet" href="http' not in page.read_text("utf-8")


def test_the_database_commands_work(course: Course) -> None:
    assert ASSIGNMENT in nbgrader(course, "db", "assignment", "list")
    assert "good" in nbgrader(course, "db", "student", "list")
    nbgrader(course, "db", "upgrade")
