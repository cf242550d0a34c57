"""Measures the coordinator at several sizes of a class; benchmarks/batch.py calls it."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import replay
from bench_class import Bench, environment, make_bench

SIZE = 140_000  # bytes of a graded notebook
STOCK_MOST = 100  # stock is slow, and each submission costs it the same


@dataclass(frozen=True)
class Replayed:
    """What one side's coordinator cost for a class of a size."""

    side: str
    submissions: int
    cpu: float
    peak: int

    def line(self) -> str:
        """One line of the table."""
        each = self.cpu / self.submissions * 1000
        return (
            f"coordinator, {self.side}, {self.submissions:>6} submissions: {each:6.1f} ms CPU a "
            f"notebook, {self.peak / 1e6:.0f} MB at most"
        )


def measure_coordinator(folder: Path, unit: str, sizes: Sequence[int]) -> list[Replayed]:
    """Replay classes of these sizes, in processes of their own."""
    bench = make_bench(folder / f"{unit}-replay", unit, ["student"])
    recorded = folder / "recorded.json"
    root = bench.copy(folder / f"{unit}-recorded", ["student"])
    recorded.write_text(padded(replay.record(root, unit)), "utf-8")
    found = []
    for size in sizes:
        for side in ("ours", "stock"):
            if side == "ours" or size <= STOCK_MOST:
                place = folder / f"{unit}-{side}-{size}"
                found.append(_replay(side, _class_of(bench, place, size), unit, recorded, size))
    return found


def padded(result: str) -> str:
    """A recorded result whose notebooks have the size that is asked for."""
    content = json.loads(result)
    for name, text in content["notebooks"].items():
        notebook = json.loads(text)
        code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
        shown = "x" * 79 + "\n"
        lack = max(0, SIZE - len(text)) // len(shown)
        code[0]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": shown * lack}]
        content["notebooks"][name] = json.dumps(notebook)
    return json.dumps(content)


def _class_of(bench: Bench, folder: Path, size: int) -> Path:
    """A course with many hand-ins; they are one file, for a class of 10,000 is 600 MB."""
    root = bench.copy(folder, [])
    unit = bench.unit
    work = bench.course.root / "submitted" / "student" / unit / bench.notebook
    for number in range(size):
        place = root / "submitted" / f"student{number:05}" / unit
        place.mkdir(parents=True)
        os.link(work, place / bench.notebook)
    return root


def _replay(side: str, root: Path, unit: str, recorded: Path, size: int) -> Replayed:
    words = [sys.executable, replay.__file__, side, str(root), unit, str(recorded)]
    quiet = environment() | {"PYTHONWARNINGS": "ignore"}  # stock warns of its own database
    done = subprocess.run(words, cwd=root, env=quiet, stdout=subprocess.PIPE, text=True, check=True)
    spent = json.loads(done.stdout.splitlines()[-1])
    found = Replayed(side, size, spent["cpu"], spent["peak"])
    print(found.line(), file=sys.stderr, flush=True)
    return found
