"""τ = (1 - xᵀQx)/(2 tr QD), as 𝓛 of the quadratic form is a constant."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import numpy as np
from formulas import tell

q, d, x = np.array([[1, 0.25], [0.25, 2]]), np.array([[0.6, 0.25], [0.25, 0.3]]), np.array([0.2, -0.3])
tell(time=(1 - x @ q @ x) / (2 * np.trace(q @ d)))
