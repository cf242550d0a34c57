"""The class report."""

import re
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from coursekit.classroom.report import (
    Section,
    duration,
    make_section,
    make_sections,
    points,
    summary,
    write_report,
)
from coursekit.classroom.results import TIMEOUT, AssignmentResults, Failure, Work
from coursekit.content.answers import Answer, Loss
from coursekit.content.submissions import Exercise
from coursekit.course import Course, CourseError

RUN = Exercise("log-run", 1, "Log a <run>", 1, 4, ("log-run-a", "log-run-b"), False, (), ())
BEST = Exercise("best-run", 2, "Find the best run", 3, 2, ("best-run-a",), False, (), ())
TOOLS = Exercise("tools", 3, "Choose a tool", 0, 6, ("tools",), True, (), ())
BANK = (
    Answer("log-run", False, "logs the score as a parameter", "", (Loss("log-run-b", "chose"),)),
)
SCORE = Failure("log-run-b", "AssertionError", "A parameter is what you chose.")


def work(number: int) -> Work:
    failures = (SCORE,) if number % 3 == 0 else ()
    scores = {"log-run-a": 2.0, "log-run-b": 0.0 if failures else 2.0, "tools": 0.0}
    scores["best-run-a"] = 2.0 * (number > 5)
    total = sum(scores.values())
    name = f"Learner <{number}>"
    return Work(f"l{number}", name, total, scores, failures, ("tools",), frozenset(), 0, 0, "", 0)


@pytest.fixture
def section() -> Section:
    looped = Work(
        "lo", "Lou", 2, {}, (Failure("log-run-b", TIMEOUT, ""),), (), frozenset(), 0, 0, "", 2
    )
    late = Work("la", "Lara", 2, {}, (), (), frozenset(), 95_400, 1, "", 0)
    dead = Work("de", "Dee", 0, {}, (), (), frozenset(), 0, 0, "The kernel died.", 0)
    odd = Work(
        "od",
        "Odo",
        2,
        {},
        (Failure("best-run-a", "NameError", "no <x>"),),
        (),
        frozenset(),
        0,
        0,
        "",
        0,
    )
    works = (*map(work, range(12)), looped, late, dead, odd)
    results = AssignmentResults(
        "06_tracking", "Tracking", "tracking", (RUN, BEST, TOOLS), 12,
        datetime(2026, 10, 9, 17), works, ("Abe",),
    )  # fmt: skip
    return make_section(results, BANK)


@pytest.fixture
def page(tmp_path: Path, section: Section) -> str:
    return write_report(Course(tmp_path), [section]).read_text("utf-8")


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_the_page_needs_nothing_from_anywhere(page: str) -> None:
    names = re.sub(r'xmlns(:\w+)?="[^"]*"', "", page)  # names of namespaces are no addresses
    assert "http" not in names
    assert not re.search(r'(src|href)="(?!#)', names)
    assert "<script" not in page


def test_every_id_of_the_page_is_its_own(page: str) -> None:
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) > 20
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'(?:href="|url\()#([^")]+)', page)) <= set(ids)


def test_the_same_results_give_the_same_bytes(tmp_path: Path, section: Section, page: str) -> None:
    again = make_section(section.results, BANK)
    assert write_report(Course(tmp_path), [again]).read_text("utf-8") == page


def test_names_and_titles_are_escaped(page: str) -> None:
    parser = HTMLParser()
    parser.feed(page)
    assert "Log a &lt;run&gt;" in page
    assert "no &lt;x&gt;" in page
    assert "Learner <" not in page


def test_the_figures_shrink_and_can_be_read_aloud(page: str) -> None:
    drawings = re.findall(r"<svg[^>]*>", page)
    assert len(drawings) == 4
    assert all("aria-label=" in drawing and "viewBox=" in drawing for drawing in drawings)
    assert not any(re.search(r' width="[\d.]+pt"', drawing) for drawing in drawings)


@pytest.mark.parametrize(
    "told",
    [
        "Dee Not graded. The kernel died.",
        "Lou Graded, but 2 test cells ran into the time-out",
        "Lara 1 d 2 h 1",
        "logs the score as a parameter",
        "A parameter is what you chose.",
        "NameError: no &lt;x&gt;",
        "3 · Choose a tool 12 6",
        "/formgrader/gradebook/06_tracking/tracking",
        "Not handed in Abe",
    ],
)
def test_the_page_tells_what_an_instructor_must_know(page: str, told: str) -> None:
    assert told in text_of(page)


def test_the_terminal_gets_the_same_in_a_few_lines(section: Section) -> None:
    lines = summary([section]).splitlines()
    assert len(lines) < 12
    assert "15 graded, 1 could not be graded, 1 late, 1 not handed in" in lines[1]
    assert "12 answers await a person" in lines[2]
    assert "hardest: Find the best run" in lines[3]
    assert "4 × E1 logs the score as a parameter" in lines[4]
    assert lines[-1].strip() == "de: The kernel died."


def test_a_class_of_which_nothing_could_be_graded_still_has_a_report(
    tmp_path: Path, section: Section
) -> None:
    dead = AssignmentResults("06", "Six", "six", (RUN,), 4, None, section.results.failed, ())
    page = write_report(Course(tmp_path), [make_section(dead, ())]).read_text("utf-8")
    assert "The kernel died." in page


def test_without_submissions_one_sentence_says_what_to_do(tiny_course: Course) -> None:
    with pytest.raises(CourseError, match=r"run `\./course demo` first"):
        make_sections(tiny_course)


def test_points_and_latenesses_read_well() -> None:
    assert [points(3.0), points(2.5)] == ["3", "2.5"]
    assert [duration(600), duration(7500), duration(95_400)] == ["10 min", "2 h 5 min", "1 d 2 h"]
