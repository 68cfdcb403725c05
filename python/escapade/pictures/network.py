"""A jump process between states as a graph."""
from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.patches import Circle, FancyArrowPatch

from ..errors import BadInput
from . import style
from .labels import Units, tex_unit

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ..result import Result


POINTS = 132  # of a picture of the usual size, a unit of its plane


def draw_network(figure: Figure, result: Result, units: Units) -> None:
    """States on a circle, as large as they are likely; arrows as thick as they are used, with their rates."""
    rates = result.results.get("rates")
    if rates is None or np.ndim(rates.value) != 2:
        raise BadInput(f"{result.path}: no rates to draw")
    axes, count = figure.add_subplot(), len(rates.value)
    names = [str(s.get("name", s) if isinstance(s, dict) else s) for s in result.summary["results"].get("states", [])]
    names = names if len(names) == count else [f"{k + 1}" for k in range(count)]
    likely = result.results.get("stationary_probability")
    likely = np.ones(count) / count if likely is None else np.asarray(likely).ravel()
    angle = np.pi / 2 + 2 * np.pi * np.arange(count) / count + (np.pi / 2 if count == 2 else 0)
    at = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    radius = 0.10 + 0.16 * np.sqrt(likely / likely.max())
    flux = np.abs(rates.value * likely[:, None])
    np.fill_diagonal(flux, 0)
    for a in range(count):
        for b in range(count):
            if a == b or not flux[a, b] > 1e-3 * flux.max():
                continue
            axes.add_patch(FancyArrowPatch(at[a], at[b], connectionstyle="arc3,rad=0.18", arrowstyle="-|>",
                                           mutation_scale=14, shrinkA=POINTS * radius[a], shrinkB=POINTS * radius[b] + 2,
                                           linewidth=0.8 + 3 * np.sqrt(flux[a, b] / flux.max()), color=style.INK))
            across = np.array([(at[b] - at[a])[1], -(at[b] - at[a])[0]])
            place = (at[a] + at[b]) / 2 + 0.16 * across
            axes.text(*place, f"{rates.value[a, b]:.2g}", ha="center", va="center",
                      bbox=dict(facecolor="white", edgecolor="none", pad=1.0))
    for k in range(count):
        axes.add_patch(Circle(at[k], radius[k], facecolor=style.LINES[5], edgecolor="black", zorder=3))
        axes.text(*at[k], f"{names[k]}\n{likely[k]:.2g}", ha="center", va="center", zorder=4)
    axes.set_xlim(-1.5, 1.5)
    height = 0.55 if count == 2 else 1.5
    axes.set_ylim(-height, height)
    if getattr(figure, "fits_its_map", False):
        width = figure.get_size_inches()[0]
        figure.set_size_inches(width, width * height / 1.5 + 0.5)
    axes.set_aspect("equal")
    axes.set_xticks([])
    axes.set_yticks([])
    axes.axis("off")
    unit = units.field("1/time")
    axes.set_title("rates" + (f" ({tex_unit(unit)})" if unit else "") + " beside arrows, probabilities in states")
