"""p ∝ x^{2/s² - 2} e^{-2x/s²}, cut at the walls 0."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import numpy as np
from formulas import moments_1d, tell

mean, variance, _, _ = moments_1d(lambda x: 2 * np.log(x) - 4 * x, 0.002, 9)
tell(mean=mean, variance=variance)
