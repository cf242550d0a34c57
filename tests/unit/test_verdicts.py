"""What a graded submission says about the answers in it."""

from coursekit.checking.verdicts import (
    REFERENCE,
    UNTOUCHED,
    Submission,
    alone,
    judge,
    pack,
    untried_cells,
)
from coursekit.checking.workbench import CellResult, Trial
from coursekit.content.answers import Answer, Loss
from coursekit.content.submissions import Exercise

HALF = Exercise("half", 1, "Half", 1, 3, ("half-a", "half-b"), False, (), ())
WORDS = Exercise("words", 2, "Words", 0, 2, ("words",), True, (), ())
RIGHT = Answer("half", True, "multiplies", "", ())
WRONG = Answer("half", False, "doubles", "", (Loss("half-b", "an odd number"),))
MESSAGE = "AssertionError: Half of an odd number has a fraction."


def cell(
    name: str, points: float | None, message: str = "", stderr: str = "", value: str = ""
) -> CellResult:
    return CellResult(name, True, points, 2.0, message, stderr, value)


def whats(submission: Submission, *cells: CellResult, reason: str = "") -> list[str]:
    trial = Trial(submission.name, cells, 0.0, reason)
    return [fault.what for fault in judge("06", submission, [HALF], trial)]


def test_packed_submissions_carry_every_answer_once_and_each_exercise_once() -> None:
    other = Answer("double", True, "adds", "", ())
    packed = pack([RIGHT, WRONG, other])
    assert [item.answers for item in packed] == [(RIGHT, other), (WRONG,)]


def test_an_answer_alone_has_a_submission_of_its_own() -> None:
    both = alone([RIGHT, WRONG], whole=True)
    assert [item.answers for item in both] == [(RIGHT,), (WRONG,)]


def test_an_exercise_that_a_packed_submission_does_not_carry_is_not_judged() -> None:
    trial = Trial("s", (), 0.0, "")
    (packed,) = pack([Answer("double", True, "adds", "", ())])
    assert list(judge("06", packed, [HALF], trial)) == []
    (whole,) = alone([Answer("double", True, "adds", "", ())], whole=True)
    assert len(list(judge("06", whole, [HALF], trial))) == 2


def test_a_right_answer_with_full_marks_is_as_it_should_be() -> None:
    assert whats(Submission("s", (RIGHT,)), cell("half-a", 2.0), cell("half-b", 2.0)) == []


def test_a_right_answer_that_loses_points_is_a_fault() -> None:
    found = whats(Submission("s", (RIGHT,)), cell("half-a", 2.0), cell("half-b", 0.0, MESSAGE))
    assert found == ["loses half-b (0 of 2 points)"]


def test_a_wrong_answer_that_loses_its_cell_with_its_message_is_as_it_should_be() -> None:
    item = Submission("s", (WRONG,))
    assert whats(item, cell("half-a", 2.0), cell("half-b", 0.0, MESSAGE)) == []


def test_a_wrong_answer_that_passes_is_a_fault() -> None:
    item = Submission("s", (WRONG,))
    assert whats(item, cell("half-a", 2.0), cell("half-b", 2.0)) == ["keeps half-b"]


def test_a_wrong_answer_that_loses_another_cell_is_a_fault() -> None:
    item = Submission("s", (WRONG,))
    found = whats(item, cell("half-a", 0.0, "NameError"), cell("half-b", 0.0, MESSAGE))
    assert found == ["loses half-a (0 of 2 points)"]


def test_a_wrong_answer_with_another_message_is_a_fault() -> None:
    item = Submission("s", (WRONG,))
    found = whats(item, cell("half-a", 2.0), cell("half-b", 0.0, "TypeError: no"))
    assert found == ["loses half-b with another message"]


def test_a_cell_that_is_gone_is_a_fault() -> None:
    found = whats(Submission("s", (RIGHT,)), cell("half-a", 2.0))
    assert found == ["half-b is not in the graded notebook"]


def test_an_untouched_release_that_scores_is_a_fault() -> None:
    found = whats(Submission(UNTOUCHED), cell("half-a", 2.0), cell("half-b", 0.0))
    assert found == ["half-a gives 2 points"]


def test_a_reference_run_must_be_clean() -> None:
    found = whats(
        Submission(REFERENCE),
        cell("half-a", 2.0, value="0.5"),
        cell("half-b", 0.0, "a warning", stderr="a warning"),
        CellResult("setup", False, None, 0.0, "ImportError: no", "", ""),
    )
    assert found == [
        "the test cell ends in a value",
        "the cell of the reference writes to stderr",
        "the cell of the reference raises an error",
        "loses half-b (0 of 2 points)",
    ]


def test_a_submission_that_cannot_be_graded_is_a_fault_of_each_answer_in_it() -> None:
    found = whats(Submission("s", (RIGHT, WRONG)), reason="The kernel died.")
    assert found == ["nbgrader could not grade the submission"] * 2


def test_a_question_must_wait_for_a_person() -> None:
    for points, expected in ((None, []), (0.0, ["words got 0 points without a person"])):
        trial = Trial(REFERENCE, (cell("words", points),), 0.0, "")
        faults = judge("06", Submission(REFERENCE), [WORDS], trial)
        assert [fault.what for fault in faults] == expected


def test_a_hidden_test_that_no_wrong_answer_loses_is_a_fault() -> None:
    seen = Exercise("half", 1, "Half", 1, 3, ("half-tests-interface", "half-b"), False, (), ())
    assert list(untried_cells("06", [seen, WORDS], [RIGHT, WRONG])) == []
    assert [fault.what for fault in untried_cells("06", [seen], [RIGHT])] == [
        "no wrong answer loses half-b"
    ]
