"""The class report: one HTML page that stands alone, and a summary for the terminal."""

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from coursekit.classroom import figures
from coursekit.classroom.misconceptions import Findings, find
from coursekit.classroom.results import AssignmentResults, Item, Work, class_results, items
from coursekit.content.answers import Answer, load_bank
from coursekit.course import Course, CourseError
from coursekit.grading.failures import raise_environment

TEMPLATES = Path(__file__).with_name("templates")


@dataclass(frozen=True)
class Section:
    """One assignment of the report."""

    results: AssignmentResults
    items: tuple[Item, ...]
    findings: Findings
    drawings: dict[str, str]

    @property
    def median(self) -> float:
        """The middle score of the graded submissions."""
        return median(work.score for work in self.results.graded) if self.results.graded else 0.0

    @property
    def late(self) -> tuple[Work, ...]:
        """The work that came after the due date, the latest first."""
        found = [work for work in self.results.works if work.late > 0]
        return tuple(sorted(found, key=lambda work: -work.late))

    @property
    def timed_out(self) -> tuple[Work, ...]:
        """The work that was graded, but with cells that did not come to an end."""
        return tuple(work for work in self.results.graded if work.timeouts)

    @property
    def waiting(self) -> tuple[Item, ...]:
        """The exercises with answers that a person has to grade."""
        return tuple(item for item in self.items if item.waiting)

    @property
    def by_hand(self) -> int:
        """How many answers wait for a person."""
        return sum(item.waiting for item in self.items)


def add_arguments(parser: ArgumentParser) -> None:
    """Options of ``coursekit report``."""
    parser.add_argument(
        "--output", type=Path, help="where to write it (feedback/class/report.html)"
    )


def run(arguments: Namespace) -> int:
    """Write the report of what is graded, and print its summary."""
    course = Course(Path.cwd())
    sections = make_sections(course)
    path = write_report(course, sections, arguments.output)
    print(summary(sections))
    print(f"\nThe class report: {path}")
    return 0


def report_path(course: Course) -> Path:
    """Where the report is written: beside nbgrader's feedback, in a folder that no student has."""
    return course.root / "feedback" / "class" / "report.html"


def make_sections(course: Course) -> list[Section]:
    """Read and count everything; raises CourseError where nothing was handed in."""
    found = class_results(course)
    if not found:
        raise CourseError(
            f"Nothing was handed in below {course.root / 'submitted'}; run `./course demo` first."
        )
    return [make_section(results, _bank(course, results.name)) for results in found]


def make_section(results: AssignmentResults, bank: Sequence[Answer]) -> Section:
    """Count and draw one assignment."""
    counted = tuple(items(results))
    findings = find(results, bank)
    drawings = {}
    if results.graded:
        drawings["scores"] = figures.score_figure(results)
        drawings["matrix"] = figures.matrix_figure(results)
    if any(item.share is not None for item in counted):
        drawings["items"] = figures.item_figure(results.name, counted)
    if findings.known:
        drawings["misconceptions"] = figures.misconception_figure(results.name, findings.known)
    return Section(results, counted, findings, drawings)


def write_report(course: Course, sections: Sequence[Section], path: Path | None = None) -> Path:
    """Write the page; returns where."""
    path = path or report_path(course)
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"points": points, "percent": percent, "duration": duration}
    page = environment.get_template("report.html.j2").render(
        sections=sections,
        people=len(_people(sections)),
        handed_in=sum(len(section.results.works) for section in sections),
        failed=sum(len(section.results.failed) for section in sections),
        late=sum(len(section.late) for section in sections),
        by_hand=sum(section.by_hand for section in sections),
        few=figures.WEAK,
    )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page, "utf-8")
    except OSError as error:
        raise_environment(error, course.root)
        raise
    return path


def summary(sections: Sequence[Section]) -> str:
    """The report in a few lines, for the terminal."""
    lines: list[str] = []
    for section in sections:
        results = section.results
        waiting = f"; {section.by_hand} answers await a person" if section.by_hand else ""
        lines += ["", results.name]
        lines.append(
            f"  {len(results.graded)} graded, {len(results.failed)} could not be graded, "
            f"{len(section.late)} late, {len(results.absent)} not handed in"
        )
        lines.append(
            f"  median {points(section.median)} of {points(results.max_score)} points{waiting}"
        )
        hardest = sorted(
            (item for item in section.items if item.share is not None and not item.exercise.manual),
            key=lambda item: item.share or 0.0,
        )
        lines += [
            f"  hardest: {item.exercise.title} ({percent(item.share or 0)} of its points)"
            for item in hardest[:1]
        ]
        for finding in section.findings.known[:3]:
            titles = " / ".join(finding.titles)
            lines.append(f"  {len(finding.students):3} × E{finding.exercise.number} {titles}")
        lines += [f"  {work.student}: {work.reason}" for work in results.failed]
    return "\n".join(lines[1:])


def points(value: float) -> str:
    """Points without needless decimals."""
    return f"{value:.1f}".removesuffix(".0")


def percent(share: float) -> str:
    """A share as a whole percentage."""
    return f"{100 * share:.0f} %"


def duration(seconds: float) -> str:
    """A lateness in words."""
    span = timedelta(seconds=round(seconds))
    hours, minutes = divmod(span.seconds // 60, 60)
    if span.days:
        return f"{span.days} d {hours} h"
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def _bank(course: Course, name: str) -> tuple[Answer, ...]:
    """The answer bank; none where it is missing, so that a report can be had all the same."""
    if not (course.answers / f"{name}.py").is_file():
        return ()
    return load_bank(course, name)


def _people(sections: Sequence[Section]) -> set[str]:
    found = {work.student for section in sections for work in section.results.works}
    return found | {name for section in sections for name in section.results.absent}
