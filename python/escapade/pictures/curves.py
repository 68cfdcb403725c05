"""Curves against time, and numbers side by side."""
from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.ticker import NullLocator

from ..errors import BadInput
from . import scales, style
from .labels import Units, pretty, words_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ..result import Result


def with_band(axes: Axes, x: np.ndarray, y: np.ndarray, error: np.ndarray | None, label: str = "", **look: Any) -> None:
    """A line with two errors to either side; on a logarithmic axis as far down as up, so that errors beyond the value
    do not reach the floor."""
    drawn, = axes.plot(x, y, label=label or None, **look)
    if error is None or not np.isfinite(error).any():
        return
    low, high = y - 2 * np.nan_to_num(error), y + 2 * np.nan_to_num(error)
    if axes.get_yscale() == "log":  # at most a factor of 30: beyond, the band alone would set the axis
        positive = np.where(y > 0, y, np.nan)
        high = np.minimum(high, 30 * positive)
        low = positive ** 2 / high
    axes.fill_between(x, low, high, color=drawn.get_color(), alpha=0.25, linewidth=0)


def label_log_axis(axes: Axes) -> None:
    """Enough ticks on an axis of few decades."""
    low, high = axes.get_ylim()
    scale = scales.logarithmic(math.log10(low), math.log10(high))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.set_yticks(10.0 ** scale.ticks, labels=scale.labels)


def survival(axes: Axes, result: Result, units: Units) -> None:
    """Survival of trajectories, with its band and an exponential of the same mean."""
    found = result.summary["results"].get("survival")
    if isinstance(found, list):
        found = found[0] if found else None
    if not isinstance(found, dict) or "times" not in found:
        raise BadInput(f"{result.path}: no survival curve to draw")
    times = np.array(found["times"], dtype=float)
    value = np.array(found.get("probability", found.get("value", found.get("survival"))), dtype=float)
    error = found.get("standard_error", found.get("error"))
    axes.set_yscale("log")
    shown = value > 0
    with_band(axes, times[shown], value[shown], np.array(error, dtype=float)[shown] if error else None,
              "trajectories", color=style.LINES[0])
    mean = result.results.get("mean_exit_time")
    if mean is not None and getattr(mean, "value", None) is not None and np.ndim(mean.value) == 0:
        axes.plot(times[shown], np.exp(-times[shown] / mean.value), linestyle="--", color="black", linewidth=1.0,
                  label="exponential of the same mean", zorder=1)
    axes.set_ylim(top=1.15)
    axes.set_xlim(0, times[shown].max() if shown.any() else 1)
    axes.set_xlabel(units.time())
    axes.set_ylabel("survival probability")
    axes.legend(loc="lower left")
    axes.set_box_aspect(0.8)


def z_scores(result: Result) -> list[tuple[str, float]]:
    """(quantity in words, z) of a cross-check."""
    out = []

    def add(name: str, item: Any) -> None:
        if isinstance(item, dict) and isinstance(item.get("z"), (int, float)):
            out.append((words_of(name), float(item["z"])))
        elif isinstance(item, dict):
            for key, part in item.items():
                if isinstance(part, (dict, list)):
                    add(f"{name}[{key}]" if name else key, part)
        elif isinstance(item, list):
            for k, part in enumerate(item):
                add(f"{name}[{k + 1}]", part)
    add("", result.summary["results"].get("comparisons", {}))
    return out


def draw_z_scores(axes: Axes, rows: list[tuple[str, float]], verdict: str) -> None:
    if not rows:
        raise BadInput("no comparison to draw: neither side gives the same quantity")
    reach = max(5.0, 1.1 * max(abs(z) for _, z in rows))
    axes.axvspan(-4, 4, color="#eeeeee", zorder=0)
    axes.axvspan(-2, 2, color="#dddddd", zorder=0)
    axes.axvline(0, color="black", linewidth=0.8, zorder=1)
    places = np.arange(len(rows))[::-1]
    axes.plot([z for _, z in rows], places, linestyle="none", marker="o", color=style.LINES[0], markersize=8, zorder=3)
    axes.set_yticks(places, labels=[name for name, _ in rows])
    axes.set_ylim(-0.7, len(rows) - 0.3)
    axes.set_xlim(-reach, reach)
    axes.set_xlabel("difference over its error")
    axes.set_title(f"verdict: {verdict}")


def draw_spectrum(figure: Figure, result: Result, units: Units) -> None:
    """Power spectral density, and the correlation function where the run has one."""
    results = result.summary["results"]
    pairs = [(name, np.array(_pairs(results.get(name)), dtype=float)) for name in
             ("power_spectral_density", "correlation")]
    shown = [(name, values) for name, values in pairs if values.ndim == 2 and len(values)]
    if not shown:
        raise BadInput(f"{result.path}: neither spectrum nor correlation to draw")
    panels = figure.subplots(1, len(shown), squeeze=False)[0]
    for axes, (name, values) in zip(panels, shown):
        error = values[:, 2] if values.shape[1] > 2 else None
        spectral = name == "power_spectral_density"
        if spectral:
            axes.set_yscale("log")
            if (values[:, 0] > 0).all() and values[-1, 0] > 20 * values[0, 0]:
                axes.set_xscale("log")
        with_band(axes, values[:, 0], values[:, 1], error)
        if spectral:
            label_log_axis(axes)
        time = units.of.get("time", "")
        axes.set_xlabel("frequency" + (f" (1/{time})" if time else "") if spectral else units.time("lag"))
        axes.set_ylabel("power spectral density" if spectral else "correlation")
        axes.set_title(pretty(result.options.get("observable", "")))
        axes.set_box_aspect(0.8)


def _pairs(item: Any) -> list[list[float]]:
    if isinstance(item, dict):
        item = item.get("value", [])
    rows = []
    for row in item or []:
        x, y = row[0], row[1]
        if isinstance(y, dict):
            rows.append([x, y.get("value", math.nan), y.get("error") or math.nan])
        else:
            rows.append([x, y])
    return rows
