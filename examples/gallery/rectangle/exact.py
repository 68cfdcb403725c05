"""Fourier series of 400 terms."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import math

from formulas import rectangle_time, tell

a, b, d, x, y = 1.5, 1, 0.3, 0.4, 0.3
time, west = rectangle_time(x, y, a, b, d)
tell(time=time, west=west, east=rectangle_time(a - x, y, a, b, d)[1], south=rectangle_time(y, x, b, a, d)[1],
     rate=d * math.pi**2 * (1 / a**2 + 1 / b**2))
