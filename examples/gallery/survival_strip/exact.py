"""Sine series of the heat equation; x (2 - x)/(2D)."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import numpy as np
from formulas import tell

length, d, x = 2, 0.5, 0.7
n = np.arange(1, 400, 2)
survival = lambda t: np.sum(4 / (n * np.pi) * np.sin(n * np.pi * x / length) * np.exp(-d * (n * np.pi / length) ** 2 * t))
tell(s1=survival(0.4), s2=survival(0.8), s3=survival(1.2), time=x * (length - x) / (2 * d))
