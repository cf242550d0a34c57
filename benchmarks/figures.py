"""Draws what the bench found, in the course's style; benchmarks/batch.py calls it."""

from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib as mpl

mpl.use("agg")
import matplotlib.pyplot as plt

if TYPE_CHECKING:
    from batch import Measured

STYLE = Path(__file__).parents[1] / "src" / "fernhill" / "house.mplstyle"
GREY, ORANGE, BLUE = "#767676", "#D55E00", "#0072B2"


def draw(folder: Path, found: "Measured") -> None:
    """Write ``batch.svg`` and ``batch.png``: CPU and wall seconds a submission, and the limit."""
    whole = found.all
    n, limit = whole.submissions, whole.cells / found.cores
    panels = (
        ("CPU seconds a submission", whole.stock.cpu, whole.ours.cpu, whole.cells),
        ("Wall seconds a submission", whole.stock.wall, whole.ours.wall, limit),
    )
    with plt.style.context(STYLE), mpl.rc_context({"svg.hashsalt": "batch"}):
        figure, axes = plt.subplots(1, 2, figsize=(7.2, 2.2), sharey=True)
        for place, (title, stock, ours, cells) in zip(axes, panels, strict=True):
            values = [stock / n, ours / n, cells / n]
            names = ["nbgrader", "batchgrader", "the cells alone"]
            bars = place.barh(names, values, color=[GREY, BLUE, ORANGE], height=0.6)
            labels = [f"{value:.2f}" for value in values]
            labels[1] += f"   ({stock / ours:.1f} times less)"
            place.bar_label(bars, labels=labels, padding=4)
            place.set(title=title, xlim=(0, max(values) * 1.25))
            place.grid(axis="y", visible=False)
        axes[0].invert_yaxis()
        for kind in ("svg", "png"):
            meta = {"Date": None} if kind == "svg" else None
            figure.savefig(folder / f"batch.{kind}", metadata=meta)
        plt.close(figure)
