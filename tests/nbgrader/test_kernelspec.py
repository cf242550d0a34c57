"""nbgrader as it comes, whose kernels are isolated by nothing but the name of a kernelspec."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import psutil
import pytest
from plain_course import (
    BIN,
    ENABLED,
    KERNELSPEC,
    configure,
    could,
    environment,
    nbgrader,
    plain_course,
    result,
    words,
)
from tiny_course import REFERENCE, TINY, hand_in

from coursekit.course import Course

ALL = ["solutions", "gradebook", "work of others", "network", "data"]


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Course]:
    """The course; nothing is graded yet."""
    with plain_course(tmp_path_factory.mktemp("plain") / "course") as made:
        yield made


@pytest.fixture(scope="module")
def graded(course: Course) -> dict[str, Any]:
    """What plain nbgrader makes of the class with isolated kernels, and then with its own."""
    made = {}
    for kernel in ("batchgrader", "python3"):
        done = nbgrader(course, "autograde", TINY, "--force", f"--Execute.kernel_name={kernel}")
        assert done.returncode == 0, done.stderr
        made[kernel] = {name: result(course, name) for name in ("ada", "spy", "wrong")}
    return made


def until(true: Callable[[], Any]) -> Any:
    """Look again and again until something is true; what it is then."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if found := true():
            return found
        time.sleep(0.05)
    raise AssertionError(f"never: {true}")


def test_plain_autograde_with_the_kernelspec_shows_a_notebook_nothing_but_its_folder(
    graded: dict[str, Any],
) -> None:
    assert could(graded["batchgrader"]["spy"]["told"]) == ["data"]
    assert could(graded["python3"]["spy"]["told"]) == ALL


def test_points_and_graded_notebooks_are_those_of_nbgraders_own_kernels(
    graded: dict[str, Any],
) -> None:
    for student, made in graded["batchgrader"].items():
        stock = graded["python3"][student]
        assert made["points"] == stock["points"]
        assert made["notebook"] == stock["notebook"]
    assert graded["batchgrader"]["wrong"]["points"]["half-tests-odd"] == 0
    assert graded["batchgrader"]["ada"]["points"]["half-tests-odd"] == 2


def test_the_notebooks_keep_the_name_of_their_own_kernel(graded: dict[str, Any]) -> None:
    notebook = graded["batchgrader"]["ada"]["notebook"]
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"


def test_nothing_is_left_running_when_the_command_is_killed(course: Course) -> None:
    seconds = f"300{os.getpid()}"
    stay = f"import subprocess\nsubprocess.run(['sleep', '{seconds}'], start_new_session=True)"
    hand_in(course, "slow", {"double": stay})
    command = [sys.executable, "-m", "nbgrader", "autograde", TINY, "--student=slow", "--force"]
    with (course.root / "slow.log").open("wb") as log:
        running = subprocess.Popen(
            command, cwd=course.root, env=environment(course), stdout=log, stderr=log
        )
    command_tree = psutil.Process(running.pid)
    try:
        until(lambda: any(seconds in words(each) for each in command_tree.children(recursive=True)))
        below = command_tree.children(recursive=True)
        running.kill()
        running.wait()
        _, left = psutil.wait_procs(below, timeout=60)
        assert left == []
    finally:
        running.kill()
        shutil.rmtree(course.root / "submitted" / "slow")


def test_without_isolation_nbgrader_grades_nothing_and_says_what_to_install(
    course: Course, graded: dict[str, Any]
) -> None:
    kept = course.root / "autograded" / "ada" / TINY / "tiny.ipynb"
    before = kept.read_text("utf-8")
    hand_in(course, "late", REFERENCE)
    strong = "--ForkedProvisioner.isolation=strong"
    done = nbgrader(course, "autograde", TINY, strong, path=BIN)  # where there is no bubblewrap
    assert done.returncode != 0
    assert "No isolation from notebooks holds on this machine" in done.stderr
    assert "install bubblewrap" in done.stderr.casefold()
    assert 'c.ForkedProvisioner.isolation = "none"' in done.stderr
    assert not (course.root / "autograded" / "late" / TINY).exists()
    assert kept.read_text("utf-8") == before


def test_where_batchgrader_is_enabled_nbgrader_isolates_without_the_kernelspec(
    course: Course,
) -> None:
    configure(course, ENABLED)
    done = nbgrader(course, "autograde", TINY, "--student=spy", "--force")
    configure(course, KERNELSPEC)
    assert done.returncode == 0, done.stderr
    assert could(result(course, "spy")["told"]) == ["data"]


def test_nbgrader_validate_isolates_as_well_and_files_come_back(course: Course) -> None:
    path = shutil.copytree(course.root / "submitted" / "spy" / TINY, course.root / "work" / "cli")
    done = nbgrader(course, "validate", str(path / "tiny.ipynb"))
    assert "Success! Your notebook passes all the tests." in done.stdout
    told = json.loads((path / "seen.json").read_text("utf-8"))
    assert could(told) == []
    assert told[1] == ["NBGRADER_EXECUTION", "NBGRADER_VALIDATING"]
