"""Runs nbgrader's own tests, as they come with nbgrader, with our class in place of Autograde."""

import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path

OURS = "batchgrader.autograde:BatchAutograde"
HERE = Path(__file__).parent

# What upstream skips by itself. tests/hostile/test_upstream_skipped.py has the first two; the third
# is for Windows.
SKIPPED_UPSTREAM = {
    "test_many_students",
    "test_infinite_loop_with_output",
    "test_get_released_assignments_windows",
}


@dataclass(frozen=True)
class Outcome:
    """What one run of pytest said: its text, and the names of the tests by how they ended."""

    said: str
    passed: set[str]
    skipped: set[str]
    failed: set[str]
    runs: int


def assert_passes(folder: Path, suite: str, part: str, *, grades: bool) -> None:
    """Run a part of a suite, whose tests must all pass; ``grades``: whether any of them grade."""
    outcome = run_suite(folder, suite, part)
    assert outcome.failed == set(), outcome.said
    assert outcome.passed, outcome.said
    assert outcome.skipped <= SKIPPED_UPSTREAM, outcome.said
    assert (outcome.runs > 0) == grades, outcome.said


def run_suite(folder: Path, suite: str, part: str, *words: str, grader: str = OURS) -> Outcome:
    """Run some of nbgrader's tests in a process of their own.

    They change the environment and nbgrader's singletons, and they warn; ours must not see that.
    """
    (folder / "pytest.ini").write_text("[pytest]\n", "utf-8")
    report = folder / "report.xml"
    command = [sys.executable, "-m", "pytest", "-c", "pytest.ini", "-p", "upstream_plugin"]
    command += ["-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:warnings"]
    command += ["--tb=short", f"--junitxml={report}", f"--basetemp={folder / 'temp'}"]
    command += [f"--grader={grader}", f"--part={part}", *words, "--pyargs", suite]
    done = subprocess.run(
        command, cwd=folder, env=_environment(folder), capture_output=True, text=True, check=False
    )
    said = f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
    assert done.returncode in {0, 1}, said
    ended: dict[str, set[str]] = {"passed": set(), "skipped": set(), "failed": set()}
    for case in ET.parse(report).iter("testcase"):
        tags = {child.tag for child in case}
        how = "failed" if tags & {"failure", "error"} else "skipped" if tags else "passed"
        ended[how].add(case.attrib["name"])
    runs = re.search(r"was started (\d+) times", done.stdout)
    assert runs is not None, said
    return Outcome(said, ended["passed"], ended["skipped"], ended["failed"], int(runs.group(1)))


def _environment(folder: Path) -> dict[str, str]:
    """What nbgrader's tests need, and nothing of the pytest that runs this or of who runs it."""
    inherited = {name: text for name, text in os.environ.items() if not name.startswith("PYTEST_")}
    binaries = Path(sys.executable).parent
    return inherited | {
        "USER": "grader",
        "HOME": str(folder),
        "JUPYTER_CONFIG_DIR": str(folder / "jupyter"),
        "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(HERE),
    }
