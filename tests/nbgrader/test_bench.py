"""The bench runs from end to end on the smallest class that there is."""

import json
import subprocess
import sys
from pathlib import Path

BENCH = Path(__file__).parents[2] / "benchmarks" / "batch.py"


def test_the_bench_measures_both_graders_and_finds_the_same_points(tmp_path: Path) -> None:
    words = [sys.executable, str(BENCH), "--submissions", "2", "--stock-sample", "2"]
    words += ["--coordinator", "2", "--out", str(tmp_path)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "batch.json").read_text("utf-8"))
    assert found["same_scores"] == found["stock"]["graded"] == found["ours"]["graded"] == 2
    assert 0 < found["cells"] < found["stock"]["cpu"]
    assert [each["side"] for each in found["coordinator"]] == ["ours", "stock"]
    assert "the limit" in done.stdout
    for name in ("batch.svg", "batch.png"):
        assert (tmp_path / name).stat().st_size > 1000
