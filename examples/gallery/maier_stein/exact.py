"""The least action over polynomial paths, and the least trapezoidal sum over 30 points."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import numpy as np
from formulas import least_action, tell
from scipy.optimize import minimize


def drift(z, beta=10):
    x, y = z
    return np.array([x - x**3 - beta * x * y**2, -(1 + x**2) * y])


def thirty_points():
    """The least sum of a path of 30 evenly spaced points from (-1, 0) to (1, 0), by the trapezoidal rule."""
    x = np.linspace(-1, 1, 30)

    def sum_over(c):
        path = np.stack([np.r_[-1, c[:28], 1], np.r_[0, c[28:], 0]])
        step, b = np.diff(path), drift(path)
        length, speed = np.hypot(*step), np.hypot(*b)
        b, speed = (b[:, 1:] + b[:, :-1]) / 2, (speed[1:] + speed[:-1]) / 2
        return (speed * length - (b * step).sum(0)).sum() + 10 * np.var(length)

    return minimize(sum_over, np.r_[x[1:-1], 0.3 * (1 - x[1:-1] ** 2)], method="BFGS", options={"maxiter": 3000}).fun


five = least_action(lambda z: drift(z, 5), 0.5, (-1, 0), (0, 0), bow=0.15)
tell(action=least_action(drift, 0.5, (-1, 0), (0, 0)), five=five, straight=0.5, half=0.5, thirty_points=thirty_points())
