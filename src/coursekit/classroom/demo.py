"""``./course demo``: a simulated class is graded from end to end, and a report says how it did."""

import sys
import time
from argparse import ArgumentParser, Namespace
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from batchgrader.showing.progress import listener_for
from batchgrader.showing.report import RunReport
from batchgrader.showing.wording import duration
from coursekit.classroom import enrolment
from coursekit.classroom.report import make_sections, report_path, summary, write_report
from coursekit.classroom.results import ME
from coursekit.course import Course, CourseError
from coursekit.grading.converters import log_file
from coursekit.grading.grader import (
    autograde,
    export,
    generate_assignment,
    generate_feedback,
    gradebook_of,
    release_is_current,
    submitters,
)

# A time-out only ends the endless loop that one learner hands in, once for each test of that
# exercise; the configuration's minute is for real classes on slow machines.
CELL_TIMEOUT = 15


def add_arguments(parser: ArgumentParser) -> None:
    """Options of ``coursekit demo``."""
    enrolment.add_arguments(parser)
    parser.add_argument(
        "--cell-timeout",
        type=int,
        default=CELL_TIMEOUT,
        metavar="SECONDS",
        help="longest that one cell may run (%(default)s)",
    )


def run(arguments: Namespace) -> int:
    """Run the demo in the course folder one stands in; what is done is not done again."""
    demo = Demo(Course(Path.cwd()), sys.stdout)
    try:
        demo.run(arguments.learners, arguments.seed, arguments.cell_timeout)
    except KeyboardInterrupt:
        print(
            "\nStopped; what is graded stays graded. Run ./course demo again to go on.",
            file=sys.stderr,
        )
        return 130
    return 0


@dataclass(frozen=True)
class Demo:
    """The main job of the course, step by step, told on a stream."""

    course: Course
    stream: TextIO

    def run(self, learners: int, seed: int, cell_timeout: int) -> None:
        """Release, hand in, grade, give feedback, export, report."""
        started = time.monotonic()
        if not self.course.assignments:
            raise CourseError(f"There is no assignment in {self.course.source}.")
        self._release()
        self._hand_in(learners, seed)
        reports = self._grade(cell_timeout)
        self._feedback()
        grades = self._export()
        sections = make_sections(self.course)
        page = write_report(self.course, sections, report_path(self.course))
        self._say("")
        self._say(summary(sections))
        self._close(reports, grades, page, time.monotonic() - started)

    def _release(self) -> None:
        stale = [name for name in self.course.assignments if not self._current(name)]
        for name in stale:
            generate_assignment(self.course, name)
        count = len(self.course.assignments)
        made = f"{len(stale)} released" if stale else "all releases are up to date"
        self._say(f"Assignments   {count}, {made}")

    def _current(self, name: str) -> bool:
        return release_is_current(self.course, name)

    def _hand_in(self, learners: int, seed: int) -> None:
        written = enrolment.make_class(self.course, learners, seed)
        total = sum(len(self._class_of(name)) for name in self.course.assignments)
        news = f"{total} submissions" if written else f"{total} submissions, all there"
        self._say(f"Class         {learners} learners, {news}")

    def _grade(self, cell_timeout: int) -> list[RunReport]:
        return [
            autograde(
                self.course,
                name,
                self._class_of(name),
                listener=listener_for(self.stream),
                cell_timeout=cell_timeout,
            )
            for name in self.course.assignments
        ]

    def _feedback(self) -> None:
        pages: list[str] = []
        for name in self.course.assignments:
            generate_feedback(self.course, name, self._class_of(name), on_page=pages.append)
        made = f"{len(pages)} pages written" if pages else "all pages are up to date"
        self._say(f"Feedback      {made}")

    def _export(self) -> Path:
        with gradebook_of(self.course) as gradebook:
            class_ = sorted(str(student.id) for student in gradebook.students if student.id != ME)
        path = self.course.root / "grades.csv"
        export(self.course, path, class_)
        self._say(f"Grades        {path.relative_to(self.course.root)}")
        return path

    def _close(self, reports: list[RunReport], grades: Path, page: Path, seconds: float) -> None:
        states = Counter(record.status for report in reports for record in report.records)
        now, before = states["graded"], states["skipped"]
        self._say(
            f"\n{now} graded now, {before} graded before, {states['failed']} could not be graded; "
            f"{duration(seconds)}."
        )
        root = self.course.root
        self._say("Open next:")
        self._say(f"  {page.relative_to(root)}        the class report, in a browser")
        self._say(
            f"  {grades.relative_to(root)}                        the grades, for a spreadsheet"
        )
        self._say("  feedback/<learner>/<assignment>/  what each learner reads")
        self._say("  ./course lab                      JupyterLab, as a learner sees the course")
        self._say(f"nbgrader's own log: {log_file(self.course).relative_to(root)}")

    def _class_of(self, name: str) -> list[str]:
        return [student for student in submitters(self.course, name) if student != ME]

    def _say(self, line: str) -> None:
        print(line, file=self.stream, flush=True)
