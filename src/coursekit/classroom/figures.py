"""The figures of the class report, as SVG text that stands inside a page."""

import io
import re
import textwrap
from collections.abc import Callable, Sequence

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap

from coursekit.classroom.misconceptions import Finding
from coursekit.classroom.results import AssignmentResults, Item

INK, BLUE, ORANGE, GREY = "#222222", "#0072B2", "#D55E00", "#767676"
SHARES = LinearSegmentedColormap.from_list("shares", ["#F6E3D7", "#FBFBF8", "#BBD9EA", "#0072B2"])
WEAK = 0.2  # below this correlation with the rest, an exercise says little about the learner


def score_figure(results: AssignmentResults) -> str:
    """How many learners reached which score."""
    scores = [work.score for work in results.graded]
    top = max(results.max_score, 1)

    def draw(axes: Axes) -> None:
        step = max(1, round(top / 12))
        counts, edges, _ = axes.hist(
            scores,
            bins=[step * (place - 0.5) for place in range(int(top // step) + 3)],
            color=BLUE,
            ec="white",
        )
        if any(work.by_hand for work in results.graded):
            _shade_waiting(axes, results, top, step)
        middle = float(np.median(scores))
        axes.axvline(middle, color=ORANGE, linewidth=2, linestyle="--")
        axes.annotate(
            f"median {middle:g}",
            (middle, 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(5 if middle < top * 0.8 else -5, -4),
            textcoords="offset points",
            ha="left" if middle < top * 0.8 else "right",
            va="top",
            color=ORANGE,
        )
        axes.set(xlim=(edges[0], top + step / 2), ylim=(0, max(counts) * 1.25))
        axes.set_xlabel(f"score, of {top:g} points")
        axes.set_ylabel("learners")
        axes.yaxis.set_major_locator(mpl.ticker.MaxNLocator(integer=True))
        axes.grid(axis="x", visible=False)

    return _svg(draw, (6.4, 2.7), f"{results.name}-scores", "Distribution of scores")


def _shade_waiting(axes: Axes, results: AssignmentResults, top: float, step: float) -> None:
    """Mark the points at the end of the scale that nobody can have before a person grades."""
    waiting = sum(exercise.points for exercise in results.exercises if exercise.manual)
    axes.axvspan(top - waiting + step / 2, top + step / 2, color="#EDEDE8", zorder=0)
    axes.annotate(
        "awaits a person",
        (top - waiting / 2 + step / 2, 0.5),
        xycoords=("data", "axes fraction"),
        rotation=90,
        ha="center",
        va="center",
        color=GREY,
    )


def item_figure(name: str, items: Sequence[Item]) -> str:
    """The share of its points that each exercise gave, and how well it tells learners apart."""
    shown = [item for item in items if item.share is not None][::-1]

    def draw(axes: Axes) -> None:
        for row, item in enumerate(shown):
            share = item.share or 0.0
            weak = item.discrimination is not None and item.discrimination < WEAK
            colour = ORANGE if weak else BLUE
            axes.hlines(row, 0, share, color=colour, linewidth=2, alpha=0.45)
            axes.plot(share, row, "s" if weak else "o", color=colour, markersize=8)
            axes.annotate(
                "" if item.discrimination is None else f"r = {item.discrimination:.2f}",
                (1.03, row),
                va="center",
                color=colour if weak else GREY,
                annotation_clip=False,
            )
        axes.set_yticks(range(len(shown)), [_label(item) for item in shown])
        axes.set(xlim=(0, 1), ylim=(-0.6, len(shown) - 0.4))
        axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "25", "50", "75", "100 %"])
        axes.set_xlabel("share of the points reached")
        axes.grid(axis="y", visible=False)

    height = 0.9 + 0.34 * len(shown)
    return _svg(draw, (6.4, height), f"{name}-items", "Share of points by exercise")


def matrix_figure(results: AssignmentResults) -> str:
    """Every learner's share of every exercise: learners by score, exercises by difficulty."""
    works = sorted(results.graded, key=lambda work: (-work.score, work.name))
    columns = [exercise for exercise in results.exercises if not exercise.manual]
    shares = np.array([[work.share(exercise) for exercise in columns] for work in works])
    order = np.argsort(-shares.mean(axis=0), kind="stable")

    def draw(axes: Axes) -> None:
        # A mesh is drawn as shapes; an image would be pixels inside the SVG.
        axes.pcolormesh(
            shares[:, order], cmap=SHARES, vmin=0, vmax=1, edgecolors="white", linewidth=1.5
        )
        axes.invert_yaxis()
        for row, column in np.ndindex(shares.shape):
            value = float(shares[row, order[column]])
            text = {0.0: "–", 1.0: "●"}.get(value, f"{100 * value:.0f}")
            axes.text(
                column + 0.5, row + 0.5, text, ha="center", va="center", size=8,
                color="white" if value > 0.85 else INK,
            )  # fmt: skip
        axes.set_yticks(np.arange(len(works)) + 0.5, [work.name for work in works])
        axes.set_xticks(
            np.arange(len(columns)) + 0.5, [f"E{columns[index].number}" for index in order]
        )
        axes.xaxis.tick_top()
        axes.grid(visible=False)
        axes.tick_params(which="both", length=0)
        axes.spines[:].set_visible(False)

    height = 0.5 + 0.22 * len(works)
    return _svg(draw, (6.4, height), f"{results.name}-matrix", "Every learner, every exercise")


def misconception_figure(name: str, findings: Sequence[Finding], most: int = 10) -> str:
    """The commonest known ways to go wrong."""
    shown = findings[:most][::-1]

    def draw(axes: Axes) -> None:
        counts = [len(finding.students) for finding in shown]
        axes.barh(range(len(shown)), counts, color=BLUE, height=0.62)
        for row, count in enumerate(counts):
            axes.annotate(str(count), (count, row), (4, 0), textcoords="offset points", va="center")
        labels = [
            textwrap.shorten(
                f"E{one.exercise.number}  {' / '.join(one.titles)}", 58, placeholder="…"
            )
            for one in shown
        ]
        axes.set_yticks(range(len(shown)), labels)
        axes.set(xlim=(0, max(counts) * 1.12), ylim=(-0.6, len(shown) - 0.4))
        axes.xaxis.set_major_locator(mpl.ticker.MaxNLocator(integer=True))
        axes.set_xlabel("learners")
        axes.grid(axis="y", visible=False)

    height = 0.9 + 0.3 * len(shown)
    return _svg(draw, (6.4, height), f"{name}-misconceptions", "Misconceptions by frequency")


def _label(item: Item) -> str:
    exercise = item.exercise
    return f"{textwrap.shorten(exercise.title, 42, placeholder='…')}  E{exercise.number}"


def _svg(draw: Callable[[Axes], None], size: tuple[float, float], name: str, title: str) -> str:
    """Draw one figure; the same data gives the same bytes."""
    settings = {
        "svg.fonttype": "none",
        "svg.hashsalt": name,
        "font.family": ["sans-serif"],
        "text.color": INK,
        "axes.labelcolor": INK,
        "xtick.color": INK,
        "ytick.color": INK,
    }
    with plt.style.context(["fernhill.house", settings]):
        figure, axes = plt.subplots(figsize=size)
        draw(axes)
        text = io.StringIO()
        figure.savefig(text, format="svg", metadata={"Date": None}, transparent=True)
        plt.close(figure)
    svg = text.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    # Ids must not clash between the figures of one page, nor the fixed size stop it from shrinking.
    svg = re.sub(r'\bid="', f'id="{name}-', svg)
    svg = re.sub(r'(xlink:href="#|url\(#)', rf"\g<1>{name}-", svg)
    svg = re.sub(r' (width|height)="[\d.]+pt"', "", svg, count=2)
    return svg.replace("<svg", f'<svg role="img" aria-label="{title}"', 1)
