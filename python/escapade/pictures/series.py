"""The picture of an evolution: some frames on one scale, and what leaves against time."""
from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.ticker import MaxNLocator

from . import curves, layers, scales, style
from .labels import Units, pretty
from .raster import Raster, box_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ..fields import Fields
    from ..result import Result

LN10 = math.log(10)


def frame_values(fields: Fields, box: Any, pixels: int) -> tuple[Raster, np.ndarray]:
    """log10 of the density of a frame on a raster."""
    raster = Raster(fields, box, pixels)
    density = fields["density"]
    with np.errstate(divide="ignore", invalid="ignore"):
        positive = density > 0
        log = np.where(positive, np.log10(np.where(positive, density, 1)), np.where(np.isnan(density), np.nan, -400))
    return raster, raster.of(log)


def common_scale(result: Result, drawn: list[np.ndarray]) -> scales.Scale:
    """One for all frames, four decades deep."""
    high = max(float(np.nanmax(values)) for values in drawn)
    return scales.logarithmic(high - 4, high, under=True)


def time_text(time: float, units: Units) -> str:
    unit = units.of.get("time", "")
    return f"$t$ = {scales.plain_text(float(f'{time:.4g}'))}" + (f" {unit}" if unit else "")


def draw_series(figure: Figure, result: Result, units: Units) -> None:
    """Up to four frames above, survival and exit-time density (or mean and spread) below."""
    above, below = figure.subfigures(2, 1, height_ratios=(1.15, 1))
    frames = result.frames
    if frames:
        chosen = sorted({round(k) for k in np.linspace(min(1, len(frames) - 1), len(frames) - 1, min(4, len(frames)))})
        box = box_of(result, frames[0])
        drawn = [frame_values(frames[k], box, 220) for k in chosen]
        scale = common_scale(result, [values for _, values in drawn])
        panels = above.subplots(1, len(chosen), squeeze=False)[0]
        image = None
        for axes, k, (raster, values) in zip(panels, chosen, drawn):
            layers.frame(axes, box, units)
            image = layers.colours(axes, raster, values, scale, style.density_map())
            if result.options.get("exit"):
                layers.sets(axes, result, box, result.options["exit"], layers.Key(), "")
            axes.set_title(time_text(frames[k].time or 0.0, units))
            axes.label_outer()
            for axis in (axes.xaxis, axes.yaxis):
                axis.set_major_locator(MaxNLocator(4, prune="both"))
        layers.colour_bar(above, image, list(panels), scale,
                          "probability density" + Units.brackets(units.field("1/area")))
    left, right = below.subplots(1, 2)
    if "exit_time_density" in result.summary["results"]:
        _leaving(left, right, result, units)
    else:
        _moments(left, right, result, units)
    for axes in (left, right):
        axes.set_xlabel(units.time())
        axes.set_xlim(result.times[0], result.times[-1])


def _leaving(left: Axes, right: Axes, result: Result, units: Units) -> None:
    survival, times = result["survival"], result.times
    if np.nanmin(survival.value) < 0.05:
        left.set_yscale("log")
    dots = dict(marker="o", markersize=3.5) if len(times) < 30 else {}
    curves.with_band(left, times, survival.value, survival.error, **dots)
    if left.get_yscale() != "log":
        left.set_ylim(0, 1.05)
    left.set_ylabel("survival probability")
    for name, density in result["exit_time_density"].items():
        curves.with_band(right, times, np.asarray(density), density.error, f"through {pretty(name)}", **dots)
    right.set_ylim(bottom=0)
    right.set_ylabel("exit-time density" + Units.brackets(units.field("1/time")))
    right.legend()


def _moments(left: Axes, right: Axes, result: Result, units: Units) -> None:
    times, mean, covariance = result.times, result["mean"], result["covariance"]
    for k, _ in enumerate(result.variables[:2]):
        curves.with_band(left, times, mean.value[:, k], None if mean.error is None else mean.error[:, k], units.axis(k))
        curves.with_band(right, times, covariance.value[:, k, k],
                         None if covariance.error is None else covariance.error[:, k, k], units.axis(k))
    left.set_ylabel("mean")
    right.set_ylabel("variance")
    right.set_ylim(bottom=0)
    left.legend()
    right.legend()
