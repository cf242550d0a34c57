"""One gradebook for a run: the same rows as nbgrader's, and all of a submission or nothing."""

import importlib
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.preprocessors import saveautogrades
from sqlalchemy import text
from tiny_course import TINY

from batchgrader.course import records
from batchgrader.course.gradebook import RunGradebook
from batchgrader.course.records import Entry
from batchgrader.course.sharing import shared
from batchgrader.failures import StoppedEarly
from coursekit.course import Course

ENTRY = Entry(content="c", master="m", status="graded")


def address(course: Course) -> str:
    return f"sqlite:///{course.root / 'gradebook.db'}"


@pytest.fixture
def gradebook(released_course: Course) -> Iterator[RunGradebook]:
    gradebook = RunGradebook(address(released_course), "mlops")
    records.prepare(gradebook.engine)
    for student in ("ann", "bob"):
        gradebook.add_student(student)
        gradebook.add_submission(TINY, student)
    yield gradebook
    gradebook.dispose()


def rows(gradebook: RunGradebook, table: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(str(gradebook.engine.url.database)) as database:
        found = database.execute(f"SELECT * FROM {table}").fetchall()
    database.close()
    return found


def test_a_unit_is_committed_as_a_whole(gradebook: RunGradebook) -> None:
    with gradebook.unit() as session:
        gradebook.find_grade("half-tests-odd", "tiny", TINY, "ann").auto_score = 2
        gradebook.db.commit()
        records.write(session, TINY, "ann", ENTRY)
        assert rows(gradebook, "batchgrader_record") == []
    assert len(rows(gradebook, "batchgrader_record")) == 1
    assert gradebook.find_submission(TINY, "ann").score == 2


def test_a_unit_that_fails_leaves_nothing(gradebook: RunGradebook) -> None:
    def spoil() -> None:
        with gradebook.unit() as session:
            gradebook.add_student("cyd")
            gradebook.find_grade("half-tests-odd", "tiny", TINY, "ann").auto_score = 2
            records.write(session, TINY, "ann", ENTRY)
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError, match="in the middle"):
        spoil()
    assert records.read_all(gradebook.db, TINY) == {}
    assert gradebook.find_submission(TINY, "ann").score == 0
    with pytest.raises(MissingEntry):
        gradebook.find_student("cyd")


def test_a_score_is_read_anew_after_it_was_written(gradebook: RunGradebook) -> None:
    with gradebook.unit():
        assert gradebook.find_submission_notebook("tiny", TINY, "ann").score == 0
        gradebook.find_grade("half-tests-odd", "tiny", TINY, "ann").auto_score = 2
        gradebook.close()
        assert gradebook.find_submission_notebook("tiny", TINY, "ann").score == 2


def test_bulk_look_ups_find_what_nbgraders_find(gradebook: RunGradebook) -> None:
    with Gradebook(str(gradebook.engine.url), "mlops") as stock:
        for name in ("double-tests-value", "words"):
            ours = gradebook.find_grade(name, "tiny", TINY, "bob")
            assert ours.id == stock.find_grade(name, "tiny", TINY, "bob").id
        ours = gradebook.find_comment("words", "tiny", TINY, "bob")
        assert ours.id == stock.find_comment("words", "tiny", TINY, "bob").id
        cell = gradebook.find_source_cell("double-prompt", "tiny", TINY)
        assert cell.checksum == stock.find_source_cell("double-prompt", "tiny", TINY).checksum
        cell = gradebook.find_graded_cell("words", "tiny", TINY)
        assert cell.max_score == stock.find_graded_cell("words", "tiny", TINY).max_score


@pytest.mark.parametrize(
    "look_up",
    [
        lambda book: book.find_grade("none", "tiny", TINY, "ann"),
        lambda book: book.find_grade("words", "tiny", TINY, "nobody"),
        lambda book: book.find_comment("none", "tiny", TINY, "ann"),
        lambda book: book.find_source_cell("none", "tiny", TINY),
        lambda book: book.find_graded_cell("double-prompt", "tiny", TINY),
        lambda book: book.find_graded_cell("words", "none", TINY),
    ],
)
def test_what_is_not_there_is_missing_as_in_nbgrader(gradebook: RunGradebook, look_up) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(MissingEntry):
        look_up(gradebook)


def test_whoever_asks_during_a_run_is_given_the_runs_gradebook(gradebook: RunGradebook) -> None:
    url = str(gradebook.engine.url)
    original = saveautogrades.Gradebook
    with shared(gradebook, url):
        assert saveautogrades.Gradebook(url) is gradebook
        other = saveautogrades.Gradebook("sqlite://")
        assert type(other) is original
        other.close()
    assert saveautogrades.Gradebook is original


def test_a_preprocessor_adds_no_course_of_no_name(gradebook: RunGradebook) -> None:
    with gradebook.unit() as session:
        session.execute(text("DELETE FROM course WHERE id = 'default_course'"))
    before = rows(gradebook, "course")
    with shared(gradebook, str(gradebook.engine.url)):
        saveautogrades.Gradebook(str(gradebook.engine.url)).close()
    assert rows(gradebook, "course") == before


@pytest.mark.parametrize(
    ("revision", "said"),
    [("167914646830", "older nbgrader"), ("f00f00f00f00", "newer nbgrader")],
)
def test_a_gradebook_of_another_age_is_refused(
    released_course: Course, revision: str, said: str
) -> None:
    with sqlite3.connect(released_course.root / "gradebook.db") as database:
        database.execute("UPDATE alembic_version SET version_num = ?", (revision,))
    database.close()
    with pytest.raises(StoppedEarly, match=said):
        RunGradebook(address(released_course))


def test_a_gradebook_that_is_not_there_is_made(tmp_path: Path) -> None:
    gradebook = RunGradebook(f"sqlite:///{tmp_path / 'new.db'}", "mlops")
    assert gradebook.assignments == []
    assert rows(gradebook, "course") == [("mlops",)]
    gradebook.dispose()


def test_an_entry_takes_the_place_of_the_one_before(gradebook: RunGradebook) -> None:
    failed = Entry("c2", "m", "failed", retry=True, failure="It died.")
    for entry in (ENTRY, failed):
        with gradebook.unit() as session:
            records.write(session, TINY, "ann", entry)
    assert records.read_all(gradebook.db, TINY) == {"ann": failed}
    with gradebook.unit() as session:
        records.forget(session, TINY, "ann")
    assert records.read_all(gradebook.db, TINY) == {}


def test_a_module_imported_during_a_run_is_not_left_with_the_gradebook_of_that_run(
    gradebook: RunGradebook, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "late_plugin.py").write_text("from nbgrader.api import Gradebook\n", "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    url = str(gradebook.engine.url)
    with shared(gradebook, url):
        plugin = importlib.import_module("late_plugin")
        assert plugin.Gradebook(url) is gradebook
    assert plugin.Gradebook is Gradebook
    sys.modules.pop("late_plugin")


def test_a_relative_address_is_that_of_the_run(
    gradebook: RunGradebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Path(str(gradebook.engine.url.database))
    monkeypatch.chdir(path.parent)
    with shared(gradebook, str(gradebook.engine.url)):
        assert saveautogrades.Gradebook(f"sqlite:///{path.name}") is gradebook


def test_a_unit_of_which_other_code_rolled_back_a_part_is_not_committed(
    gradebook: RunGradebook,
) -> None:
    def spoil() -> None:
        with gradebook.unit() as session:
            gradebook.add_student("eve")
            session.rollback()
            gradebook.add_student("fay")

    with pytest.raises(RuntimeError, match="rolled"):
        spoil()
    assert {"eve", "fay"}.isdisjoint(student.id for student in gradebook.students)
