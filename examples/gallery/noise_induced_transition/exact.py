"""p ∝ exp(-1/(s² x (1 - x)))/(x (1 - x)), by Gauss quadrature."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import numpy as np
from formulas import moments_1d, tell

log_density = lambda x: -1 / (6 * x * (1 - x)) - np.log(x * (1 - x))
_, variance, _, probability = moments_1d(log_density, 0.001, 0.999)
tell(variance=variance, middle=probability(0.3, 0.7))
