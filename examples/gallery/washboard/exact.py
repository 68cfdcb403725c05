"""Stratonovich's formula v = T (1 - e^{-f/T}) / ∫₀¹ dx e^{-U(x)/T} ∫ₓ^{x+1} dz e^{U(z)/T}, U = V - f x, by Gauss quadrature: 5."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import numpy as np
from formulas import nodes, tell

t, f = 0.2, 8.0
u = lambda x: np.cos(2 * np.pi * x) - f * x
z, w = nodes(0, 1, 100, 4)
density = lambda x: np.array([w @ np.exp((u(v + z) - u(v)) / t) for v in x])
left, h = nodes(0, 0.5, 100, 2)
whole = w @ density(z)
# e^{(U(x + z) - U(x))/T} holds e^{-f/T}, so the current is T (1 - e^{-f/T}) / whole
tell(velocity=t * -np.expm1(-f / t) / whole, left=h @ density(left) / whole)
