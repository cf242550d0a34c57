"""``coursekit check``: is the course as it says, and is its grading true?"""

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from batchgrader.showing.progress import Listener, Quiet, listener_for
from coursekit.checking.inspection import inspect
from coursekit.checking.plans import Plan, make_plan
from coursekit.checking.verdicts import REFERENCE, Submission, alone, describe, judge
from coursekit.checking.workbench import Trial, Workbench
from coursekit.content.answers import Answer
from coursekit.content.faults import Fault, table
from coursekit.content.lessons import check_lesson
from coursekit.content.submissions import fill, read_notebook
from coursekit.course import Course, CourseError

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
    parser.add_argument("--workers", type=int, help="submissions that run at the same time")


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
        listener=listener_for(sys.stderr),
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
    listener: Listener | None = None,
) -> list[Report]:
    """Inspect and grade assignments in a temporary course; called by ``run`` and by the tests."""
    plans = [make_plan(course, assignment, solo, only) for assignment in assignments]
    if not plans:
        return []
    with tempfile.TemporaryDirectory(prefix="coursekit-check-") as folder:
        examiner = Examiner(
            course, Workbench.make(course, Path(folder) / "course"), workers, listener or Quiet()
        )
        return [examiner.examine(plan) for plan in plans]


Verdict = tuple[Submission, Trial, list[Fault]]


@dataclass(frozen=True)
class Examiner:
    """Where assignments are examined: the course, and a temporary one to grade in."""

    course: Course
    bench: Workbench
    workers: int
    listener: Listener = field(default_factory=Quiet)

    def examine(self, plan: Plan) -> Report:
        """Inspect an assignment and grade all that its plan lists."""
        inspection = inspect(self.course, self.bench, plan.assignment)
        verdicts = self.judge(plan, plan.submissions) if inspection.gradable else []
        faults = _after_second_look(self, plan, verdicts)
        cpu = sum(trial.cpu for item, trial, _ in verdicts if item.name == REFERENCE)
        return Report(plan.assignment, plan, (*plan.faults, *inspection.faults, *faults), cpu)

    def judge(self, plan: Plan, submissions: Sequence[Submission]) -> list[Verdict]:
        """Grade submissions, and hold what became of each cell against what it should be."""
        if not submissions:
            return []
        release = self.bench.release(plan.assignment)
        notebooks = {
            item.name: fill(read_notebook(release), plan.answers(item)) for item in submissions
        }
        trials = self.bench.grade(
            plan.assignment, notebooks, workers=self.workers, listener=self.listener
        )
        return [
            (item, trial, list(judge(plan.assignment, item, plan.exercises, trial)))
            for item in submissions
            for trial in [trials[item.name]]
        ]


def _after_second_look(examiner: Examiner, plan: Plan, verdicts: Sequence[Verdict]) -> list[Fault]:
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
    again = examiner.judge(plan, alone([answer for _, answer, _ in suspects], whole=False))
    found_alone = [found for _, _, found in again]
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
