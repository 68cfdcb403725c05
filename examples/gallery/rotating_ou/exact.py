"""A S + S Aᵀ = 2D; entropy production tr(Fᵀ D⁻¹ F S) with F = D S⁻¹ - A; eigenvalues of A; mean e^{-At} x₀ and covariance S - e^{-At} S e^{-Aᵀt}."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import numpy as np
from formulas import linear_entropy_production, lyapunov, tell
from scipy.linalg import expm

a, d = np.array([[1, 0.8], [-0.6, 1.5]]), 0.05 * np.array([[1, 0.9], [0.9, 1]])
s, step = lyapunov(a, d), expm(-a)
k = np.linalg.eigvals(a)[0]
tell(xx=s[0, 0], xy=s[0, 1], entropy=linear_entropy_production(a, d), real=k.real, imaginary=abs(k.imag),
     mean_x=(step @ [0.5, 0.3])[0], var_y=(s - step @ s @ step.T)[1, 1])
