"""Logarithms: h = log(b/r)/log(b/a), and τ = (b² - r² - (b² - a²) h)/(4D)."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import math

from formulas import tell

a, b, d, r = 0.4, 1.0, 0.5, math.hypot(0.5, 0.4)
inner = math.log(b / r) / math.log(b / a)
tell(inner=inner, outer=1 - inner, time=(b**2 - r**2 - (b**2 - a**2) * inner) / (4 * d),
     rate=2 * math.pi * d / (math.log(b / a) * 2.4**2))
