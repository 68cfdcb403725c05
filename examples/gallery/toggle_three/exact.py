"""Rest points by Newton's method; the mean exit time from the middle by Scharfetter-Gummel rates on three lattices."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import numpy as np
from formulas import tell
from scipy.optimize import fsolve
from scipy.sparse import coo_matrix
from scipy.sparse.linalg import spsolve

S, W, END = 0.5**4, 10, 3.2
made = lambda x, y: x**4 / (S + x**4) + S / (S + y**4)
drift = lambda x, y: made(x, y) - x
noise = lambda x, y: (made(x, y) + x) / (2 * W)


def exit_time(n):
    """From (1, 1), the corner of four cells, to the two sets, which end on faces."""
    h = END / n
    c = (np.arange(n) + 0.5) * h
    x, y = np.meshgrid(c, c, indexing="ij")
    gone = ((x < 0.25) & (y > 1.5)) | ((y < 0.25) & (x > 1.5))
    number = np.arange(n * n).reshape(n, n)
    rows, columns, rates = [], [], []

    def edges(a, b, xa, ya, xb, yb):
        """The rates of an edge along the first coordinate: the drift less the noise's slope, at its middle."""
        xm, ym, d = 0.5 * (xa + xb), 0.5 * (ya + yb), noise(0.5 * (xa + xb), 0.5 * (ya + yb))
        slope = (noise(xb, ym) - noise(xa, ym)) / h
        g = (drift(xm, ym) - slope) * h / d
        up = d / h**2 * g / -np.expm1(-g)
        for i, j, r in ((a, b, up), (b, a, up * np.exp(-g))):
            rows.append(i.ravel()), columns.append(j.ravel()), rates.append(r.ravel())

    edges(number[:-1], number[1:], x[:-1], y[:-1], x[1:], y[1:])
    edges(number[:, :-1], number[:, 1:], y[:, :-1], x[:, :-1], y[:, 1:], x[:, 1:])
    i, j, r = (np.concatenate(v) for v in (rows, columns, rates))
    away = np.bincount(i, r, n * n)
    m = coo_matrix((np.concatenate([-r, away]), (np.concatenate([i, number.ravel()]), np.concatenate([j, number.ravel()]))),
                   shape=(n * n, n * n)).tocsr()
    inside = np.flatnonzero(~gone.ravel())
    time = np.zeros(n * n)
    time[inside] = spsolve(m[inside][:, inside].tocsc(), np.ones(len(inside)))
    k = round(1 / h)
    return time.reshape(n, n)[k - 1:k + 1, k - 1:k + 1].mean()


rest = [fsolve(lambda z: [drift(*z), drift(*z[::-1])], at, xtol=1e-13) for at in ((2, 0), (1.5, 0.5))]
t = [exit_time(n) for n in (64, 128, 256)]
# errors h and h²: the sets begin on faces, half a cell before the first centre in them
tell(high=rest[0][0], saddle=rest[1][0], half=0.5, time=(8 * t[2] - 6 * t[1] + t[0]) / 3)
