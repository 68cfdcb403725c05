"""`exact."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import math

import numpy as np
from formulas import least_action, tell


def drift(z):
    x, y = z
    return np.array([(x - x**3 - y) / 0.1, x - 3 * y])


tell(action=least_action(drift, 0.5, (math.sqrt(2 / 3), math.sqrt(2 / 27)), (0, 0)))
