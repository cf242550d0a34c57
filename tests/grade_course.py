"""Grades assignments of a course with a converter of nbgrader's kind: python grade_course.py -h.

A program of its own, because grading changes the folder, the environment and the import path of its
process. Tests call ``grade`` and ``generate``.
"""

import argparse
import logging
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

STOCK = "nbgrader.converters:Autograde"
OURS = "batchgrader.autograde:BatchAutograde"
RELEASE = "nbgrader.converters:GenerateAssignment"


def generate(root: Path, assignment: str) -> None:
    """Make the release of an assignment, and enter it in the gradebook."""
    grade(root, RELEASE, assignment)


def grade(root: Path, grader: str, *assignments: str, again: str = "") -> str:
    """Grade all submissions to some assignments in a new process; returns its log.

    ``again`` names one student, whose submissions alone are graded, be they graded or not.
    """
    words = [sys.executable, __file__, *(["--again", again] if again else []), grader, *assignments]
    binaries = Path(sys.executable).parent
    active = {"PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}"}
    # The order of a set is another in every process; which test fails first may depend on it.
    same = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}
    done = subprocess.run(
        words,
        cwd=root,
        env=os.environ | active | same,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def load(path: str) -> Any:
    """The class that "module:name" names."""
    module, _, name = path.partition(":")
    return getattr(import_module(module), name)


def main() -> None:
    """Grade; submissions that fail are in the log and do not change the exit status."""
    from nbgrader.converters import NbGraderException
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config.loader import PyFileConfigLoader

    parser = argparse.ArgumentParser()
    parser.add_argument("--again", default="")
    parser.add_argument("grader", help="module:name")
    parser.add_argument("assignments", nargs="+")
    asked = parser.parse_args()
    logging.basicConfig(level=logging.INFO)
    config = PyFileConfigLoader("nbgrader_config.py", path=str(Path.cwd())).load_config()
    for assignment in asked.assignments:
        directory = CourseDirectory(config=config, root=str(Path.cwd()))
        directory.assignment_id = assignment
        directory.student_id = asked.again or directory.student_id
        log = logging.getLogger("nbgrader")
        converter = load(asked.grader)(coursedir=directory, config=config, log=log)
        converter.force = bool(asked.again)
        try:
            converter.start()
        except NbGraderException as error:
            log.error("%s", error)


if __name__ == "__main__":
    main()
