"""Releases: made anew where they differ, and never showing what they must hide."""

from pathlib import Path
from typing import Any

import pytest
from model_course import UNIT, edited, make_course, source_path

from coursekit.__main__ import main
from coursekit.checking import releases
from coursekit.checking.workbench import Workbench
from coursekit.course import Course

NOTEBOOK = "experiment_tracking.ipynb"


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A course whose release is up to date; tests work on copies of what it holds."""
    course = make_course(tmp_path_factory.mktemp("released"))
    bench = Workbench.make(course, tmp_path_factory.mktemp("bench") / "course")
    assert releases.refresh(course, bench, UNIT)
    return course


@pytest.fixture
def course(released: Course, tmp_path: Path) -> Course:
    made = make_course(tmp_path)
    kept = made.release / UNIT / NOTEBOOK
    kept.parent.mkdir(parents=True)
    kept.write_bytes((released.release / UNIT / NOTEBOOK).read_bytes())
    return made


@pytest.fixture
def bench(course: Course, released: Course, tmp_path: Path) -> Workbench:
    """A bench whose fresh release is the right one, without the seconds of making it."""
    made = Workbench.make(course, tmp_path / "bench")
    fresh = made.course.release / UNIT / NOTEBOOK
    fresh.parent.mkdir(parents=True)
    fresh.write_bytes((released.release / UNIT / NOTEBOOK).read_bytes())
    return made


def findings(course: Course, bench: Workbench) -> list[tuple[str, str, str]]:
    return list(releases.inspect(course, bench, UNIT))


def kept(course: Course) -> Any:
    return edited(course.release / UNIT / NOTEBOOK)


def test_a_release_that_is_up_to_date_has_no_faults(course: Course, bench: Workbench) -> None:
    assert findings(course, bench) == []


def test_a_release_that_is_up_to_date_is_left_alone(course: Course, bench: Workbench) -> None:
    assert not releases.refresh(course, bench, UNIT)


def test_a_stale_release_is_found_by_the_cell_that_differs(
    course: Course, bench: Workbench
) -> None:
    with kept(course) as notebook:
        notebook["cells"]["title"]["source"] = "# Tripling"
    where, what, why = findings(course, bench)[0]
    assert (where, what) == (
        f"release/{NOTEBOOK}",
        "the release is not up to date with the source",
    )
    assert "the text of cell 'title' differs" in why


def test_a_stale_release_is_written_again(course: Course, bench: Workbench) -> None:
    with kept(course) as notebook:
        notebook["cells"]["title"]["source"] = "# Tripling"
    (course.release / UNIT / "stray.txt").touch()
    assert releases.refresh(course, bench, UNIT)
    assert findings(course, bench) == []


def test_a_difference_in_bytes_alone_is_found(course: Course, bench: Workbench) -> None:
    path = course.release / UNIT / NOTEBOOK
    path.write_text(path.read_text("utf-8") + "\n", "utf-8")
    assert "the bytes differ, the cells do not" in findings(course, bench)[0][2]


def test_a_missing_release_is_found(course: Course, bench: Workbench) -> None:
    (course.release / UNIT / NOTEBOOK).unlink()
    assert [what for _, what, _ in findings(course, bench)] == ["there is no release"]


@pytest.mark.parametrize(
    "line",
    [
        "    return 2 * x  # the answer",
        'assert double(3) == 6, "The result must be two times x."',
        "* 2 points: each undoes the other",
        "Doubling and halving undo one another.",
    ],
)
def test_what_must_be_hidden_and_is_shown_is_found(
    course: Course, bench: Workbench, line: str
) -> None:
    with kept(course) as notebook:
        notebook["cells"]["setup"]["source"] += f"\n{line}"
    assert ("setup", "the release shows what it must hide") in [
        finding[:2] for finding in findings(course, bench)
    ]


def test_a_marker_that_nbgrader_does_not_know_is_found(course: Course, bench: Workbench) -> None:
    fresh = bench.course.release / UNIT / NOTEBOOK
    for path in (fresh, course.release / UNIT / NOTEBOOK):
        with edited(path) as notebook:
            notebook["cells"]["half-tests-odd"]["source"] += "\n### BEGIN HIDDEN TEST\n"
    assert [what for _, what, _ in findings(course, bench)] == [
        "the release shows a marker: '### BEGIN HIDDEN TEST'"
    ]


def test_cell_ids_that_change_are_found(course: Course, bench: Workbench) -> None:
    for path in (bench.course.release / UNIT / NOTEBOOK, course.release / UNIT / NOTEBOOK):
        with edited(path) as notebook:
            notebook["cells"]["setup"]["id"] = "other"
    assert [what for _, what, _ in findings(course, bench)] == [
        "cell ids change from source to release"
    ]


def test_the_command_releases_what_changed_and_nothing_else(
    course: Course, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(course.root)
    with edited(source_path(course)) as notebook:
        notebook["cells"]["title"]["source"] = "# Tripling"
    assert main(["release"]) == 0
    assert capsys.readouterr().out == f"{UNIT}: released anew\n"
    assert main(["release", UNIT]) == 0
    assert capsys.readouterr().out == f"{UNIT}: up to date\n"
