"""Numbers, names and lists as people read them."""

import pytest

from batchgrader.showing.wording import count, duration, memory, names, number, printable, rate


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.04, "0.0 s"),
        (9.94, "9.9 s"),
        (9.96, "10 s"),
        (59.6, "1 min 00 s"),
        (3599.7, "1 h 00 min"),
        (125, "2 min 05 s"),
        (11_220, "3 h 07 min"),
        (3_600_000, "1,000 h 00 min"),
    ],
)
def test_a_duration_is_told_in_units_that_fit_it(seconds: float, words: str) -> None:
    assert duration(seconds) == words


@pytest.mark.parametrize(
    ("a_second", "words"),
    [
        (1234, "1,234 a second"),
        (2.14, "2.1 a second"),
        (0.5, "30 a minute"),
        (0.01, "36 an hour"),
    ],
)
def test_a_rate_is_told_in_the_unit_that_gives_more_than_one(a_second: float, words: str) -> None:
    assert rate(a_second) == words


@pytest.mark.parametrize(
    ("size", "words"), [(10, "1 MB"), (87_400_000, "87 MB"), (1_260_000_000, "1.3 GB")]
)
def test_memory_is_told_in_powers_of_ten(size: int, words: str) -> None:
    assert memory(size) == words


def test_a_score_has_no_needless_decimals() -> None:
    assert [number(value) for value in (7, 7.5, 22 / 3, 0, 1000)] == [
        "7",
        "7.5",
        "7.33",
        "0",
        "1,000",
    ]


def test_one_thing_is_not_many() -> None:
    assert [count(items, "cell") for items in (0, 1, 1200)] == ["0 cells", "1 cell", "1,200 cells"]


def test_a_list_of_names_fits_and_tells_how_many_are_left_out() -> None:
    assert names(["ann", "bob"], 20) == "ann, bob"
    assert names(["ann", "bob", "cyd", "dan"], 19) == "ann, bob and 2 more"
    assert names(["ann", "bob", "cyd", "dan"], 5) == "ann and 3 more"
    assert names([], 20) == ""


def test_text_of_a_student_stays_on_one_line_and_commands_nothing() -> None:
    assert printable("a\n b\t\x1b[2Jc\x07 \u202e\udc80é") == "a b �[2Jc� ��é"
