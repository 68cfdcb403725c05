"""v' = -2 v + 2 D0/(1 + t), v(0) = 0: v = 2 D0 exp(-2 - 2t) (Ei(2 + 2t) - Ei(2))."""
import math
import pathlib
import sys

from scipy.special import expi

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from formulas import tell

D0, t = 0.5, 4
tell(variance=2 * D0 * math.exp(-2 - 2 * t) * (expi(2 + 2 * t) - expi(2)), mean=math.exp(-t))
