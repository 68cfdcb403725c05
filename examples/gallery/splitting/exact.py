"""The double integral of the mean exit time, by Gauss quadrature."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import math

from formulas import exit_1d, tell

tell(log_mean=math.log(exit_1d(lambda x: x - x**3, lambda x: 0.03 + 0 * x, -2, 0, -1, both=False)[0]))
