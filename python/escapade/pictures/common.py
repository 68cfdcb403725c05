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


def starts_of(result: Result) -> list[list[float]]:
    """Of two variables; none where they cannot be read here."""
    text = result.options.get("starts") or result.options.get("start")
    if not text or len(result.variables) != 2:
        return []
    try:
        at = [[float(expressions.value(part, constants_of(result))) for part in point.split(",")]
              for point in text.split(";") if point.strip()]
    except (expressions.CannotRead, TypeError, ValueError):
        return []
    return at if all(len(point) == 2 for point in at) else []


def starts(axes: Axes, result: Result, key: layers.Key) -> None:
    at = starts_of(result)
    if at:
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
    """From the start on, where that is in the well the way leads out of: within the cell it begins in, or a few."""
    way = result.summary["results"].get("way_out")
    if not isinstance(way, list) or len(way) < 2:
        return
    points, begins = np.array(way, dtype=float), starts_of(result)[:1]
    step = float(np.median(np.hypot(*np.diff(points, axis=0).T)))
    if begins and math.hypot(*(points[0] - begins[0])) < 8 * step:
        points = np.concatenate([begins, points])
    layers.line(axes, points, key, "most probable way out")


def where_it_stays(result: Result, fields: Fields, raster: Raster) -> np.ndarray:
    """Of a raster, where drift tells something: where density is, else about rest points and cycles, else in the middle.
    Drift at the corners of a box is as large as the box."""
    if "density" in fields:
        density = raster.of(fields["density"], 0)
        return density > 1e-3 * np.nanmax(density)
    found = [m.at for m in marks.marks_of(result)] + [p for path in result.paths for p in path.points[:, :2]]
    width, height = raster.x[-1] - raster.x[0], raster.y[-1] - raster.y[0]
    if not found:
        return (np.abs(raster.X - raster.X.mean()) < width / 4) & (np.abs(raster.Y - raster.Y.mean()) < height / 4)
    near = np.zeros(raster.X.shape, dtype=bool)
    for x, y in found[::max(1, len(found) // 500)]:
        near |= ((raster.X - x) / width) ** 2 + ((raster.Y - y) / height) ** 2 < 0.1 ** 2
    return near


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
