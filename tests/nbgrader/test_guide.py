"""The instructor's guide: its commands, run from top to bottom on a new copy of the course."""

import csv
import json
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from tiny_course import REFERENCE, TINY

from coursekit.content.submissions import fill, read_notebook
from coursekit.course import Course

ROOT = Path(__file__).parents[2]
# The guide's example takes minutes to grade this often; the tiny assignment takes its place.
GUIDE = (
    (ROOT / "docs" / "instructors.md")
    .read_text("utf-8")
    .replace("06_experiment_tracking", TINY)
    .replace("experiment_tracking", "tiny")
)


@pytest.fixture
def course(released_course: Course) -> Course:
    """A course as it is on a new machine, and three learners' work as Moodle packs it."""
    root = released_course.root
    (root / "gradebook.db").unlink()
    shutil.copy(ROOT / "source" / "header.ipynb", root / "source")
    for name in ("submitted", "autograded"):
        (root / name).mkdir(exist_ok=True)
        shutil.copy(ROOT / name / "README.md", root / name)
    (root / "students.csv").write_text(block("csv"), "utf-8")
    _pack_submissions(released_course, root / "downloaded" / TINY / "archive" / "moodle.zip")
    return released_course


def _pack_submissions(course: Course, archive: Path) -> None:
    released = read_notebook(course.release / TINY / "tiny.ipynb")
    answered = json.dumps(fill(released, REFERENCE))
    archive.parent.mkdir(parents=True)
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("Amara Okafor_1001_assignsubmission_file_/tiny.ipynb", answered)
        packed.writestr("Bruno Costa_1002_assignsubmission_file_tiny (1).ipynb", answered)
        packed.writestr("Chiyo Tanaka_1003_assignsubmission_file_/tiny.ipynb", json.dumps(released))


def blocks(language: str) -> list[str]:
    """The guide's blocks of one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)


def block(language: str, holding: str = "") -> str:
    """The one block of a language that holds a text."""
    (found,) = [text for text in blocks(language) if holding in text]
    return found


def run(commands: str, course: Course) -> str:
    """Run a block as a shell would in which the environment is active."""
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", commands],
        cwd=course.root,
        env={"PATH": path, "HOME": str(course.root), "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{commands}\n{done.stdout}\n{done.stderr}"
    # Only nbgrader's own word counts: a kernel that is told to stop may complain about its sockets.
    assert "| ERROR]" not in done.stderr, done.stderr
    return done.stdout


def grades(course: Course) -> dict[str, dict[str, str]]:
    """The exported grades, by learner."""
    with (course.root / "grades.csv").open(encoding="utf-8") as file:
        return {row["student_id"]: row for row in csv.DictReader(file)}


def test_the_commands_of_the_guide_run_from_top_to_bottom(course: Course) -> None:
    for commands in blocks("bash"):
        run(commands, course)

    exported = grades(course)
    assert exported["1001"]["first_name"] == "Amara"
    assert float(exported["1001"]["score"]) == float(exported["1002"]["score"]) == 5
    assert float(exported["1003"]["score"]) == 0
    assert exported["1002"]["timestamp"].startswith("2026-12-02 08:30")
    assert (course.root / "feedback" / "1001" / TINY).is_dir()
    assert not (course.root / "autograded" / "1003" / TINY).exists()
    assert (course.root / "gradebook.db.backup").stat().st_size > 0

    config = course.root / "nbgrader_config.py"
    config.write_text(config.read_text("utf-8") + block("python", "late_submission_penalty"))
    run(f"nbgrader autograde {TINY} --student=1002 --force && nbgrader export", course)
    late = grades(course)["1002"]
    assert float(late["late_submission_penalty"]) == pytest.approx(0.1 * float(late["raw_score"]))


def test_the_guide_names_no_command_of_the_course_that_does_not_exist() -> None:
    named = set(re.findall(r"\./course (\w+)", GUIDE + (ROOT / "README.md").read_text("utf-8")))
    known = set(re.findall(r"^run_(\w+)\(\)", (ROOT / "course").read_text("utf-8"), re.MULTILINE))
    assert named
    assert named <= known
