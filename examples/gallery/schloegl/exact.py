"""p ∝ exp(∫ b/D)/D, and the exit time by quadrature."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import numpy as np
from formulas import exit_1d, moments_1d, tell

b = lambda x: -(x**3) + 3 * x**2 - 2.6 * x + 0.58
d = lambda x: 0.01 * (x**3 + 3 * x**2 + 2.6 * x + 0.58)
work = np.polynomial.Chebyshev.interpolate(lambda x: b(x) / d(x), 120, [0, 2.6]).integ()
mean, _, _, probability = moments_1d(lambda x: work(x) - np.log(d(x)), 0, 2.6)
tell(mean=mean, low=probability(0, 0.9), time=exit_1d(b, d, 0, 1.4, 0.5, both=False)[0])
