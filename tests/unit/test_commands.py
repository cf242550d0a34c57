"""The command line of coursekit, and the table that check prints."""

import argparse
import importlib
from pathlib import Path

import pytest

from coursekit.__main__ import COMMANDS, main
from coursekit.content.faults import Fault, table
from coursekit.course import CourseError


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_a_module_that_can_run_it(name: str) -> None:
    module = importlib.import_module(f"coursekit.{COMMANDS[name].module}")
    module.add_arguments(argparse.ArgumentParser())
    assert callable(module.run)


@pytest.fixture(autouse=True)
def _in_a_course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "nbgrader_config.py").touch()
    monkeypatch.chdir(tmp_path)


def failing_with(error: BaseException) -> object:
    def run(arguments: argparse.Namespace) -> int:
        raise error

    return run


def test_a_mistake_of_the_user_is_one_sentence_and_status_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        "coursekit.content.coverage.run", failing_with(CourseError("Do this instead."))
    )
    assert main(["coverage"]) == 2
    assert capsys.readouterr() == ("", "Do this instead.\n")


def test_an_interrupted_command_ends_with_one_line_and_status_130(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("coursekit.content.coverage.run", failing_with(KeyboardInterrupt()))
    assert main(["coverage"]) == 130
    assert capsys.readouterr().err.count("\n") == 1


def test_a_folder_without_a_course_is_refused_and_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "nbgrader_config.py").unlink()
    assert main(["coverage"]) == 2
    assert "is not a course" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_mistake_of_ours_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coursekit.content.coverage.run", failing_with(ZeroDivisionError()))
    with pytest.raises(ZeroDivisionError):
        main(["coverage"])


def test_an_unknown_command_is_refused_with_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["grades"])
    assert stop.value.code == 2
    assert "'coverage'" in capsys.readouterr().err


def test_the_table_names_each_assignment_once_and_keeps_its_width() -> None:
    why = "a sentence that is much too long for one line of a table that is eighty wide"
    faults = [
        Fault("06", "log-run", "wrong: logs the score", "keeps log-run-tests-metric", why),
        Fault("10", "promote", "", "points differ", "because"),
        Fault("06", "sweep", "", "no stars", why),
    ]
    lines = table(faults, 80).split("\n")
    assert [line for line in lines if line.startswith(("06", "10"))] == [
        "06: 2 faults",
        "10: 1 fault",
    ]
    assert max(map(len, lines)) <= 80
    for word in (word for fault in faults for word in fault.why.split()):
        assert word in " ".join(lines)
