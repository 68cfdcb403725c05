"""Committors and transition rates."""
import math

import numpy as np

from .problem import KNOWN, NEUTRAL, Problem, draw, family, log_draw
from .references import nodes
from .exits import inside


@family
def committor_line(rng):
    t, a, tilt = log_draw(rng, 0.04, 0.4), draw(rng, 0, 1), draw(rng, -0.1, 0.1)
    low, high, start = draw(rng, -1.2, -0.6), draw(rng, 0.6, 1.2), draw(rng, -0.4, 0.4)
    # read isothermally with D = t (1 + a x^2) and b = -(1 + a x^2) V': the density is exp(-V/t)
    p = lambda x: np.exp(-((x**2 - 1) ** 2 / 4 + tilt * x) / t)
    d = lambda x: t * (1 + a * x**2)
    scale = np.polynomial.Chebyshev.interpolate(lambda x: 1 / (d(x) * p(x)), 200, [low, high]).integ()
    span = scale(high) - scale(low)
    back = lambda x: (scale(high) - scale(x)) / span  # 1 - q
    (x0, w0), (x1, w1), (x2, w2) = (nodes(u, v, 100, 4) for u, v in ((-1.9, low), (low, high), (high, 1.9)))
    whole = w0 @ p(x0) + w1 @ p(x1) + w2 @ p(x2)
    in_a = (w0 @ p(x0) + (w1 * p(x1)) @ back(x1)) / whole
    rate = 1 / (span * whole)
    options = {"drift": f"-(1+{a}*x^2)*(x^3-x+({tilt})), 0", "diffusion": f"{t}*(1+{a}*x^2)", "calculus": "isothermal",
               "domain": "-1.9,1.9,-1,1", "set_a": f"x < {low}", "set_b": f"x > {high}", "start": f"{start},0"}
    right = {("rate",): rate, ("rate_constant_ab",): rate / in_a, ("probability_a",): in_a,
             ("committor", 0): 1 - back(start)}
    return Problem("fp-committor", options, right, NEUTRAL, KNOWN)


@family
def committor_annulus(rng):
    """From a disc to beyond a circle, nothing else moving it: logarithms."""
    a, b, d = draw(rng, 0.25, 0.5), draw(rng, 0.8, 1.1), draw(rng, 0.2, 1)
    x, y, r = inside(rng, 1, a + 0.2 * (b - a), b - 0.2 * (b - a))
    area, ratio = 2.4**2, math.log(b / a)
    rate = 2 * math.pi * d / (ratio * area)
    ring = (b**2 - a**2) / (2 * ratio) - a**2  # int_a^b 2 r log(b/r) / log(b/a) dr
    in_a = math.pi * (a**2 + ring) / area
    options = {"drift": "0,0", "diffusion": d, "domain": "-1.2,1.2,-1.2,1.2", "set_a": f"x^2+y^2 < {a}^2",
               "set_b": f"x^2+y^2 > {b}^2", "start": f"{x},{y}"}
    right = {("rate",): rate, ("rate_constant_ab",): rate / in_a, ("probability_a",): in_a,
             ("committor", 0): math.log(r / a) / ratio}
    return Problem("fp-committor", options, right)
