"""Maps: densities, times, committors, modes, potentials."""
from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ..errors import BadInput
from . import common, layers, marks, scales, style
from .labels import Units, tex_unit, words_of
from .raster import Raster, box_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ..fields import Fields
    from ..result import Result

LN10 = math.log(10)


def density(figure: Figure, result: Result, units: Units, name: str = "density", fields: Fields | None = None) -> None:
    """Density on a logarithmic scale, its current, critical points and exits."""
    fields = fields or result.fields
    axes, box, key = figure.add_subplot(), box_of(result, fields), layers.Key()
    raster = Raster(fields, box)
    values = raster.of(common.log_field(fields, name))
    found = marks.marks_of(result)
    saddles = marks.values_at(raster.x, raster.y, values, marks.of_kind(found, "saddle"))
    scale = scales.of_density(values, saddles)
    layers.frame(axes, box, units)
    image = layers.colours(axes, raster, values / LN10, scale, style.density_map())
    layers.holes(axes, raster, values)
    common.exits(axes, result, box, key)
    if "current" in fields:
        coarse, along, across = common.flow_of(result, box, fields, "current")
        unit = units.field("1/(length time)")
        layers.streams(axes, coarse, along, across, key, "current", common.tex(unit),
                       common.rounding(result, fields))
    common.critical(axes, result, found, key, raster, values)
    layers.colour_bar(figure, image, axes, scale, common.with_unit(words_of(name), units.field("1/area")))
    key.put(axes)


def exit_time(figure: Figure, result: Result, units: Units) -> None:
    """log of the mean exit time, with the way out from the start."""
    fields = result.fields
    axes, box, key = figure.add_subplot(), box_of(result, fields), layers.Key()
    raster = Raster(fields, box)
    values = raster.of(common.log_field(fields, "mean_exit_time"))
    scale = scales.of_times(values)
    layers.frame(axes, box, units)
    image = layers.colours(axes, raster, values / LN10, scale, style.plain_map())
    layers.holes(axes, raster, values)
    common.exits(axes, result, box, key)
    common.way_out(axes, result, key)
    common.critical(axes, result, marks.marks_of(result), key, raster, values)
    common.starts(axes, result, key)
    layers.colour_bar(figure, image, axes, scale, common.with_unit("mean exit time", units.field("time")))
    key.put(axes)


def rate(figure: Figure, result: Result, units: Units) -> None:
    density(figure, result, units, "quasi_stationary_density")


def committor(figure: Figure, result: Result, units: Units) -> None:
    """Committor with isocommittors, the reactive current and both sets."""
    fields = result.fields
    axes, box, key = figure.add_subplot(), box_of(result, fields), layers.Key()
    raster = Raster(fields, box)
    values = raster.of(fields["committor_forward"], 0)
    ticks = np.linspace(0, 1, 6)
    scale = scales.Scale(0, 1, np.array([0.1, 0.3, 0.5, 0.7, 0.9]), ticks, [f"{t:.1f}" for t in ticks])
    layers.frame(axes, box, units)
    image = layers.colours(axes, raster, values, scale, style.two_sided_map(), contours=False)
    lines = axes.contour(raster.x, raster.y, np.ma.masked_invalid(values), levels=scale.levels, colors="black",
                         linewidths=[0.6, 0.6, 1.4, 0.6, 0.6], zorder=2)
    layers.cut_by_outline(axes, raster, layers.artists_of(lines))
    key.add(layers.Line2D([], [], color="black", linewidth=0.8), "chances 0.1, 0.3, 0.5, …")
    for letter in "ab":
        text = result.options.get("set_" + letter, "")
        layers.sets(axes, result, box, text, key, f"{letter.upper()}: ", letter.upper())
    if "reactive_current" in fields:
        coarse, along, across = common.flow_of(result, box, fields, "reactive_current")
        unit = units.field("1/(length time)")
        layers.streams(axes, coarse, along, across, key, "reactive current", common.tex(unit), 0.0)
    common.starts(axes, result, key)
    layers.colour_bar(figure, image, axes, scale, "chance of B before A")
    key.put(axes)


def modes(figure: Figure, result: Result, units: Units) -> None:
    """The slowest relaxation modes, one panel each."""
    fields = result.fields
    names = [name for name in fields if name.startswith("mode_")][:6]
    if not names:
        raise BadInput(f"{result.path}: no modes to draw")
    columns = min(len(names), 3 if len(names) != 4 else 2)
    panels = figure.subplots(-(-len(names) // columns), columns, squeeze=False)
    box = box_of(result, fields)
    raster = Raster(fields, box, 300)
    ticks = np.linspace(-1, 1, 5)
    scale = scales.Scale(-1, 1, np.linspace(-0.75, 0.75, 7), ticks, [scales.plain_text(t) for t in ticks])
    image = None
    for k, axes in enumerate(panels.flat):
        if k >= len(names):
            axes.set_visible(False)
            continue
        values = raster.of(fields[names[k]])
        layers.frame(axes, box, units)
        image = layers.colours(axes, raster, values / np.nanmax(np.abs(values)), scale, style.two_sided_map())
        axes.set_title(eigenvalue(result, k, units))
        axes.label_outer()
    layers.colour_bar(figure, image, list(panels.flat), scale, "mode, over its largest value")


def eigenvalue(result: Result, k: int, units: Units) -> str:
    from ..number import with_error
    results = result.summary["results"]
    try:
        real, imaginary = results["eigenvalues"][k]
        error = results.get("eigenvalue_errors", [[None]] * (k + 1))[k]
    except (KeyError, IndexError, TypeError):
        return ""
    text = with_error(real, error[0] if error else None)
    if abs(imaginary) > 1e-12 * abs(real):
        text = f"{real:.4g} {'+' if imaginary > 0 else '−'} {abs(imaginary):.4g} i"
    unit = units.field("1/time")
    return rf"$\lambda_{{{k + 1}}}$ = {text}" + (f" {tex_unit(unit)}" if unit else "")


def landscape(figure: Figure, result: Result, units: Units) -> None:
    """Potential or loss up to somewhat above the highest saddle, its critical points named, ways down drawn."""
    fields = result.fields
    axes, box, key = figure.add_subplot(), box_of(result, fields), layers.Key()
    raster = Raster(fields, box)
    found = marks.marks_of(result)
    layers.frame(axes, box, units)
    name = next((n for n in ("potential", "loss", "quasi_potential") if n in fields), None)
    if name:
        values = raster.of(fields[name])
        saddles = [m.value for m in marks.of_kind(found, "saddle") if m.value is not None]
        scale = scales.of_heights(values, saddles, common.temperature(result))
        image = layers.colours(axes, raster, values, scale, style.height_map())
        layers.colour_bar(figure, image, axes, scale, common.with_unit(words_of(name), units.field("energy")))
    else:
        values = np.zeros(raster.X.shape)
    if name is None and "drift" in fields:
        coarse, along, across = common.flow_of(result, box, fields, "drift")
        layers.streams(axes, coarse, along, across, key, "drift", "", 0.0, common.where_it_stays(result, fields, coarse))
    for path in result.paths:
        if "stable" in path.data:
            _cycle(axes, path.points, bool(path.data["stable"][0]), box, key)
    for inner in common.borders([path.points for path in result.paths if "stable" not in path.data], box):
        axes.plot(inner[:, 0], inner[:, 1], color="black", linewidth=1.3, linestyle=(0, (4, 2)), zorder=4)
        key.add(layers.Line2D([], [], color="black", linewidth=1.3, linestyle=(0, (4, 2))), "border of the basins")
    common.exits(axes, result, box, key)
    common.critical(axes, result, found, key, raster, values, named=True)
    key.put(axes)


def _cycle(axes: Axes, points: np.ndarray, stable: bool, box: tuple[float, float, float, float],
           key: layers.Key) -> None:
    """A closed orbit, lifted off the page where it goes on behind a periodic side."""
    seam = np.any(np.abs(np.diff(points, axis=0)) > 0.5 * np.array([box[1] - box[0], box[3] - box[2]]), axis=1)
    points = np.insert(points.astype(float), np.flatnonzero(seam) + 1, np.nan, axis=0)
    style_of = dict(color=style.PATH, linewidth=2.0, linestyle="-" if stable else (0, (4, 2)))
    axes.plot(points[:, 0], points[:, 1], zorder=6, **style_of)
    key.add(layers.Line2D([], [], **style_of), f"{'stable' if stable else 'unstable'} cycle")
