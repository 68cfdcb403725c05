"""Periods by an integrator of order 8 from one crossing of v = 0 to the next; multipliers in closed form."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import numpy as np
from formulas import tell
from scipy.integrate import solve_ivp


def period(mu):
    """The time between two maxima of x, after the way to the cycle."""
    def top(_, z):
        return z[1]
    top.direction = -1
    run = solve_ivp(lambda _, z: [z[1], mu * (1 - z[0] ** 2) * z[1] - z[0]], (0, 120), [2.0, 0.0], method="DOP853",
                    rtol=1e-13, atol=1e-14, events=top)
    return run.t_events[0][-1] - run.t_events[0][-2]


w = 2  # r² = s: multiplier exp(2 s f'(s) 2π/w), f = (1 - s)(s - 1/4)
tell(period_1=period(1), period_2=period(2), period=np.pi, stable=np.exp(-1.5 * np.pi), unstable=np.exp(0.375 * np.pi))
