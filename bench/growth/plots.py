"""The plots: processor time over size, both on logarithmic scales, so that what is linear is a slope of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """One line in one panel: sizes, and milliseconds of processor time a request."""

    panel: str
    name: str
    values: tuple[tuple[int, float], ...]


def draw(title: str, what: str, curves: Sequence[Curve], path: Path) -> None:
    """Draw a panel for each question, with a line for each side and one that would be linear."""
    # Only who draws needs it: the rest of the bench runs without.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    panels = list(dict.fromkeys(curve.panel for curve in curves))
    figure = Figure(figsize=(5.5 * len(panels), 4), layout="constrained")
    FigureCanvasAgg(figure)
    figure.suptitle(title, fontsize=11)
    for axes, panel in zip(figure.subplots(1, len(panels), squeeze=False)[0], panels, strict=True):
        own = [curve for curve in curves if curve.panel == panel]
        for curve in own:
            axes.plot(*zip(*curve.values, strict=True), marker="o", label=curve.name)
        (smallest, least), *_, (largest, _) = own[0].values
        axes.plot((smallest, largest), (least, least * largest / smallest), "--", color="0.7", label="linear")
        axes.set(xscale="log", yscale="log", title=panel, xlabel=what, ylabel="processor time a request, ms")
        axes.grid(visible=True, which="both", color="0.92")
        axes.legend()
    figure.savefig(path, dpi=110, metadata={"Software": None})
