"""Independent computations of right values: quadrature, Chebyshev collocation, particular solutions."""
import functools
import math

import numpy as np
from scipy.integrate import cumulative_trapezoid


@functools.lru_cache(None)
def legendre(n):
    return np.polynomial.legendre.leggauss(n)


def nodes(a, b, n=400, panels=1):
    """Gauss points and weights on (a, b)."""
    x, w = legendre(n)
    edges = np.linspace(a, b, panels + 1)
    half = np.diff(edges)[:, None] / 2
    return (edges[:-1, None] + half * (1 + x)).ravel(), (half * w).ravel()


def moments_1d(log_density, a, b):
    """Mean, variance, log of the integral, and probability of an interval."""
    x, w = nodes(a, b, 100, 20)
    f = log_density(x)
    top = f.max()
    p = w * np.exp(f - top)
    mean = (p @ x) / p.sum()
    variance = (p @ (x - mean) ** 2) / p.sum()

    def probability(low, high):
        z, v = nodes(low, high, 100, 20)
        return (v @ np.exp(log_density(z) - top)) / p.sum()

    return mean, variance, math.log(p.sum()) + top, probability


def moments_2d(log_density, box, cut=None):
    """Mean, covariance, and the probability of x < cut, of a density known up to a factor."""
    cut = (box[0] + box[1]) / 2 if cut is None else cut
    parts = [nodes(box[0], cut, 100, 4), nodes(cut, box[1], 100, 4)]
    x, u = (np.concatenate(k) for k in zip(*parts))
    y, v = nodes(box[2], box[3], 100, 8)
    f = log_density(x[:, None], y[None, :])
    p = np.exp(f - f.max()) * u[:, None] * v
    p /= p.sum()
    px, py = p.sum(1), p.sum(0)
    m = np.array([px @ x, py @ y])
    xy = (x - m[0]) @ p @ (y - m[1])
    covariance = np.array([[px @ (x - m[0]) ** 2, xy], [xy, py @ (y - m[1]) ** 2]])
    return m, covariance, px[x < cut].sum(), lambda g: float((p * g(x[:, None], y[None, :])).sum())


@functools.lru_cache(None)
def chebyshev(n):
    """Points from -1 to 1 and the matrix of the first derivative."""
    x = -np.cos(np.pi * np.arange(n + 1) / n)
    c = np.ones(n + 1)
    c[[0, -1]] = 2
    c *= (-1.0) ** np.arange(n + 1)
    dx = x[:, None] - x[None, :]
    d = np.outer(c, 1 / c) / (dx + np.eye(n + 1))
    d -= np.diag(d.sum(1))
    return x, d


class Interval:
    """The generator b u' + d u'' on (a, c) with absorbing or reflecting ends, by collocation."""

    def __init__(self, drift, noise, a, c, left="absorbing", right="absorbing", n=None):
        n = n or 160
        t, d = chebyshev(n)
        self.x = a + (c - a) * (t + 1) / 2
        d1 = d * 2 / (c - a)
        with np.errstate(divide="ignore", invalid="ignore"):
            b, s = (np.broadcast_to(f(self.x), self.x.shape).astype(float) for f in (drift, noise))
        b, s = np.where(np.isfinite(b), b, 0), np.where(np.isfinite(s), s, 0)  # a pole at a reflecting end
        self.operator = b[:, None] * d1 + s[:, None] * (d1 @ d1)
        self.rows = {0: (left, d1[0]), n: (right, d1[n])}

    def rate(self):
        """The smallest rate at which the survivors decay."""
        m = self.operator
        inner = np.arange(1, len(self.x) - 1)
        ends = [k for k in self.rows if self.rows[k][0] == "reflecting"]
        if ends:  # values there follow from those inside: u' = 0
            r = np.array([self.rows[k][1] for k in ends])
            lift = -np.linalg.solve(r[:, ends], r[:, inner])
            m = m[np.ix_(inner, inner)] + m[np.ix_(inner, ends)] @ lift
        else:
            m = m[np.ix_(inner, inner)]
        values = -np.linalg.eigvals(m)
        return float(values[np.argmin(np.abs(values))].real)


@functools.lru_cache(None)
def running_weights(n):
    """Integrals from -1 to each Gauss point, of the polynomial through the values at all of them."""
    x, w = legendre(n)
    p = np.polynomial.legendre.legvander(x, n)
    below = np.hstack([x[:, None] + 1, *(((p[:, k + 1] - p[:, k - 1]) / (2 * k + 1))[:, None] for k in range(1, n))])
    return below @ ((2 * np.arange(n)[:, None] + 1) / 2 * (p[:, :n] * w[:, None]).T)


class Line:
    """Scale and speed of b u' + d u'' on (a, c), by quadrature without subtraction; long double for their range.
    With `radial` a drift d/r is added, of a plane with round symmetry."""

    def __init__(self, drift, noise, a, c, start, panels, radial, n=12):
        parts = max(2, min(panels - 2, round(panels * (start - a) / (c - a))))
        edges = np.concatenate([np.linspace(a, start, parts + 1), np.linspace(start, c, panels - parts + 1)[1:]])
        self.split, self.half = parts, np.diff(edges)[:, None] / 2
        self.weights, self.running = legendre(n)[1], running_weights(n)
        x = (edges[:-1, None] + self.half * (1 + legendre(n)[0])).astype(np.longdouble)
        work = self.below(drift(x) / noise(x))[0]
        shape = x if radial else np.longdouble(1)
        self.scale, self.speed = np.exp(-work) / shape, np.exp(work) * shape / noise(x)

    def below(self, f):
        """Integrals from a, to the points and to the edges of panels."""
        edges = np.concatenate([[0], np.cumsum((self.half * self.weights * f).sum(1))])
        return edges[:-1, None] + self.half * (f @ self.running.T), edges

    def above(self, f):
        """Integrals to c: those of the mirror image."""
        half, f = self.half[::-1], f[::-1, ::-1]
        edges = np.concatenate([[0], np.cumsum((half * self.weights * f).sum(1))])
        return (edges[:-1, None] + half * (f @ self.running.T))[::-1, ::-1], edges[::-1]

    def times(self, source, both):
        """Solution for the source, at the points and at the start."""
        if not both:
            points, edges = self.above(self.scale * self.below(self.speed * source)[0])
            return points, edges[self.split]
        (low, low_edges), (high, high_edges) = self.below(self.scale), self.above(self.scale)
        (inner, inner_edges), (outer, outer_edges) = (self.below(low * self.speed * source),
                                                      self.above(high * self.speed * source))
        at = lambda h, i, u, o: (h * i + u * o) / low_edges[-1]
        return (at(high, inner, low, outer),
                at(*(v[self.split] for v in (high_edges, inner_edges, low_edges, outer_edges))))


def exit_1d(drift, noise, a, c, start, both, radial=False):
    """Mean and spread of the exit time, and the chances to leave at a and at c (of both, or with a wall at a)."""
    answers = []
    for panels in (240, 360):
        line = Line(drift, noise, a, c, start, panels, radial)
        mean, first = line.times(1.0, both)
        second = line.times(2 * mean, both)[1]
        low, high = line.below(line.scale)[1], line.above(line.scale)[1]
        chances = (high[line.split] / high[0], low[line.split] / low[-1]) if both else ()
        answers.append([float(v) for v in (first, np.sqrt(second - first**2), *chances)])
    agree(*answers, within=1e-10)
    return answers[-1]


def rate_1d(drift, noise, a, c, left, right):
    answers = [(Interval(drift, noise, a, c, left, right, n).rate(),) for n in (100, 140)]
    agree(*answers)
    return answers[-1][0]


def agree(coarse, fine, within=1e-8):
    for u, v in zip(coarse, fine):
        if not abs(u - v) <= within * max(abs(v), 1e-300):
            raise ArithmeticError(f"reference not resolved: {u} and {v}")


def log_time_weak_noise(potential, temperature, wall, start, end, n=400_000):
    """log of the mean time from start to end, with a reflecting wall on the other side."""
    x = np.concatenate([np.linspace(wall, start, n // 2, endpoint=False), np.linspace(start, end, n // 2 + 1)])
    v = potential(x) / temperature
    low = v.min()
    inner = cumulative_trapezoid(np.exp(low - v), x, initial=0)
    out = x >= start
    f = (v + np.log(np.maximum(inner, 1e-300)))[out]
    top = f.max()
    return math.log(np.trapz(np.exp(f - top), x[out])) + top - low - math.log(temperature)


def rectangle_time(x, y, a, b, noise, terms=400):
    """Mean time for Brownian motion to leave (0, a) x (0, b), and the chance to leave through x = 0."""
    n = np.arange(1, 2 * terms, 2)
    k = n * math.pi / b
    decay = np.exp(-k * x) + np.exp(-k * (a - x))
    ratio = decay / (1 + np.exp(-k * a))
    time = y * (b - y) / (2 * noise) - np.sum(4 * b**2 / (n * math.pi) ** 3 * np.sin(k * y) * ratio) / noise
    through = np.sum(4 / (n * math.pi) * np.sin(k * y) * (np.exp(-k * x) - np.exp(-k * (2 * a - x))) / -np.expm1(-2 * k * a))
    return float(time), float(through)


def sector(r, phi, radius, beta, noise, terms=4000):
    """Brownian motion in a sector of angle beta: mean time, and the chance to leave through the arc."""
    n = np.arange(1, 2 * terms, 2)
    nu = n * math.pi / beta
    weight = 4 / (n * math.pi) * np.sin(nu * phi)
    power = (r / radius) ** nu
    return (float(np.sum(weight * (r**2 - radius**2 * power) / (nu**2 - 4)) / noise) if np.all(nu != 2) else None,
            float(np.sum(weight * power)))


