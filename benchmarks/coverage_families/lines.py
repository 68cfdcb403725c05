"""Problems of one variable: noise of any calculus, evolutions, networks of states."""
import math

import numpy as np

from .exits_on_lines import times
from .problem import KNOWN, Problem, draw, family, listed, log_draw, short

LINE = "{n}"


@family
def line_exit(rng):
    """The noise itself is given, in one of three calculi; out through one end or two."""
    k, a, s, phase, c = draw(rng, 0.2, 2), draw(rng, 0, 0.8), draw(rng, 0.3, 1), draw(rng, 0, 3), draw(rng, -0.6, 0.6)
    low, high, start = draw(rng, -1.4, -0.8), draw(rng, 0.6, 1.4), draw(rng, -0.6, 0.4)
    both = rng.integers(2) == 1
    calculus, part = (("ito", 0), ("stratonovich", 1), ("isothermal", 2))[rng.integers(3)]
    noise = lambda x: s * (1 + a * np.sin(2 * x + phase))
    drift = lambda x: -k * (x**3 - x + c) + part * noise(x) * s * a * 2 * np.cos(2 * x + phase)
    right = times(drift, lambda x: noise(x) ** 2, low if both else -1.7, high, start, both)
    options = {"variables": "x", "drift": f"-{k}*(x^3-x+({c}))", "noise": f"{s}*(1+{a}*sin(2*x+{phase}))",
               "calculus": calculus, "domain": "-1.7,1.8", "exit": (f"x < {low} or " if both else "") + f"x > {high}",
               "start": start}
    return Problem("fp-exit", options, right, LINE, KNOWN)


@family
def line_evolve(rng):
    """A spring, from a point between two centres."""
    k, d, x, end = log_draw(rng, 0.3, 3), log_draw(rng, 0.05, 1), draw(rng, -1, 1), draw(rng, 0.2, 1.5)
    width = 8 * math.sqrt(d / k) + 1
    options = {"variables": "x", "drift": f"-{k}*x", "diffusion": d, "domain": listed(-short(width), short(1.1 * width)),
               "start": x, "t_end": end, "frames": 2}
    right = {}
    for frame in (1, 2):
        shrunk = math.exp(-k * end * frame / 2)
        right[("mean", frame, 0)] = x * shrunk, math.sqrt(d / k)
        right[("covariance", frame, 0, 0)] = d / k * (1 - shrunk**2)
    return Problem("fp-evolve", options, right, LINE, KNOWN)


@family
def line_network(rng):
    """Three states on a line: by scale and speed of the equation."""
    t, tilt, left = log_draw(rng, 0.2, 0.8), draw(rng, -0.1, 0.1), -1.4
    a, low, high, c = draw(rng, -1.2, -0.7), draw(rng, -0.3, -0.1), draw(rng, 0.1, 0.3), draw(rng, 0.7, 1.2)
    # x^2 (x^2 - 1)^2 has wells at -1, 0 and 1
    p = lambda x: np.exp(-(2 * x**2 * (x**2 - 1) ** 2 + tilt * x) / t)
    integral = lambda f: np.polynomial.Chebyshev.interpolate(f, 300, [left, 1.4]).integ(lbnd=left)
    mass, scale = integral(p), integral(lambda x: 1 / (t * p(x)))
    from_left = integral(lambda x: mass(x) / (t * p(x)))  # of the time to x, nothing leaving on the left
    weighted = lambda f: integral(lambda x: p(x) * f(x))
    state = lambda f, u, v: (weighted(f)(v) - weighted(f)(u)) / (mass(v) - mass(u))
    ahead = lambda x: (scale(x) - scale(a)) / (scale(c) - scale(a))  # to c before a
    until_c = lambda x: from_left(c) - from_left(x)
    both = lambda x: until_c(x) - (1 - ahead(x)) * until_c(a)
    exits = state(lambda x: from_left(low) - from_left(x), left, a), state(both, low, high)
    right = {("mean_exit_time", 0): exits[0], ("mean_exit_time", 1): exits[1],
             ("mean_first_passage_time", 0, 1): exits[0], ("mean_first_passage_time", 0, 2): state(until_c, left, a),
             ("mean_first_passage_time", 1, 2): state(until_c, low, high),
             ("next_state_probability", 1, 2): state(ahead, low, high)}
    options = {"variables": "x", "potential": f"2*x^2*(x^2-1)^2 + ({tilt})*x", "temperature": t, "domain": "-1.4,1.4",
               "sets": f"A: x < {a}; B: x > {low} and x < {high}; C: x > {c}"}
    return Problem("fp-network", options, right, LINE, KNOWN)
