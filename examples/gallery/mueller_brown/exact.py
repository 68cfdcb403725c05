"""Critical points by Newton's method, the transition rate by linear finite elements."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import numpy as np
from formulas import critical_point, element_rate, tell


def potential(x, y, exp=np.exp):
    return (-200 * exp(-(x - 1) ** 2 - 10 * y**2) - 100 * exp(-x**2 - 10 * (y - 0.5) ** 2)
            - 170 * exp(-6.5 * (x + 0.5) ** 2 + 11 * (x + 0.5) * (y - 1.5) - 6.5 * (y - 1.5) ** 2)
            + 15 * exp(0.7 * (x + 1) ** 2 + 0.6 * (x + 1) * (y - 1) + 0.7 * (y - 1) ** 2))


deepest, saddle = critical_point(potential, (-0.558, 1.442)), critical_point(potential, (-0.822, 0.624))
rate = element_rate(potential, 10, (-1.8, 1.4, -0.6, 2.2), ((-0.558, 1.441), 0.1), ((0.623, 0.028), 0.1), 0.03)
tell(deepest=potential(*deepest), saddle_x=saddle[0], action=(potential(*saddle) - potential(*deepest)) / 10, rate=rate)
