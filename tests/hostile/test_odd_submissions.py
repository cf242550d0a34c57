"""Submissions and settings that are odd in themselves: each costs its own student, never the class.

No notebook runs here: the executor answers at once, for it is the coordinator that is tested.
"""

import logging
import os
import shutil
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from instant_run import Instant, ran
from nbgrader.converters import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import (
    CheckCellMetadata,
    ClearOutput,
    Execute,
    NbGraderPreprocessor,
    OverwriteCells,
    SaveAutoGrades,
)
from tiny_course import REFERENCE, TINY, hand_in, make_tiny_course
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from batchgrader.autograde import BatchAutograde
from batchgrader.course import files
from batchgrader.failures import StoppedEarly
from batchgrader.jobs import File, Job, Result
from batchgrader.showing.report import SubmissionRecord
from coursekit.course import Course
from coursekit.grading import grader

QUIET = logging.getLogger("test_odd_submissions")
QUIET.propagate = False
QUIET.addHandler(logging.NullHandler())


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Course:
    course = make_tiny_course(tmp_path_factory.mktemp("odd") / "course")
    grader.generate_assignment(course, TINY)
    return course


@pytest.fixture
def course(released: Course, tmp_path: Path) -> Course:
    """A class of two, of whom bob is the odd one."""
    course = Course(tmp_path / "course")
    shutil.copytree(released.root, course.root)
    for student in ("ann", "bob"):
        hand_in(course, student, REFERENCE)
    return course


@pytest.fixture
def work(course: Course) -> Path:
    """The folder that bob handed in."""
    return course.root / "submitted" / "bob" / TINY


class Answers(Instant):
    """Sends back what a test says, in place of what the notebooks wrote."""

    def __init__(self, answer: Callable[[Job], Result]) -> None:
        self.answer = answer
        self.files: list[str] = []

    def submit(self, function: Any, /, *arguments: Any, **options: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.files = sorted(arguments[0].files)
        future.set_result(self.answer(arguments[0]).to_json())
        return future


def wrote(*names: str) -> Answers:
    def answer(job: Job) -> Result:
        texts = {name: ran(text) for name, text in job.notebooks.items()}
        return Result(texts, {name: File(b"made") for name in names})

    return Answers(answer)


def grade(
    course: Course, executor: Instant | None = None, config: Config | None = None, **options: Any
) -> dict[str, SubmissionRecord]:
    """Grade, and return the records by student; submissions that failed are in them."""
    settings = PyFileConfigLoader("nbgrader_config.py", path=str(course.root)).load_config()
    settings.merge(config or Config())
    directory = CourseDirectory(config=settings, root=str(course.root), assignment_id=TINY)
    batch = BatchAutograde(
        coursedir=directory,
        config=settings,
        workers=1,
        executor=executor or Instant(),
        log=QUIET,
        **options,
    )
    try:
        batch.start()
    except StoppedEarly:
        raise
    except NbGraderException:
        if not (batch.report and batch.report.of("failed")):
            raise
    assert batch.report is not None
    return {record.student: record for record in batch.report.records}


@pytest.mark.parametrize(
    "student",
    ["a[b]", "g*h", "q?", "c d", "é", "e.f", "{x}", "%s", "-dash", "a\\b", "k" * 255],
)
def test_a_student_of_any_name_is_graded_and_leaves_nothing_aside(
    course: Course, student: str
) -> None:
    hand_in(course, student, REFERENCE)
    assert grade(course)[student].score == 5
    assert grade(course)[student].status == "skipped"
    assert not list((course.root / "autograded").glob(".*-*"))


@pytest.mark.parametrize("name", [b"Jos\xe9", b"two\nlines"])
def test_a_name_that_cannot_be_kept_costs_its_student_alone(
    course: Course, work: Path, name: bytes
) -> None:
    work.parent.rename(work.parent.with_name(os.fsdecode(name)))
    records = grade(course)
    assert records.pop("ann").status == "graded"
    (odd,) = records.values()
    assert odd.status == "failed"
    assert "rename the folder" in odd.failure


def test_a_course_in_a_folder_with_brackets_is_graded(course: Course) -> None:
    moved = Course(course.root.with_name("course [2026]"))
    course.root.rename(moved.root)
    assert {record.score for record in grade(moved).values()} == {5}


@pytest.mark.parametrize("kind", ["folder", "link", "long", "pipe"])
def test_a_timestamp_that_is_no_plain_file_costs_its_student_alone(
    course: Course, work: Path, kind: str
) -> None:
    path = work / "timestamp.txt"
    make: dict[str, Callable[[], object]] = {
        "folder": path.mkdir,
        "link": lambda: path.symlink_to("/dev/zero"),
        "long": lambda: path.write_bytes(b"2026" * 1000),
        "pipe": lambda: os.mkfifo(path),
    }
    make[kind]()
    records = grade(course)
    assert (records["ann"].status, records["bob"].status) == ("graded", "failed")
    assert "timestamp.txt says no time" in records["bob"].failure
    assert records["bob"].score == 5


def test_a_folder_in_place_of_a_notebook_is_said(course: Course, work: Path) -> None:
    (work / "tiny.ipynb").unlink()
    (work / "tiny.ipynb").mkdir()
    records = grade(course)
    assert "tiny.ipynb cannot be read" in records["bob"].failure
    assert records["ann"].score == 5


@pytest.mark.parametrize(("given", "handed_in"), [("data/a.csv", "data"), ("data", "data/a.csv")])
def test_a_file_that_is_given_takes_the_place_of_what_a_student_put_there(
    course: Course, work: Path, given: str, handed_in: str
) -> None:
    for top, name in ((course.source / TINY, given), (work, handed_in)):
        (top / name).parent.mkdir(exist_ok=True)
        (top / name).write_text(str(top), "utf-8")
    executor = wrote()
    records = grade(course, executor)
    assert executor.files == [given]
    assert records["bob"].status == "graded"
    graded = course.root / "autograded" / "bob" / TINY / given
    assert graded.read_text("utf-8") == str(course.source / TINY)


@pytest.mark.parametrize(("handed_in", "made"), [("out", "out/a.txt"), ("out/a.txt", "out")])
def test_a_notebook_may_put_a_folder_in_place_of_a_file_or_the_reverse(
    course: Course, work: Path, handed_in: str, made: str
) -> None:
    (work / handed_in).parent.mkdir(exist_ok=True)
    (work / handed_in).write_text("handed in", "utf-8")
    assert grade(course, wrote(made))["bob"].score == 5
    assert (course.root / "autograded" / "bob" / TINY / made).read_text("utf-8") == "made"


def test_a_link_of_the_instructor_is_followed(course: Course) -> None:
    (course.root / "big.csv").write_text("1", "utf-8")
    (course.source / TINY / "big.csv").symlink_to(course.root / "big.csv")
    executor = wrote()
    grade(course, executor)
    assert executor.files == ["big.csv"]


def test_a_link_of_the_instructor_that_leads_nowhere_is_named_before_anything_is_graded(
    course: Course,
) -> None:
    (course.source / TINY / "big.csv").symlink_to("nowhere")
    with pytest.raises(NbGraderException, match="mend the link"):
        grade(course)


def test_a_release_that_cannot_be_read_is_named(course: Course) -> None:
    (course.release / TINY / "tiny.ipynb").write_text("<<<<<<< HEAD", "utf-8")
    with pytest.raises(NbGraderException, match=r"tiny\.ipynb cannot be read"):
        grade(course)


def test_a_submission_that_is_too_large_is_not_read(
    course: Course, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (work / "big.bin").open("wb") as file:
        file.truncate(files.LARGEST + 1)
    records = grade(course)
    assert "hand it in again without" in records["bob"].failure
    assert records["ann"].score == 5
    graded = course.root / "autograded" / "bob" / TINY
    assert [path.name for path in graded.iterdir()] == ["tiny.ipynb"]


def test_folders_without_end_cost_nobody_anything(course: Course, work: Path) -> None:
    here = Path.cwd()
    try:
        os.chdir(work)
        for _ in range(1_500):
            Path("d").mkdir()
            os.chdir("d")
    finally:
        os.chdir(here)
    records = grade(course, wrote("d/" * 1_500 + "x"))
    assert {record.score for record in records.values()} == {5}
    remove_chain(work / "d")


def remove_chain(top: Path) -> None:
    """Delete a chain of folders that is too deep for shutil."""
    here = Path.cwd()
    depth = 0
    os.chdir(top.parent)
    while Path("d").is_dir():
        os.chdir("d")
        depth += 1
    for _ in range(depth):
        os.chdir("..")
        Path("d").rmdir()
    os.chdir(here)


def test_a_notebook_nobody_knows_changes_no_grade_when_it_alone_is_asked_for(
    course: Course, work: Path
) -> None:
    grade(course)
    shutil.copy(work / "tiny.ipynb", work / "scratch.ipynb")
    config = Config()
    config.CourseDirectory.notebook_id = "scratch"
    assert grade(course, config=config, force=True)["bob"].status == "skipped"
    with grader.gradebook_of(course) as gradebook:
        assert gradebook.find_submission(TINY, "bob").score == 5


class Picky(NbGraderPreprocessor):  # type: ignore[misc]
    """A step of an instructor that stumbles over one student."""

    def preprocess(self, nb: Any, resources: Any) -> Any:
        if resources["nbgrader"]["student"] == "bob":
            raise KeyError("bob")
        return nb, resources


@pytest.mark.parametrize("stage", ["sanitize_preprocessors", "autograde_preprocessors"])
def test_a_step_of_the_configuration_that_fails_costs_one_student_until_it_is_mended(
    course: Course, stage: str
) -> None:
    config = Config()
    config.Autograde[stage] = [Picky, Execute, SaveAutoGrades, CheckCellMetadata]
    if stage == "sanitize_preprocessors":
        config.Autograde[stage] = [ClearOutput, Picky, CheckCellMetadata]
    records = grade(course, config=config)
    assert (records["ann"].status, records["bob"].status) == ("graded", "failed")
    assert "KeyError" in records["bob"].failure
    records = grade(course)
    assert (records["ann"].status, records["bob"].status) == ("skipped", "graded")
    assert records["bob"].score == 5


def note(notebook: Any, resources: Any) -> Any:
    notebook.metadata["noted"] = True
    return notebook, resources


def test_steps_may_be_names_instances_and_functions(course: Course) -> None:
    config = Config()
    config.Autograde.sanitize_preprocessors = [
        "nbgrader.preprocessors.ClearOutput",
        note,
        OverwriteCells(),
        CheckCellMetadata,
    ]
    config.Autograde.autograde_preprocessors = [
        Execute(),
        SaveAutoGrades(),
        "nbgrader.preprocessors.CheckCellMetadata",
    ]
    assert {record.score for record in grade(course, config=config).values()} == {5}
    graded = course.root / "autograded" / "ann" / TINY / "tiny.ipynb"
    assert '"noted": true' in graded.read_text("utf-8")


class Closed(Instant):
    def submit(self, function: Any, /, *arguments: Any, **options: Any) -> Future[Any]:
        raise RuntimeError("cannot schedule new futures after shutdown")


def test_an_executor_that_takes_no_work_stops_the_run_with_a_sentence(course: Course) -> None:
    with pytest.raises(StoppedEarly, match="takes no more work"):
        grade(course, Closed())
    assert {record.score for record in grade(course).values()} == {5}


def test_a_notebook_that_does_not_come_back_is_no_zero_but_tried_again(course: Course) -> None:
    records = grade(course, Answers(lambda job: Result({})))
    assert {record.status for record in records.values()} == {"failed"}
    assert {record.score for record in grade(course).values()} == {5}


class Stumbling:
    """A listener with a fault of its own."""

    def begin(self, assignment: str, due: int, workers: int) -> None: ...

    def working(self, worker: int, text: str) -> None: ...

    def ended(self, record: SubmissionRecord) -> None:
        raise ValueError("cannot draw")

    def close(self) -> None: ...


def test_a_listener_that_fails_ends_no_run(course: Course) -> None:
    assert {record.score for record in grade(course, listener=Stumbling()).values()} == {5}


STRUCTURES = [
    "{nbgrader_step}/{assignment_id}/{student_id}",
    "{student_id}/{nbgrader_step}/{assignment_id}",
]


@pytest.mark.parametrize("structure", STRUCTURES)
def test_another_order_of_folders_is_kept_and_nothing_stays_aside(
    course: Course, structure: str
) -> None:
    for step, student in (
        ("submitted", "ann"),
        ("submitted", "bob"),
        ("source", "."),
        ("release", "."),
    ):
        names = {"nbgrader_step": step, "student_id": student, "assignment_id": TINY}
        place = Path(os.path.normpath(course.root / structure.format(**names)))
        if not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(course.root / step / student / TINY, place)
    config = Config()
    config.CourseDirectory.directory_structure = structure
    left = structure.format(
        nbgrader_step="autograded", student_id=".grading-old", assignment_id=TINY
    )
    (course.root / left).mkdir(parents=True)
    assert {record.score for record in grade(course, config=config).values()} == {5}
    assert list(course.root.rglob(".grading-*")) == []
    assert {record.status for record in grade(course, config=config).values()} == {"skipped"}
