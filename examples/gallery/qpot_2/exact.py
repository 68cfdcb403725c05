"""The turning keeps every circle, so the density is e^{-Φ/D} with Φ = μ (r⁴/4 - r²/2), the quasi-potential; the entropy production is ⟨r²⟩/D; the exit time is a quadrature in r."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import numpy as np
from formulas import exit_1d, nodes, tell

MU, D = 0.2, 0.02
weight = lambda r: r * np.exp(-MU * (r**4 / 4 - r**2 / 2) / D)
r, w = nodes(0, 2.1, 100, 4)
whole, second = w @ weight(r), w @ (r**2 * weight(r))
s, v = nodes(0, 0.5, 100, 2)
# the time from r = 1 inwards: the same line seen from the other side, u = 2.1 - r
time = exit_1d(lambda u: -(MU * (2.1 - u) * (1 - (2.1 - u) ** 2) + D / (2.1 - u)), lambda u: D + 0 * u, 0, 1.6, 1.1, both=False)[0]
tell(variance=second / whole / 2, inner=v @ weight(s) / whole, entropy=second / whole / D, time=time,
     action=MU * (1 - 0.5**2) ** 2 / 4 / D, middle=MU / 4 / D, period=2 * np.pi)
