"""Moments: m' = -m,  s' = -2 s + 2 D,  D = (eta(t)/B) <L>,  <L> = 1 + (m^2 + s)/2."""
import pathlib
import sys

from scipy.integrate import solve_ivp

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from formulas import tell

B = 2
run = solve_ivp(lambda t, y: [-y[0], -2 * y[1] + 2 * (0.4 / (1 + t) / B) * (1 + (y[0]**2 + y[1]) / 2)], (0, 4), [1, 0],
                method="DOP853", rtol=1e-12, atol=1e-14, t_eval=[1, 4])
tell(mean_1=run.y[0, 0], variance_1=run.y[1, 0], mean_4=run.y[0, 1], variance_4=run.y[1, 1])
