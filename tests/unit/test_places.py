"""A graded submission is written aside, and moved into its place when it is whole."""

import threading
from pathlib import Path

import pytest
from nbgrader.coursedir import CourseDirectory

from batchgrader.course.places import Places, only_run
from batchgrader.failures import StoppedEarly


@pytest.fixture
def directory(tmp_path: Path) -> CourseDirectory:
    return CourseDirectory(root=str(tmp_path), assignment_id="ps1")


def write_aside(places: Places, student: str, **files: str) -> None:
    folder = places.graded(Places.aside(student))
    folder.mkdir(parents=True)
    for name, text in files.items():
        path = folder / f"{name}.ipynb"
        path.write_text(text, "utf-8")
        path.chmod(0o444)


def test_a_new_submission_takes_the_place_of_the_old(directory: CourseDirectory) -> None:
    places = Places(directory)
    for text in ("first", "second"):
        write_aside(places, "ann", p1=text)
        places.make_room("ann")
        places.move_in("ann")
    assert (places.graded("ann") / "p1.ipynb").read_text("utf-8") == "second"
    assert [path.name for path in (Path(directory.root) / "autograded").iterdir()] == ["ann"]


def test_some_notebooks_join_those_that_are_there(directory: CourseDirectory) -> None:
    places = Places(directory)
    write_aside(places, "ann", p1="one", p2="two")
    places.move_in("ann")
    write_aside(places, "ann", p2="new")
    places.make_room("ann", ("p2.ipynb",))
    places.move_in("ann")
    texts = [path.read_text("utf-8") for path in sorted(places.graded("ann").iterdir())]
    assert texts == ["one", "new"]


def test_what_an_unfinished_run_left_is_deleted(directory: CourseDirectory) -> None:
    places = Places(directory)
    write_aside(places, "ann", p1="half")
    write_aside(places, "bob", p1="whole")
    places.move_in("bob")
    places.clear_all()
    assert [path.name for path in (Path(directory.root) / "autograded").iterdir()] == ["bob"]


def test_nbgraders_patterns_do_not_see_what_is_written_aside(directory: CourseDirectory) -> None:
    places = Places(directory)
    write_aside(places, "ann", p1="half")
    assert list(Path(directory.root).glob("autograded/[!.]*/ps1/*.ipynb")) == []


def test_a_course_that_is_being_graded_is_held(directory: CourseDirectory) -> None:
    said: list[str] = []

    def second() -> None:
        try:
            with only_run(directory):
                said.append("went on")
        except StoppedEarly as stop:
            said.append(str(stop))

    with only_run(directory):
        thread = threading.Thread(target=second)
        thread.start()
        thread.join()
    assert len(said) == 1
    assert "Another grading run is at work" in said[0]
    with only_run(directory):
        pass
