"""v = T (1 - e^{-F/T}) / <I+>, D = T <I+^2 I-> / <I+>^3, Gauss quadrature."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import numpy as np
from formulas import nodes, tell

temperature, force = 0.2, 8.0
x, w = nodes(0, 1, 10, 20)
potential = lambda s: np.cos(2 * np.pi * s)
at, step = np.meshgrid(x, x, indexing="ij")
plus = np.exp((potential(at) - potential(at - step) - force * step) / temperature) @ w
minus = np.exp((potential(at + step) - potential(at) - force * step) / temperature) @ w
mean = w @ plus
tell(velocity=temperature * (1 - np.exp(-force / temperature)) / mean,
     diffusion=temperature * (w @ (plus**2 * minus)) / mean**3)
