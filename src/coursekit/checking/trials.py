"""What check's worker processes do; each has a temporary course of its own, and shares nothing."""

import os
from collections.abc import Mapping, Set
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from coursekit.checking import releases
from coursekit.checking.workbench import Trial, Workbench
from coursekit.content import hygiene, rules
from coursekit.content.faults import Fault
from coursekit.content.submissions import fill, grade_id, read_notebook
from coursekit.course import Course, CourseError


@dataclass(frozen=True)
class Inspection:
    """What is wrong with an assignment before it is graded, and whether it can be graded at all."""

    faults: tuple[Fault, ...]
    gradable: bool


def inspect(root: Path, folder: Path, assignment: str) -> Inspection:
    """Everything that is wrong with an assignment and can be seen without grading it."""
    course, gradable = Course(root), True
    try:
        source = read_notebook(course.notebook(assignment))
        bench = _bench(root, folder)
        fresh = read_notebook(bench.release(assignment))
        findings = [
            *rules.inspect_source(course, assignment, source),
            *rules.inspect_release(fresh),
            *hygiene.broken_links(fresh, course.release / assignment),
            *releases.inspect(course, bench, assignment),
        ]
    except CourseError as error:
        findings = [("notebook", "the assignment cannot be read or released", str(error))]
        gradable = False
    faults = (Fault(assignment, where, "", what, why) for where, what, why in findings)
    return Inspection(tuple(faults), gradable)


def grade(
    root: Path,
    folder: Path,
    assignment: str,
    submission: str,
    answers: Mapping[str, str],
    omitted: Set[str],
) -> Trial:
    """Hand in the release with these answers, by exercise id, and grade it with nbgrader.

    omitted: grade ids of test cells to leave out.
    """
    bench = _bench(root, folder)
    notebook = fill(read_notebook(bench.release(assignment)), answers)
    notebook.cells = [cell for cell in notebook.cells if grade_id(cell) not in omitted]
    return bench.grade(assignment, submission, notebook)


@cache
def _bench(root: Path, folder: Path) -> Workbench:
    """The temporary course of this process; what its kernels leave behind is deleted with it."""
    home = folder / f"worker-{os.getpid()}"
    temporary = home / "tmp"
    temporary.mkdir(parents=True)
    os.environ["TMPDIR"] = str(temporary)
    return Workbench.make(Course(root), home / "course")
