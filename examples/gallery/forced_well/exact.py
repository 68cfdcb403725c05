"""m' = -m + A cos(w t): amplitude A/sqrt(1 + w^2); variance D within, D + amplitude^2/2 of the mean density."""
import math
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from formulas import tell

A, w, D = 1, 1, 0.5
amplitude = A / math.sqrt(1 + w * w)
tell(amplitude=amplitude, variance=D + amplitude ** 2 / 2)
