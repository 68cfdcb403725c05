"""The transition rate by linear finite elements."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import numpy as np
from formulas import element_rate, tell


def potential(x, y):
    f = (1 - x) ** 2 + (y - x**2 / 4) ** 2 + 1
    eyes = (1 - np.exp(-((x + 3) ** 2 + (y - 3) ** 2) / 8)) * (1 - np.exp(-(x**2 + (y - 4.5) ** 2) / 4))
    nose = 1.2 - np.exp(-2 * (x**2 + (y - 2) ** 2))
    return f * eyes * nose * (1 + np.exp(-2 * (x + 1.5) ** 2 - (y - 3.5) ** 2 - (x + 1) * (y - 3.5)))


rate = element_rate(potential, 1, (-5.2, 4.4, -3.2, 6.8), ((-3, 3), 0.5), ((0, 4.5), 0.5), 0.08)
tell(rate=rate)
