"""A known quasi-potential, by quadrature."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import numpy as np
from formulas import moments_2d, tell

t, w = 0.1, 2
v = lambda x, y: (x**2 - 1) ** 2 / 4 + (y - x / 2) ** 2
_, covariance, _, mean = moments_2d(lambda x, y: -v(x, y) / t, (-2.4, 2.4, -2.6, 2.6))
slope = mean(lambda x, y: (x**3 - x - (y - x / 2)) ** 2 + 4 * (y - x / 2) ** 2)
tell(action=0.25 / t, xx=covariance[0, 0], xy=covariance[0, 1], entropy=w**2 * slope / t)
