"""P(upper) = (1 - e^{-2v(x+1)})/(1 - e^{-4v}), mean time (2P - 1 - x)/v in these units, by optional stopping; the spread by quadrature; mean times
of either answer from the process conditioned on it."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import math

from formulas import exit_1d, tell

v, x = 0.8, 0.2
upper = (1 - math.exp(-2 * v * (x + 1))) / (1 - math.exp(-4 * v))
std = exit_1d(lambda s: v + 0 * s, lambda s: 0.5 + 0 * s, -1, 1, x, both=True)[1]
tell(upper=upper, mean=(2 * upper - 1 - x) / v, std=std,
     upper_time=(2 / math.tanh(2 * v) - (1 + x) / math.tanh(v * (1 + x))) / v,
     lower_time=(2 / math.tanh(2 * v) - (1 - x) / math.tanh(v * (1 - x))) / v)
