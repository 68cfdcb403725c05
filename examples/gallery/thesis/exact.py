"""The critical points by Newton's method."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import numpy as np
from formulas import tell
from scipy.optimize import root

x, y = np.loadtxt(pathlib.Path(__file__).parents[2] / "thesis" / "data" / "thesis_data.csv", delimiter=",", skiprows=1).T


def loss(p):
    return np.mean((p[0] ** 2 + x * (1 + p[1] / (1 + np.exp(-p[0] * x))) - y) ** 2) / 2


def gradient(p):
    s = 1 / (1 + np.exp(-p[0] * x))
    rest = p[0] ** 2 + x * (1 + p[1] * s) - y
    return [np.mean(rest * (2 * p[0] + p[1] * x**2 * s * (1 - s))), np.mean(rest * x * s)]


spurious, saddle, true = (root(gradient, at, tol=1e-13).x for at in ((-5.6, 3.2), (-0.3, 0.2), (1.07, 4.99)))
tell(a=spurious[0], b=spurious[1], loss=loss(spurious), saddle=loss(saddle), true=loss(true), true_a=true[0])
