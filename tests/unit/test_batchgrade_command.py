"""The command batchgrade: what it says of a wrong wish, how it ends, and its exit status."""

import errno
import json
import logging
import os
import re
import signal
import sys
from pathlib import Path
from typing import Any, ClassVar

import pytest
from nbgrader.converters import NbGraderException

from batchgrader.autograde import BatchAutograde
from batchgrader.command import app
from batchgrader.command.ending import orderly_stop
from batchgrader.command.manual import HELP
from batchgrader.course.due import Due, Handed
from batchgrader.failures import StoppedEarly
from batchgrader.showing.progress import PlainProgress, Quiet
from batchgrader.showing.report import RunReport, Status, SubmissionRecord

PAGE = Path("submitted/ann/ps1/problem.ipynb")


class FakeAutograde(BatchAutograde):
    """Grades nothing; a test says what it reports and how it ends."""

    made: ClassVar["FakeAutograde"]
    statuses: ClassVar[dict[str, Status]] = {}
    error: ClassVar[BaseException | None] = None

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        type(self).made = self

    def start(self) -> None:
        self.log.warning("said by nbgrader")
        self.report = RunReport("ps1", self.worker_count(), seconds=1.0)
        for student, status in self.statuses.items():
            failure = "The kernel died." if status == "failed" else ""
            record = SubmissionRecord("ps1", student, status, "new", failure, 1, 2)
            self.report.records.append(record)
        if self.error is not None:
            raise self.error

    def due(self) -> list[Due]:
        handed = [Handed(name, PAGE, (), PAGE, (), "") for name in ("bob", "ann", "cyd")]
        return [
            Due(handed[0], True, "new"),
            Due(handed[1], True, "the submission has changed"),
            Due(handed[2], False, "graded before"),
        ]


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course with one submission, which is the current folder."""
    root = tmp_path / "course"
    (root / PAGE).parent.mkdir(parents=True)
    (root / PAGE).write_text("{}", "utf-8")
    (root / "nbgrader_config.py").write_text("c = get_config()\n", "utf-8")
    monkeypatch.chdir(root)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "jupyter"))
    monkeypatch.setattr(app, "BatchAutograde", FakeAutograde)
    monkeypatch.setattr(FakeAutograde, "statuses", {"ann": "graded"})
    return root


def complaint(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What the command says of a wrong wish; it must be one line and the status of usage."""
    assert app.main(words) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    return said.err.rstrip("\n")


@pytest.mark.usefixtures("course")
def test_a_run_that_grades_all_ends_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.main(["ps1"]) == 0
    assert capsys.readouterr().out.startswith("ps1: 1 submission graded.\n")


@pytest.mark.usefixtures("course")
def test_submissions_that_failed_are_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeAutograde, "statuses", {"ann": "graded", "bob": "failed"})
    monkeypatch.setattr(
        FakeAutograde, "error", NbGraderException("1 of 2 submissions could not be graded.")
    )
    assert app.main(["ps1"]) == 1
    assert "Not graded (1):\n  bob  The kernel died.\n" in capsys.readouterr().out


@pytest.mark.usefixtures("course")
@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (StoppedEarly("The disk is full. Make room."), "The disk is full. Make room."),
        (KeyboardInterrupt(), "The run was cancelled"),
        (OSError(errno.ENOSPC, "full"), "The disk is full: "),
    ],
)
def test_a_run_that_stopped_early_says_why_and_keeps_its_report(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    error: BaseException,
    sentence: str,
) -> None:
    monkeypatch.setattr(FakeAutograde, "error", error)
    assert app.main(["ps1", "--report", "run.json"]) == 3
    said = capsys.readouterr()
    assert f"Stopped early: {sentence}" in said.out
    assert "Traceback" not in said.err
    written = json.loads(Path("run.json").read_text("utf-8"))
    assert written["stopped"].startswith(sentence)
    assert written["graded"] == 1


@pytest.mark.usefixtures("course")
def test_a_run_that_stopped_before_anything_was_graded_says_one_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeAutograde, "statuses", {})
    monkeypatch.setattr(FakeAutograde, "error", StoppedEarly("Another grading run is at work."))
    assert app.main(["ps1"]) == 3
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "Another grading run is at work.\n")


@pytest.mark.usefixtures("course")
def test_an_error_that_nobody_foresaw_keeps_its_traceback_and_the_report(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeAutograde, "error", KeyError("cells"))
    assert app.main(["ps1", "--report=run.json"]) == 3
    said = capsys.readouterr()
    assert "Traceback" in said.err
    assert "A fault of the grader ended the run" in said.out
    assert json.loads(Path("run.json").read_text("utf-8"))["graded"] == 1


@pytest.mark.usefixtures("course")
def test_what_is_wrong_with_the_gradebook_is_a_matter_of_usage(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeAutograde, "statuses", {})
    monkeypatch.setattr(
        FakeAutograde,
        "error",
        NbGraderException("No assignment 'ps1' exists in the gradebook; make it."),
    )
    assert complaint(capsys, "ps1").startswith("No assignment 'ps1' exists in the gradebook")


@pytest.mark.usefixtures("course")
@pytest.mark.parametrize(
    ("words", "part"),
    [
        ((), "Name the assignment to grade, as in `batchgrade ps1`. There are submissions to ps1."),
        (("ps1", "ps2"), "Name one assignment and not 2: ps1, ps2."),
        (("ps11",), "There is no assignment 'ps11'; did you mean ps1?"),
        (("other",), "There is no assignment 'other'; there are submissions to ps1."),
        (("ps1", "--student=anne"), "no submission to 'ps1' by 'anne'; did you mean ann?"),
        (("ps1", "--notebook=problme"), "has a notebook 'problme'; did you mean problem?"),
        (("ps1", "--forse"), "There is no option --forse; did you mean --force?"),
        (("ps1", "-x"), "There is no option -x; `batchgrade --help` lists"),
        (("ps1", "--student"), "--student needs a value, as in --student=..."),
        (("ps1", "--db", "--force"), "--db needs a value"),
        (("ps1", "--workers=-1"), "A setting is wrong: The value of the 'workers' trait"),
        (("ps1", "--workers=many"), "A setting is wrong: The 'workers' trait"),
        (("ps1", "--course-dir=/nowhere"), "There is no folder /nowhere; mend --course-dir."),
        (("ps1", "--report=none/run.json"), "There is no folder"),
        (("ps1", "--db=foo://x"), "'foo://x' is no address of a gradebook; mend --db"),
        (("ps1", "--db=sqlite:////nowhere/x.db"), "There is no folder /nowhere for the gradebook"),
    ],
)
def test_a_wrong_wish_is_answered_in_one_sentence(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], part: str
) -> None:
    assert part in complaint(capsys, *words)


def test_a_folder_that_is_no_course_is_named(
    course: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    said = complaint(capsys, "ps1", f"--course-dir={tmp_path / 'empty'}")
    assert said.startswith(f"There is no course in {tmp_path / 'empty'}: ")


def test_a_current_folder_that_is_gone_is_named(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (course / "gone").mkdir()
    os.chdir(course / "gone")
    (course / "gone").rmdir()
    said = complaint(capsys, "ps1")
    os.chdir(course)
    assert said == "The current folder was deleted; go to another one."


def test_an_assignment_that_nobody_handed_in_is_not_called_unknown(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (course / "source" / "ps2").mkdir(parents=True)
    assert complaint(capsys, "ps2").startswith("Nobody has handed in 'ps2' yet: ")


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("c.Foo.bar = missing", "line 2, cannot be run (NameError: name 'missing' is not defined)"),
        ("if:", "line 2, is no Python: invalid syntax; mend the file."),
    ],
)
def test_a_configuration_that_cannot_be_read_is_named_with_its_line(
    course: Path, capsys: pytest.CaptureFixture[str], line: str, part: str
) -> None:
    (course / "nbgrader_config.py").write_text(f"c = get_config()\n{line}\n", "utf-8")
    said = complaint(capsys, "ps1")
    assert said.startswith(str(course / "nbgrader_config.py"))
    assert part in said


@pytest.mark.usefixtures("course")
def test_a_dry_run_lists_what_is_due_and_grades_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert app.main(["ps1", "--dry-run"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "ann  the submission has changed",
        "bob  new",
        "2 of 3 submissions would be graded; 1 graded before.",
    ]
    assert FakeAutograde.made.report is None


def test_nbgraders_flags_and_settings_reach_the_converter(course: Path) -> None:
    words = ["--workers=3", "--force", "--student=a*", "--Execute.timeout=5", "--db=sqlite:///x.db"]
    assert app.main(["ps1", *words]) == 0
    made = FakeAutograde.made
    assert (made.worker_count(), made.force, made.coursedir.student_id) == (3, True, "a*")
    assert made.coursedir.db_url == "sqlite:///x.db"
    assert str(made.config.Execute.timeout) == "5"


def test_the_configuration_of_the_course_is_read(
    course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = "c = get_config()\nc.BatchAutograde.workers = 7\nc.Autograde.force = True\n"
    (course / "nbgrader_config.py").write_text(settings, "utf-8")
    monkeypatch.chdir(tmp_path)
    assert app.main(["ps1", f"--course-dir={course}"]) == 0
    assert (FakeAutograde.made.worker_count(), FakeAutograde.made.force) == (7, True)


def test_the_log_goes_to_a_file_and_not_to_the_terminal(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert app.main(["ps1"]) == 0
    assert "said by nbgrader" not in capsys.readouterr().err
    log = (course / "autograded" / "batchgrade.log").read_text("utf-8")
    assert re.search(r"^[-0-9]{10} [:,0-9]{12} WARNING said by nbgrader$", log, re.MULTILINE)
    assert app.main(["ps1", "--log-file=other.log"]) == 0
    assert "said by nbgrader" in (course / "other.log").read_text("utf-8")


@pytest.mark.usefixtures("course")
def test_with_debug_the_log_is_shown_in_place_of_the_bar(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert app.main(["ps1", "--debug"]) == 0
    assert "WARNING said by nbgrader" in capsys.readouterr().err
    assert isinstance(FakeAutograde.made.listener, PlainProgress)


@pytest.mark.usefixtures("course")
def test_a_quiet_run_says_what_went_wrong_and_nothing_else(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert app.main(["ps1", "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")
    assert isinstance(FakeAutograde.made.listener, Quiet)
    monkeypatch.setattr(FakeAutograde, "statuses", {"ann": "failed", "bob": "failed"})
    assert app.main(["ps1", "--quiet"]) == 1
    assert capsys.readouterr() == ("", "2 submissions could not be graded: ann, bob.\n")


@pytest.mark.usefixtures("course")
def test_the_loggers_are_as_they_were_after_a_run() -> None:
    before = logging.getLogger().handlers[:]
    assert app.main(["ps1"]) == 0
    assert logging.getLogger().handlers == before


def test_a_report_that_cannot_be_written_in_the_end_is_said(
    course: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(report: RunReport, path: Path) -> None:
        path.mkdir()
        original(report, path)

    original = RunReport.write
    monkeypatch.setattr(RunReport, "write", write)
    assert app.main(["ps1", "--report=run.json"]) == 3
    said = capsys.readouterr()
    assert said.out.startswith("ps1: 1 submission graded.")
    assert said.err.endswith("could not be written to " + f"{course}/run.json (Is a directory).\n")


@pytest.mark.usefixtures("course")
def test_without_dask_a_cluster_is_refused_with_the_command_that_installs_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert "-m pip install distributed" in complaint(capsys, "ps1", "--cluster=tcp://127.0.0.1:9")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_request_to_end_is_an_orderly_stop(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with pytest.raises(KeyboardInterrupt), orderly_stop():
        signal.raise_signal(number)
    assert signal.getsignal(number) is before


def test_a_run_under_nohup_goes_on_without_its_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with orderly_stop():
            signal.raise_signal(signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)


def test_help_tells_every_option_and_fits_a_narrow_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as ended:
        app.main(["--help"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"{HELP}\n"
    known = [*app.BatchgradeApp.aliases, *app.BatchgradeApp.flags]
    assert [name for name in known if not re.search(rf"(?<!\w)--?{name}\b", HELP)] == []
    assert max(map(len, HELP.splitlines())) <= 100
