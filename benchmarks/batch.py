"""The bench of batch grading: stock nbgrader against ours, interleaved, and the limit of both.

``./course bench`` grades a class in some units, prints a table, and writes ``batch.json`` and a
figure to ``bench/``. ``--coordinator`` adds what the coordinator costs by itself. Nothing else
should run on the machine meanwhile.
"""

import argparse
import functools
import json
import operator
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from bench_class import Bench, environment, make_bench
from coordinator import Replayed, measure_coordinator
from figures import draw
from limit import cells_alone
from metering import Spent, spend

UNITS = ("06_experiment_tracking", "10_model_registry")
STOCK = (sys.executable, "-m", "nbgrader", "autograde")
OURS = (sys.executable, "-m", "batchgrader")
HEAD = f"{'seconds a submission':<40}stock    ours   limit  stock/ours  ours/limit"
CORES = len(os.sched_getaffinity(0))


@dataclass(frozen=True)
class Side:
    """What one grader spent on all submissions; ``graded`` says how many of them it ran.

    Where that is fewer than the class, CPU and wall are scaled: the start of the command once for
    each unit, and the rest by the number of submissions.
    """

    cpu: float
    wall: float
    peak: int
    graded: int

    def __add__(self, other: "Side") -> "Side":
        peak = max(self.peak, other.peak)
        cpu, wall = self.cpu + other.cpu, self.wall + other.wall
        return Side(cpu, wall, peak, self.graded + other.graded)


@dataclass(frozen=True)
class Found:
    """What was found of one unit, or of all: both sides, and the CPU seconds of the cells alone."""

    unit: str
    submissions: int
    stock: Side
    ours: Side
    cells: float
    same_scores: int

    def __add__(self, other: "Found") -> "Found":
        return Found(
            "all",
            self.submissions + other.submissions,
            self.stock + other.stock,
            self.ours + other.ours,
            self.cells + other.cells,
            self.same_scores + other.same_scores,
        )


@dataclass(frozen=True)
class Measured:
    """What the bench found of each unit, on how many cores and workers."""

    units: tuple[Found, ...]
    cores: int
    workers: int
    coordinator: tuple[Replayed, ...] = ()

    @property
    def all(self) -> Found:
        """The units together."""
        return functools.reduce(operator.add, self.units)


def measure(
    folder: Path, units: Sequence[str], submissions: int, sample: int, workers: int = CORES
) -> Measured:
    """Grade a class with both graders; ``sample`` is how many submissions stock grades."""
    students = [f"student{number:05}" for number in range(-(-submissions // len(units)))]
    chosen = students[:: max(1, len(students) * len(units) // sample)][: -(-sample // len(units))]
    found = [_measure_unit(folder / unit, unit, students, chosen, workers) for unit in units]
    return Measured(tuple(found), CORES, workers)


def _measure_unit(
    folder: Path, unit: str, students: Sequence[str], chosen: Sequence[str], workers: int
) -> Found:
    say(f"{unit}: making {len(students)} submissions")
    bench = make_bench(folder, unit, students)
    cells = _cells(bench, chosen)
    stock = [_stock(bench, chosen[::2])]
    ours = _ours(bench, students, workers)
    if chosen[1::2]:
        stock.append(_stock(bench, chosen[1::2]))
    return Found(
        unit,
        len(students),
        _scaled(stock, _start(bench, chosen[0]), len(students)),
        ours,
        sum(cells) / len(cells) * len(students),
        sum(_same_score(bench, student) for student in chosen),
    )


def _stock(bench: Bench, students: Sequence[str]) -> Side:
    root = bench.copy(_place(bench, f"stock-{students[0]}"), students)
    return _run(STOCK, root, bench, f"stock grades {len(students)}", len(students))


def _ours(bench: Bench, students: Sequence[str], workers: int) -> Side:
    root = bench.copy(_place(bench, "ours"), students)
    command = (*OURS, f"--workers={workers}")
    return _run(command, root, bench, f"ours grades {len(students)}", len(students))


def _start(bench: Bench, student: str) -> Side:
    """What stock spends before the first submission and after the last: a run with nothing due."""
    root = _place(bench, f"stock-{student}")
    return _run(STOCK, root, bench, "stock grades none", 0)


def _run(command: Sequence[str], root: Path, bench: Bench, what: str, graded: int) -> Side:
    words = [*command, bench.unit]
    spent: Spent = spend(words, root, environment(), root.with_suffix(".log"))
    say(f"{bench.unit}: {what}: {spent.cpu:.1f} s CPU, {spent.wall:.1f} s")
    return Side(spent.cpu, spent.wall, spent.peak, graded)


def _scaled(found: Sequence[Side], start: Side, submissions: int) -> Side:
    """What one run over all submissions would have cost, by runs over some of them."""
    graded = sum(each.graded for each in found)
    cpu = sum(each.cpu - start.cpu for each in found) / graded * submissions + start.cpu
    wall = sum(each.wall - start.wall for each in found) / graded * submissions + start.wall
    return Side(cpu, wall, max(each.peak for each in found), graded)


def _cells(bench: Bench, students: Sequence[str]) -> list[float]:
    """CPU seconds of the cells alone, tests included, for some submissions."""
    source = bench.course.notebook(bench.unit)
    tests = {cell["id"]: cell for cell in json.loads(source.read_text("utf-8"))["cells"]}
    paths = []
    for student in students:
        path = bench.course.root / "submitted" / student / bench.unit / bench.notebook
        content = json.loads(path.read_text("utf-8"))
        for cell in content["cells"]:
            marks = cell["metadata"].get("nbgrader", {})
            if marks.get("grade") and not marks["solution"]:
                cell["source"] = tests[cell["id"]]["source"]
        whole = bench.course.root.parent / f"{bench.unit}-{student}.ipynb"
        whole.write_text(json.dumps(content), "utf-8")
        paths.append(whole)
    os.environ.update(environment())
    seconds = cells_alone(source, paths)
    say(f"{bench.unit}: the cells alone: {sum(seconds) / len(seconds):.2f} s CPU a submission")
    return seconds


def _same_score(bench: Bench, student: str) -> bool:
    """Whether both graders gave a submission the same points for every cell."""
    from coursekit.course import Course
    from coursekit.grading.grader import gradebook_of

    scores = []
    for root in bench.course.root.parent.glob(f"{bench.unit}-*"):
        if not (root / "submitted" / student).is_dir():
            continue
        with gradebook_of(Course(root)) as gradebook:
            submission = gradebook.find_submission(bench.unit, student)
            grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
            scores.append({grade.name: grade.auto_score for grade in grades})
    return len(scores) == 2 and scores[0] == scores[1]


def _place(bench: Bench, name: str) -> Path:
    return bench.course.root.parent / f"{bench.unit}-{name}"


def table(found: Measured) -> str:
    """The result for a terminal."""
    whole = found.all
    lines = [
        f"{whole.submissions} submissions, {found.workers} at a time, on {found.cores} cores",
        HEAD,
    ]
    for each in (*found.units, whole) if len(found.units) > 1 else found.units:
        lines += _rows(each, found.cores)
    lines += [
        f"{'peak memory, MB':<37}{whole.stock.peak / 1e6:>8.0f}{whole.ours.peak / 1e6:>8.0f}",
        "The limit of any grader is the cells alone, in a process that has loaded everything.",
        f"The same points in every cell: {whole.same_scores} of {whole.stock.graded} submissions.",
    ]
    if whole.stock.graded < whole.submissions:
        lines.append(
            f"Stock graded {whole.stock.graded} of them, in blocks before and after ours; its CPU "
            "and wall are scaled from these, its start counted once a unit. Its memory is as "
            "measured."
        )
    lines += [each.line() for each in found.coordinator]
    return "\n".join(lines)


def _rows(found: Found, cores: int) -> Iterator[str]:
    n, stock, ours = found.submissions, found.stock, found.ours
    for what, theirs, mine, limit in (
        ("CPU", stock.cpu, ours.cpu, found.cells),
        ("wall", stock.wall, ours.wall, found.cells / cores),
    ):
        yield (
            f"{found.unit + ', ' + what:<37}{theirs / n:>8.2f}{mine / n:>8.2f}{limit / n:>8.2f}"
            f"{theirs / mine:>12.1f}{mine / limit:>12.2f}"
        )


def say(text: str) -> None:
    """Tell how far the bench is."""
    print(text, file=sys.stderr, flush=True)


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--out", type=Path, default=Path("bench"), help="folder for the figure and JSON: bench"
    )
    parser.add_argument("--units", nargs="+", default=UNITS, help="units 06 and 10")
    parser.add_argument("--workers", type=int, default=CORES, help="how many ours runs at a time")
    parser.add_argument("--submissions", type=int, default=60)
    parser.add_argument("--stock-sample", type=int, default=8, help="how many stock grades")
    parser.add_argument(
        "--coordinator", type=int, nargs="*", metavar="N", help="sizes of a class; 100 and 1000"
    )
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as folder:
        sample = min(asked.stock_sample, asked.submissions)
        found = measure(Path(folder), asked.units, asked.submissions, sample, asked.workers)
        if asked.coordinator is not None:
            sizes = asked.coordinator or [100, 1_000]
            replayed = measure_coordinator(Path(folder), asked.units[0], sizes)
            found = replace(found, coordinator=tuple(replayed))
    print(table(found))
    (asked.out / "batch.json").write_text(json.dumps(asdict(found), indent=1) + "\n", "utf-8")
    draw(asked.out, found)


if __name__ == "__main__":
    main()
