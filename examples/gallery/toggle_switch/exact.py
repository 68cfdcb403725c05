"""The states are ((3 ± √5)/2, (3 ∓ √5)/2), as x y = 1 and x + y = a there."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import math

import numpy as np
from formulas import least_action, tell
from scipy.optimize import brentq


def drift(z):
    x, y = z
    return np.array([3 / (1 + y**2) - x, 3 / (1 + x**2) - y])


diagonal = brentq(lambda x: 3 / (1 + x**2) - x, 1, 2, xtol=1e-15)
state = ((3 + math.sqrt(5)) / 2, (3 - math.sqrt(5)) / 2)
tell(action=least_action(drift, 0.5, state, (diagonal, diagonal)), half=0.5)
