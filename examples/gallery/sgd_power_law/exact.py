"""Powers of the loss, by quadrature."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import math

import numpy as np
from formulas import exit_1d, moments_2d, tell

low, h, eta = 0.3, 1.3, 0.2

loss = lambda x, y: low + h * (x**2 + y**2) / 2
box = (-2.4, 2.6, -2.5, 2.3)
_, covariance, left, _ = moments_2d(lambda x, y: -(1 + 1 / (eta * h)) * np.log(loss(x, y)), box, 0.2)
_, squared, _, _ = moments_2d(lambda x, y: -(1 + 1 / (eta * h**2)) * np.log(loss(x, y)), box)
time = exit_1d(lambda r: -h * r, lambda r: eta * h * (low + h * r**2 / 2), 0, 1, math.hypot(0.2, 0.1), both=False, radial=True)[0]
wells = lambda x, y: low + (x**2 - 1) ** 2 / 4 + y**2 / 2
_, two, _, _ = moments_2d(lambda x, y: -(1 + 1 / 0.4) * np.log(wells(x, y)), (-2.1, 2.1, -2, 2))
tell(variance=covariance[0, 0], squared=squared[0, 0], left=left, time=time, wells=two[0, 0], action=math.log((low + 0.25) / low) / 0.4)
