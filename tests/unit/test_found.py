"""Submissions behind links: those in a student's folder lead nowhere, those above it are fine."""

from pathlib import Path

import pytest
from nbgrader.coursedir import CourseDirectory

from batchgrader.course.found import find_submissions, linked


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A course with the submission of one student."""
    folder = tmp_path / "course" / "submitted" / "ann" / "ps1"
    folder.mkdir(parents=True)
    (folder / "p1.ipynb").touch()
    return tmp_path / "course"


def course(
    root: Path, structure: str = "{nbgrader_step}/{student_id}/{assignment_id}"
) -> CourseDirectory:
    return CourseDirectory(root=str(root), assignment_id="ps1", directory_structure=structure)


def found(root: Path) -> dict[str, list[str]]:
    """The names of the notebooks of each submission, by its path in the course."""
    return {
        str(Path(folder).relative_to(root)): [Path(path).name for path in notebooks]
        for folder, notebooks in find_submissions(course(root), "submitted").items()
    }


def test_a_student_who_is_a_link_to_another_has_no_notebooks(root: Path) -> None:
    (root / "submitted" / "bob").symlink_to("ann")
    assert found(root) == {"submitted/ann/ps1": ["p1.ipynb"], "submitted/bob/ps1": []}
    said = linked(course(root), str(root / "submitted" / "bob" / "ps1"))
    assert said.startswith("submitted/bob is a link, and links in submissions are not followed;")


@pytest.mark.parametrize("target", ["../ann/ps1", "/", "nowhere", "ps1"])
def test_a_submission_that_is_a_link_has_no_notebooks(root: Path, target: str) -> None:
    (root / "submitted" / "bob").mkdir()
    (root / "submitted" / "bob" / "ps1").symlink_to(target)
    assert found(root)["submitted/bob/ps1"] == []
    said = linked(course(root), str(root / "submitted" / "bob" / "ps1"))
    assert said.startswith("submitted/bob/ps1 is a link")


def test_the_course_and_its_submissions_may_lie_on_another_disk(root: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    (root / "submitted").rename(disk / "handed-in")
    (root / "submitted").symlink_to(disk / "handed-in")
    (tmp_path / "way").symlink_to(root)
    for way in (root, tmp_path / "way"):
        assert found(way) == {"submitted/ann/ps1": ["p1.ipynb"]}
        assert linked(course(way), str(way / "submitted" / "ann" / "ps1")) == ""


def test_what_is_above_the_student_is_the_instructors_in_any_structure(root: Path) -> None:
    by_assignment = course(root, "{nbgrader_step}/{assignment_id}/{student_id}")
    (root / "submitted" / "ps1").symlink_to("elsewhere")
    (root / "submitted" / "elsewhere" / "ann").mkdir(parents=True)
    (root / "submitted" / "elsewhere" / "bob").symlink_to("ann")
    assert linked(by_assignment, str(root / "submitted" / "ps1" / "ann")) == ""
    assert linked(by_assignment, str(root / "submitted" / "ps1" / "bob")) != ""
