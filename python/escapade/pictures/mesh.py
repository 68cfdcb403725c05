"""The rim of a Gmsh file: cells of an absorbing rim are not among a run's fields, so their own rim is ragged."""
from __future__ import annotations

from typing import Iterator

import numpy as np


def triangles_of(path: str) -> np.ndarray:
    """Corners of all triangles of a text file of the formats 2.2 and 4.1, shape (triangles, 3, 2). ValueError or
    OSError where it cannot be read."""
    with open(path, encoding="utf-8", errors="replace") as stream:
        lines = iter(stream.read().splitlines())
    version, nodes, corners = "", {}, []
    for line in lines:
        if line.startswith("$MeshFormat"):
            version = next(lines).split()[0]
        elif line.startswith("$Nodes"):
            nodes = dict(_nodes_2(lines) if version == "2.2" else _nodes_4(lines))
        elif line.startswith("$Elements"):
            corners = list(_elements_2(lines) if version == "2.2" else _elements_4(lines))
    if not nodes or not corners:
        raise ValueError(f"{path}: no triangles")
    return np.array([[nodes[k] for k in triangle] for triangle in corners])


_Node = tuple[int, tuple[float, float]]


def _nodes_2(lines: Iterator[str]) -> Iterator[_Node]:
    for _ in range(int(next(lines))):
        tag, x, y, *_ = next(lines).split()
        yield int(tag), (float(x), float(y))


def _nodes_4(lines: Iterator[str]) -> Iterator[_Node]:
    for _ in range(int(next(lines).split()[0])):
        count = int(next(lines).split()[3])
        tags = [int(next(lines)) for _ in range(count)]
        for tag in tags:
            x, y, *_ = next(lines).split()
            yield tag, (float(x), float(y))


def _elements_2(lines: Iterator[str]) -> Iterator[list[int]]:
    for _ in range(int(next(lines))):
        words = [int(word) for word in next(lines).split()]
        if words[1] == 2:
            yield words[-3:]


def _elements_4(lines: Iterator[str]) -> Iterator[list[int]]:
    for _ in range(int(next(lines).split()[0])):
        _, _, kind, count = (int(word) for word in next(lines).split())
        for _ in range(count):
            words = [int(word) for word in next(lines).split()]
            if kind == 2:
                yield words[1:4]
