"""From failed test cells to the wrong answers of the bank."""

from dataclasses import replace

from coursekit.classroom.misconceptions import NOT_ANSWERED, TIMED_OUT, explain, find
from coursekit.classroom.results import TIMEOUT, AssignmentResults, Failure, Work
from coursekit.content.answers import Answer, Loss
from coursekit.content.submissions import Exercise

HALF = Exercise("half", 1, "Half", 1, 4, ("half-a", "half-b"), False, (), ())
FLOOR = Answer("half", False, "rounds down", "", (Loss("half-b", "has a fraction"),))
ROUND = Answer("half", False, "rounds", "", (Loss("half-b", "has a fraction"),))
NOTHING = Answer(
    "half", False, "returns nothing", "", (Loss("half-a", "a number"), Loss("half-b", "a fraction"))
)
BANK = (FLOOR, NOTHING, Answer("half", True, "multiplies", "", ()))
NUMBER = Failure("half-a", "AssertionError", "half must give a number.\nsecond line")
FRACTION = Failure("half-b", "AssertionError", "Half of an odd number has a fraction.")
WORK = Work("ann", "Ann Lee", 0, {}, (), (), frozenset(), 0, 0, "", 0)


def results(*works: Work) -> AssignmentResults:
    return AssignmentResults("06", "Six", "six", (HALF,), 4, None, works, ())


def test_failures_are_explained_by_the_answer_that_loses_the_same_cells() -> None:
    titles, told, rest = explain([FRACTION], [FLOOR, NOTHING])
    assert (titles, told, rest) == (("rounds down",), FRACTION.message, [])


def test_the_answer_that_explains_more_of_the_failures_wins() -> None:
    assert explain([NUMBER, FRACTION], [FLOOR, NOTHING])[0] == ("returns nothing",)


def test_answers_that_fail_alike_are_named_together() -> None:
    assert explain([FRACTION], [FLOOR, ROUND])[0] == ("rounds down", "rounds")


def test_a_failure_that_no_answer_explains_is_left_over() -> None:
    other = replace(FRACTION, message="half has changed its input.")
    assert explain([other], [FLOOR, NOTHING]) == ((), "", [other])
    assert explain([NUMBER, FRACTION], [FLOOR])[2] == [NUMBER]


def test_learners_are_counted_by_misconception_the_commonest_first() -> None:
    floor = replace(WORK, failures=(FRACTION,))
    found = find(
        results(
            replace(WORK, name="Bo", failures=(NUMBER, FRACTION)),
            replace(floor, name="Cy"),
            replace(floor, name="Al"),
        ),
        BANK,
    )
    assert [(item.titles, item.students) for item in found.known] == [
        (("rounds down",), ("Al", "Cy")),
        (("returns nothing",), ("Bo",)),
    ]
    assert found.plain == found.unknown == ()


def test_an_answer_left_as_it_was_is_no_misconception_even_if_a_test_calls_it_one() -> None:
    found = find(results(replace(WORK, failures=(FRACTION,), blank=frozenset({"half"}))), BANK)
    assert found.known == ()
    assert found.plain[0].titles == (NOT_ANSWERED,)


def test_a_time_out_is_no_misconception() -> None:
    endless = replace(FRACTION, kind=TIMEOUT)
    assert find(results(replace(WORK, failures=(endless,))), BANK).plain[0].titles == (TIMED_OUT,)


def test_what_no_answer_explains_is_grouped_by_the_first_line_of_its_message() -> None:
    error = Failure("half-a", "NameError", "name 'y' is not defined\nmore")
    ann, bo = replace(WORK, failures=(error,)), replace(WORK, name="Bo", failures=(error,))
    (unknown,) = find(results(ann, bo), BANK).unknown
    assert unknown.message == "NameError: name 'y' is not defined"
    assert unknown.students == ("Ann Lee", "Bo")


def test_work_that_was_not_graded_shows_no_misconception() -> None:
    found = find(results(replace(WORK, failures=(FRACTION,), reason="The kernel died.")), BANK)
    assert found.known == found.plain == found.unknown == ()
