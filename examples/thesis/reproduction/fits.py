"""Slopes of log τ against 1/η, between successive learning rates."""
import math

from rows import Number


def log_times(sweep, key="mean_exit_time"):
    """[(log, error)] of a sweep: extrapolated to spacing 0 where three grids show the order."""
    return [(one[key].get("log_extrapolated", one[key]["log"]), one[key]["log_error"])
            for one in sweep]


def slope(rates, logs, k):
    """Between the rates k − 1 and k, with the error that those of the logs give."""
    d = 1 / rates[k] - 1 / rates[k - 1]
    return Number((logs[k][0] - logs[k - 1][0]) / d, math.hypot(logs[k][1], logs[k - 1][1]) / d)


def best_slope(rates, logs):
    """The one with the smallest sum of its own error and its distance from the limit of weak noise,
    of which the change from the slope before is the measure. Returns it and its pair of rates."""
    best, pair = None, None
    for k in range(2, len(rates)):
        one, before = slope(rates, logs, k), slope(rates, logs, k - 1)
        error = one.error + abs(one.value - before.value)
        if best is None or error < best.error:
            best, pair = Number(one.value, error), (rates[k - 1], rates[k])
    return best, pair
