"""Sets of any shape, tables, and Langevin's equation from a potential."""
import math

import numpy as np
from scipy.stats import norm

from .exits_on_lines import times
from .problem import KNOWN, Problem, draw, family, listed, log_draw, short
from .references import moments_1d


@family
def regions_oblique(rng):
    """A Gaussian's mass beyond a line, in an ellipse and in half of it."""
    angle, across, t = rng.uniform(0, math.pi), rng.uniform(0, 2 * math.pi), log_draw(rng, 0.05, 0.4)
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    h = turn @ np.diag([log_draw(rng, 0.3, 3), log_draw(rng, 0.3, 3)]) @ turn.T
    s = t * np.linalg.inv(h)
    n = np.array([math.cos(across), math.sin(across)])
    spread, level = math.sqrt(n @ s @ n), short(t * rng.uniform(0.3, 2))
    edge = short(spread * rng.uniform(-1.2, 1.2))
    u = f"{n[0]:.15g}*x + ({n[1]:.15g})*y"
    v = f"{h[0, 0]:.15g}*x^2/2 + ({h[0, 1]:.15g})*x*y + {h[1, 1]:.15g}*y^2/2"
    w = 6.6 * np.sqrt(np.diag(s))
    options = {"potential": v, "temperature": t, "domain": listed(-short(w[0]), short(1.07 * w[0]), -short(w[1]), short(w[1])),
               "regions": f"half: {u} > {edge}; whole: {v} < {level}; part: {v} < {level} and {u} > 0"}
    inside = 1 - math.exp(-level / t)
    right = {("region_probability", "half"): norm.sf(edge / spread), ("region_probability", "whole"): inside,
             ("region_probability", "part"): inside / 2}
    return Problem("fp-stationary", options, right, known=KNOWN)


@family
def committor_discs(rng):
    """From a disc to beyond a circle about another centre: the capacity of two circles."""
    a, b, d = draw(rng, 0.15, 0.4), draw(rng, 0.9, 1.2), log_draw(rng, 0.05, 2)
    angle, off = rng.uniform(0, 2 * math.pi), rng.uniform(0, b - a - 0.25)
    x, y = short(off * math.cos(angle)), short(off * math.sin(angle))
    capacity = 2 * math.pi / math.acosh((a**2 + b**2 - x**2 - y**2) / (2 * a * b))
    options = {"drift": "0,0", "diffusion": d, "domain": "-1.33,1.31,-1.29,1.36", "set_a": f"(x-({x}))^2+(y-({y}))^2 < {a}^2",
               "set_b": f"x^2+y^2 > {b}^2", "start": listed(x + a + 0.1, y)}
    return Problem("fp-committor", options, {("rate",): d * capacity / (2.64 * 2.65)})


@family
def table_well(rng):
    """A double well known at points alone."""
    k, c, t, high = draw(rng, 0.5, 2), draw(rng, -0.3, 0.3), log_draw(rng, 0.05, 0.4), draw(rng, 0.2, 0.6)
    points = int(rng.integers(40, 120))
    xs, ys = np.linspace(-1.9, 1.9, points), np.linspace(-2.4, 2.4, points)
    rows = "".join(f"{x:.17g},{y:.17g},{k * ((x * x - 1) ** 2 / 4 + c * x) + y * y / 2 + 0.1 * math.cos(2 * y):.17g}\n"
                   for y in ys for x in xs)
    right = times(lambda x: -k * (x**3 - x + c), lambda x: t + 0 * x, -1.9, high, -1.0, False)
    options = {"table": "F=table.csv:V", "potential": "F(x,y)", "temperature": t, "domain": "-1.9,1.9,-2.4,2.4",
               "exit": f"x > {high}", "start": "-1,0.3"}
    return Problem("fp-exit", options, right, known=KNOWN, files={"table.csv": "x,y,V\n" + rows})


@family
def kinetic_anharmonic(rng):
    """-kinetic: Gibbs for every friction."""
    k, a, t, friction = log_draw(rng, 0.3, 4), draw(rng, 0, 0.5), log_draw(rng, 0.05, 1), log_draw(rng, 0.05, 4)
    x, v = short(6.5 * math.sqrt(t / k)), short(6.5 * math.sqrt(t))
    _, variance, _, chance = moments_1d(lambda q: -(k * q**2 / 2 + a * q**4 / 4) / t, -x, x)
    options = {"variables": "x,v", "kinetic": "true", "potential": f"{k}*x^2/2 + {a}*x^4/4", "friction": friction,
               "temperature": t, "domain": listed(-x, x, -v, v), "regions": "right: x > 0.2"}
    right = {("covariance", 0, 0): variance, ("covariance", 1, 1): t, ("region_probability", "right"): chance(0.2, x)}
    return Problem("fp-stationary", options, right, known=KNOWN)
