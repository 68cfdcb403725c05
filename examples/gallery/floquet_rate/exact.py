"""The slowest Floquet exponent by Legendre polynomials in x that vanish at the exit, and harmonics in time."""
import math
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from formulas import tell
from periods import Galerkin, floquet_rate

space = Galerkin((-2.5, 0.5), 60, absorbing=True)
still = space.flow(lambda x: x - x**3, 0.1)
tell(rate=floquet_rate(space, still, 0.1 * space.flow(lambda x: 1 + 0 * x), 1.0))
