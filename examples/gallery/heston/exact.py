"""Equations of the first two moments."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import numpy as np
from formulas import tell
from scipy.integrate import solve_ivp

r, k, th, s, rho = 0.03, 2, 0.2, 0.3, -0.7


def moments(_, m):
    x, v, xx, xv, vv = m  # means and covariances
    return [r - v / 2, k * (th - v), v - xv, rho * s * v - k * xv - vv / 2, s**2 * v - 2 * k * vv]


end = solve_ivp(moments, (0, 0.5), [0, 0.3, 0, 0, 0], rtol=1e-12, atol=1e-14).y[:, -1]
tell(mean_x=end[0], mean_v=end[1], xx=end[2], xv=end[3], vv=end[4])
