"""The simulated learners."""

import re

import pytest

from coursekit.classroom.learners import FATES, chance, difficulty, enrol
from coursekit.content.submissions import Exercise


def exercise(name: str, stars: int) -> Exercise:
    return Exercise(name, 1, name, stars, 3, (f"{name}-tests",), False, (), ())


def test_the_same_seed_gives_the_same_class() -> None:
    assert enrol(30, seed=3) == enrol(30, seed=3)
    assert enrol(30, seed=3) != enrol(30, seed=4)


def test_a_larger_class_begins_with_the_learners_of_a_smaller_one() -> None:
    assert enrol(40, seed=1)[:10] == enrol(10, seed=1)


def test_every_learner_of_a_large_class_has_an_id_of_their_own() -> None:
    ids = [learner.id for learner in enrol(1300, seed=1)]
    assert len(set(ids)) == 1300


def test_ids_are_folder_names_that_nbgrader_and_a_shell_take_as_they_are() -> None:
    assert all(re.fullmatch(r"[a-z]+\.[a-z]+(\.\d+)?", one.id) for one in enrol(600, seed=1))


def test_a_class_of_eight_meets_every_mishap_and_one_of_twenty_four_every_fate() -> None:
    mishaps = {"endless loop", "dead kernel", "copied cell", "cut-off file", "blank", "late"}
    assert mishaps <= {learner.fate for learner in enrol(8, seed=1)}
    assert {learner.fate for learner in enrol(24, seed=1)} == set(FATES)


@pytest.mark.parametrize("assignments", [1, 2, 5])
def test_a_mishap_strikes_in_one_assignment_only(assignments: int) -> None:
    looping = next(one for one in enrol(24, seed=1) if one.fate == "endless loop")
    struck = [looping.fate_in(number, assignments) for number in range(assignments)]
    assert struck.count("endless loop") == 1
    assert set(struck) <= {"endless loop", "typical"}


def test_more_stars_make_an_exercise_harder() -> None:
    names = [f"e{number}" for number in range(40)]
    means = [
        sum(difficulty(exercise(name, stars), seed=1) for name in names) / len(names)
        for stars in (1, 2, 3)
    ]
    assert means[0] < means[1] < means[2]


def test_a_learner_as_able_as_an_exercise_is_hard_gets_every_second_one_right() -> None:
    assert chance(0.7, 0.7) == pytest.approx(0.5)
    assert chance(2.0, 0.0) > 0.9 > 0.1 > chance(0.0, 2.0)
