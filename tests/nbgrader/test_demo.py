"""The main job: `coursekit demo`, twice, and stopped."""

import csv
import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tiny_course import TINY, make_tiny_course

from coursekit.course import Course

COMMAND = [sys.executable, "-m", "coursekit", "demo", "--learners", "8", "--cell-timeout", "2"]


def demo(course: Course) -> str:
    done = subprocess.run(COMMAND, cwd=course.root, capture_output=True, text=True)
    assert done.stderr == ""
    assert done.returncode == 0
    return done.stdout


def made(course: Course) -> dict[Path, int]:
    """What nbgrader and the class have written, and when."""
    folders = ("submitted", "autograded", "feedback")
    return {
        path: path.stat().st_mtime_ns
        for folder in folders
        for path in (course.root / folder).glob("[!.]*/01_tiny/*")
    }


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    return make_tiny_course(tmp_path_factory.mktemp("demo") / "course")


@pytest.fixture(scope="module")
def printed(course: Course) -> str:
    return demo(course)


def test_it_goes_from_release_to_report(course: Course, printed: str) -> None:
    for name in ("release/01_tiny/tiny.ipynb", "gradebook.db", "feedback/class/report.html"):
        assert (course.root / name).is_file()
    assert "7 graded now, 0 graded before, 1 could not be graded" in printed


def test_progress_is_told_and_failures_are_named(printed: str) -> None:
    assert "01_tiny: 8 of 8 done, 1 failed" in printed
    assert "farid.haddad failed: tiny.ipynb is cut off" in printed


def test_the_report_names_everyone_who_failed(course: Course, printed: str) -> None:
    page = (course.root / "feedback" / "class" / "report.html").read_text("utf-8")
    assert "Farid Haddad" in page


def test_grades_are_those_of_the_gradebook(course: Course, printed: str) -> None:
    with (course.root / "grades.csv").open(encoding="utf-8") as table:
        rows = {row["student_id"]: row for row in csv.DictReader(table)}
    assert len(rows) == 8
    assert rows["amara.okafor"]["score"] == "5.0"
    assert rows["amara.okafor"]["email"] == "amara.okafor@students.fernhill.example"


def test_a_second_time_it_grades_nothing_and_writes_nothing_anew(
    course: Course, printed: str
) -> None:
    before = made(course)
    assert len(before) > 20
    assert "0 graded now, 7 graded before, 1 could not be graded" in demo(course)
    assert made(course) == before


def test_plain_nbgrader_reads_what_it_left(course: Course, printed: str) -> None:
    words = ["generate_feedback", TINY, "--student", "bogdan.ionescu", "--force"]
    command = [sys.executable, "-m", "nbgrader", *words]
    done = subprocess.run(command, cwd=course.root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    page = course.root / "feedback" / "bogdan.ionescu" / TINY / "tiny.html"
    assert "Double" in page.read_text("utf-8")


def test_what_changed_is_all_that_is_graded_again(course: Course, printed: str) -> None:
    path = course.root / "submitted" / "hiroshi.tanaka" / TINY / "tiny.ipynb"
    content = json.loads(path.read_text("utf-8"))
    content["cells"].append({"cell_type": "markdown", "id": "note", "metadata": {}, "source": "!"})
    path.write_text(json.dumps(content), "utf-8")
    assert "1 graded now, 6 graded before" in demo(course)


def test_stopped_by_the_keyboard_it_says_one_line_and_goes_on_next_time(tmp_path: Path) -> None:
    course = make_tiny_course(tmp_path / "course")
    run = subprocess.Popen(
        COMMAND, cwd=course.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        # Tests that run in the background would hand down that Ctrl-C does not matter.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    assert run.stdout is not None
    while "2 of 8 done" not in run.stdout.readline():
        assert run.poll() is None
    run.send_signal(signal.SIGINT)
    _, complaint = run.communicate(timeout=60)
    assert run.returncode == 130
    assert complaint.strip() == (
        "Stopped; what is graded stays graded. Run ./course demo again to go on."
    )
    again = demo(course)
    assert "0 graded before" not in again
    assert "1 could not be graded" in again
