"""What the maps of several programs have in common: exits, starts, critical points, currents."""
from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from . import expressions, layers, marks
from .labels import Units, tex_unit
from .raster import Raster, constants_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..fields import Fields
    from ..result import Result


def with_unit(words: str, unit: str) -> str:
    return words + Units.brackets(unit)


def exits(axes: Axes, result: Result, box: Any, key: layers.Key) -> None:
    text = result.options.get("exit")
    if not text or "exit" in result.summary.get("unused_options", []):
        return
    layers.sets(axes, result, box, text, key, "exit: ")


def starts(axes: Axes, result: Result, key: layers.Key) -> None:
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


def has_left(result: Result, at: tuple[float, float]) -> bool:
    """Whether a point lies inside the exit set, not on its border."""
    if not result.options.get("exit") or "exit" in result.summary.get("unused_options", []):
        return False
    try:
        values = dict(constants_of(result), **dict(zip(result.variables, at)))
        return float(expressions.level(result.options["exit"], values)) > 1e-6
    except (expressions.CannotRead, TypeError, ValueError):
        return False


def critical(axes: Axes, result: Result, found: list[marks.Mark], key: layers.Key, raster: Raster, values: np.ndarray,
              named: bool = False) -> None:
    """Those that lie where there is something: not inside an exit."""
    inside = [m for m in found if any(map(math.isfinite, marks.values_at(raster.x, raster.y, values, [m])))
              and not has_left(result, m.at)]
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


def way_out(axes: Axes, result: Result, key: layers.Key) -> None:
    way = result.summary["results"].get("way_out")
    if isinstance(way, list) and len(way) > 1:
        layers.line(axes, np.array(way, dtype=float), key, "most probable way out")


def flow_of(result: Result, raster_box: Any, fields: Fields, name: str) -> tuple[Raster, np.ndarray, np.ndarray]:
    coarse = Raster(fields, raster_box, 90)
    current = fields[name]
    return coarse, coarse.of(current[..., 0], 0), coarse.of(current[..., 1], 0)


def rounding(result: Result, fields: Fields) -> float:
    """Currents below this are differences of large terms that cancel."""
    if "drift" not in fields or "density" not in fields:
        return 0.0
    carried = np.linalg.norm(fields["drift"], axis=-1) * fields["density"]
    return 1e-9 * float(np.nanmax(carried))


def tex(unit: str) -> str:
    """A unit behind a number in a key; nothing where there is none."""
    return " " + tex_unit(unit) if unit else ""


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


def without_sides(points: np.ndarray, box: Any) -> np.ndarray:
    """A line with gaps where it runs along the sides of the box."""
    near = 1e-6 * max(box[1] - box[0], box[3] - box[2])
    beside = (np.abs(points[:, :1] - np.array(box[:2])) < near).any(axis=1) | (
        np.abs(points[:, 1:] - np.array(box[2:])) < near).any(axis=1)
    # its last point on a side is where it comes from there
    inner = ~beside
    inner[:-1] |= ~beside[1:]
    inner[1:] |= ~beside[:-1]
    return np.where(inner[:, None], points, np.nan)


def borders(lines: list[np.ndarray], box: Any) -> list[np.ndarray]:
    """Borders along the sides of cells as smooth lines, each drawn once where two regions share it. What runs along
    the box is left out; what is smoothed stays within a cell or so of where it was."""
    half = 8  # cells that a point is averaged over, to each side
    seen: set[frozenset[tuple[int, ...]]] = set()
    size = max(box[1] - box[0], box[3] - box[2])
    out = []
    for line in lines:
        inner = without_sides(line, box)
        keys = [tuple(key) for key in np.round(np.nan_to_num(line) / size * 1e7).astype(int).tolist()]
        piece = [inner[0]]
        for k in range(1, len(inner) + 1):
            edge = frozenset(keys[k - 1:k + 1]) if k < len(inner) else frozenset()
            if k < len(inner) and edge not in seen and np.isfinite(inner[k - 1:k + 1]).all():
                seen.add(edge)
                piece.append(inner[k])
                continue
            if len(piece) > 1:
                out.append(_smoothed(np.array(piece), half))
            piece = [inner[k]] if k < len(inner) else []
    return out


def _smoothed(line: np.ndarray, half: int) -> np.ndarray:
    """A moving average; a closed line stays closed, the ends of others stay where they are."""
    closed = bool(np.allclose(line[0], line[-1]))
    half = min(half, (len(line) - 1) // 3)
    if half < 1:
        return line
    around = (np.concatenate([line[-1 - half:-1], line, line[1:1 + half]]) if closed
              else np.pad(line, ((half, half), (0, 0)), mode="reflect", reflect_type="odd"))
    total = np.cumsum(np.concatenate([np.zeros((1, 2)), around]), axis=0)
    return (total[2 * half + 1:] - total[:-2 * half - 1]) / (2 * half + 1)


def temperature(result: Result) -> float | None:
    try:
        return float(expressions.value(result.options["temperature"], constants_of(result)))
    except (KeyError, expressions.CannotRead, TypeError, ValueError):
        return None
