"""`exact."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import math

import numpy as np
from formulas import least_action, tell


def drift(z):
    x, y = z
    s = x**2 + x * y + y**2
    return np.array([x * (9 / 4 - s), y * (3 - s)])


top = (0, math.sqrt(3))
tell(near=least_action(drift, 1.0, top, (1.5, 0)), far=least_action(drift, 1.0, top, (-1.5, 0)))
