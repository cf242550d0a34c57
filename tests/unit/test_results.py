"""Difficulty, discrimination, and reading a graded notebook."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tiny_course import cell, notebook

from coursekit.classroom.results import TIMEOUT, AssignmentResults, Work, failed_cells, items
from coursekit.content.submissions import Exercise

A, B, C = (Exercise(name, 1, name, 1, 2, (f"{name}-t",), False, (), ()) for name in "abc")
WORDS = Exercise("words", 4, "words", 0, 3, ("words",), True, (), ())


def work(name: str, *scores: float, by_hand: tuple[str, ...] = (), words: float = 0) -> Work:
    given = {f"{letter}-t": score for letter, score in zip("abc", scores, strict=True)}
    given["words"] = words
    return Work(name, name, sum(scores), given, (), by_hand, frozenset(), 0, 0, "", 0)


def results(works: list[Work]) -> AssignmentResults:
    return AssignmentResults("06", "Six", "six", (A, B, C, WORDS), 9, None, tuple(works), ())


def class_of(count: int, **options: Any) -> list[Work]:
    """A and B go with ability, C goes against it."""
    return [
        work(f"l{i}", 2.0 * (i >= 5), 2.0 * (i >= 7), 2.0 * (i < 3), **options)
        for i in range(count)
    ]


def error(kind: str, message: str) -> dict[str, Any]:
    return {"output_type": "error", "ename": kind, "evalue": message, "traceback": []}


def noise(text: str) -> dict[str, Any]:
    return {"output_type": "stream", "name": "stderr", "text": [text]}


def graded(folder: Path, *outputs: dict[str, Any]) -> Path:
    path = folder / "tiny.ipynb"
    test = cell("test", "half-tests", "assert half(3) == 1.5", 2) | {"outputs": list(outputs)}
    path.write_text(json.dumps(notebook([test])), "utf-8")
    return path


def test_the_share_is_the_mean_of_the_points_over_the_class() -> None:
    shares = [item.share for item in items(results(class_of(12)))]
    assert shares[:3] == pytest.approx([7 / 12, 5 / 12, 3 / 12])


def test_discrimination_is_the_correlation_with_the_score_of_the_other_exercises() -> None:
    first, _, third, _ = items(results(class_of(12)))
    a = [2.0 * (i >= 5) for i in range(12)]
    others = [2.0 * (i >= 7) + 2.0 * (i < 3) for i in range(12)]
    assert first.discrimination == pytest.approx(np.corrcoef(a, others)[0, 1])
    assert third.discrimination is not None
    assert third.discrimination < 0


def test_too_few_learners_or_all_alike_say_nothing_about_discrimination() -> None:
    assert all(item.discrimination is None for item in items(results(class_of(9))))
    alike = [work(f"l{i}", 2.0, 2.0 * (i % 2), 0.0) for i in range(12)]
    assert items(results(alike))[0].discrimination is None


def test_a_question_that_awaits_a_person_counts_its_answers_and_has_no_share_yet() -> None:
    words = items(results(class_of(12, by_hand=("words",))))[3]
    assert (words.share, words.discrimination, words.waiting) == (None, None, 12)


def test_a_question_that_a_person_graded_has_a_share() -> None:
    assert items(results(class_of(12, words=1.5)))[3].share == pytest.approx(0.5)


def test_a_failed_test_is_read_with_its_message(tmp_path: Path) -> None:
    (failure,) = failed_cells(graded(tmp_path, error("AssertionError", " half of 3 ")))
    assert (failure.cell, failure.kind) == ("half-tests", "AssertionError")
    assert failure.message == "half of 3"


def test_a_test_that_passed_is_no_failure(tmp_path: Path) -> None:
    assert failed_cells(graded(tmp_path)) == []


def test_an_interrupted_test_is_a_time_out_whatever_the_kernel_said_first(tmp_path: Path) -> None:
    outputs = error("KeyboardInterrupt", ""), error(TIMEOUT, "ran for more than 15 seconds")
    (failure,) = failed_cells(graded(tmp_path, *outputs))
    assert (failure.kind, failure.message) == (TIMEOUT, "ran for more than 15 seconds")


def test_noise_on_stderr_is_a_failure_for_nbgrader_scores_it_as_one(tmp_path: Path) -> None:
    (failure,) = failed_cells(graded(tmp_path, noise("a\n  warning")))
    assert (failure.kind, failure.message) == ("stderr", "a warning")
