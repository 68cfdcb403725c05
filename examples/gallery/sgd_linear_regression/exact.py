"""The covariance of SGD at rest, exactly."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import numpy as np
from formulas import tell

rows = np.loadtxt(pathlib.Path(__file__).with_name("rows.csv"), delimiter=",", skiprows=1)
x, t = rows[:, :2], rows[:, 2]
n = len(t)
best = np.linalg.lstsq(x, t, rcond=None)[0]
h, rest = x.T @ x / n, x @ best - t
eta, batch = 0.15, 2


def covariance(share):
    m = np.eye(2) - eta * h

    def change(s):  # what one step makes of S, less S
        spread = np.einsum("ni,nj,n->ij", x, x, rest**2 + np.einsum("ni,ij,nj->n", x, s, x)) / n
        return m @ s @ m + eta**2 * share * (spread - h @ s @ h) - s

    basis = [np.eye(4)[k].reshape(2, 2) for k in range(4)]
    base = change(np.zeros((2, 2)))
    system = np.array([(change(e) - base).ravel() for e in basis]).T
    return np.linalg.solve(system, -base.ravel()).reshape(2, 2)


without, replaced = covariance((n - batch) / (batch * (n - 1))), covariance(1 / batch)
tell(a=best[0], b=best[1], without_aa=without[0, 0], without_ab=without[0, 1], with_aa=replaced[0, 0], with_ab=replaced[0, 1])
