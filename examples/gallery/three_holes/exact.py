"""Critical points by Newton's method, the rate by linear finite elements."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import numpy as np
from formulas import critical_point, element_rate, tell


def potential(x, y):
    return (3 * np.exp(-(x**2) - (y - 1 / 3) ** 2) - 3 * np.exp(-(x**2) - (y - 5 / 3) ** 2)
            - 5 * np.exp(-((x - 1) ** 2) - y**2) - 5 * np.exp(-((x + 1) ** 2) - y**2) + x**4 / 5 + (y - 1 / 3) ** 4 / 5)


deep, shallow = critical_point(potential, (-1.05, -0.04)), critical_point(potential, (0, 1.54))
rate = element_rate(potential, 0.6, (-2.6, 2.6, -2.4, 3), ((-1, 0), 0.3), ((1, 0), 0.3), 0.05)
tell(deep=potential(*deep), shallow=potential(*shallow), rate=rate, half=0.5)
