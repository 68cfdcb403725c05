"""Pictures of problems in one dimension: fields as curves."""
from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..errors import BadInput
from . import expressions, layers, style
from .labels import Units, pretty, words_of
from .raster import constants_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ..result import Result

#: what each program shows
MAIN = {"fp-stationary": "density", "fp-exit": "mean_exit_time", "fp-rate": "quasi_stationary_density",
        "fp-committor": "committor_forward", "fp-modes": "mode_", "fp-evolve": "density", "fp-landscape": "potential",
        "mc-stationary": "density"}


def draw_line(figure: Figure, result: Result, units: Units, field: str | None = None) -> None:
    """One curve, of modes one each, of an evolution one a frame."""
    axes = figure.add_subplot()
    wanted = field or MAIN[result.program]
    if result.frames and field is None:
        chosen = sorted({round(k) for k in np.linspace(1, len(result.frames) - 1, min(6, len(result.frames)))})
        curves = [(f"$t$ = {result.frames[k].time:.4g}", result.frames[k], wanted) for k in chosen]
    else:
        names = [name for name in result.fields if name.startswith(wanted)] if wanted.endswith("_") else [wanted]
        curves = [(_of_mode(result, name, units) if len(names) > 1 else "", result.fields, name) for name in names]
    if wanted == "potential" and "loss" in result.fields:
        curves = [("", result.fields, "loss")]
    drawn = []
    for label, fields, name in curves:
        values, x = fields[name].reshape(-1), fields.x
        if x is None or len(x) != len(values):
            raise BadInput(f"{fields.path}: '{name}' is no field in one dimension")
        drawn.append(values)
        axes.plot(x, values, label=label or None)
    known = np.concatenate(drawn)
    known = known[np.isfinite(known)]
    heights = wanted in ("potential", "loss", "quasi_potential")  # 0 is no height of its own
    if not heights and known.size and known.min() > 0 and known.max() > 1e3 * known.min():
        axes.set_yscale("log")
        axes.set_ylim(max(known.min(), 1e-12 * known.max()), 2 * known.max())
    elif not heights and known.size and known.min() >= 0:
        axes.set_ylim(bottom=0)
    axes.set_xlim(*curves[0][1].corners[0][[0, -1]])
    if wanted.endswith("_") and len(curves) > 1:  # below: modes are everywhere
        layers.Key(*axes.get_legend_handles_labels()).put(axes)
    elif len(curves) > 1:
        axes.legend()
    _shade_exit(axes, result)
    if result.program == "fp-landscape" and heights:
        _mark_points(axes, result)
    axes.set_xlabel(units.axis(0))
    name = curves[0][2]
    axes.set_ylabel((words_of(name) if not wanted.endswith("_") else "mode") + Units.brackets(
        units.field("time" if "time" in name else "1/area" if "density" in name else "")))
    axes.set_box_aspect(0.7)


def _of_mode(result: Result, name: str, units: Units) -> str:
    """Its eigenvalue; of the imaginary part of a mode, of its real part."""
    from .maps import eigenvalue
    number = name.removeprefix("mode_").removesuffix("_imaginary")
    text = eigenvalue(result, int(number), units) if number.isdigit() else ""
    return (text or words_of(name)) + (" (imaginary)" if name.endswith("_imaginary") else "")


def _mark_points(axes: Axes, result: Result) -> None:
    """Minima and maxima, named as on maps, and what the barriers between them are."""
    key = layers.Key()
    found = [point for point in result.summary["results"].get("critical_points", []) if len(point["position"]) == 1]
    for kind in dict.fromkeys(point["type"] for point in found):
        layers.points(axes, [(point["position"][0], point["value"]) for point in found if point["type"] == kind], kind, key)
    if found:
        key.put(axes)


def _shade_exit(axes: Axes, result: Result) -> None:
    text = result.options.get("exit")
    if not text or "exit" in result.summary.get("unused_options", []):
        return
    low, high = axes.get_xlim()
    x = np.linspace(low, high, 2000)
    try:
        values = dict(constants_of(result), **{result.variables[0]: x})
        inside = np.broadcast_to(expressions.level(text, values), x.shape) > 0
    except (expressions.CannotRead, TypeError, ValueError):
        return
    axes.fill_between(x, 0, 1, where=inside, transform=axes.get_xaxis_transform(), color=style.SET_FACE, zorder=0,
                      linewidth=0)
    axes.set_title(f"exit: {pretty(text)}", fontsize="medium")
