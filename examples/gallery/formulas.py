"""What the cases' exact.py share: quadratures and series that know nothing of escapade."""
import json
import pathlib
import sys

import numpy as np
from scipy.integrate import solve_ivp
from scipy.linalg import solve_continuous_lyapunov
from scipy.optimize import minimize, minimize_scalar

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "benchmarks"))
from coverage_families.particular import l_shape_time, window_time  # noqa: E402,F401
from coverage_families.references import (chebyshev, exit_1d, moments_1d, moments_2d, nodes, rate_1d, rectangle_time,  # noqa: E402,F401
                                          sector)


def tell(**numbers):
    print(json.dumps({name: float(value) for name, value in numbers.items()}))


def lyapunov(a, d):
    """Covariance S of dx = -A x dt + sqrt(2 D) dW: A S + S A' = 2 D."""
    return solve_continuous_lyapunov(np.asarray(a, float), 2 * np.asarray(d, float))


class Regression:
    """Least squares of the file rows.csv, two features and a target, beside `beside`: L(w) = <(w.x - t)^2>/2."""

    def __init__(self, beside):
        rows = np.loadtxt(pathlib.Path(beside).with_name("rows.csv"), delimiter=",", skiprows=1)
        self.x, target = rows[:, :2], rows[:, 2]
        self.n = len(rows)
        self.best = np.linalg.lstsq(self.x, target, rcond=None)[0]
        self.h, self.rest = self.x.T @ self.x / self.n, self.x @ self.best - target

    def gradient_covariance(self, s):
        """Of one row's gradient, averaged over weights about the best with covariance s."""
        x = self.x
        spread = np.einsum("ni,nj,n->ij", x, x, self.rest**2 + np.einsum("ni,ij,nj->n", x, s, x)) / self.n
        return spread - self.h @ s @ self.h

    def share(self, batch):
        """Covariance of the gradient of a batch drawn without replacement over that of one row."""
        return (self.n - batch) / (batch * (self.n - 1))


def root_of_linear(change):
    """The 2 x 2 matrix S with change(S) = 0, change being linear and a constant."""
    base = change(np.zeros((2, 2)))
    system = np.array([(change(unit.reshape(2, 2)) - base).ravel() for unit in np.eye(4)]).T
    return np.linalg.solve(system, -base.ravel()).reshape(2, 2)


def hermite_matrices(n, length):
    """x and d/dx in the first n Hermite functions of x/length."""
    root = np.sqrt(np.arange(1, n) / 2)
    return length * (np.diag(root, 1) + np.diag(root, -1)), (np.diag(root, 1) - np.diag(root, -1)) / length


def linear_entropy_production(a, d):
    s = lyapunov(a, d)
    force = np.asarray(d) @ np.linalg.inv(s) - np.asarray(a)
    return float(np.trace(force.T @ np.linalg.inv(d) @ force @ s))


def least_action(drift, noise, start, end, bow=0.2, degree=14):
    """Least of the actions int (|b| |x'| - b.x') ds / (2 D) of paths from start to end, for D = noise * I: both
    coordinates are polynomials in s (Ritz), the integral a Gauss sum. drift takes and gives arrays (2, n). Bent to both
    sides at first by `bow`; the lower of the two ends counts, if a higher degree agrees."""
    start, end = np.asarray(start, float), np.asarray(end, float)
    across = np.array([-(end - start)[1], (end - start)[0]])
    s, w = nodes(0, 1, 40, 10)
    t = 2 * s - 1

    def action(c, shapes, slopes):
        c = c.reshape(2, -1)
        x = start[:, None] + (end - start)[:, None] * s + c @ shapes
        v = (end - start)[:, None] + c @ slopes
        b = drift(x)
        return w @ (np.sqrt((b**2).sum(0) * (v**2).sum(0)) - (b * v).sum(0)) / (2 * noise)

    def least(n, c):
        basis = [np.polynomial.Chebyshev.basis(k) for k in range(n)]
        shapes = np.array([s * (1 - s) * p(t) for p in basis])
        slopes = np.array([(1 - 2 * s) * p(t) + s * (1 - s) * 2 * p.deriv()(t) for p in basis])
        c = np.pad(c, ((0, 0), (0, n - c.shape[1])))
        for _ in range(3):
            c = minimize(action, c.ravel(), args=(shapes, slopes), method="BFGS",
                         options={"gtol": 1e-10, "maxiter": 2000}).x.reshape(2, n)
        return action(c.ravel(), shapes, slopes), c

    found = []
    for side in (bow, -bow):
        low, c = least(degree // 2, 4 * side * across[:, None])
        found.append((low, c))
    low, c = min(found, key=lambda pair: pair[0])
    coarse, c = least(degree, c)
    fine, _ = least(degree + 6, c)
    if abs(fine - coarse) > 1e-4 * fine:
        raise ArithmeticError(f"not resolved: {low}, {coarse}, {fine}")
    return fine


def shot_action(drift, jacobian, noise, rest, target, bracket, reach=1e-3, time=200.0, scan=16):
    """Least action from a stable rest point to a saddle for D = noise * I, by shooting: trajectories of Hamilton's
    equations x' = b + 2 D p, p' = -(db/dx)' p leave the rest point on its unstable manifold, p = S^-1 x, at a small
    ellipse about it; of the directions in the bracket the one that comes nearest to the saddle is sought."""
    rest, target = np.asarray(rest, float), np.asarray(target, float)
    s = np.linalg.inv(lyapunov(-jacobian(rest), noise * np.eye(2)))  # the action is x' S^-1 x / 2 near the rest point
    root = np.linalg.cholesky(np.linalg.inv(s))
    root = root / np.abs(root).max()

    def right_side(_, z):
        p = z[2:4]
        v = drift(z[:2]) + 2 * noise * p
        return np.concatenate([v, -jacobian(z[:2]).T @ p, [p @ v]])

    def far(_, z):
        return np.hypot(*(z[:2] - rest)) - 2 * np.hypot(*(target - rest))

    far.terminal = True

    def shot(angle):
        off = reach * root @ np.array([np.cos(angle), np.sin(angle)])
        start = np.concatenate([rest + off, s @ off, [off @ s @ off / 2]])
        with np.errstate(all="ignore"):
            run = solve_ivp(right_side, (0, time), start, rtol=1e-9, atol=1e-12, events=far, method="DOP853", dense_output=True)
        path = run.sol(np.linspace(run.t[0], run.t[-1], 20 * len(run.t)))
        miss = np.hypot(*(path[:2] - target[:, None]))
        k = int(np.argmin(miss))
        return miss[k], path[4, k]

    angles = np.linspace(*bracket, scan)
    k = int(np.argmin([shot(v)[0] for v in angles]))
    best = minimize_scalar(lambda v: shot(v)[0], bounds=(angles[max(k - 1, 0)], angles[min(k + 1, scan - 1)]),
                           method="bounded", options={"xatol": 1e-11})
    miss, action = shot(best.x)
    if miss > 1e-2 * np.hypot(*(target - rest)):
        raise ArithmeticError(f"no path came nearer to the saddle than {miss}")
    return action, best.x


def critical_point(potential, start):
    """Where the gradient of potential(x, y) vanishes, by Newton's method with central differences."""
    x, h = np.array(start, float), 1e-4
    e = np.eye(2) * h

    def gradient(p):  # order 4
        return np.array([(8 * (potential(*(p + d)) - potential(*(p - d))) - potential(*(p + 2 * d)) + potential(*(p - 2 * d)))
                         / (12 * h) for d in e])

    for _ in range(30):
        hessian = np.array([(gradient(x + d) - gradient(x - d)) / (2 * h) for d in e])
        step = np.linalg.solve(hessian, gradient(x))
        x = x - step
        if np.hypot(*step) < 1e-13:
            break
    return x


def element_rate(potential, temperature, box, disc_a, disc_b, size):
    """Transition rate T/Z int |grad q|^2 e^(-V/T) between two discs, ((x, y), radius): linear finite elements with
    edges of `size` and size/2, extrapolated by the square."""
    coarse, fine = (one_element_rate(potential, temperature, box, disc_a, disc_b, h) for h in (size, size / 2))
    return fine + (fine - coarse) / 3


def one_element_rate(potential, temperature, box, disc_a, disc_b, size):
    from scipy.sparse import coo_matrix
    from scipy.sparse.linalg import spsolve
    from scipy.spatial import Delaunay

    def rings(centre, radius):  # rings of points about a circle fit it and keep the triangles near it even
        for k in range(-2, 5):
            r = radius + k * size * 0.87
            if r > 0.3 * size:
                n = round(2 * np.pi * radius / size) if k == 0 else round(2 * np.pi * r / size)
                a = 2 * np.pi * (np.arange(n) + 0.5 * (k % 2)) / n
                yield np.stack([centre[0] + r * np.cos(a), centre[1] + r * np.sin(a)], 1)

    nx, ny = (round((box[2 * k + 1] - box[2 * k]) / size) for k in (0, 1))
    points = np.stack(np.meshgrid(np.linspace(*box[:2], nx + 1), np.linspace(*box[2:], ny + 1), indexing="ij"), -1).reshape(-1, 2)
    inner = (points[:, 0] > box[0] + size / 9) & (points[:, 0] < box[1] - size / 9)
    odd = (np.round((points[:, 1] - box[2]) / (box[3] - box[2]) * ny).astype(int) % 2 == 1) & inner
    points[odd, 0] += 0.45 * size  # every second row moved: nearly equilateral
    for centre, radius in (disc_a, disc_b):
        far = np.abs(np.hypot(*(points - centre).T) - radius - size) > 4.1 * size
        points = np.concatenate([points[far], *rings(np.array(centre), radius)])
    corners = Delaunay(points).simplices
    a, b, c = (points[corners[:, k]] for k in range(3))
    twice = (b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0]
    keep = np.abs(twice) > 1e-6 * size**2
    corners, a, b, c, twice = corners[keep], a[keep], b[keep], c[keep], np.abs(twice[keep])
    middles = ((a + b) / 2, (b + c) / 2, (c + a) / 2)
    heights = np.stack([potential(m[:, 0], m[:, 1]) for m in middles]) / temperature
    shift = heights.min()  # far up the walls nothing goes: a floor keeps the matrix regular there
    weight = np.exp(-np.minimum(heights - shift, 60)).sum(0) / 3 * twice / 2
    slopes = np.stack([np.stack([(v - u)[:, 1], (u - v)[:, 0]], 1) for u, v in ((b, c), (c, a), (a, b))], 1) / twice[:, None, None]
    local = np.einsum("tik,tjk->tij", slopes, slopes) * weight[:, None, None]
    rows, columns = np.repeat(corners, 3, 1).ravel(), np.tile(corners, (1, 3)).ravel()
    stiffness = coo_matrix((local.ravel(), (rows, columns)), shape=(len(points),) * 2).tocsr()
    in_a, in_b = (np.hypot(*(points - np.array(k)).T) < r * (1 + 1e-9) for k, r in (disc_a, disc_b))
    q, free = in_b.astype(float), ~(in_a | in_b)
    q[free] = spsolve(stiffness[free][:, free], -stiffness[free][:, in_b] @ np.ones(in_b.sum()))
    return temperature * q @ (stiffness @ q) / weight.sum()
