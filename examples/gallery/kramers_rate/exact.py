"""The true rate is the smallest eigenvalue of the generator between a wall at -2 and an absorbing end at 1, by Chebyshev collocation with 100 and 140 points."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import math

from formulas import rate_1d, tell

rate = rate_1d(lambda x: x - x**3, lambda x: 0.05 + 0 * x, -2, 1, "reflecting", "absorbing")
tell(rate=rate, kramers=math.sqrt(2) / (2 * math.pi) * math.exp(-5))
