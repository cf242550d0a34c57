"""`coursekit grade`: a learner alone grades their own work."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tiny_course import REFERENCE, TINY, hand_in

from coursekit.classroom.results import class_results
from coursekit.course import Course
from coursekit.grading import grader
from coursekit.learner.lab import copy_course

NAME = f"release/{TINY}/tiny.ipynb"


def grade(course: Course, *words: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "coursekit", "grade", *words],
        cwd=course.root, capture_output=True, text=True,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout + done.stderr


def answer(course: Course, **answers: str) -> Path:
    path = course.root / "work" / NAME
    content = json.loads(path.read_text("utf-8"))
    for entry in content["cells"]:
        entry["source"] = answers.get(entry["id"], entry["source"])
    path.write_text(json.dumps(content), "utf-8")
    return path


@pytest.fixture
def course(released_course: Course) -> Course:
    copy_course(released_course)
    return released_course


def test_scores_messages_and_the_feedback_page_are_shown(course: Course) -> None:
    answer(course, double=REFERENCE["double"], half="def half(x):\n    return x // 2")
    status, printed = grade(course)
    lines = [" ".join(line.split()) for line in printed.splitlines()]
    assert status == 0
    assert "1 Double 3 of 3" in lines
    assert lines[lines.index("2 Half 0 of 2") + 1] == "Half of an odd number has a fraction."
    assert lines[lines.index("3 Words 0 of 2") + 1] == "not answered"
    assert "Total 3 of 7" in lines
    page = course.root / "feedback" / "me" / TINY / "tiny.html"
    assert page.is_file()
    assert str(page) in printed


def test_work_that_was_not_begun_is_named_and_not_graded(course: Course) -> None:
    status, printed = grade(course)
    assert (status, printed.strip()) == (0, "Not started: 01_tiny")
    assert not (course.root / "submitted" / "me").exists()


def test_an_answer_in_words_waits_for_a_person(course: Course) -> None:
    answer(course, words="It depends.")
    assert "a person grades this one" in grade(course)[1]


def test_work_that_cannot_be_graded_gets_a_sentence_and_status_1(course: Course) -> None:
    (course.root / "work" / NAME).write_text("{", "utf-8")
    status, printed = grade(course, TINY)
    assert status == 1
    assert "It could not be graded. tiny.ipynb is cut off" in printed


def test_an_assignment_that_does_not_exist_gets_a_sentence_and_status_2(course: Course) -> None:
    status, printed = grade(course, "99_none")
    assert (status, printed.strip()) == (
        2, "There is no assignment '99_none'; there are: 01_tiny.",
    )  # fmt: skip


def test_without_work_one_sentence_says_how_to_begin(released_course: Course) -> None:
    assert grade(released_course) == (
        2, "There is no work of yours yet; run `./course lab` and begin.\n",
    )  # fmt: skip


def test_files_beside_the_notebook_are_handed_in_but_for_the_new_version(course: Course) -> None:
    notebook = answer(course, **REFERENCE)
    notebook.with_name("helper.py").write_text("x = 1\n", "utf-8")
    notebook.with_name("tiny.new.ipynb").write_text("{}", "utf-8")
    assert grade(course)[0] == 0
    handed_in = {path.name for path in (course.root / "submitted" / "me" / TINY).iterdir()}
    assert handed_in == {"tiny.ipynb", "helper.py"}


def test_the_class_report_leaves_the_learner_out(course: Course) -> None:
    answer(course, **REFERENCE)
    assert grade(course)[0] == 0
    assert class_results(course) == []
    hand_in(course, "ann", REFERENCE)
    grader.autograde(course, TINY)
    (results,) = class_results(course)
    assert [work.student for work in results.works] == ["ann"]
    assert results.absent == ()
