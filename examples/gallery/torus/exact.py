"""Gauss quadrature of e^{-V/T}; the modes of free diffusion are D (m² + n²): four times T."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import numpy as np
from formulas import moments_2d, tell

box = (-np.pi, np.pi, -np.pi, np.pi)
log_density = lambda x, y: -(np.cos(x - 1) + 0.7 * np.cos(y + 0.5) + 0.4 * np.cos(x + y)) / 0.5
mean, covariance, left, _ = moments_2d(log_density, box, 0)
tell(mean_x=mean[0], yy=covariance[1, 1], left=left, free=0.5)
