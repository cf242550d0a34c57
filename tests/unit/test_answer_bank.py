"""The answer bank: what it gives, and how it says where it is wrong."""

from pathlib import Path

import pytest
from model_course import UNIT, bank_path, make_course, replace

from coursekit.content.answers import Loss, load_bank
from coursekit.course import Course, CourseError


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return make_course(tmp_path)


def test_a_bank_gives_its_answers_in_the_order_of_the_file(course: Course) -> None:
    bank = load_bank(course, UNIT)
    assert [answer.exercise for answer in bank] == ["double"] * 5 + ["half"] * 5
    assert [answer.right for answer in bank[:5]] == [True, True, False, False, False]


def test_an_answer_has_its_title_its_code_and_what_it_must_lose(course: Course) -> None:
    answer = load_bank(course, UNIT)[4]
    assert answer.title == "gives text back"
    assert answer.code == "def double(x):\n    return str(x)"
    assert answer.losses == (
        Loss("double-tests-interface", "must give a number"),
        Loss("double-tests-value", "two times x"),
    )


MALFORMED = {
    "a head without a verdict": (
        "# %% double | wrong | squares it",
        "# %% double | squares it",
        ":11: an answer begins",
    ),
    "an unknown exercise": (
        "# %% half | right | multiplies",
        "# %% third | right | multiplies",
        ":27: there is no autograded exercise 'third'",
    ),
    "a question for a person": (
        "# %% half | right | multiplies",
        "# %% words | right | multiplies",
        ":27: there is no autograded exercise 'words'",
    ),
    "a wrong answer that loses nothing": (
        "# fails half-tests-odd | an odd number\ndef half(x):\n    return x // 2",
        "def half(x):\n    return x // 2",
        ":36: a wrong answer needs a line '# fails",
    ),
    "a right answer that loses something": (
        "| multiplies\n",
        "| multiplies\n# fails half-tests-odd | an odd number\n",
        ":27: a right answer loses nothing",
    ),
    "a cell of another exercise": (
        "| squares it\n# fails double-tests-value",
        "| squares it\n# fails half-tests-odd",
        "double has no test cell 'half-tests-odd'",
    ),
    "a loss without a message": (
        "| squares it\n# fails double-tests-value |",
        "| squares it\n# fails double-tests-value",
        "a loss reads '# fails cell | fragment of the message'",
    ),
    "a message that fits everything": (
        "| squares it\n# fails double-tests-value | two times x",
        "| squares it\n# fails double-tests-value | two",
        "'two' is too short",
    ),
    "a cell named twice": (
        "| squares it\n",
        "| squares it\n# fails double-tests-value | two times x\n",
        "'double-tests-value' is named twice",
    ),
    "a loss below the code": (
        "    return x ** 2\n",
        "    return x ** 2\n# fails double-tests-value | two times x\n",
        "directly under the head",
    ),
    "two answers of one title": (
        "| returns a constant",
        "| squares it",
        "two answers called 'squares it'",
    ),
    "an answer that is not Python": ("    return 4", "    return (4", "is not Python"),
    "an empty answer": ("def double(x):\n    return 4", "", "the answer is empty"),
    "too few right answers": (
        "# %% double | right | shifts in a loop\n",
        "",
        "double has 1 right and 3 wrong answers",
    ),
    "too few wrong answers": (
        "# %% half | wrong | doubles\n# fails half-tests-odd | an odd number\n",
        "# a learner again:\n",
        "half has 2 right and 2 wrong answers",
    ),
}


@pytest.mark.parametrize(("old", "new", "sentence"), MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_bank_is_refused_with_file_line_and_mend(
    course: Course, old: str, new: str, sentence: str
) -> None:
    replace(bank_path(course), old, new)
    with pytest.raises(CourseError) as refusal:
        load_bank(course, UNIT)
    assert sentence in str(refusal.value)
    assert str(refusal.value).startswith(f"tests/answers/{UNIT}.py:")


def test_a_missing_bank_is_refused_with_its_path(course: Course) -> None:
    bank_path(course).unlink()
    with pytest.raises(CourseError, match="There is no answer bank"):
        load_bank(course, UNIT)
