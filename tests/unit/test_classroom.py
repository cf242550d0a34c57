"""The work that the demo class hands in."""

import json
import random
from pathlib import Path

import pytest
from tiny_course import BANK, REFERENCE, TINY

from coursekit.classroom.enrolment import in_words, load_material, make_class, submission_files
from coursekit.classroom.learners import Fate, Learner
from coursekit.content.submissions import read_notebook
from coursekit.course import Course, CourseError
from coursekit.grading.grader import gradebook_of

LEARNER = Learner("ann.lee", "Ann", "Lee", 0.0, "typical", 0)


def files_of(course: Course) -> dict[str, tuple[bytes, int]]:
    found = sorted((course.root / "submitted").rglob("*"))
    return {str(p): (p.read_bytes(), p.stat().st_mtime_ns) for p in found if p.is_file()}


def hand_in(course: Course, fate: Fate, ability: float = 0.0) -> dict[str, str]:
    learner = Learner("ann.lee", "Ann", "Lee", ability, fate, 0)
    return submission_files(learner, fate, load_material(course, TINY, 0), seed=1)


def sources(files: dict[str, str]) -> dict[str, str]:
    cells = json.loads(files["tiny.ipynb"])["cells"]
    return {cell["id"]: cell["source"] for cell in cells}


def test_made_twice_the_class_is_the_same_to_the_byte_and_to_the_second_of_writing(
    released_course: Course,
) -> None:
    assert make_class(released_course, learners=12) > 0
    before = files_of(released_course)
    assert make_class(released_course, learners=12) == 0
    assert files_of(released_course) == before


def test_work_that_somebody_changed_is_kept(released_course: Course) -> None:
    make_class(released_course, learners=3)
    path = released_course.root / "submitted" / "amara.okafor" / TINY / "tiny.ipynb"
    path.write_text("changed by the instructor", "utf-8")
    make_class(released_course, learners=3)
    assert path.read_text("utf-8") == "changed by the instructor"


def test_work_made_from_an_older_answer_bank_is_made_anew(released_course: Course) -> None:
    make_class(released_course, learners=24)
    bank = released_course.answers / f"{TINY}.py"
    bank.write_text(BANK.replace("x ** 2", "x ** 2 + 0"), "utf-8")
    assert make_class(released_course, learners=24) > 0
    assert make_class(released_course, learners=24) == 0


def test_everyone_is_in_the_gradebook_with_name_and_address_and_the_work_has_a_due_date(
    released_course: Course,
) -> None:
    make_class(released_course, learners=5)
    with gradebook_of(released_course) as gradebook:
        students = {student.id: student for student in gradebook.students}
        assert len(students) == 5
        assert students["amara.okafor"].last_name == "Okafor"
        assert students["amara.okafor"].email == "amara.okafor@students.fernhill.example"
        assert gradebook.find_assignment(TINY).duedate is not None


def test_a_due_date_that_the_instructor_set_stays(released_course: Course) -> None:
    with gradebook_of(released_course) as gradebook:
        gradebook.update_or_create_assignment(TINY, duedate="2027-01-31 12:00:00 UTC")
    make_class(released_course, learners=1)
    with gradebook_of(released_course) as gradebook:
        assert gradebook.find_assignment(TINY).duedate.year == 2027


def test_a_perfect_learner_hands_in_right_answers_and_the_whole_model_answer(
    released_course: Course,
) -> None:
    answers = sources(hand_in(released_course, "perfect", ability=-5))
    space: dict[str, object] = {}
    exec(answers["double"] + "\n" + answers["half"], space)
    assert space["double"](3) == 6  # type: ignore[operator]
    assert space["half"](3) == 1.5  # type: ignore[operator]
    assert answers["words"] == REFERENCE["words"]


def test_a_blank_submission_is_the_release(released_course: Course) -> None:
    released = read_notebook(released_course.release / TINY / "tiny.ipynb")
    assert json.loads(hand_in(released_course, "blank")["tiny.ipynb"]) == released


def test_ability_decides_how_many_answers_are_right(released_course: Course) -> None:
    material = load_material(released_course, TINY, 0)
    right = {REFERENCE["double"]} | {item.code for item in material.bank if item.right}

    def count(ability: float) -> int:
        class_ = [Learner(f"l{i}", "", "", ability, "typical", 0) for i in range(60)]
        work = [sources(submission_files(one, "typical", material, 1)) for one in class_]
        return sum(
            answers["double"].strip() in {code.strip() for code in right} for answers in work
        )

    assert count(-2.5) < count(0.0) < count(2.5)


def test_a_cut_off_file_is_no_json(released_course: Course) -> None:
    with pytest.raises(json.JSONDecodeError):
        json.loads(hand_in(released_course, "cut-off file")["tiny.ipynb"])


def test_a_copied_cell_has_the_grade_id_of_another(released_course: Course) -> None:
    cells = json.loads(hand_in(released_course, "copied cell")["tiny.ipynb"])["cells"]
    graded = [cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in cells]
    assert len(graded) == len(set(graded)) + 1
    assert len({cell["id"] for cell in cells}) == len(cells)


def test_a_dead_kernel_is_an_extra_cell_that_ends_the_process(released_course: Course) -> None:
    cells = json.loads(hand_in(released_course, "dead kernel")["tiny.ipynb"])["cells"]
    deadly = [cell for cell in cells if "os._exit" in cell["source"]]
    assert [cell["metadata"] for cell in deadly] == [{}]


def test_an_endless_loop_stands_where_the_stub_was(released_course: Course) -> None:
    answers = sources(hand_in(released_course, "endless loop"))
    assert "while tries < 3" in answers["half"]
    compile(answers["half"], "half", "exec")


def test_late_work_is_late_and_other_work_is_not(released_course: Course) -> None:
    due = load_material(released_course, TINY, 0).due
    assert hand_in(released_course, "late")["timestamp.txt"] > f"{due} UTC"
    assert hand_in(released_course, "perfect")["timestamp.txt"] < f"{due} UTC"


def test_an_answer_in_words_is_a_share_of_the_sentences_without_the_rubric() -> None:
    model = "One thing. Another\nthing. A third.\n\nRubric\n- 2 points for one"
    dice = random.Random(1)
    assert in_words(model, 1.0, dice) == "One thing. Another thing. A third."
    assert in_words(model, 0.34, dice) in {"One thing.", "Another thing.", "A third."}
    assert "thing" not in in_words(model, 0.0, dice)


def test_a_class_needs_a_learner_and_a_release(tiny_course: Course, tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="at least one learner"):
        make_class(tiny_course, learners=0)
    with pytest.raises(CourseError, match="not released yet"):
        make_class(tiny_course, learners=1)
    empty = Course(tmp_path / "empty")
    with pytest.raises(CourseError, match="no assignment"):
        make_class(empty, learners=1)


def test_nothing_is_written_outside_the_course(released_course: Course) -> None:
    before = set(released_course.root.parent.iterdir())
    make_class(released_course, learners=2)
    assert set(released_course.root.parent.iterdir()) == before
