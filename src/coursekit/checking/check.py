"""``coursekit check``: is the course as it says, and is its grading true?"""

import argparse
import io
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from coursekit.checking.crew import Crew
from coursekit.checking.plans import Plan, make_plan
from coursekit.checking.verdicts import REFERENCE, Submission, alone, describe, judge
from coursekit.checking.workbench import Trial
from coursekit.content.answers import Answer
from coursekit.content.faults import Fault, table
from coursekit.content.lessons import check_lesson
from coursekit.course import Course, CourseError
from coursekit.meter import Meter

MOST_WORKERS = 4
MOST_REPEATS = 12  # a bank with more faults than that has no riddle to solve


@dataclass(frozen=True)
class Report:
    """What check found out about one assignment."""

    assignment: str
    plan: Plan
    faults: tuple[Fault, ...]
    cpu: float

    def summary(self) -> str:
        """One line for an assignment without faults."""
        right = sum(answer.right for answer in self.plan.bank)
        points = sum(exercise.points for exercise in self.plan.exercises)
        return (
            f"{self.assignment}: {len(self.plan.exercises)} exercises, {right} right and "
            f"{len(self.plan.bank) - right} wrong answers, {points} points: all graded as they "
            f"should be (reference run: {self.cpu:.1f} s of CPU)"
        )


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of ``coursekit check``."""
    parser.add_argument("units", nargs="*", help="units such as 06_experiment_tracking, or 06")
    parser.add_argument(
        "--solo",
        action="store_true",
        help="grade each answer alone, with the reference in every other exercise (slow)",
    )
    parser.add_argument(
        "--exercise", action="append", metavar="ID", help="grade the answers to this one alone"
    )
    parser.add_argument("--workers", type=int, help="processes that grade at the same time")


def run(arguments: argparse.Namespace) -> int:
    """Check lessons and assignments, show a table of faults or a line for each; 1 on a fault."""
    course = Course(Path.cwd())
    units = chosen(course, arguments.units)
    faults: list[Fault] = []
    for unit in units:
        if (course.lessons / f"{unit}.ipynb").exists():
            found = check_lesson(course, unit)
            faults += found
            if not found:
                print(f"{unit}: the lesson is as it should be")
    assignments = [unit for unit in units if unit in course.assignments]
    for report in check_assignments(
        course,
        assignments,
        solo=arguments.solo,
        only=arguments.exercise,
        workers=arguments.workers or default_workers(),
        meter=Meter(sys.stderr, total=0),
    ):
        faults += report.faults
        if not report.faults:
            print(report.summary())
    if faults:
        print("\n" + table(faults, min(shutil.get_terminal_size((120, 0)).columns, 160)))
    return 1 if faults else 0


def chosen(course: Course, names: Sequence[str]) -> list[str]:
    """Folder names of the units to check: those named, in full or by number, or all there are."""
    lessons = {path.stem for path in course.lessons.glob("*.ipynb")}
    known = sorted(lessons | set(course.assignments))
    if not known:
        raise CourseError(f"There is nothing to check in {course.root}: no lesson, no assignment.")
    if not names:
        return known
    found = []
    for name in names:
        matches = [unit for unit in known if name.strip("/") in (unit, unit.split("_", 1)[0])]
        if not matches:
            raise CourseError(f"There is no unit {name!r}; there are: {', '.join(known)}.")
        found += matches
    return found


def default_workers() -> int:
    """As many processes as cores, but not so many that their kernels fill the memory."""
    return min(MOST_WORKERS, len(os.sched_getaffinity(0)))


def check_assignments(
    course: Course,
    assignments: Sequence[str],
    *,
    solo: bool = False,
    only: Sequence[str] | None = None,
    workers: int = 1,
    meter: Meter | None = None,
) -> list[Report]:
    """Inspect and grade assignments in worker processes; called by ``run`` and by the tests."""
    plans = [make_plan(course, assignment, solo, only) for assignment in assignments]
    if not plans:
        return []
    with Crew.open(course, workers, meter or Meter(io.StringIO(), total=0)) as crew:
        inspections = crew.inspect(plans)
        gradable = [plan for plan in plans if inspections[plan.assignment].gradable]
        tried = crew.grade([(plan, item) for plan in gradable for item in plan.submissions])
        verdicts = {
            plan.assignment: [
                (item, trial, list(judge(plan.assignment, item, plan.exercises, trial)))
                for of, item, trial in tried
                if of is plan
            ]
            for plan in plans
        }
        faults = {
            plan.assignment: _after_second_look(crew, plan, verdicts[plan.assignment])
            for plan in plans
        }
        return [
            Report(
                plan.assignment,
                plan,
                (*plan.faults, *inspections[plan.assignment].faults, *faults[plan.assignment]),
                sum(t.cpu for item, t, _ in verdicts[plan.assignment] if item.name == REFERENCE),
            )
            for plan in plans
        ]


Verdict = tuple[Submission, Trial, list[Fault]]


def _after_second_look(crew: Crew, plan: Plan, verdicts: Sequence[Verdict]) -> list[Fault]:
    """The faults of one assignment; answers at fault beside others are graded again, alone."""
    faults: list[Fault] = []
    suspects: list[tuple[Submission, Answer, list[Fault]]] = []
    for item, _, found in verdicts:
        blamed = [
            (item, answer, mine)
            for answer in item.answers
            if len(item.answers) > 1 and (mine := [f for f in found if _is_about(f, answer)])
        ]
        suspects += blamed
        faults += [fault for fault in found if not any(fault in mine for _, _, mine in blamed)]
    if len(suspects) > MOST_REPEATS:
        return faults + [fault for _, _, mine in suspects for fault in mine]
    again = crew.grade(
        [(plan, item) for item in alone([answer for _, answer, _ in suspects], whole=False)]
    )
    found_alone = [
        list(judge(plan.assignment, item, plan.exercises, trial)) for _, item, trial in again
    ]
    guilty = {
        beside.name for (beside, _, _), found in zip(suspects, found_alone, strict=True) if found
    }
    failed = {item.name for item, trial, _ in verdicts if trial.reason}
    for (beside, _, mine), found in zip(suspects, found_alone, strict=True):
        faults += found
        # A submission that failed as a whole blames all its answers; one culprit clears the others.
        if not found and not (beside.name in failed and beside.name in guilty):
            faults += [_interaction(fault, beside) for fault in mine]
    return faults


def _is_about(fault: Fault, answer: Answer) -> bool:
    return (fault.exercise, fault.answer) == (answer.exercise, describe(answer))


def _interaction(fault: Fault, beside: Submission) -> Fault:
    others = "; ".join(
        f"{answer.exercise} ({describe(answer)})"
        for answer in beside.answers
        if answer.exercise != fault.exercise
    )
    return Fault(
        fault.assignment,
        fault.exercise,
        fault.answer,
        f"alone it is graded as it should be, but beside other answers it {fault.what}",
        f"{fault.why}. One of these spoils it: {others}",
    )
