"""S(f) = (c(2 pi f - w) + c(2 pi f + w))/4, c(n) = 2 Re <r (-L + i n)^-1 r>; u = r g, s = r^2:
L u = r (4 D s g_ss + (2 s (1 - s) + 8 D) g_s + (1 - s) g)."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import numpy as np
from formulas import tell

noise, omega, top, n = 0.1, 0.6 * np.pi, 5.0, 120
t = np.cos(np.pi * np.arange(n + 1) / n)  # Trefethen, Spectral Methods in Matlab, ch. 6
c = np.hstack([2, np.ones(n - 1), 2]) * (-1)**np.arange(n + 1)
gaps = t[:, None] - t[None, :] + np.eye(n + 1)
d = np.outer(c, 1 / c) / gaps
d = (d - np.diag(d.sum(axis=1))) * 2 / top
s = top * (1 + t) / 2
radial = 4 * noise * s[:, None] * (d @ d) + (2 * s * (1 - s) + 8 * noise)[:, None] * d + np.diag(1 - s)
y, w = np.polynomial.legendre.leggauss(400)
y, w = top * (1 + y) / 2, w * top / 2
weight = w * np.exp((y / 2 - y**2 / 4) / noise)
weight /= weight.sum()
to_nodes = np.polynomial.chebyshev.chebvander(2 * y / top - 1, n) @ np.linalg.inv(np.polynomial.chebyshev.chebvander(t, n))


def lines(nu):
    a = -radial + 1j * nu * np.eye(n + 1)
    right = np.ones(n + 1, complex)
    a[0], right[0] = d[0], 0  # where there is no probability
    return 2 * (weight @ (y * (to_nodes @ np.linalg.solve(a, right)))).real


power = lambda f: (lines(2 * np.pi * f - omega) + lines(2 * np.pi * f + omega)) / 4
tell(variance=weight @ y / 2, **{f"s{k}": power(0.1 + 0.05 * k) for k in range(7)})
