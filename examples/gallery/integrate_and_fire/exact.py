"""Siegert's formula √π ∫ e^{u²} (1 + erf u) du between (0 - μ)/√(2D) and (1 - μ)/√(2D); the spread by quadrature."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import math

import numpy as np
from formulas import exit_1d, nodes, tell
from scipy.special import erf

mu, d = 0.8, 0.05
u, w = nodes(-mu / math.sqrt(2 * d), (1 - mu) / math.sqrt(2 * d), 100, 2)
mean = math.sqrt(math.pi) * (w @ (np.exp(u**2) * (1 + erf(u))))
std = exit_1d(lambda s: mu - s, lambda s: d + 0 * s, -1.6, 1, 0, both=False)[1]
tell(mean=mean, std=std)
