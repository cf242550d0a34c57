"""What is wrong with an assignment that can be seen without grading it; called by check."""

from dataclasses import dataclass

from coursekit.checking import releases
from coursekit.checking.workbench import Workbench
from coursekit.content import hygiene, rules
from coursekit.content.faults import Fault
from coursekit.content.submissions import read_notebook
from coursekit.course import Course, CourseError


@dataclass(frozen=True)
class Inspection:
    """What is wrong with an assignment before it is graded, and whether it can be graded at all."""

    faults: tuple[Fault, ...]
    gradable: bool


def inspect(course: Course, bench: Workbench, assignment: str) -> Inspection:
    """Everything that is wrong with an assignment and can be seen without grading it."""
    gradable = True
    try:
        source = read_notebook(course.notebook(assignment))
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
