"""The least action by shooting with Hamilton's equations."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import numpy as np
from formulas import shot_action, tell
from scipy.optimize import fsolve

ZETA = 1.21 / 3


def drift(z):
    x, y = z
    r = x**2 + y**2
    return np.array([-ZETA * x + y * (r - 1), -ZETA * y - x * (r + 1)])


def jacobian(z):
    x, y = z
    return np.array([[-ZETA + 2 * x * y, x**2 + 3 * y**2 - 1], [-(3 * x**2 + y**2 + 1), -ZETA - 2 * x * y]])


focus = fsolve(drift, (-0.2, 0.93), xtol=1e-13)
tell(action=shot_action(drift, jacobian, 1.0, focus, (0, 0), (1.45, 1.62), time=60)[0], half=0.5)
