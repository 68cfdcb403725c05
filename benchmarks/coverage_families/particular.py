"""Exit times near corners by least squares over functions that fit the corners (method of particular solutions)."""
import functools
import math

import numpy as np


def corner_log(x, y, corner, inward):
    """Im z^2 log z about a right-angled corner, where a constant source meets two absorbing sides."""
    z = (x - corner[0]) + 1j * (y - corner[1])
    turn = math.atan2(inward[1], inward[0])  # the cut of the logarithm lies opposite to it
    w = z * np.exp(-1j * turn)
    log = np.where(np.abs(w) > 0, np.log(np.where(np.abs(w) > 0, w, 1)), 0) + 1j * turn
    return np.imag(z**2 * log)


def edge_points(a, b, n=150):
    """Points of an edge, closer at its ends."""
    t = (1 - np.cos(np.pi * (np.arange(n) + 0.5) / n)) / 2
    return a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t


L_CORNERS = [((1, 0), (-1, 1)), ((1, 1), (-1, -1)), ((-1, 1), (1, -1)), ((-1, -1), (1, 1)), ((0, -1), (-1, 1))]


def l_basis(x, y):
    angle = np.mod(np.arctan2(y, x), 2 * np.pi)
    angle = np.where(angle > 1.75 * np.pi, 0.0, angle)  # rounding on the edge y = 0
    r, z = np.hypot(x, y), (x + 1j * y) / math.sqrt(2)
    columns = [(r / math.sqrt(2)) ** (2 * k / 3) * np.sin(2 * k * angle / 3) for k in range(1, 46) if k % 3]
    columns += [np.real(z**k) for k in range(31)] + [np.imag(z**k) for k in range(1, 31)]
    columns += [corner_log(x, y, *corner) for corner in L_CORNERS]
    log = np.log(np.maximum(r, 1e-300))
    source = -(r**2) / 4 + r**2 * np.cos(2 * angle) / 4
    source -= r**2 * (log * np.sin(2 * angle) + angle * np.cos(2 * angle)) / (3 * np.pi)
    return np.stack(columns, -1), source


@functools.lru_cache(None)
def l_coefficients():
    points = [(1, 0), (1, 1), (-1, 1), (-1, -1), (0, -1), (0, 0)]
    x, y = (np.concatenate(k) for k in zip(*(edge_points(a, b) for a, b in zip(points, points[1:] + points[:1]))))
    columns, source = l_basis(x, y)
    c = np.linalg.lstsq(columns, -source, rcond=1e-15)[0]
    worst = np.abs(columns @ c + source).max()  # by the maximum principle the error inside is no larger
    if worst > 1e-7:
        raise ArithmeticError(f"L-shape: not resolved, {worst}")
    return c


def l_shape_time(x, y):
    """Mean exit time with D = 1 from (-1, 1)^2 without its lower right quarter."""
    columns, source = l_basis(np.array([float(x)]), np.array([float(y)]))
    return float((columns @ l_coefficients() + source)[0])


def window_time(x, y, length, height, edge, terms=60):
    """Mean exit time with D = 1 from (0, length) x (0, height) through y = 0, x > edge; all else reflects."""

    def parts(px, py):
        z = ((px - edge) + 1j * py) / length
        w = np.sqrt(z)
        powers = np.stack([z**k * w for k in range(terms)], -1)
        slopes = np.stack([(k + 0.5) * z**k / w / length for k in range(terms)], -1)
        return np.imag(powers), np.imag(slopes), np.real(slopes)  # value, d/dx, d/dy

    rows, right = [], []
    for a, b, axis in (((0, 0), (0, height), 0), ((length, 0), (length, height), 0), ((0, height), (length, height), 1)):
        px, py = edge_points(a, b)
        _, along_x, along_y = parts(px, py)
        rows.append(along_y if axis else along_x)
        right.append(py if axis else 0 * py)  # the slope of -y^2/2 is taken away
    m, f = np.concatenate(rows), np.concatenate(right)
    scale = np.abs(m).max(0)
    c = np.linalg.lstsq(m / scale, f, rcond=1e-15)[0]
    if np.abs(m / scale @ c - f).max() > 1e-6:
        raise ArithmeticError("window: not resolved")
    value, _, _ = parts(np.array([float(x)]), np.array([float(y)]))
    return float((value / scale @ c)[0]) - y**2 / 2
