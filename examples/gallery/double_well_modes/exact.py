"""Eigenvalues of the generator in x between walls at ±2."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import numpy as np
from formulas import chebyshev, tell

n, a, t = 160, 2.2, 0.15
x, d = chebyshev(n)
x, d = a * x, d / a
m = (x - x**3)[:, None] * d + t * d @ d
inner, ends = np.arange(1, n), [0, n]
lift = -np.linalg.solve(d[np.ix_(ends, ends)], d[np.ix_(ends, inner)])  # u' = 0 at the walls
values = np.sort(-np.linalg.eigvals(m[np.ix_(inner, inner)] + m[np.ix_(inner, ends)] @ lift).real)
tell(first=values[1], second=values[2])
