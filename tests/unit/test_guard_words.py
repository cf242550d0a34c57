"""What the kernel says of a test, and how the worker knows that it is the guard that says it."""

from typing import Any

import pytest

from batchgrader.guarding.findings import Finding
from batchgrader.guarding.words import Word, covered, end_mark, uncovered

KEY, OTHER = b"k" * 32, b"o" * 32
WORD = Word(True, 2.5, (Finding("function", "math.isclose"),))


def test_a_word_is_read_by_who_has_the_key() -> None:
    assert Word.read(WORD.signed(KEY, "once"), KEY, "once") == WORD


def test_a_word_about_another_test_is_none() -> None:
    assert Word.read(WORD.signed(KEY, "once"), KEY, "twice") is None


def test_a_word_of_another_is_none() -> None:
    assert Word.read(WORD.signed(OTHER, "once"), KEY, "once") is None


def test_a_word_that_was_changed_is_none() -> None:
    said = Word(False).signed(KEY, "once")
    assert Word.read(said | {"word": said["word"].replace("false", "true")}, KEY, "once") is None


@pytest.mark.parametrize("data", [None, 1, "text", [], {}, {"word": 1, "signature": None}])
def test_nonsense_is_no_word(data: Any) -> None:
    assert Word.read(data, KEY, "once") is None


def test_a_number_that_is_none_arrives() -> None:
    read = Word.read(Word(True, float("nan")).signed(KEY, "once"), KEY, "once")
    assert read is not None
    assert read.number != read.number


def test_the_last_message_bears_a_mark_of_its_own() -> None:
    assert end_mark(KEY, "once") not in {end_mark(KEY, "twice"), end_mark(OTHER, "once")}
    assert end_mark(KEY, "once") != WORD.signed(KEY, "once")["signature"]


@pytest.mark.parametrize("code", ["", "x", "assert double(3) == 6\n" * 20, "'\u00e9 \ud800'"])
def test_the_code_of_a_test_is_read_by_who_has_the_key(code: str) -> None:
    text = covered(KEY, "once", code)
    assert uncovered(KEY, "once", text) == code
    assert bytes.fromhex(text) != code.encode("utf-8", "surrogatepass") or not code
    assert covered(KEY, "twice", code) != text or not code
    assert covered(OTHER, "once", code) != text or not code
