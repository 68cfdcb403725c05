"""p ∝ e^{-μ|v|/D}: variance 2D²/μ², cut at the walls ±6."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import math

from formulas import tell

mu, d, end, exit_at = 1, 0.5, 6, 2
a = mu / d
variance = 2 / a**2 - end * (end + 2 / a) * math.exp(-a * end) / (1 - math.exp(-a * end))
tell(variance=variance, time=d / mu**2 * (math.exp(mu * exit_at / d) - 1) - exit_at / mu)
