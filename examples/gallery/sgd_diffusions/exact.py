"""Covariances at rest of three diffusions, by linear equations."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import numpy as np
from formulas import Regression, root_of_linear, tell

data = Regression(__file__)
h, eta, batch = data.h, 0.05, 1


def at_rest(noise):
    return root_of_linear(lambda s: h @ s + s @ h - eta * noise(s))


def by_loss(s):
    return (np.mean(data.rest**2) + np.trace(h @ s)) / batch * h


own, loss = at_rest(lambda s: data.share(batch) * data.gradient_covariance(s)), at_rest(by_loss)
tell(covariance_aa=own[0, 0], covariance_ab=own[0, 1], gauss_newton_aa=loss[0, 0],
     hessian_aa=loss[0, 0])
