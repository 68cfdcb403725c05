"""The least action by shooting with Hamilton's equations."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import numpy as np
from formulas import shot_action, tell
from scipy.optimize import fsolve


def drift(z):
    x, y = z
    eaten = x**2 * y / (1 + x**2)
    return np.array([1.54 * x * (1 - x / 10.14) - eaten, 0.476 * eaten - 0.112509 * y**2])


def jacobian(z):
    x, y = z
    by_x, by_y = 2 * x * y / (1 + x**2) ** 2, x**2 / (1 + x**2)
    return np.array([[1.54 * (1 - 2 * x / 10.14) - by_x, -by_y], [0.476 * by_x, 0.476 * by_y - 2 * 0.112509 * y]])


focus, saddle = (fsolve(drift, at, xtol=1e-13) for at in ((1.4049, 2.8081), (4.2008, 4.0039)))
tell(action=shot_action(drift, jacobian, 1.0, focus, saddle, (0.5, 0.56), scan=8)[0])
