"""The bench runs from end to end, on the smallest class of the smallest course."""

import sys
from pathlib import Path

import pytest
from tiny_course import ROOT, TINY, make_tiny_course

sys.path.insert(0, str(ROOT / "benchmarks"))

import batch
import bench_class
from coordinator import measure_coordinator
from figures import draw


def test_the_bench_measures_both_graders_and_finds_the_same_points(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = make_tiny_course(tmp_path / "course")
    (course.source / "header.ipynb").write_bytes((ROOT / "source" / "header.ipynb").read_bytes())
    monkeypatch.setattr(bench_class, "COURSE", course)
    found = batch.measure(tmp_path, [TINY], submissions=2, sample=2)
    whole = found.all
    assert whole.same_scores == whole.stock.graded == whole.ours.graded == 2
    assert 0 < whole.cells < whole.stock.cpu
    coordinator = measure_coordinator(tmp_path, TINY, [1])
    assert [each.side for each in coordinator] == ["ours", "stock"]
    assert f"{TINY}, wall" in batch.table(found)
    draw(tmp_path, found)
    for name in ("batch.svg", "batch.png"):
        assert (tmp_path / name).stat().st_size > 1000
