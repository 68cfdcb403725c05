"""Escape rates: eigenvalues of lines, rectangles and discs."""
import math

import numpy as np
from scipy.special import jn_zeros

from .problem import KNOWN, NEUTRAL, Problem, draw, family, listed, log_draw
from .references import rate_1d


def both_ways(rate):
    return {("escape_rate",): rate, ("mean_exit_time_qsd",): 1 / rate}


@family
def rate_line(rng):
    k, a, t, c = draw(rng, 0.3, 1.5), draw(rng, 0.1, 2), draw(rng, 0.1, 0.5), draw(rng, -0.5, 0.5)
    high = draw(rng, 0.3, 1.4)
    rate = rate_1d(lambda x: k * (x - x**3 + c), lambda x: t * (1 + a * x**2), -1.6, high, "reflecting", "absorbing")
    options = {"drift": f"{k}*(x-x^3+({c})), 0", "diffusion": f"{t}*(1+{a}*x^2)", "domain": "-1.6,1.6,-1,1",
               "exit": f"x > {high}", "start": "-0.5,0"}
    return Problem("fp-rate", options, both_ways(rate), NEUTRAL, KNOWN)


@family
def rate_rectangle(rng):
    a, b, d, e = draw(rng, 0.7, 2), draw(rng, 0.7, 2), draw(rng, 0.2, 1), draw(rng, 0.2, 1)
    p, q = d * (math.pi / a) ** 2, e * (math.pi / b) ** 2
    options = {"drift": "0,0", "diffusion": f"{d}, 0, {e}", "domain": listed(0, a, 0, b), "boundary": "absorbing"}
    right = both_ways(p + q) | {("exit_probability_qsd", k): v / (2 * (p + q)) for k, v in enumerate((p, p, q, q))}
    return Problem("fp-rate", options, right)


@family
def rate_disc(rng):
    """Brownian motion in a disc, turned or not: D (j01 / r)^2."""
    radius, d = draw(rng, 0.7, 1.3), draw(rng, 0.1, 1)
    w = 0 if rng.integers(2) else log_draw(rng, 0.01, 30)
    options = {"drift": f"-{w}*y, {w}*x", "diffusion": d, "domain": "-1.4,1.5,-1.4,1.45", "exit": f"x^2+y^2 > {radius}^2"}
    return Problem("fp-rate", options, both_ways(d * (jn_zeros(0, 1)[0] / radius) ** 2))


@family
def rate_disc_well(rng):
    d, k = log_draw(rng, 0.06, 1), draw(rng, 0.3, 1.5)
    rate = rate_1d(lambda s: -k * s + d / s, lambda s: d + 0 * s, 0, 1, "reflecting", "absorbing")
    options = {"potential": f"{k}*(x^2+y^2)/2", "temperature": d, "domain": "-1.2,1.3,-1.25,1.2", "exit": "x^2+y^2 > 1"}
    return Problem("fp-rate", options, both_ways(rate), known=KNOWN)
