"""The report of a run: its JSON for programs and its closing table for people."""

import json
from pathlib import Path
from typing import Any

import pytest

from batchgrader.jobs import Incident, Repair, Usage
from batchgrader.showing.report import ReportError, RunReport, SubmissionRecord, check_report_path

DEAD = "The kernel died in the cell 'half': the code ended the process or used up the memory."


def graded(student: str, score: float = 7.5, **more: Any) -> SubmissionRecord:
    usage = Usage(2.0, 1.5, 412_000_000)
    return SubmissionRecord("ps1", student, "graded", "new", "", score, 10, usage=usage, **more)


def failed(student: str, sentence: str = DEAD, **more: Any) -> SubmissionRecord:
    return SubmissionRecord("ps1", student, "failed", "new", sentence, 0, 10, **more)


def skipped(student: str, why: str = "graded before") -> SubmissionRecord:
    return SubmissionRecord("ps1", student, "skipped", why, attempted=False)


def run(*records: SubmissionRecord, **more: Any) -> RunReport:
    return RunReport("ps1", 4, "2026-11-21T12:00:00+0000", 30.0, records=list(records), **more)


def table(report: RunReport, width: int = 80, written: Path | None = None) -> list[str]:
    return report.table(width, written).splitlines()


def test_one_submission_has_a_table_without_statistics() -> None:
    assert table(run(graded("ann"))) == [
        "ps1: 1 submission graded.",
        "  scores      7.5 of 10",
        "  time        30 s on 4 workers, 2 a minute",
        "  CPU         1.5 s, 1.5 s for a submission",
        "  memory      412 MB in the largest kernel",
    ]


def test_scores_are_summed_up_over_what_was_graded() -> None:
    lines = table(run(graded("ann", 2), graded("bob", 7), graded("cyd", 9), failed("dan")))
    assert lines[0] == "ps1: 3 submissions graded, 1 failed."
    assert "  scores      2 to 9 of 10, median 7, mean 6" in lines


def test_each_failure_is_named_with_its_sentence() -> None:
    lines = table(run(failed("bob"), graded("cyd"), failed("ann", "It is no notebook.")), 60)
    start = lines.index("Not graded (2):")
    assert lines[start + 1 : start + 4] == [
        "  ann  It is no notebook.",
        "  bob  The kernel died in the cell 'half': the code ended",
        "       the process or used up the memory.",
    ]


def test_one_that_failed_before_and_has_not_changed_is_named_and_counts_no_time() -> None:
    lines = table(run(skipped("ann"), failed("bob", attempted=False)))
    assert "Not graded (1):" in lines
    assert not any(line.startswith("  time") for line in lines)


def test_a_long_list_is_cut_and_refers_to_the_report() -> None:
    report = run(*(failed(f"student{number:04d}") for number in range(133)))
    lines = table(report, 120, Path("run.json"))
    assert "Not graded (133):" in lines
    assert lines[-1] == "  and 113 more; see run.json"
    assert sum(line.startswith("  student") for line in lines) == 20
    assert table(report, 120)[-1] == "  and 113 more; --report FILE lists all"


@pytest.mark.parametrize("width", [40, 80, 200])
def test_ten_thousand_submissions_have_a_table_for_one_screen(width: int) -> None:
    repair = Repair("copied-cell", "nb", "c", "The copy was dropped.")
    records = [
        failed(f"student{number:05d}", "Not a notebook.")
        if number % 20 == 0
        else graded(f"student{number:05d}", number % 11, repairs=(repair,), by_hand=("why",))
        for number in range(10_000)
    ]
    lines = table(run(*records), width)
    assert len(lines) < 50
    assert max(map(len, lines)) <= width


def test_what_was_left_alone_is_counted_by_its_reason() -> None:
    lines = table(run(skipped("ann"), skipped("bob"), skipped("cyd", "left out"), graded("dan")))
    assert "  left alone  2 graded before, 1 left out" in lines


def test_repairs_and_incidents_are_told_by_kind_with_the_students() -> None:
    copied = Repair("copied-cell", "nb", "double", "The copy was dropped.")
    warning = Incident("stderr", "nb", "half-tests", "A warning was printed.")
    report = run(
        graded("ann", repairs=(copied, copied), incidents=(warning,)),
        graded("bob", repairs=(copied,)),
    )
    text = "\n".join(table(report))
    assert "Repaired before grading:\n  cell was copied      2  ann, bob" in text
    assert "While they ran:\n  points lost by a warning      1  ann" in text


def test_cells_that_wait_for_a_person_and_those_to_look_at_again_are_told() -> None:
    report = run(graded("ann", by_hand=("why", "how")), graded("bob", look_again=("why", "how")))
    text = "\n".join(table(report))
    assert "  by hand     2 cells of 1 submission wait for a person in the formgrader" in text
    assert "look at the manual grades that were kept (1):\n  bob  why, how" in text


def test_a_run_that_was_stopped_says_why_at_its_end() -> None:
    lines = table(run(graded("ann"), stopped="The disk is full. Make room."))
    assert lines[-1] == "Stopped early: The disk is full. Make room."


def test_a_sentence_from_a_submission_cannot_command_the_terminal() -> None:
    text = "\n".join(table(run(failed("a\x1b[2Jb", "died\x1b[31m\nin two lines"))))
    assert "\x1b" not in text
    assert "in two lines" in text


def test_the_json_says_all_that_is_known(tmp_path: Path) -> None:
    repair = Repair("copied-cell", "nb", "double", "The copy was dropped.")
    run(graded("änn", repairs=(repair,)), failed("bob"), skipped("cyd")).write(tmp_path / "r.json")
    content = json.loads((tmp_path / "r.json").read_text("utf-8"))
    assert content["schema"] == 1
    assert (content["graded"], content["failed"], content["skipped"]) == (1, 1, 1)
    first, second, _ = content["records"]
    assert first["student"] == "änn"
    assert first["score"] == 7.5
    assert first["usage"] == {"seconds": 2.0, "cpu": 1.5, "peak_memory": 412_000_000}
    assert first["repairs"] == [vars(repair)]
    assert second["failure"] == DEAD


def test_the_json_replaces_the_report_before_and_leaves_no_draft(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    path.write_text("old", "utf-8")
    run(graded("ann")).write(path)
    assert json.loads(path.read_text("utf-8"))["graded"] == 1
    assert list(tmp_path.iterdir()) == [path]


def test_a_report_that_cannot_be_written_leaves_the_one_before(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    path.mkdir()
    (path / "kept").touch()
    with pytest.raises(ReportError, match=r"could not be written to .*run\.json \("):
        run(graded("ann")).write(path)
    assert [each.name for each in tmp_path.iterdir()] == ["run.json"]
    assert (path / "kept").exists()


@pytest.mark.parametrize(
    ("name", "part"), [("", "is a folder"), ("none/run.json", "There is no folder")]
)
def test_a_place_where_no_report_can_be_is_named_before_grading(
    tmp_path: Path, name: str, part: str
) -> None:
    with pytest.raises(ReportError, match=part):
        check_report_path(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_place_for_a_report_is_left_as_it_was(tmp_path: Path) -> None:
    check_report_path(tmp_path / "run.json")
    assert list(tmp_path.iterdir()) == []


def test_what_a_run_cost_is_the_sum_and_the_largest_peak() -> None:
    assert run(graded("ann"), graded("bob"), failed("cyd")).usage == Usage(4.0, 3.0, 412_000_000)


def test_scores_that_a_person_must_look_at_are_named_and_counted(tmp_path: Path) -> None:
    found = Incident("integrity", "nb", "t1", "When this test ran, abs had been replaced.")
    report = run(graded("ann"), graded("bob", incidents=(found,)))
    lines = table(report)
    start = lines.index("A person must look at these scores (1):")
    assert lines[start + 1] == "  bob  t1: When this test ran, abs had been replaced."
    report.write(tmp_path / "run.json")
    assert json.loads((tmp_path / "run.json").read_text("utf-8"))["flagged"] == 1
