"""(1 - e^{-2sx})/(1 - e^{-2s}); mean u/(u + v) and the incomplete beta function."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import math

from formulas import tell
from scipy.special import betainc

s, x = 1.5, 0.2
tell(fixation=(1 - math.exp(-2 * s * x)) / (1 - math.exp(-2 * s)), mean=0.4 / 1.1, left=betainc(0.4, 0.7, 0.3))
