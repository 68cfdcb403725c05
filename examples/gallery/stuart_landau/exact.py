"""Quadrature and collocation in the radius."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import numpy as np
from formulas import chebyshev, nodes, tell

w, d, end = 2, 0.1, 2.2
weight = lambda r: r * np.exp((r**2 / 2 - r**4 / 4) / d)
r, g = nodes(0, end, 100, 4)
s, h = nodes(0, 1, 100, 4)
whole, second = g @ weight(r), g @ (r**2 * weight(r))
t, m = chebyshev(80)
x, m = end * (t + 1) / 2, 2 * m / end
x[0] = 1.0  # never used: f vanishes there
op = ((1 - x**2) * x)[:, None] * m + d * m @ m + (d / x)[:, None] * m - np.diag(d / x**2)
inner, last = np.arange(1, 80), 80
op = op[np.ix_(inner, inner)] + np.outer(op[inner, last], -m[last, inner] / m[last, last])  # f' = 0 at the wall
tell(variance=second / whole / 2, inner=h @ weight(s) / whole, entropy=w**2 * second / whole / d,
     rate=np.min(np.abs(np.linalg.eigvals(-op).real)), frequency=w)
