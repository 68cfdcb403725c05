"""Paths and points that runs write beside their fields."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Mapping

import numpy as np

from .checked import reading
from .vtk_files import VtkFile, read_frame


@dataclass(frozen=True)
class Path:
    """A line in the plane: `points` of shape (n, 2), and `data` along it, arrays of shape (n,), such as `time`
    of a trajectory or `action` of the most probable path."""
    points: np.ndarray
    data: Mapping[str, np.ndarray]

    def __len__(self) -> int:
        return len(self.points)


def read_paths(file: str) -> list[Path]:
    """All lines (or single points) of a .vtp file."""
    frame = read_frame(file)
    if "Points" not in frame.groups:
        return []
    with reading(file):
        return _paths_of(frame)


def _paths_of(frame: VtkFile) -> list[Path]:
    points = frame.numbers("Points", "Points")[:, :2]
    data = {name: frame.numbers("PointData", name) for name in frame.names("PointData")}
    out = []
    for kind in ("Verts", "Lines"):
        if kind not in frame.groups:
            continue
        ends = frame.numbers(kind, "offsets")
        order = frame.numbers(kind, "connectivity")
        for first, last in zip(np.concatenate([[0], ends[:-1]]) if len(ends) else [], ends):
            at = order[int(first):int(last)]
            out.append(Path(points[at], {name: values[at] for name, values in data.items()}))
    return out
