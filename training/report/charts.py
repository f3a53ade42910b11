"""Curves and reliability diagrams as SVG: the one importer of matplotlib."""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from training.evaluation.values import Reliability, Scores

T = TypeVar("T")

COLUMNS = 3
_STYLE: dict[Any, Any] = {
    "font.size": 8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#dddddd",
    "svg.fonttype": "none",  # words stay words: smaller, and found by the browser's search
    "svg.hashsalt": "wardi",  # the same numbers give the same bytes
}
INK, WEAK = "#1b4965", "#c1666b"


def curves(scores: Sequence[Scores]) -> str:
    """Draw precision over recall of each score that has a curve, with its operating point.

    Returns:
        A ``data:`` address of an SVG; empty where there is nothing to draw.
    """
    drawn = [each for each in scores if each.curve and each.curve.recall]

    def draw(axes: Axes, each: Scores) -> None:
        if each.curve is None:
            return
        axes.plot(each.curve.recall, each.curve.precision, color=INK, linewidth=1.2)
        if each.precision.value is not None and each.recall.value is not None:
            axes.plot(each.recall.value, each.precision.value, "o", color=WEAK, markersize=5)
        axes.set_title(f"{each.label}, {each.level}, {each.part}")
        axes.set(xlabel="recall", ylabel="precision", xlim=(0, 1), ylim=(0, 1.02))

    return _grid(drawn, draw)


def reliabilities(found: Sequence[Reliability]) -> str:
    """Draw what was said against what was so, before and after calibration; see `curves`."""

    def draw(axes: Axes, each: Reliability) -> None:
        axes.plot([0, 1], [0, 1], color="#999999", linewidth=0.8, linestyle="--")
        for bins, colour, name in ((each.before, WEAK, "before"), (each.after, INK, "after")):
            said, so = [one.probability for one in bins], [one.share for one in bins]
            axes.plot(said, so, marker="o", markersize=3, color=colour, linewidth=1, label=name)
        axes.set_title(f"{each.label}, {each.part}")
        axes.set(xlabel="said", ylabel="so", xlim=(0, 1), ylim=(0, 1.02))
        axes.legend(frameon=False)

    return _grid(found, draw)


def _grid(found: Sequence[T], draw: Callable[[Axes, T], None]) -> str:
    if not found:
        return ""
    rows = math.ceil(len(found) / COLUMNS)
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(2.9 * COLUMNS, 2.5 * rows), layout="constrained")
        FigureCanvasSVG(figure)
        for at, each in enumerate(found):
            draw(figure.add_subplot(rows, COLUMNS, at + 1), each)
        out = io.BytesIO()
        figure.savefig(out, format="svg", metadata={"Date": None})
    return "data:image/svg+xml;base64," + base64.b64encode(out.getvalue()).decode()
