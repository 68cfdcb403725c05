"""Stochastic gradient descent on given losses, where the density is a power of the loss."""
import math

import numpy as np

from .problem import Problem, draw, family, listed, log_draw, moments, short
from .references import exit_1d, moments_2d


def power_law(options, loss, power, box):
    m, c, left, _ = moments_2d(lambda x, y: -power * np.log(loss(x, y)), box, 0.2)
    right = moments(m, c) | {("region_probability", "left"): left, ("entropy_production_rate",): (0.0, 1.0)}
    return Problem("fp-stationary", options | {"domain": listed(*box), "regions": "left: x < 0.2"}, right)


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
    time, spread, _ = exit_1d(lambda r: -h * r + noise(r) / r, noise, 0, 1, math.hypot(x, y), "reflecting", "absorbing")
    options = {"loss": f"{low} + {h}*(x^2+y^2)/2", "sgd_noise": "hessian", "minimum": "0,0", "learning_rate": rate,
               "batch_size": 1, "domain": "-1.2,1.3,-1.25,1.2", "exit": "x^2+y^2 > 1", "start": f"{x},{y}"}
    return Problem("fp-exit", options, {("mean_exit_time",): time, ("exit_time_std",): spread})
