"""Fields on cells as numpy arrays, with the coordinates of the cells."""
from __future__ import annotations

import os
import shlex
from functools import cached_property
from typing import Iterator, Mapping

import numpy as np

from .checked import path_of, reading
from .errors import BadFile, NoSuchName
from .vtk_files import VtkFile, read_frame

#: endings of field files, those of several pieces first
ENDINGS = (".pvti", ".pvts", ".pvtu", ".vti", ".vts", ".vtu")
_TENSOR = ("XX", "YY", "ZZ", "XY", "YZ", "XZ")


def _extent(text: str) -> tuple[int, int, int, int]:
    x0, x1, y0, y1 = (int(word) for word in text.split()[:4])
    return x0, x1, y0, y1


class Fields(Mapping[str, np.ndarray]):
    """The fields of one file; read when they are asked for, then kept.

    `fields[name]` has the shape (nx, ny) on a grid, cells along x first, or (cells,) on triangles; vectors have
    (..., 2) and the diffusion (..., 3): D11, D12, D22. Cells that are not part of the domain are NaN.
    """

    def __init__(self, path: str):
        self.path = path = path_of("path", path)
        self._frame = read_frame(path)
        self._pieces = [read_frame(name) for name in self._piece_paths()] or [self._frame]
        self._kept: dict[str, np.ndarray] = {}
        self.keep: object = None  # what must live as long as the files

    def _piece_paths(self) -> list[str]:
        if not self._frame.kind.startswith("P") or self._frame.kind == "PolyData":
            return []
        folder = os.path.dirname(self.path)
        with reading(self.path):
            paths = [os.path.join(folder, piece["Source"]) for piece in self._frame.pieces]
        missing = [path for path in paths if not os.path.exists(path)]
        if missing:
            raise BadFile(f"{self.path}: {len(missing)} of its {len(paths)} pieces are missing ({missing[0]}): copy "
                          "them too, or run again")
        return paths

    @property
    def on_triangles(self) -> bool:
        return self._frame.kind.endswith("UnstructuredGrid")

    @property
    def variables(self) -> list[str]:
        """Names of the coordinates."""
        return self._pieces[0].text("variables")

    @cached_property
    def time(self) -> float | None:
        """Time of the frame, None where there is none."""
        if "TimeValue" not in self._pieces[0].groups.get("FieldData", {}):
            return None
        return float(self._pieces[0].numbers("FieldData", "TimeValue")[0])

    @property
    def mesh_file(self) -> str | None:
        """The -mesh of the run, as it was given; None on grids."""
        try:
            words = shlex.split(" ".join(self._pieces[0].text("command")))
            return words[words.index("-mesh") + 1]
        except (ValueError, IndexError):
            return None

    @cached_property
    def frame_angle(self) -> float:
        """By how much the grid is turned, radians counter-clockwise."""
        if "frame_angle" not in self._pieces[0].groups.get("FieldData", {}):
            return 0.0
        return float(self._pieces[0].numbers("FieldData", "frame_angle")[0])

    def units(self, name: str) -> str:
        """Such as 1/area; empty for numbers without."""
        self._require(name)
        return self._pieces[0].groups["CellData"][name].units

    def _require(self, name: str) -> None:
        if name not in self._names:
            raise NoSuchName(f"{self.path}: no field '{name}'; there are {', '.join(self._names) or 'none'}")

    @cached_property
    def _names(self) -> list[str]:
        return self._pieces[0].names("CellData")

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __getitem__(self, name: str) -> np.ndarray:
        self._require(name)
        if name not in self._kept:
            with reading(self.path):
                self._kept[name] = self._read(name)
        return self._kept[name]

    def _read(self, name: str) -> np.ndarray:
        parts = [self._chosen(piece, name) for piece in self._pieces]
        if self.on_triangles:
            return np.concatenate(parts) if len(parts) > 1 else parts[0]
        nx, ny = self.cells
        out = np.full((nx, ny) + parts[0].shape[1:], np.nan)
        for piece, part in zip(self._pieces, parts):
            x0, x1, y0, y1 = _extent(piece.pieces[0]["Extent"])
            shape = (y1 - y0, x1 - x0) + part.shape[1:]
            out[x0:x1, y0:y1] = np.swapaxes(part.reshape(shape), 0, 1)
        return out

    @staticmethod
    def _chosen(piece: VtkFile, name: str) -> np.ndarray:
        """The components that the plane has, of VTK's three or six."""
        values = piece.numbers("CellData", name)
        named = piece.groups["CellData"][name].component_names
        if named == _TENSOR:
            return values[:, [0, 3, 1]]
        return values[:, :2] if values.ndim == 2 and values.shape[1] == 3 else values

    @cached_property
    def cells(self) -> tuple[int, int]:
        """Cells along x and y."""
        with reading(self.path):
            x0, x1, y0, y1 = _extent(self._frame.attributes["WholeExtent"])
        return x1 - x0, y1 - y0

    @cached_property
    def corners(self) -> tuple[np.ndarray, np.ndarray]:
        """Corners of the cells in the turned frame's own coordinates, shapes (nx+1,) and (ny+1,)."""
        with reading(self.path):
            return self._corners()

    def _corners(self) -> tuple[np.ndarray, np.ndarray]:
        nx, ny = self.cells
        if self._frame.kind.endswith("ImageData"):
            origin = [float(word) for word in self._frame.attributes["Origin"].split()]
            step = [float(word) for word in self._frame.attributes["Spacing"].split()]
            return origin[0] + step[0] * np.arange(nx + 1), origin[1] + step[1] * np.arange(ny + 1)
        cosine, sine = np.cos(self.frame_angle), np.sin(self.frame_angle)
        u, v = np.full(nx + 1, np.nan), np.full(ny + 1, np.nan)
        for piece in self._pieces:
            x0, x1, y0, y1 = _extent(piece.pieces[0]["Extent"])
            points = piece.numbers("Points", "Points").reshape(y1 - y0 + 1, x1 - x0 + 1, 3)
            u[x0:x1 + 1] = points[0, :, 0] * cosine + points[0, :, 1] * sine
            v[y0:y1 + 1] = points[:, 0, 1] * cosine - points[:, 0, 0] * sine
        return u, v

    @cached_property
    def _centres(self) -> tuple[np.ndarray, np.ndarray]:
        u, v = self.corners
        return (u[1:] + u[:-1]) / 2, (v[1:] + v[:-1]) / 2

    @property
    def x(self) -> np.ndarray | None:
        """Centres along x, shape (nx,); None on triangles and in a turned frame (see X)."""
        return None if self.on_triangles or self.frame_angle != 0 else self._centres[0]

    @property
    def y(self) -> np.ndarray | None:
        """Centres along y, shape (ny,); None on triangles and in a turned frame (see Y)."""
        return None if self.on_triangles or self.frame_angle != 0 else self._centres[1]

    @cached_property
    def _plane(self) -> tuple[np.ndarray, np.ndarray]:
        u, v = np.meshgrid(*self._centres, indexing="ij")
        cosine, sine = np.cos(self.frame_angle), np.sin(self.frame_angle)
        return u * cosine - v * sine, u * sine + v * cosine

    @property
    def X(self) -> np.ndarray | None:
        """x of every centre, shape (nx, ny), in turned and graded grids too; None on triangles."""
        return None if self.on_triangles else self._plane[0]

    @property
    def Y(self) -> np.ndarray | None:
        """y of every centre, shape (nx, ny); None on triangles."""
        return None if self.on_triangles else self._plane[1]

    @cached_property
    def corners_of_cells(self) -> tuple[np.ndarray, np.ndarray] | None:
        """Corners of all cells on triangles one after the other, shape (n, 2), and where each cell's begin, shape
        (cells + 1,); None on grids."""
        if not self.on_triangles:
            return None
        with reading(self.path):
            return self._corners_of_cells()

    def _corners_of_cells(self) -> tuple[np.ndarray, np.ndarray]:
        corner, starts = [np.zeros((0, 2))], [np.zeros(1, dtype=int)]
        for piece in self._pieces:
            if "Points" not in piece.groups:
                continue
            corner.append(piece.numbers("Points", "Points")[:, :2][piece.numbers("Cells", "connectivity")])
            starts.append(starts[-1][-1] + piece.numbers("Cells", "offsets"))
        return np.concatenate(corner), np.concatenate(starts)

    @property
    def polygons(self) -> list[np.ndarray] | None:
        """Corners of each cell on triangles, arrays of shape (corners, 2); None on grids."""
        if self.corners_of_cells is None:
            return None
        corner, starts = self.corners_of_cells
        return np.split(corner, starts[1:-1])

    @cached_property
    def points(self) -> np.ndarray | None:
        """Centre of gravity of each cell on triangles, shape (cells, 2); None on grids."""
        if self.corners_of_cells is None:
            return None
        corner, starts = self.corners_of_cells
        first = starts[:-1]
        base = np.add.reduceat(corner, first) / np.diff(starts)[:, None]
        p = corner - np.repeat(base, np.diff(starts), axis=0)
        q = p[following(starts)]
        cross = p[:, 0] * q[:, 1] - q[:, 0] * p[:, 1]
        area = np.add.reduceat(cross, first)
        return base + np.add.reduceat((p + q) * cross[:, None], first) / (3 * area)[:, None]


def following(starts: np.ndarray) -> np.ndarray:
    """For each corner of cells that begin at `starts`, the next corner around its cell."""
    out = np.arange(1, starts[-1] + 1)
    out[starts[1:] - 1] = starts[:-1]
    return out


def file_with_prefix(prefix: str) -> str | None:
    """The field file of a run, the header of pieces first; None where there is none."""
    return next((prefix + ending for ending in ENDINGS if os.path.exists(prefix + ending)), None)
