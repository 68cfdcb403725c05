"""Stochastic gradient descent on given losses, where the density is a power of the loss."""
import math

import numpy as np

from .problem import KNOWN, Problem, draw, family, listed, log_draw, moments, short
from .references import exit_1d, moments_2d


def power_law(options, loss, power, box, variable="x", files=None):
    m, c, left, _ = moments_2d(lambda x, y: -power * np.log(loss(x, y)), box, 0.2)
    right = moments(m, c) | {("region_probability", "left"): left, ("entropy_production_rate",): (0.0, 1.0)}
    return Problem("fp-stationary", options | {"domain": listed(*box), "regions": f"left: {variable} < 0.2"}, right,
                   files=files or {})


@family
def sgd_hessian(rng):
    """L with the Hessian h I at its minimum: p ~ L^-(1 + B/(eta h))."""
    low, h, power = log_draw(rng, 0.1, 2), draw(rng, 0.5, 2), draw(rng, 1.5, 8)
    rate = short(1 / (power * h))
    text = f"{low} + {h}*(x^2+y^2)/2"
    options = {"loss": text, "sgd_noise": "hessian", "minimum": "0,0", "learning_rate": rate, "batch_size": 1}
    return power_law(options, lambda x, y: low + h * (x**2 + y**2) / 2, 1 + 1 / (rate * h), [-2, 2.5, -1.8, 2.2])


@family
def sgd_isotropic(rng):
    """D = T L I: p ~ L^-(1 + 1/T) for any loss."""
    low, t, c, q = log_draw(rng, 0.1, 2), log_draw(rng, 0.1, 0.7), draw(rng, -0.5, 0.5), draw(rng, 0.5, 3)
    text = f"{low} + (x^2-1)^2/4 + {q}*(y-({c})*x)^2/2"
    options = {"loss": text, "sgd_noise": "isotropic", "temperature": t, "learning_rate": 0.01, "batch_size": 1}
    loss = lambda x, y: low + (x**2 - 1) ** 2 / 4 + q * (y - c * x) ** 2 / 2
    return power_law(options, loss, 1 + 1 / t, [-2.1, 2.3, -2, 2.2])


@family
def sgd_exit(rng):
    """Out of a disc around the minimum, with noise that grows with the loss."""
    low, h, power = log_draw(rng, 0.2, 2), draw(rng, 0.5, 2), draw(rng, 1, 5)
    rate, x, y = short(1 / (power * h)), draw(rng, -0.5, 0.5), draw(rng, -0.5, 0.5)
    noise = lambda r: rate * h * (low + h * r**2 / 2)
    time, spread = exit_1d(lambda r: -h * r, noise, 0, 1, math.hypot(x, y), both=False, radial=True)
    options = {"loss": f"{low} + {h}*(x^2+y^2)/2", "sgd_noise": "hessian", "minimum": "0,0", "learning_rate": rate,
               "batch_size": 1, "domain": "-1.2,1.3,-1.25,1.2", "exit": "x^2+y^2 > 1", "start": f"{x},{y}"}
    return Problem("fp-exit", options, {("mean_exit_time",): time, ("exit_time_std",): spread}, known=KNOWN)


@family
def sgd_data(rng):
    """A linear model on four rows whose features are orthogonal: H = s^2 I, and the targets leave a rest e."""
    s, e, power = draw(rng, 0.7, 1.4), draw(rng, 0.3, 1.5), draw(rng, 1.5, 6)
    p, q, rate = draw(rng, -0.4, 0.4), draw(rng, -0.4, 0.4), short(1 / (power * s**2))
    rows = [f"{i * s:.15g},{j * s:.15g},{p * i * s + q * j * s + i * j * e:.15g}" for i in (1, -1) for j in (1, -1)]
    options = {"variables": "a,b", "model": "a*u + b*v", "data": "rows.csv", "target": "t", "learning_rate": rate,
               "batch_size": 1, "sgd_noise": ("hessian", "gauss_newton")[rng.integers(2)], "minimum": "0,0"}
    loss = lambda a, b: e**2 / 2 + s**2 * ((a - p) ** 2 + (b - q) ** 2) / 2
    return power_law(options, loss, 1 + 1 / (rate * s**2), [-2, 2.5, -1.8, 2.2], "a",
                     {"rows.csv": "\n".join(["u,v,t", *rows, ""])})
