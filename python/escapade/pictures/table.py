"""Pictures of sweeps: curves with error bars and the straight line of Arrhenius, or a map of two."""
from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ..errors import BadInput
from . import curves, layers, scales, style
from .labels import Units, WORDS, letter_of, words_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ..result import Result
    from ..table import Table

LN10 = math.log(10)


def draw_table(figure: Figure, result: Result, units: Units, name: str | None = None) -> None:
    table = result.table
    assert table is not None
    name = name or table.first
    if name not in table.numbers:
        raise BadInput(f"{result.path}: no result '{name}' to draw; there are {', '.join(table.numbers) or 'none'}")
    if len(table.swept) > 1:
        _map(figure.add_subplot(), figure, table, name, units)
        return
    fitted = has_line(table, name)
    panels = figure.subplots(1, 2 if fitted else 1, squeeze=False)[0]
    _curve(panels[0], table, name, units)
    if fitted:
        _arrhenius(panels[1], table, name, units)


def has_line(table: Table, name: str) -> bool:
    """Whether the sweep has the straight line of this result's logarithm over 1/value."""
    return (table.fit is not None and table.fit.get("of") == f"log {name.partition('[')[0]}" and name == table.first
            and _logs(table, name) is not None and len(table[table.swept[0]]) > 1)


def _logs(table: Table, name: str) -> tuple[np.ndarray, np.ndarray] | None:
    """Natural logarithms with their errors, where all values are positive."""
    number = table.numbers[name]
    if number.log is None or not np.isfinite(number.log).all():
        return None
    error = number.log_error
    if error is None:
        error = np.zeros(len(number.log)) if number.error is None or number.value is None else number.error / number.value
    return number.log, np.nan_to_num(error)


def _unit_of(name: str, units: Units) -> str:
    head = name.partition("[")[0]
    if "time" in head:
        return units.field("time")
    return units.field("1/time") if "rate" in head else ""


def _swept_label(name: str) -> str:
    return f"{words_of(name)} {letter_of(name)}" if name in WORDS else letter_of(name)


def _points(axes: Axes, x: np.ndarray, y: np.ndarray, error: np.ndarray | None) -> None:
    axes.errorbar(x, y, yerror_of(error), linestyle="none", marker="o", markersize=5.5, color=style.LINES[0], capsize=3,
                  elinewidth=1.2, zorder=3)


def yerror_of(error: np.ndarray | None) -> np.ndarray | None:
    return None if error is None else np.nan_to_num(np.abs(error))


def _curve(axes: Axes, table: Table, name: str, units: Units) -> None:
    """The result against the swept value; on logarithmic axes where it spans more than a decade."""
    x, number = table[table.swept[0]], table.numbers[name]
    order = np.argsort(x)
    logs = _logs(table, name)
    spans = logs is not None and np.ptp(logs[0]) > LN10
    label = words_of(name, units.variables) + Units.brackets(_unit_of(name, units))
    if spans and (number.value is None or not np.isfinite(number.value).all() or np.max(np.abs(logs[0])) > 600):
        _points(axes, x, logs[0] / LN10, logs[1] / LN10)
        axes.plot(x[order], logs[0][order] / LN10, color=style.LINES[0], linewidth=1.0, alpha=0.6)
        label = r"$\log_{10}$ of the " + label
    else:
        if spans:
            axes.set_yscale("log")
        _points(axes, x, number.value, number.error)
        axes.plot(x[order], number.value[order], color=style.LINES[0], linewidth=1.0, alpha=0.6)
        if spans:
            curves.label_log_axis(axes)
    if (x > 0).all() and x.max() > 20 * x.min():
        axes.set_xscale("log")
    axes.set_xlabel(_swept_label(table.swept[0]))
    axes.set_ylabel(label)
    axes.set_box_aspect(0.85)


def _arrhenius(axes: Axes, table: Table, name: str, units: Units) -> None:
    """log of the result against 1/value with the straight line of the fit."""
    logs, fit = _logs(table, name), table.fit
    if logs is None or fit is None:
        return
    x = 1 / table[table.swept[0]]
    _points(axes, x, logs[0], logs[1])
    ends = np.array([x.min(), x.max()])
    slope, error = fit["slope"], fit.get("slope_standard_error", fit.get("slope_error"))
    from ..number import with_error
    axes.plot(ends, fit["intercept"] + slope * ends, color=style.LINES[1], linewidth=1.4,
              label=f"straight line, slope {with_error(slope, error)}".replace("-", "−"))
    letter = letter_of(table.swept[0]).strip("$")
    axes.set_xlabel(f"$1/{letter}$")
    unit = _unit_of(name, units)
    axes.set_ylabel(f"ln of the {words_of(name, units.variables)}" + (f" (in {unit})" if unit else ""))
    axes.legend(loc="best")
    axes.set_box_aspect(0.85)


def _is_logarithmic(values: np.ndarray) -> bool:
    """Whether swept values belong on a logarithmic axis: many decades, or a range that was given so."""
    if not (values > 0).all() or values[-1] > 20 * values[0]:
        return bool((values > 0).all())
    steps, ratios = np.diff(values), np.diff(np.log(values))
    return len(values) > 2 and np.ptp(ratios) < 1e-6 * ratios.max() and np.ptp(steps) > 0.1 * steps.max()


def _edges(values: np.ndarray, log: bool) -> np.ndarray:
    """Between neighbours, and as far beyond the first and last."""
    at = np.log(values) if log else values
    half = np.diff(at) / 2 if len(at) > 1 else np.array([0.5])
    edges = np.concatenate([[at[0] - half[0]], at[:-1] + half if len(at) > 1 else [], [at[-1] + half[-1]]])
    return np.exp(edges) if log else edges


def _map(axes: Axes, figure: Figure, table: Table, name: str, units: Units) -> None:
    """The result over both swept values."""
    first, second = table.swept[:2]
    x, y = np.unique(table[first]), np.unique(table[second])
    logs, number = _logs(table, name), table.numbers[name]
    log = logs is not None and np.ptp(logs[0]) > LN10
    values = logs[0] / LN10 if log and logs is not None else number.value
    grid = np.full((len(y), len(x)), np.nan)
    grid[np.searchsorted(y, table[second]), np.searchsorted(x, table[first])] = values
    low, high = float(np.nanmin(grid)), float(np.nanmax(grid))
    scale = scales.logarithmic(low, high) if log else scales.linear(low, high)
    logs_of = [_is_logarithmic(one) for one in (x, y)]
    image = axes.pcolormesh(_edges(x, logs_of[0]), _edges(y, logs_of[1]), np.ma.masked_invalid(grid), shading="flat",
                            rasterized=True, cmap=style.plain_map(), vmin=scale.low, vmax=scale.high)
    inner = scale.levels[(scale.levels > low) & (scale.levels < high)]
    if len(inner) and min(len(x), len(y)) > 5:  # of fewer, contours would be guesses
        axes.contour(x, y, np.ma.masked_invalid(grid), levels=inner, colors="black", linewidths=0.6)
    for log, values_of, set_scale, set_ticks in ((logs_of[0], x, axes.set_xscale, axes.set_xticks),
                                                 (logs_of[1], y, axes.set_yscale, axes.set_yticks)):
        if log:
            set_scale("log")
        if log and values_of[-1] <= 20 * values_of[0] and len(values_of) <= 8:  # no decades to put ticks at
            set_ticks(values_of, [f"{v:.3g}" for v in values_of])
            set_ticks([], minor=True)
    axes.set_xlabel(_swept_label(first))
    axes.set_ylabel(_swept_label(second))
    axes.set_box_aspect(0.85)
    layers.colour_bar(figure, image, axes, scale,
                      words_of(name, units.variables) + Units.brackets(_unit_of(name, units)))
