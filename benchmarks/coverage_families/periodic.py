"""Periodic coordinates: tilted potentials, potentials on the torus, modes."""
import math

import numpy as np

from .problem import Problem, draw, family, listed, log_draw, moments, beside_uniform, NEUTRAL
from .references import moments_2d, nodes

ROUND = "-3.141592653589793,3.141592653589793"


@family
def torus_gibbs(rng):
    a, b, c, t = draw(rng, 0.3, 1.5), draw(rng, 0.3, 1.5), draw(rng, -0.7, 0.7), draw(rng, 0.2, 1)
    p, q, cut = draw(rng, -2, 2), draw(rng, -2, 2), draw(rng, -1, 1)
    box = [-math.pi, math.pi, -math.pi, math.pi]
    m, cov, left, _ = moments_2d(
        lambda x, y: -(a * np.cos(x - p) + b * np.cos(y - q) + c * np.cos(x + y)) / t, box, cut)
    options = {"potential": f"{a}*cos(x-({p})) + {b}*cos(y-({q})) + ({c})*cos(x+y)", "temperature": t,
               "domain": ROUND + "," + ROUND, "boundary": "periodic", "regions": f"left: x < {cut}"}
    right = moments(m, cov) | {("region_probability", "left"): left}
    return Problem("fp-stationary", options, right)


@family
def tilted_ring(rng):
    """A constant force around a ring with a potential: p by two quadratures, entropy made at the rate F v / T."""
    force, a, t, p = log_draw(rng, 0.1, 3), draw(rng, 0.2, 1.5), draw(rng, 0.15, 1), draw(rng, -1, 1)
    span = 2 * math.pi
    u = lambda x: a * np.cos(x - p) - force * x
    z, w = nodes(0, span, 100, 4)

    def density(x):  # e^(-u/t) int_x^(x+span) e^(u/t)
        return np.array([w @ np.exp((u(v + z) - u(v)) / t) for v in np.atleast_1d(x)])

    cut = draw(rng, -1.5, 1.5)
    x, g = (np.concatenate(k) for k in zip(nodes(-math.pi, cut, 60, 3), nodes(cut, math.pi, 60, 3)))
    f = density(x) * g
    whole = f.sum()
    m = f @ x / whole
    var = f @ (x - m) ** 2 / whole
    current = t * -math.expm1(-force * span / t) / whole
    right = beside_uniform(m, var) | {("region_probability", "left"): f[x < cut].sum() / whole,
                                      ("entropy_production_rate",): force * current * span / t}
    options = {"drift": f"{force} + {a}*sin(x-({p})), 0", "diffusion": t, "domain": ROUND + ",-1,1",
               "boundary": "periodic,periodic,reflecting,reflecting", "regions": f"left: x < {cut}"}
    return Problem("fp-stationary", options, right, NEUTRAL)


@family
def modes_box(rng):
    """Cosines of a reflecting box, waves around a periodic one."""
    d, e = draw(rng, 0.2, 1), draw(rng, 0.2, 1)
    a, b = draw(rng, 1, 2), draw(rng, 1, 2)
    around = rng.integers(2) == 1
    k = (2 if around else 1) * math.pi
    values = sorted(d * (k * i / a) ** 2 + e * (k * j / b) ** 2
                    for i in range(-6 if around else 0, 7) for j in range(-6 if around else 0, 7))[1:5]
    options = {"drift": "0,0", "diffusion": f"{d}, 0, {e}", "domain": listed(0, a, 0, b), "modes": 4,
               "boundary": "periodic" if around else "reflecting"}
    return Problem("fp-modes", options, {("eigenvalues", n, 0): v for n, v in enumerate(values)})
