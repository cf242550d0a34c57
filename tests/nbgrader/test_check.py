"""Check, through nbgrader itself: a course that is true, and courses that are not."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from model_course import UNIT, bank_path, edited, make_course, replace, source_path

from coursekit.checking import releases
from coursekit.checking.check import Report, check_assignments
from coursekit.checking.workbench import Workbench
from coursekit.course import Course

# What an answer does to the process, and an answer that minds. What tests lean on is put back.
SPOIL = "import os\nos.environ['SPOILT'] = 'yes'\n"
UNSPOILT = "None if 'SPOILT' in __import__('os').environ else {}"


def make_released(folder: Path) -> Course:
    course = make_course(folder / "course")
    releases.refresh(course, Workbench.make(course, folder / "bench"), UNIT)
    return course


def check(course: Course, *, solo: bool = False) -> Report:
    (report,) = check_assignments(course, [UNIT], solo=solo)
    return report


def named(report: Report, exercise: str, answer: str = "") -> list[str]:
    return [
        fault.what
        for fault in report.faults
        if (fault.exercise, fault.answer) == (exercise, answer)
    ]


def test_a_true_course_is_one_line(tmp_path: Path) -> None:
    report = check(make_released(tmp_path))
    assert report.faults == ()
    assert report.summary().startswith(
        f"{UNIT}: 3 exercises, 4 right and 6 wrong answers, 8 points: all graded as they should be"
    )
    assert report.cpu > 0


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """What check finds in a course with a fault of every kind that answers can have."""
    course = make_course(tmp_path_factory.mktemp("faulty"))
    with edited(source_path(course)) as notebook:
        cells = notebook["cells"]
        cells["setup"]["source"] = "import sys\nprint('noise', file=sys.stderr)"
        cells["half-tests-interface"]["source"] += "\n'done'"
        cells["double-tests-interface"]["source"] = (
            "# An example.\n'double' in globals() and print('Interface checks passed.')"
        )
    bank = bank_path(course)
    replace(bank, "# fails double-tests-interface | must give a number\n", "")
    replace(bank, "return x ** 2", "return x * 2")
    replace(bank, "    return x * 0.5", "    return x * 0.25")
    replace(bank, "# fails half-tests-interface | give its result back\n", "")
    replace(bank, "| doubles\n# fails half-tests-odd | an odd number",
            "| doubles\n# fails half-tests-odd | no such message")  # fmt: skip
    return check(course)


def test_a_wrong_answer_that_passes_is_found(faulty: Report) -> None:
    assert named(faulty, "double", "wrong: squares it") == ["keeps double-tests-value"]


def test_a_right_answer_that_loses_is_found(faulty: Report) -> None:
    assert named(faulty, "half", "right: multiplies") == ["loses half-tests-odd (0 of 2 points)"]


def test_a_wrong_answer_that_loses_a_cell_it_does_not_name_is_found(faulty: Report) -> None:
    assert named(faulty, "half", "wrong: forgets to return") == [
        "loses half-tests-interface (0 of 1 points)"
    ]


def test_a_wrong_answer_that_shows_another_message_is_found(faulty: Report) -> None:
    assert named(faulty, "half", "wrong: doubles") == ["loses half-tests-odd with another message"]


def test_noise_in_the_reference_run_is_found(faulty: Report) -> None:
    assert "the cell of the reference writes to stderr" in named(faulty, "setup")


def test_a_test_cell_that_ends_in_a_value_is_found(faulty: Report) -> None:
    found = named(faulty, "half-tests-interface")
    assert "the test cell ends in a value" in found


def test_tests_that_pass_without_an_answer_are_found(faulty: Report) -> None:
    assert named(faulty, "double", "untouched release") == ["double-tests-interface gives 1 points"]


def test_a_release_that_is_not_there_is_found(faulty: Report) -> None:
    assert named(faulty, "release/experiment_tracking.ipynb") == ["there is no release"]


def test_what_is_right_is_not_reported(faulty: Report) -> None:
    blamed = {fault.answer for fault in faulty.faults}
    assert not blamed & {"right: adds it to itself", "wrong: rounds down", "reference"}


@pytest.fixture(scope="module")
def spoiled(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """What check finds where answers share a submission and one of them harms the other."""
    course = make_released(tmp_path_factory.mktemp("spoiled"))
    bank = bank_path(course)
    replace(bank, "def double(x):\n    return x + x", f"{SPOIL}def double(x):\n    return x + x")
    replace(bank, "    return x * 0.5", f"    return {UNSPOILT.format('x * 0.5')}")
    replace(bank, "    return x ** 2", "    import os\n    os._exit(1)")
    return check(course)


def test_an_answer_that_spoils_another_is_named_as_an_interaction(spoiled: Report) -> None:
    faults = [fault for fault in spoiled.faults if fault.answer == "right: multiplies"]
    assert len(faults) == 2
    for fault in faults:
        assert fault.what.startswith("alone it is graded as it should be, but beside other answers")
        assert fault.why.endswith("One of these spoils it: double (right: adds it to itself)")


def test_an_answer_that_kills_the_kernel_is_told_from_its_neighbours(spoiled: Report) -> None:
    dead = {fault.answer for fault in spoiled.faults if "The kernel died" in fault.why}
    assert dead == {"wrong: squares it"}


def test_solo_finds_a_wrong_answer_that_harms_another_exercise(tmp_path: Path) -> None:
    course = make_course(tmp_path / "course")
    with edited(source_path(course)) as notebook:
        half = notebook["cells"]["half"]
        half["source"] = half["source"].replace("x / 2", UNSPOILT.format("x / 2"))
    releases.refresh(course, Workbench.make(course, tmp_path / "bench"), UNIT)
    constant = "def double(x):\n    return 4"
    replace(bank_path(course), constant, SPOIL + constant)
    report = check(course, solo=True)
    assert "loses half-tests-interface (0 of 1 points)" in named(report, "half", "reference")


def test_a_bank_that_cannot_be_used_is_one_fault_and_the_rest_is_checked(tmp_path: Path) -> None:
    course = make_released(tmp_path)
    bank_path(course).unlink()
    report = check(course)
    assert [fault.what for fault in report.faults] == ["it cannot be used"]
    assert report.cpu > 0


def test_a_source_that_cannot_be_released_is_one_fault(tmp_path: Path) -> None:
    course = make_released(tmp_path)
    replace(source_path(course), "    ### END SOLUTION", "    ### THE END")
    report = check(course)
    assert named(report, "notebook") == ["the assignment cannot be read or released"]


def test_the_command_ends_with_status_1_and_a_table_on_a_fault(tmp_path: Path) -> None:
    course = make_released(tmp_path)
    replace(bank_path(course), "return x ** 2", "return x * 2")
    done = subprocess.run(
        [sys.executable, "-m", "coursekit", "check", "06", "--exercise", "double"],
        cwd=course.root,
        env=os.environ | {"COLUMNS": "160"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert f"{UNIT}: 1 fault" in done.stdout
    assert "wrong: squares it " in done.stdout
    assert "keeps double-tests-value " in done.stdout
    assert "7 of 7 done" in done.stderr


def test_an_interrupted_check_ends_quietly_with_status_130(tmp_path: Path) -> None:
    course = make_released(tmp_path)
    running = subprocess.Popen(
        [sys.executable, "-m", "coursekit", "check", "06"],
        cwd=course.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # A test run in the background ignores Ctrl-C, and its children would inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert running.stderr is not None
    running.stderr.readline()  # the workers are at work
    time.sleep(0.3)
    os.killpg(running.pid, signal.SIGINT)  # as a terminal does: the workers get it too
    _, errors = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "Traceback" not in errors
