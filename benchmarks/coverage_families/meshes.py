"""The same on triangles: meshes of polygons written here, of a given spacing."""
import math

import numpy as np

from .exits import brownian_disc, inside
from .particular import l_shape_time, window_time
from .problem import KNOWN, Problem, draw, family, listed, log_draw, moments, short
from .references import moments_2d, rectangle_time


def mesh_text(points, triangles, curves):
    """Gmsh's format 2.2 of triangles and of named curves {name: [(i, j), ...]}."""
    lines = ["$MeshFormat", "2.2 0 8", "$EndMeshFormat", "$PhysicalNames", str(len(curves) + 1)]
    lines += [f'1 {k} "{name}"' for k, name in enumerate(curves, 1)] + [f'2 {len(curves) + 1} "plate"', "$EndPhysicalNames"]
    lines += ["$Nodes", str(len(points))] + [f"{k} {x:.17g} {y:.17g} 0" for k, (x, y) in enumerate(points, 1)] + ["$EndNodes"]
    elements = [f"1 2 {k} {k} {i + 1} {j + 1}" for k, edges in enumerate(curves.values(), 1) for i, j in edges]
    elements += [f"2 2 {len(curves) + 1} 1 {i + 1} {j + 1} {k + 1}" for i, j, k in triangles]
    lines += ["$Elements", str(len(elements))] + [f"{k} {e}" for k, e in enumerate(elements, 1)] + ["$EndElements", ""]
    return "\n".join(lines)


def plate(x0, x1, y0, y1, n, m, keep=lambda x, y: True, side=lambda x, y: "rim"):
    """Right triangles over a rectangle, of the squares whose centre is kept; sides are named by their middle."""
    at = {}
    x, y = np.linspace(x0, x1, n + 1), np.linspace(y0, y1, m + 1)
    points, triangles, edges = [], [], {}

    def corner(i, j):
        if (i, j) not in at:
            at[i, j] = len(points)
            points.append((x[i], y[j]))
        return at[i, j]

    for i in range(n):
        for j in range(m):
            if not keep((x[i] + x[i + 1]) / 2, (y[j] + y[j + 1]) / 2):
                continue
            a, b, c, d = corner(i, j), corner(i + 1, j), corner(i + 1, j + 1), corner(i, j + 1)
            triangles += [(a, b, c), (a, c, d)]
            for edge in ((a, b), (b, c), (c, d), (d, a)):
                edges[frozenset(edge)] = None if frozenset(edge) in edges else edge
    curves = {}
    for edge in filter(None, edges.values()):
        (ax, ay), (bx, by) = points[edge[0]], points[edge[1]]
        curves.setdefault(side((ax + bx) / 2, (ay + by) / 2), []).append(edge)
    return mesh_text(points, triangles, curves)


@family
def mesh_square(rng):
    a, b, d = draw(rng, 0.7, 2), draw(rng, 0.7, 2), draw(rng, 0.2, 1)
    x, y = short(a * rng.uniform(0.15, 0.85)), short(b * rng.uniform(0.15, 0.85))
    options = {"drift": "0,0", "diffusion": d, "mesh": "plate.msh", "boundary": "absorbing", "start": f"{x},{y}"}
    return Problem("fp-exit", options, {("mean_exit_time",): rectangle_time(x, y, a, b, d)[0]},
                   files={"plate.msh": plate(0, a, 0, b, 16, 16)})


@family
def mesh_l_shape(rng):
    d, x, y = draw(rng, 0.2, 1), draw(rng, -0.8, -0.2), draw(rng, -0.8, 0.8)
    options = {"drift": "0,0", "diffusion": d, "mesh": "l.msh", "boundary": "absorbing", "start": f"{x},{y}"}
    return Problem("fp-exit", options, {("mean_exit_time",): l_shape_time(x, y) / d}, known=KNOWN,
                   files={"l.msh": plate(-1, 1, -1, 1, 16, 16, lambda x, y: x < 0 or y > 0)})


@family
def mesh_window(rng):
    """A window in a reflecting side: r^(1/2) at its edge."""
    length, d = draw(rng, 0.8, 1.5), draw(rng, 0.3, 1)
    height, part = short(length * rng.uniform(0.42, 0.6)), int(rng.integers(7, 10))
    x, y = short(length * rng.uniform(0.1, 0.9)), short(height * rng.uniform(0.3, 0.9))
    edge = length * part / 16
    side = lambda u, v: "window" if v == 0 and u > edge else "wall"
    options = {"drift": "0,0", "diffusion": d, "mesh": "plate.msh", "boundary": "window: absorbing; wall: reflecting",
               "start": f"{x},{y}"}
    return Problem("fp-exit", options, {("mean_exit_time",): window_time(x, y, length, height, edge) / d}, known=KNOWN,
                   files={"plate.msh": plate(0, length, 0, height, 16, 8, side=side)})


@family
def mesh_triangle(rng):
    """Out of an equilateral triangle: d1 d2 d3 / (D height), d the distances to the sides."""
    n, d, tall = 16, draw(rng, 0.2, 1), math.sqrt(3) / 2
    number = {(i, j): k for k, (i, j) in enumerate((i, j) for j in range(n + 1) for i in range(n + 1 - j))}
    points = [((i + j / 2) / n, j * tall / n) for i, j in number]
    triangles = [(number[i, j], number[i + 1, j], number[i, j + 1]) for i, j in number if i + j < n]
    triangles += [(number[i + 1, j], number[i + 1, j + 1], number[i, j + 1]) for i, j in number if i + j < n - 1]
    rim = [((i, 0), (i + 1, 0)) for i in range(n)] + [((n - i, i), (n - i - 1, i + 1)) for i in range(n)]
    rim += [((0, n - i), (0, n - i - 1)) for i in range(n)]
    text = mesh_text(points, triangles, {"rim": [(number[a], number[b]) for a, b in rim]})
    x, y = draw(rng, 0.35, 0.65), draw(rng, 0.1, 0.4)
    distances = y, (math.sqrt(3) * x - y) / 2, (math.sqrt(3) * (1 - x) - y) / 2
    options = {"drift": "0,0", "diffusion": d, "mesh": "triangle.msh", "boundary": "absorbing", "start": f"{x},{y}"}
    return Problem("fp-exit", options, {("mean_exit_time",): math.prod(distances) / (d * tall)},
                   files={"triangle.msh": text})


@family
def mesh_disc_cut(rng):
    """A disc that cuts the triangles of a square."""
    radius, d = draw(rng, 0.7, 0.95), draw(rng, 0.1, 1)
    x, y, r = inside(rng, radius)
    time, spread = brownian_disc(radius, r, d)
    options = {"drift": "0,0", "diffusion": d, "mesh": "plate.msh", "exit": f"x^2+y^2 > {radius}^2", "start": f"{x},{y}"}
    return Problem("fp-exit", options, {("mean_exit_time",): time, ("exit_time_std",): spread},
                   files={"plate.msh": plate(-1, 1, -1, 1, 16, 16)})


@family
def mesh_gibbs(rng):
    t, q, c = log_draw(rng, 0.2, 1), draw(rng, 0.5, 2), draw(rng, -0.8, 0.8)
    box = [-1.5, 1.7, -1.2, 1.3]
    m, cov, left, _ = moments_2d(lambda x, y: -((x**2 - 1) ** 2 / 4 + q * y**2 / 2 + c * x * y) / t, box, 0.15)
    options = {"potential": f"(x^2-1)^2/4 + {q}*y^2/2 + ({c})*x*y", "temperature": t, "mesh": "plate.msh",
               "regions": "left: x < 0.15"}
    right = moments(m, cov) | {("region_probability", "left"): left}
    return Problem("fp-stationary", options, right, files={"plate.msh": plate(*box, 16, 14)})
