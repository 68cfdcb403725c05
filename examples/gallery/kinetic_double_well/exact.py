"""Var v = T; var x by quadrature of e^{-V/T}."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import numpy as np
from formulas import moments_1d, tell

tell(xx=moments_1d(lambda x: -((x**2 - 1) ** 2) / 4 / 0.1, -2.2, 2.2)[1], vv=0.1, left=0.5)
