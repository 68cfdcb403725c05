"""Closed forms and Bessel series of the disc."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import numpy as np
from formulas import tell
from scipy.special import j1, jn_zeros

D, r = 0.5, np.hypot(0.3, 0.2)
mean = (1 - r**2) / (4 * D)
second = (r**4 - 4 * r**2 + 3) / (32 * D**2)
zeros = jn_zeros(0, 60)
survival = lambda t: np.sum(2 / (zeros * j1(zeros)) * np.exp(-D * zeros**2 * t))
tell(mean=mean, std=np.sqrt(second - mean**2), rate=D * zeros[0] ** 2, survival1=survival(0.2), survival2=survival(0.4))
