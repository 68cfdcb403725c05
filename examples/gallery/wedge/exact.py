"""Fourier series in the angle with the powers r^{nπ/β}."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import math

from formulas import sector, tell

time, arc = sector(0.5, 5 * math.pi / 8, 1, 5 * math.pi / 4, 0.4)
tell(time=time, arc=arc)
