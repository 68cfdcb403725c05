"""Moments by Gauss quadrature."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import numpy as np
from formulas import moments_2d, tell


def potential(x, y, exp=np.exp):
    return (-200 * exp(-(x - 1) ** 2 - 10 * y**2) - 100 * exp(-x**2 - 10 * (y - 0.5) ** 2)
            - 170 * exp(-6.5 * (x + 0.5) ** 2 + 11 * (x + 0.5) * (y - 1.5) - 6.5 * (y - 1.5) ** 2)
            + 15 * exp(0.7 * (x + 1) ** 2 + 0.6 * (x + 1) * (y - 1) + 0.7 * (y - 1) ** 2))


def log_density(x, y):
    return -(potential(x, y) + 9 * np.sin(10 * np.pi * x) * np.sin(10 * np.pi * y)) / 22


mean, covariance, left, _ = moments_2d(log_density, (-2.1, 1.5, -0.9, 2.5), 0)
tell(mean_x=mean[0], var_y=covariance[1, 1], left=left)
