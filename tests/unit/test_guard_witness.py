"""The worker believes of a test what the guard says, and of all else nothing."""

from typing import Any

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_output

from batchgrader.guarding.findings import Finding
from batchgrader.guarding.witness import Witness, part
from batchgrader.guarding.words import OURS, Word, end_mark

MARKS = {"grade_id": "t", "grade": True, "solution": False, "locked": True, "points": 2}


def cell(*shown: NotebookNode, source: str = "1") -> NotebookNode:
    made: NotebookNode = new_code_cell(source, metadata={"nbgrader": MARKS}, outputs=list(shown))
    return made


def result(text: str) -> NotebookNode:
    made: NotebookNode = new_output("execute_result", {"text/plain": text}, execution_count=1)
    return made


class Heard:
    """A witness that has been told of a test, and hears a reply."""

    def __init__(self, test: NotebookNode) -> None:
        self.test = test
        self.witness = Witness.with_key()
        self.once = self.witness.begin(test, ["double"])[OURS]["once"]

    def judge(self, word: Word | None, status: str = "ok", key: bytes = b"") -> list[str]:
        metadata: dict[str, Any] = {}
        if word is not None:
            metadata[OURS] = word.signed(key or self.witness.key, self.once)
        reply = {"content": {"status": status}, "metadata": metadata}
        return [finding.kind for finding in self.witness.judge(self.test, reply)]

    def shown(self) -> list[str]:
        return [output.get("ename") or output.data["text/plain"] for output in self.test.outputs]


def test_a_test_that_passed_is_left_as_it_is() -> None:
    heard = Heard(cell(result("5")))
    assert heard.judge(Word(True, 5.0)) == []
    assert heard.shown() == ["5"]


@pytest.mark.parametrize("word", [None, Word(False)])
def test_a_pass_that_nobody_vouches_for_is_none(word: Word | None) -> None:
    heard = Heard(cell())
    assert heard.judge(word) == (["word"] if word is None else [])
    assert heard.shown() == ["NotVouchedFor"]


def test_a_word_with_another_key_is_none() -> None:
    heard = Heard(cell())
    assert heard.judge(Word(True), key=b"x" * 32) == ["word"]
    assert heard.shown() == ["NotVouchedFor"]


def test_an_error_needs_no_word() -> None:
    heard = Heard(cell())
    assert heard.judge(None, status="error") == []
    assert heard.shown() == []


def test_the_result_is_the_one_that_the_test_had() -> None:
    heard = Heard(cell(result("0"), result("2")))
    assert heard.judge(Word(True, 0.0)) == ["result"]
    assert heard.shown() == ["0.0"]


def test_a_result_that_was_cleared_away_comes_back() -> None:
    heard = Heard(cell())
    assert heard.judge(Word(True, 1.0)) == ["cleared"]
    assert heard.shown() == ["1.0"]


def test_a_result_that_the_test_hides_itself_stays_hidden() -> None:
    heard = Heard(cell(source="score;  # for later"))
    assert heard.judge(Word(True, 1.0)) == []
    assert heard.shown() == []


@pytest.mark.parametrize(("text", "number"), [("2.33", 7 / 3), ("np.float64(0.5)", 0.5)])
def test_a_number_may_be_shown_in_its_own_way(text: str, number: float) -> None:
    heard = Heard(cell(result(text)))
    assert heard.judge(Word(True, number)) == []
    assert heard.shown() == [text]


def test_what_was_found_within_and_outside_is_told_together() -> None:
    heard = Heard(cell())
    heard.witness.find("ending")
    assert heard.judge(Word(True, None, (Finding("hook", "x"),))) == ["hook", "ending"]


def test_the_last_message_must_bear_its_mark() -> None:
    heard = Heard(cell())
    mark = end_mark(heard.witness.key, heard.once)
    assert heard.witness.is_end({"metadata": {OURS: mark}})
    assert not heard.witness.is_end({"metadata": {}})
    assert not heard.witness.is_end({"metadata": {OURS: "x"}})


def test_a_kernel_without_a_guard_is_believed() -> None:
    witness = Witness()
    assert witness.begin(cell(), []) == {}
    assert witness.is_end({"metadata": {}})
    assert witness.judge(cell(), {"content": {"status": "ok"}}) == []


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        (MARKS, "test"),
        (MARKS | {"solution": True}, "answer"),
        (MARKS | {"grade": False}, "given"),
        (MARKS | {"grade": False, "locked": False}, "answer"),
        ({}, "answer"),
    ],
)
def test_cells_have_parts(marks: dict[str, Any], expected: str) -> None:
    assert part(new_code_cell("1", metadata={"nbgrader": marks})) == expected
