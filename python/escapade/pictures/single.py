"""One field of a run, as it is."""
from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import BadInput
from . import common, layers, marks, scales, style
from .labels import Units, words_of
from .raster import Raster, box_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ..result import Result


def draw_field(figure: Figure, result: Result, units: Units, name: str) -> None:
    """Densities and times on logarithmic scales, probabilities from 0 to 1, vectors as streamlines, all else as is."""
    fields = result.fields
    values, kind = fields[name], fields.units(name)
    axes, box, key = figure.add_subplot(), box_of(result, fields), layers.Key()
    layers.frame(axes, box, units)
    raster, plain = Raster(fields, box), 1 if fields.on_triangles else 2
    if values.ndim > plain and values.shape[-1] == 3:
        raise BadInput(f"{fields.path}: '{name}' has three components; draw one of r.fields['{name}'][..., k] yourself")
    if values.ndim > plain:
        coarse = Raster(fields, box, 90)
        shown = raster.of(values[..., 0])
        layers.streams(axes, coarse, coarse.of(values[..., 0], 0), coarse.of(values[..., 1], 0), key, words_of(name),
                       "", 0.0, None if kind == "1/(length time)" else common.where_it_stays(result, fields, coarse))
    else:
        shown, scale, colour_map = _scaled(raster, values, name, kind)
        image = layers.colours(axes, raster, shown, scale, colour_map)
        layers.holes(axes, raster, shown)
        layers.colour_bar(figure, image, axes, scale, words_of(name) + Units.brackets(units.field(kind)))
    common.exits(axes, result, box, key)
    common.critical(axes, result, marks.marks_of(result), key, raster, shown)
    key.put(axes)


def _scaled(raster: Raster, values: np.ndarray, name: str, kind: str) -> tuple[np.ndarray, scales.Scale, Any]:
    if name.startswith("log_"):
        shown = raster.of(values)
        time = "time" in name
        return (shown / math.log(10), scales.of_times(shown) if time else scales.of_density(shown, []),
                style.plain_map() if time else style.density_map())
    shown = raster.of(values)
    known = shown[np.isfinite(shown)]
    if known.size == 0:
        raise BadInput(f"'{name}': no value to show is finite")
    low, high = float(known.min()), float(known.max())
    if low >= -1e-12 and high <= 1 + 1e-12 and not kind:
        return shown, scales.linear(0, 1), style.plain_map()
    if low < 0 < high:
        return shown, scales.linear(-max(-low, high), max(-low, high)), style.two_sided_map()
    return shown, scales.linear(low, high), style.plain_map()
