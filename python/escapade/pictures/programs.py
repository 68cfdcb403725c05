"""Each program's picture."""
from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import BadInput
from . import curves, expressions, layers, marks, scales, style
from .labels import Units, letter_of, pretty, words_of
from .raster import Raster, box_of, constants_of
from .series import draw_series
from .table import draw_table

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ..fields import Fields
    from ..result import Result

LN10 = math.log(10)


def _label(words: str, unit: str) -> str:
    return words + Units.brackets(unit)


def _exits(axes: Axes, result: Result, box: Any, key: layers.Key) -> None:
    text = result.options.get("exit")
    if not text or "exit" in result.summary.get("unused_options", []):
        return
    layers.sets(axes, result, box, text, key, "exit: ")


def _starts(axes: Axes, result: Result, key: layers.Key) -> None:
    text = result.options.get("starts") or result.options.get("start")
    if not text or len(result.variables) != 2:
        return
    try:
        at = [[float(expressions.value(part, constants_of(result))) for part in point.split(",")]
              for point in text.split(";") if point.strip()]
    except (expressions.CannotRead, TypeError, ValueError):
        return
    if all(len(point) == 2 for point in at):
        layers.points(axes, at, "start", key, "start" if len(at) == 1 else "starts")




def _has_left(result: Result, at: tuple[float, float]) -> bool:
    """Whether a point lies inside the exit set, not on its border."""
    if not result.options.get("exit") or "exit" in result.summary.get("unused_options", []):
        return False
    try:
        values = dict(constants_of(result), **dict(zip(result.variables, at)))
        return float(expressions.level(result.options["exit"], values)) > 1e-6
    except (expressions.CannotRead, TypeError, ValueError):
        return False


def _critical(axes: Axes, result: Result, found: list[marks.Mark], key: layers.Key, raster: Raster, values: np.ndarray,
              named: bool = False) -> None:
    """Those that lie where there is something: not inside an exit."""
    inside = [m for m in found if any(map(math.isfinite, marks.values_at(raster.x, raster.y, values, [m])))
              and not _has_left(result, m.at)]
    if len(inside) > 60:
        return
    for kind in dict.fromkeys(m.kind for m in inside):
        these = [m for m in inside if m.kind == kind]
        letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        names = []
        if named and len(inside) <= 16 and kind in ("minimum", "stable_node", "stable_focus"):
            names = list(letters[:len(these)])
        elif named and len(inside) <= 16 and kind == "saddle":
            names = [f"S$_{{{k + 1}}}$" for k in range(len(these))] if len(these) > 1 else ["S"]
        plural = kind.replace("_", " ")
        layers.points(axes, [m.at for m in these], kind, key, plural, names)


def _way_out(axes: Axes, result: Result, key: layers.Key) -> None:
    way = result.summary["results"].get("way_out")
    if isinstance(way, list) and len(way) > 1:
        layers.line(axes, np.array(way, dtype=float), key, "most probable way out")


def _flow_of(result: Result, raster_box: Any, fields: Fields, name: str) -> tuple[Raster, np.ndarray, np.ndarray]:
    coarse = Raster(fields, raster_box, 90)
    current = fields[name]
    return coarse, coarse.of(current[..., 0], 0), coarse.of(current[..., 1], 0)


def _rounding(result: Result, fields: Fields) -> float:
    """Currents below this are differences of large terms that cancel."""
    if "drift" not in fields or "density" not in fields:
        return 0.0
    carried = np.linalg.norm(fields["drift"], axis=-1) * fields["density"]
    return 1e-9 * float(np.nanmax(carried))


def density(figure: Figure, result: Result, units: Units, name: str = "density", fields: Fields | None = None) -> None:
    """Density on a logarithmic scale, its current, critical points and exits."""
    fields = fields or result.fields
    axes, box, key = figure.add_subplot(), box_of(result, fields), layers.Key()
    raster = Raster(fields, box)
    values = raster.of(log_field(fields, name))
    found = marks.marks_of(result)
    saddles = marks.values_at(raster.x, raster.y, values, marks.of_kind(found, "saddle"))
    scale = scales.of_density(values, saddles)
    layers.frame(axes, box, units)
    image = layers.colours(axes, raster, values / LN10, scale, style.density_map())
    layers.holes(axes, raster, values)
    _exits(axes, result, box, key)
    if "current" in fields:
        coarse, along, across = _flow_of(result, box, fields, "current")
        unit = units.field("1/(length time)")
        layers.streams(axes, coarse, along, across, key, "current", " " + layers_unit(unit) if unit else "",
                       _rounding(result, fields))
    _critical(axes, result, found, key, raster, values)
    layers.colour_bar(figure, image, axes, scale, _label(words_of(name), units.field("1/area")))
    key.put(axes)


def layers_unit(unit: str) -> str:
    from .labels import tex_unit
    return tex_unit(unit)


def log_field(fields: Fields, name: str) -> np.ndarray:
    """The natural logarithm of a field: its own file's, which does not underflow, if there is one."""
    if "log_" + name in fields:
        return fields["log_" + name]
    values = fields[name]
    positive = values > 0
    if not positive.any():
        return np.full(values.shape, np.nan)
    out = np.log(np.where(positive, values, 1))
    return np.where(positive, out, np.where(np.isnan(values), np.nan, out[positive].min() - 3))


def exit_time(figure: Figure, result: Result, units: Units) -> None:
    """log of the mean exit time, with the way out from the start."""
    fields = result.fields
    axes, box, key = figure.add_subplot(), box_of(result, fields), layers.Key()
    raster = Raster(fields, box)
    values = raster.of(log_field(fields, "mean_exit_time"))
    scale = scales.of_times(values)
    layers.frame(axes, box, units)
    image = layers.colours(axes, raster, values / LN10, scale, style.plain_map())
    layers.holes(axes, raster, values)
    _exits(axes, result, box, key)
    _way_out(axes, result, key)
    _critical(axes, result, marks.marks_of(result), key, raster, values)
    _starts(axes, result, key)
    layers.colour_bar(figure, image, axes, scale, _label("mean exit time", units.field("time")))
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
    layers.cut_by_outline(axes, raster, list(lines.collections))
    key.add(layers.Line2D([], [], color="black", linewidth=0.8), "chances 0.1, 0.3, 0.5, …")
    for letter in "ab":
        text = result.options.get("set_" + letter, "")
        layers.sets(axes, result, box, text, key, f"{letter.upper()}: ", letter.upper())
    if "reactive_current" in fields:
        coarse, along, across = _flow_of(result, box, fields, "reactive_current")
        unit = units.field("1/(length time)")
        layers.streams(axes, coarse, along, across, key, "reactive current", " " + layers_unit(unit) if unit else "", 0.0)
    _starts(axes, result, key)
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
        axes.set_title(_eigenvalue(result, k, units))
        axes.label_outer()
    layers.colour_bar(figure, image, list(panels.flat), scale, "mode, over its largest value")


def _eigenvalue(result: Result, k: int, units: Units) -> str:
    from ..number import with_error
    from .labels import tex_unit
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
        scale = scales.of_heights(values, saddles, _temperature(result))
        image = layers.colours(axes, raster, values, scale, style.height_map())
        layers.colour_bar(figure, image, axes, scale, _label(words_of(name), units.field("energy")))
    else:
        values = np.zeros(raster.X.shape)
    if name is None and "drift" in fields:
        coarse, along, across = _flow_of(result, box, fields, "drift")
        layers.streams(axes, coarse, along, across, key, "drift", "", 0.0)
    for path in result.paths:
        inner = _without_sides(path.points, box)
        axes.plot(inner[:, 0], inner[:, 1], color="black", linewidth=1.3, linestyle=(0, (4, 2)), zorder=4)
        key.add(layers.Line2D([], [], color="black", linewidth=1.3, linestyle=(0, (4, 2))), "border of the basins")
    _exits(axes, result, box, key)
    _critical(axes, result, found, key, raster, values, named=True)
    key.put(axes)


def _without_sides(points: np.ndarray, box: Any) -> np.ndarray:
    """A line with gaps where it runs along the sides of the box."""
    near = 1e-6 * max(box[1] - box[0], box[3] - box[2])
    beside = (np.abs(points[:, :1] - np.array(box[:2])) < near).any(axis=1) | (
        np.abs(points[:, 1:] - np.array(box[2:])) < near).any(axis=1)
    # its last point on a side is where it comes from there
    inner = ~beside
    inner[:-1] |= ~beside[1:]
    inner[1:] |= ~beside[:-1]
    return np.where(inner[:, None], points, np.nan)


def _temperature(result: Result) -> float | None:
    try:
        return float(expressions.value(result.options["temperature"], constants_of(result)))
    except (KeyError, expressions.CannotRead, TypeError, ValueError):
        return None


def path(figure: Figure, result: Result, units: Units) -> None:
    """The most probable path, and its action along it."""
    left, right = figure.subplots(1, 2, gridspec_kw={"width_ratios": (1.5, 1)})
    box, key = box_of(result, result.fields if result.has_fields else None), layers.Key()
    layers.frame(left, box, units)
    if result.has_fields:
        raster = Raster(result.fields, box)
        name = next((n for n in ("potential", "loss", "quasi_potential") if n in result.fields), None)
        if name:
            values = raster.of(result.fields[name])
            crossing = result.results.get("crossing")
            at = [marks.Mark(tuple(crossing.value), "saddle", None)] if crossing is not None else []
            scale = scales.of_heights(values, marks.values_at(raster.x, raster.y, values, at), _temperature(result))
            image = layers.colours(left, raster, values, scale, style.height_map())
            layers.colour_bar(figure, image, left, scale, _label(words_of(name), units.field("energy")))
    _exits(left, result, box, key)
    for one in result.paths:
        layers.line(left, one.points, key, "most probable path")
        if len(one) > 1 and "action" in one.data:
            length = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(one.points, axis=0).T))])
            right.plot(length, one.data["action"], color=style.PATH)
    if result.has_fields and name:
        _critical(left, result, marks.marks_of(result), key, raster, values)
    _starts(left, result, key)
    right.set_xlabel("length along the path")
    right.set_ylabel("action")
    right.set_ylim(bottom=0)
    right.margins(x=0)
    right.set_box_aspect(1)
    if "action" in result:
        right.text(0.04, 0.96, f"action {result['action']}", transform=right.transAxes, va="top")
    key.put(left)


def trajectories(figure: Figure, result: Result, units: Units) -> None:
    """Survival against time, and the paths that were saved."""
    saved = result.paths
    if saved or result.exits is not None:
        left, right = figure.subplots(1, 2)
        curves.survival(left, result, units)
        box, key = box_of(result, None) if "domain" not in result.options else box_of(result, None), layers.Key()
        layers.frame(right, box, units)
        _exits(right, result, box, key)
        for k, one in enumerate(saved[:5]):
            right.plot(one.points[:, 0], one.points[:, 1], linewidth=0.35, color=style.LINES[k % 6], zorder=5)
        if result.exits is not None:
            at = result.exits.points
            right.scatter(at[:, 0], at[:, 1], s=6, color="black", alpha=min(1.0, 40 / len(at) + 0.1), linewidths=0,
                          zorder=6)
            key.add(layers.Line2D([], [], linestyle="none", marker=".", color="black"), f"{len(at)} places of exit")
        _starts(right, result, key)
        key.put(right)
        return
    curves.survival(figure.add_subplot(), result, units)


def descents(figure: Figure, result: Result, units: Units) -> None:
    """Runs of SGD: where they went and where they ended, one colour a start."""
    axes, key = figure.add_subplot(), layers.Key()
    starts = result.summary["results"].get("starts", [])
    ends = [np.array([run[:2] for run in entry.get("runs", [])] or [entry["final_point"]["value"]], dtype=float)
            for entry in starts]
    if not ends:
        raise BadInput(f"{result.path}: no runs to draw")
    begins = np.array([entry["start"] for entry in starts], dtype=float)
    points = np.concatenate([begins, *ends, *(path.points for path in result.paths)])
    low, high = points.min(axis=0), points.max(axis=0)
    pad = 0.08 * np.where(high > low, high - low, 1)
    box = (low[0] - pad[0], high[0] + pad[0], low[1] - pad[1], high[1] + pad[1])
    layers.frame(axes, box, units)
    for one in result.paths[:60]:
        k = int(np.argmin(np.hypot(*(begins - one.points[0]).T)))
        axes.plot(one.points[:, 0], one.points[:, 1], linewidth=0.7, color=style.LINES[k % 7], alpha=0.75, zorder=4)
    _exits(axes, result, box, key)
    for k, these in enumerate(ends):
        axes.plot(these[:, 0], these[:, 1], linestyle="none", marker="s", markersize=6, markeredgecolor="white",
                  markeredgewidth=0.8, color=style.LINES[k % 7], zorder=7)
    key.add(layers.Line2D([], [], linestyle="none", marker="s", color=style.INK), "ends")
    inside = [m for m in marks.marks_of(result) if box[0] <= m.at[0] <= box[1] and box[2] <= m.at[1] <= box[3]]
    for kind in dict.fromkeys(m.kind for m in inside):
        layers.points(axes, [m.at for m in inside if m.kind == kind], kind, key)
    layers.points(axes, begins, "start", key, "start" if len(begins) == 1 else "starts")
    key.put(axes)


def comparison(figure: Figure, result: Result, units: Units) -> None:
    """z of every quantity that both sides give, in words."""
    axes = figure.add_subplot()
    rows = curves.z_scores(result)
    curves.draw_z_scores(axes, rows, str(result.verdict))


def network(figure: Figure, result: Result, units: Units) -> None:
    from .network import draw_network
    draw_network(figure, result, units)


def spectrum(figure: Figure, result: Result, units: Units) -> None:
    curves.draw_spectrum(figure, result, units)


DRAWN = {"fp-landscape": landscape, "fp-stationary": density, "fp-exit": exit_time, "fp-rate": rate,
         "fp-committor": committor, "fp-modes": modes, "fp-evolve": draw_series, "fp-path": path,
         "mc-exit": trajectories, "mc-stationary": density, "mc-sgd": descents, "fp-crosscheck": comparison,
         "fp-network": network, "fp-spectrum": spectrum}
SIZES = {"fp-path": (10.5, 5.0), "mc-exit": (10.5, 5.0), "fp-evolve": (11.0, 6.6), "fp-modes": (9.5, 7.5),
         "fp-crosscheck": (7.5, 3.6), "fp-spectrum": (10.5, 4.6)}
