"""Fields of any grid on an upright raster of pixels, which is what pictures are made of."""
from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from ..fields import following
from . import expressions

if TYPE_CHECKING:
    from matplotlib.path import Path as Outline

    from ..fields import Fields
    from ..result import Result

PIXELS = 420  # along the longer side


def constants_of(result: Result) -> dict[str, float]:
    """The problem's parameters."""
    return expressions.parameters(str(result.options.get("parameters", "")))


def box_of(result: Result, fields: Fields | None) -> tuple[float, float, float, float]:
    """x0, x1, y0, y1 to show: -domain, or what the cells cover."""
    text = result.options.get("domain", "")
    if text and "mesh" not in result.options:
        try:
            sides = [float(expressions.value(side, constants_of(result))) for side in text.split(",")]
            if len(sides) == 4:
                return sides[0], sides[1], sides[2], sides[3]
        except (expressions.CannotRead, TypeError, ValueError):
            pass
    if fields is None:
        return _box_of_paths(result)
    if fields.corners_of_cells is not None:
        outline = Raster(fields, (0.0, 1.0, 0.0, 1.0), 2).outline
        corner = fields.corners_of_cells[0] if outline is None else outline.vertices
        return corner[:, 0].min(), corner[:, 0].max(), corner[:, 1].min(), corner[:, 1].max()
    if fields.frame_angle == 0:
        u, v = fields.corners
        return u[0], u[-1], v[0], v[-1]
    inside = np.isfinite(fields[next(iter(fields))]).reshape(fields.cells + (-1,)).any(axis=2)
    assert fields.X is not None and fields.Y is not None
    x, y = fields.X[inside], fields.Y[inside]
    return x.min(), x.max(), y.min(), y.max()


def _box_of_paths(result: Result) -> tuple[float, float, float, float]:
    points = np.concatenate([path.points for path in result.paths] or [np.array([[-1.0, -1.0], [1.0, 1.0]])])
    low, high = points.min(axis=0), points.max(axis=0)
    pad = 0.05 * np.where(high > low, high - low, 1)
    return low[0] - pad[0], high[0] + pad[0], low[1] - pad[1], high[1] + pad[1]


def _beyond(values: np.ndarray) -> np.ndarray:
    """Cells beside known ones by the straight lines through the last two along each axis and diagonal."""
    wide = np.pad(values, 2, constant_values=np.nan)
    n, m = values.shape
    total, count = np.zeros(values.shape), np.zeros(values.shape)
    for di in (-1, 0, 1):
        for dj in (-1, 0, 1):
            if di == dj == 0:
                continue
            one, two = (wide[2 + k * di:2 + k * di + n, 2 + k * dj:2 + k * dj + m] for k in (1, 2))
            line = 2 * one - two
            total += np.where(np.isfinite(line), line, 0)
            count += np.isfinite(line)
    return np.where(np.isfinite(values) | (count == 0), values, total / np.maximum(count, 1))


def _grown(values: np.ndarray, rings: int) -> np.ndarray:
    """The field over that many more cells, so that a border drawn over them is smooth."""
    out = values
    for _ in range(rings):
        known = np.isfinite(out)
        if known.all():
            break
        total, count = np.zeros_like(out), np.zeros(out.shape)
        held = np.where(known, out, 0)
        for axis in (0, 1):
            for step in (1, -1):
                to = [slice(None)] * 2
                of = [slice(None)] * 2
                to[axis], of[axis] = (slice(1, None), slice(None, -1)) if step == 1 else (slice(None, -1), slice(1, None))
                total[tuple(to)] += held[tuple(of)]
                count[tuple(to)] += known[tuple(of)]
        out = np.where(known | (count == 0), out, total / np.maximum(count, 1))
    return out


def _without_rim(values: np.ndarray) -> np.ndarray:
    """Cells beside missing ones are missing, too."""
    missing = np.isnan(np.pad(values, 1, mode="edge"))
    beside = missing[1:-1, 1:-1] | missing[2:, 1:-1] | missing[:-2, 1:-1] | missing[1:-1, 2:] | missing[1:-1, :-2]
    return np.where(beside, np.nan, values)


class Raster:
    """`x` (columns,) and `y` (rows,) are the middles of the pixels; `of(values)` has the shape (rows, columns)."""

    def __init__(self, fields: Fields, box: tuple[float, float, float, float], pixels: int = PIXELS):
        self.fields, self.box = fields, box
        # as many pixels along each side as cells make sense on
        self.x = box[0] + (np.arange(pixels) + 0.5) / pixels * (box[1] - box[0])
        self.y = box[2] + (np.arange(pixels) + 0.5) / pixels * (box[3] - box[2])
        self.X, self.Y = np.meshgrid(self.x, self.y)

    @property
    def extent(self) -> tuple[float, float, float, float]:
        return self.box

    @cached_property
    def _weights(self) -> tuple[np.ndarray, ...]:
        """Cell below and left of each pixel and the parts of the next ones; NaN parts beyond the grid."""
        cosine, sine = np.cos(self.fields.frame_angle), np.sin(self.fields.frame_angle)
        out: list[np.ndarray] = []
        for corner, at in zip(self.fields.corners, (self.X * cosine + self.Y * sine, self.Y * cosine - self.X * sine)):
            middle = (corner[1:] + corner[:-1]) / 2
            slack = 1e-9 * abs(corner[-1] - corner[0])
            where = np.interp(at, middle, np.arange(len(middle)))
            where[(at < corner[0] - slack) | (at > corner[-1] + slack)] = np.nan
            first = np.clip(np.nan_to_num(where).astype(int), 0, max(len(middle) - 2, 0))
            out += [first, where - first, np.minimum(first + 1, len(middle) - 1)]
        return tuple(out)

    @cached_property
    def _triangles(self):  # type: ignore[no-untyped-def]
        from matplotlib.tri import Triangulation
        points = self.fields.points
        assert points is not None
        mesh = Triangulation(points[:, 0], points[:, 1])
        return mesh, _painted(mesh.x[mesh.triangles], mesh.y[mesh.triangles], self.x, self.y)

    def of(self, values: np.ndarray, rings: int = 2) -> np.ndarray:
        """A scalar field on the raster, linear between middles of cells; NaN where there is none."""
        if self.fields.on_triangles:
            return self._of_triangles(values)
        if rings and self.fields.frame_angle != 0:  # cells that an oblique border cuts stand out from their neighbours
            values = _without_rim(values)
            for _ in range(2):
                values = _beyond(values)
        values = _grown(values, rings)
        i, s, i1, j, t, j1 = self._weights
        total, weight = np.zeros(self.X.shape), np.zeros(self.X.shape)
        for a, wa in ((i, 1 - s), (i1, s)):
            for b, wb in ((j, 1 - t), (j1, t)):
                part = values[a, b]
                w = np.where(np.isfinite(part), wa * wb, 0)
                total += w * np.where(np.isfinite(part), part, 0)
                weight += w
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(weight > 0.25, total / weight, np.nan)

    def _of_triangles(self, values: np.ndarray) -> np.ndarray:
        mesh, found = self._triangles
        corner = mesh.triangles[found]  # (rows, columns, 3); those of -1 are masked below
        x, y = mesh.x[corner], mesh.y[corner]
        area = (x[..., 1] - x[..., 0]) * (y[..., 2] - y[..., 0]) - (x[..., 2] - x[..., 0]) * (y[..., 1] - y[..., 0])
        first = ((x[..., 1] - self.X) * (y[..., 2] - self.Y) - (x[..., 2] - self.X) * (y[..., 1] - self.Y)) / area
        second = ((x[..., 2] - self.X) * (y[..., 0] - self.Y) - (x[..., 0] - self.X) * (y[..., 2] - self.Y)) / area
        parts = values[corner]
        out = first * parts[..., 0] + second * parts[..., 1] + (1 - first - second) * parts[..., 2]
        out[found < 0] = np.nan
        cell = np.sqrt((self.box[1] - self.box[0]) * (self.box[3] - self.box[2]) / len(values))
        pixel = min(self.x[1] - self.x[0], self.y[1] - self.y[0])
        return _grown(out, 2 + int(1.5 * cell / pixel))  # up to the rim, which cuts it

    def _rim_of_mesh(self) -> list[np.ndarray]:
        """That of the mesh itself, where its file is there."""
        from .mesh import triangles_of
        try:
            corner = triangles_of(self.fields.mesh_file or "")
        except (OSError, ValueError, KeyError, StopIteration):
            return []
        return _rim(corner.reshape(-1, 2), np.arange(0, 3 * len(corner) + 1, 3))

    @cached_property
    def outline(self) -> Outline | None:
        """The rim of a mesh: nothing beyond it is drawn. None on grids."""
        if self.fields.corners_of_cells is None:
            return None
        from matplotlib.path import Path as Outline
        loops = self._rim_of_mesh() or _rim(*self.fields.corners_of_cells)
        codes = np.concatenate([[Outline.MOVETO] + [Outline.LINETO] * (len(loop) - 2) + [Outline.CLOSEPOLY]
                                for loop in loops])
        return Outline(np.concatenate(loops), codes)


def _painted(tx: np.ndarray, ty: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The triangle that each pixel lies in, -1 for none: shape (rows, columns). Quicker than matplotlib's finder."""
    out = np.full((len(y), len(x)), -1)
    first = [np.searchsorted(at, t.min(axis=1)) for at, t in ((x, tx), (y, ty))]
    last = [np.searchsorted(at, t.max(axis=1), side="right") for at, t in ((x, tx), (y, ty))]
    width, height = last[0] - first[0], last[1] - first[1]
    small = np.maximum(width, height) <= 16
    for dj in range(int(height[small].max(initial=0))):
        for di in range(int(width[small].max(initial=0))):
            which = np.flatnonzero(small & (width > di) & (height > dj))
            i, j = first[0][which] + di, first[1][which] + dj
            inside = _inside(tx[which], ty[which], x[i], y[j])
            out[j[inside], i[inside]] = which[inside]
    for k in np.flatnonzero(~small):
        columns, rows = slice(first[0][k], last[0][k]), slice(first[1][k], last[1][k])
        X, Y = np.meshgrid(x[columns], y[rows])
        part = out[rows, columns]
        part[_inside(tx[k], ty[k], X, Y)] = k
    return out


def _inside(tx: np.ndarray, ty: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Whether points lie in triangles given counter-clockwise."""
    sides = [(tx[..., b] - tx[..., a]) * (y - ty[..., a]) - (ty[..., b] - ty[..., a]) * (x - tx[..., a])
             for a, b in ((0, 1), (1, 2), (2, 0))]
    return (sides[0] >= 0) & (sides[1] >= 0) & (sides[2] >= 0)


def _rim(corner: np.ndarray, starts: np.ndarray) -> list[np.ndarray]:
    """Closed loops of the edges that one cell alone has."""
    scale = max(float(np.ptp(corner, axis=0).max()), 1e-300)
    keys = np.round(corner / scale * 1e9).astype(np.int64)
    _, first, ids = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    a, b = ids.ravel(), ids.ravel()[following(starts)]
    count = len(first)
    _, where, times = np.unique(np.minimum(a, b) * count + np.maximum(a, b), return_inverse=True, return_counts=True)
    alone = (a != b) & (times[where.ravel()] == 1)
    after: dict[int, list[int]] = {}
    for one, other in zip(a[alone].tolist(), b[alone].tolist()):
        after.setdefault(one, []).append(other)
    loops = []
    while after:
        start = next(iter(after))
        loop = [start]
        while loop[-1] in after:
            nexts = after[loop[-1]]
            step = nexts.pop()
            if not nexts:
                del after[loop[-1]]
            loop.append(step)
            if step == start:
                break
        if len(loop) > 3 and loop[-1] == start:
            loops.append(corner[first[loop]])
    return loops
