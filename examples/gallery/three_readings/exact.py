"""p ∝ D^{-κ} exp ∫ b/D with κ = 1, 1/2 and 0: powers of 1 + a x² between the walls ±6, by quadrature."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import numpy as np
from formulas import moments_1d, tell

t = 0.3
tell(**{name: moments_1d(lambda x: -(1 / (2 * t) + power) * np.log1p(x**2), -6, 6)[1]
        for name, power in (("ito", 1), ("stratonovich", 0.5), ("isothermal", 0))})
