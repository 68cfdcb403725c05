"""The logarithm of the double integral of the mean time, by the trapezoidal rule with the exponents scaled; the action is ΔV/T = 125 exactly."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import numpy as np
from formulas import tell
from scipy.integrate import cumulative_trapezoid

temperature = 0.002
x = np.linspace(-2, 0.5, 1_000_001)
v = (x**2 - 1) ** 2 / 4 / temperature
below = cumulative_trapezoid(np.exp(-v), x, initial=0)  # the minimum of V is 0
f = (v + np.log(np.maximum(below, 1e-300)))[x >= -1]
log_time = np.log(np.trapz(np.exp(f - f.max()), x[x >= -1])) + f.max() - np.log(temperature)
tell(log_time=log_time, action=0.25 / temperature)
