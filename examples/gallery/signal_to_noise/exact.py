"""Periodic state and background by Legendre polynomials in x and harmonics in time, at the finite amplitude of the force."""
import math
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from formulas import tell
from periods import Galerkin, Swing

A, w, T = 0.02, 0.05, 0.12
space = Galerkin((-2.2, 2.2), 90)
still = space.flow(lambda x: x - x**3, T)
swing = Swing(space, still, A * space.flow(lambda x: 1 + 0 * x), w)
amplitude, background = swing.amplitude(), swing.background()
tell(ratio=math.pi * amplitude**2 / background, amplitude=amplitude, background=background)
