"""Paths and trajectories, and which picture each program has."""
from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..errors import BadInput
from . import common, curves, layers, maps, marks, scales, style
from .labels import Units, words_of
from .network import draw_network
from .raster import Raster, box_of
from .series import draw_series

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ..result import Result


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
            scale = scales.of_heights(values, marks.values_at(raster.x, raster.y, values, at), common.temperature(result))
            image = layers.colours(left, raster, values, scale, style.height_map())
            layers.colour_bar(figure, image, left, scale, common.with_unit(words_of(name), units.field("energy")))
    common.exits(left, result, box, key)
    for one in result.paths:
        layers.line(left, one.points, key, "most probable path")
        if len(one) > 1 and "action" in one.data:
            length = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(one.points, axis=0).T))])
            right.plot(length, one.data["action"], color=style.PATH)
    if result.has_fields and name:
        common.critical(left, result, marks.marks_of(result), key, raster, values)
    common.starts(left, result, key)
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
        common.exits(right, result, box, key)
        for k, one in enumerate(saved[:5]):
            right.plot(one.points[:, 0], one.points[:, 1], linewidth=0.35, color=style.LINES[k % 6], zorder=5)
        if result.exits is not None:
            at = result.exits.points
            right.scatter(at[:, 0], at[:, 1], s=6, color="black", alpha=min(1.0, 40 / len(at) + 0.1), linewidths=0,
                          zorder=6)
            key.add(layers.Line2D([], [], linestyle="none", marker=".", color="black"), f"{len(at)} places of exit")
        common.starts(right, result, key)
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
    common.exits(axes, result, box, key)
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


DRAWN = {"fp-landscape": maps.landscape, "fp-stationary": maps.density, "fp-exit": maps.exit_time, "fp-rate": maps.rate,
         "fp-committor": maps.committor, "fp-modes": maps.modes, "fp-evolve": draw_series, "fp-path": path,
         "mc-exit": trajectories, "mc-stationary": maps.density, "mc-sgd": descents, "fp-crosscheck": comparison,
         "fp-network": draw_network, "fp-spectrum": curves.draw_spectrum}
SIZES = {"fp-path": (10.5, 5.0), "mc-exit": (10.5, 5.0), "fp-evolve": (11.0, 6.6), "fp-modes": (9.5, 7.5),
         "fp-crosscheck": (7.5, 3.6), "fp-spectrum": (10.5, 4.6)}
