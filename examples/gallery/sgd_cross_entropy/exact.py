"""Minimum, Hessian and covariance of the gradients of logistic regression, and the variance of SGD near them."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import numpy as np
from formulas import tell

rows = np.loadtxt(pathlib.Path(__file__).with_name("rows.csv"), delimiter=",", skiprows=1)
x, label = rows[:, :2], rows[:, 2]
n, batch = len(label), 4
weights = np.zeros(2)
for _ in range(50):  # Newton's method on a convex loss
    wrong = 1 / (1 + np.exp(label * (x @ weights)))
    slopes = -(label * wrong)[:, None] * x
    hessian = (x * (wrong * (1 - wrong))[:, None]).T @ x / n
    weights = weights - np.linalg.solve(hessian, slopes.mean(axis=0))
loss = np.log1p(np.exp(-label * (x @ weights))).mean()
covariance = slopes.T @ slopes / n * (n - batch) / (batch * (n - 1))  # of a batch of 4, without replacement
stiff, noise = np.linalg.eigvalsh(hessian), np.linalg.eigvalsh(covariance * batch / (2 * loss))
tell(a=weights[0], b=weights[1], loss=loss, flat=stiff[0], stiff=stiff[1], less=noise[0], more=noise[1])
