"""Grading with nbgrader: a class with every kind of bad submission."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tiny_course import (
    KERNEL,
    REFERENCE,
    TINY,
    cell,
    hand_in,
    make_tiny_course,
    notebook,
    tiny_cells,
    write_notebook,
)

from batchgrader.course import records
from batchgrader.showing.report import SubmissionRecord
from coursekit.classroom.results import assignment_results
from coursekit.course import Course, CourseError
from coursekit.grading import grader
from coursekit.grading.converters import log_file
from coursekit.grading.grader import gradebook_of

LOOP = "def double(x):\n    while True:\n        pass"
EXIT = "import os\nos._exit(1)"
BAD = {"cut", "empty", "renamed"}


def hand_in_all(course: Course) -> None:
    hand_in(course, "ann", REFERENCE)
    hand_in(course, "bob", {"double": "def double(x):\n    return x ** 2"})
    hand_in(course, "loop", {"double": LOOP})
    hand_in(course, "dead", {"half": EXIT})
    hand_in(course, "zoe", REFERENCE)
    cut = hand_in(course, "cut", {})
    cut.write_text(cut.read_text("utf-8")[:900], "utf-8")
    renamed = hand_in(course, "renamed", REFERENCE)
    renamed.rename(renamed.with_name("x.ipynb"))
    hand_in(course, "empty", {}).unlink()
    rewrite(hand_in(course, "foreign", {}), kernelspec={"name": "ir", "language": "R"})
    rewrite(hand_in(course, "named", REFERENCE), kernelspec=KERNEL | {"name": "my-env"})
    rewrite(hand_in(course, "odd", REFERENCE), kernelspec={"name": "python3"})
    twice = hand_in(course, "twice", REFERENCE)
    content = json.loads(twice.read_text("utf-8"))
    content["cells"].append(content["cells"][1] | {"id": "copy"})
    twice.write_text(json.dumps(content), "utf-8")


def rewrite(path: Path, **metadata: object) -> None:
    content = json.loads(path.read_text("utf-8"))
    content["metadata"] |= metadata
    path.write_text(json.dumps(content), "utf-8")


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    course = make_tiny_course(tmp_path_factory.mktemp("class") / "course")
    grader.generate_assignment(course, TINY)
    hand_in_all(course)
    return course


@pytest.fixture(scope="module")
def outcomes(course: Course) -> dict[str, SubmissionRecord]:
    found = grader.autograde(course, TINY, cell_timeout=2)
    grader.generate_feedback(course, TINY)
    return {record.student: record for record in found.records}


@pytest.fixture(scope="module")
def scores(course: Course, outcomes: dict[str, SubmissionRecord]) -> dict[str, float]:
    results = assignment_results(course, TINY)
    return {work.student: work.score for work in results.graded}


def test_a_bad_submission_does_not_stop_the_class(outcomes: dict[str, SubmissionRecord]) -> None:
    assert {name for name, record in outcomes.items() if record.status == "failed"} == BAD
    assert {name for name, record in outcomes.items() if record.status == "graded"} == {
        "ann", "bob", "dead", "foreign", "loop", "named", "odd", "twice", "zoe",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("student", "reason"),
    [
        ("cut", "tiny.ipynb is cut off: its end is missing; save the notebook in JupyterLab"),
        ("renamed", "tiny.ipynb was not handed in, only x.ipynb; rename it to tiny.ipynb"),
        ("empty", "there is no notebook in submitted/empty/01_tiny."),
    ],
)
def test_a_failure_is_one_sentence_that_says_the_mend(
    outcomes: dict[str, SubmissionRecord], student: str, reason: str
) -> None:
    assert reason in outcomes[student].failure
    assert "\n" not in outcomes[student].failure


def test_scores_are_nbgraders(scores: dict[str, float]) -> None:
    assert {name: scores[name] for name in ("ann", "bob", "loop", "named", "zoe")} == {
        "ann": 5, "bob": 1, "loop": 0, "named": 5, "zoe": 5,
    }  # fmt: skip


def test_a_kernel_that_dies_costs_the_cells_that_need_it(scores: dict[str, float]) -> None:
    assert scores["dead"] == 0, "it answers one exercise, by ending the process"


def test_of_a_copied_cell_the_first_counts_and_the_learner_is_told(
    outcomes: dict[str, SubmissionRecord], scores: dict[str, float]
) -> None:
    assert scores["twice"] == 5
    assert [repair.kind for repair in outcomes["twice"].repairs] == ["copied-cell"]


def test_a_kernel_of_another_name_is_graded_with_the_courses_own(scores: dict[str, float]) -> None:
    assert scores["named"] == scores["ann"]


def test_an_endless_loop_costs_its_own_tests_only_and_says_how_long_it_ran(
    course: Course, outcomes: dict[str, SubmissionRecord]
) -> None:
    work = assignment_results(course, TINY, only="loop").works[0]
    assert work.timeouts == 2
    assert "more than 2 seconds" in work.failures[0].message
    assert work.failures[-1].cell == "half-tests-odd"


def test_a_second_run_grades_nothing_twice(
    course: Course, outcomes: dict[str, SubmissionRecord]
) -> None:
    def files() -> Iterator[tuple[Path, int]]:
        for folder in ("autograded", "feedback"):
            for path in sorted((course.root / folder).glob("[!.]*/*/*")):
                yield path, path.stat().st_mtime_ns

    before = list(files())
    assert len(before) == 2 * (len(outcomes) - 1), "all but the one without a notebook"
    again = grader.autograde(course, TINY).records
    grader.generate_feedback(course, TINY)
    assert list(files()) == before
    assert {record.status for record in again if record.student not in BAD} == {"skipped"}
    assert {r.student: r.failure for r in again} == {n: r.failure for n, r in outcomes.items()}


def test_work_that_changed_is_graded_again_without_a_new_timestamp(
    course: Course, outcomes: dict[str, SubmissionRecord]
) -> None:
    hand_in(course, "renewed", {})
    assert grader.autograde(course, TINY, ["renewed"]).records[0].status == "graded"
    hand_in(course, "renewed", REFERENCE)
    assert grader.autograde(course, TINY, ["renewed"]).records[0].status == "graded"
    assert assignment_results(course, TINY, only="renewed").works[0].score == 5


def test_a_graded_notebook_that_was_lost_is_made_again(
    course: Course, outcomes: dict[str, SubmissionRecord]
) -> None:
    graded = course.root / "autograded" / "zoe" / TINY / "tiny.ipynb"
    graded.unlink()
    assert grader.autograde(course, TINY, ["zoe"]).records[0].status == "graded"
    assert graded.is_file()


def test_force_grades_again(course: Course, outcomes: dict[str, SubmissionRecord]) -> None:
    assert grader.autograde(course, TINY, ["ann"], force=True).records[0].status == "graded"


def test_feedback_follows_a_manual_grade(
    course: Course, outcomes: dict[str, SubmissionRecord]
) -> None:
    with gradebook_of(course) as gradebook:
        grade = gradebook.find_grade("words", "tiny", TINY, "ann")
        grade.manual_score, grade.needs_manual_grade = 1.5, False
        gradebook.db.commit()
    pages: list[str] = []
    grader.generate_feedback(course, TINY, on_page=pages.append)
    assert "ann" in pages
    page = course.root / "feedback" / "ann" / TINY / "tiny.html"
    assert "6.5" in page.read_text("utf-8")


def test_feedback_follows_a_graded_notebook_whose_marks_stayed_the_same(
    released_course: Course,
) -> None:
    hand_in(released_course, "ann", REFERENCE)
    grader.autograde(released_course, TINY)
    grader.generate_feedback(released_course, TINY)
    graded = released_course.root / "autograded" / "ann" / TINY / "tiny.ipynb"
    changed = graded.read_text("utf-8").replace("Interface checks passed", "A new message")
    graded.chmod(0o644)
    graded.write_text(changed, "utf-8")
    pages: list[str] = []
    for _ in range(2):
        grader.generate_feedback(released_course, TINY, on_page=pages.append)
    assert pages == ["ann"]
    page = released_course.root / "feedback" / "ann" / TINY / "tiny.html"
    assert "A new message" in page.read_text("utf-8")


def test_grades_are_exported_for_the_students_named(
    course: Course, outcomes: dict[str, SubmissionRecord]
) -> None:
    path = course.root / "out" / "grades.csv"
    grader.export(course, path, ["ann", "bob"])
    lines = path.read_text("utf-8").splitlines()
    assert len(lines) == 3
    assert sorted(line.split(",")[3] for line in lines[1:]) == ["ann", "bob"]


def test_nbgraders_log_goes_to_its_file(
    course: Course, outcomes: dict[str, SubmissionRecord], capfd: pytest.CaptureFixture[str]
) -> None:
    grader.autograde(course, TINY, ["bob"], force=True)
    assert capfd.readouterr() == ("", "")
    assert "bob/01_tiny: graded (forced)" in log_file(course).read_text("utf-8")


def test_work_that_was_not_handed_in_is_named(course: Course) -> None:
    (record,) = grader.autograde(course, TINY, ["nobody"]).records
    assert record.status == "failed"
    assert "Nothing was handed in" in record.failure


def test_an_assignment_that_does_not_exist_is_named(course: Course) -> None:
    for call in (grader.autograde, grader.generate_assignment):
        with pytest.raises(CourseError, match=r"no assignment '99_none'; there are: 01_tiny\."):
            call(course, "99_none")


def test_an_assignment_that_was_not_generated_is_named(tiny_course: Course) -> None:
    with pytest.raises(CourseError, match="run `nbgrader generate_assignment 01_tiny`"):
        grader.autograde(tiny_course, TINY)


def test_a_release_is_current_until_its_source_changes(tiny_course: Course) -> None:
    assert not grader.release_is_current(tiny_course, TINY)
    grader.generate_assignment(tiny_course, TINY)
    assert grader.release_is_current(tiny_course, TINY)
    source = tiny_course.notebook(TINY)
    source.write_text(source.read_text("utf-8").replace("two times", "twice"), "utf-8")
    assert not grader.release_is_current(tiny_course, TINY)


def test_plain_nbgraders_grades_are_kept(
    course: Course, outcomes: dict[str, SubmissionRecord]
) -> None:
    hand_in(course, "plain", REFERENCE)
    grader.autograde(course, TINY, ["plain"])
    with gradebook_of(course) as gradebook, gradebook.unit() as session:
        records.forget(session, TINY, "plain")
    assert grader.autograde(course, TINY, ["plain"]).records[0].status == "skipped"
    hand_in(course, "plain", {})
    assert grader.autograde(course, TINY, ["plain"]).records[0].status == "graded"


def test_a_graded_cell_too_many_is_named_and_the_release_stays(
    course: Course, outcomes: dict[str, SubmissionRecord]
) -> None:
    released = course.release / TINY / "tiny.ipynb"
    before, source = released.read_bytes(), course.notebook(TINY)
    kept = source.read_text("utf-8")
    extra = cell("test", "double-tests-more", "assert double(4) == 8", 1)
    write_notebook(source, notebook([*tiny_cells(), extra]))
    with pytest.raises(CourseError, match="has gained or lost graded cells"):
        grader.generate_assignment(course, TINY)
    source.write_text(kept, "utf-8")
    assert released.read_bytes() == before
    assert [path.name for path in course.release.iterdir()] == [TINY]
