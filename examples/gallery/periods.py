"""The Fokker-Planck equation of one variable by Legendre polynomials, for problems that change in time. Knows nothing of
escapade.

    p = sum c_j f_j,  d/dt sum_j <f_i f_j> c_j = sum_j <f_i' (b f_j - D f_j')> c_j
with f_j a Legendre polynomial: nothing flows through the ends. With `absorbing` all f_j vanish at the right end."""
import numpy as np
from numpy.polynomial import legendre
from scipy.linalg import block_diag, eig


class Galerkin:
    def __init__(self, ends, size, absorbing=False):
        nodes, weights = legendre.leggauss(3 * size)
        half = (ends[1] - ends[0]) / 2
        self.x, self.weight = ends[0] + half * (1 + nodes), weights * half
        self.ends, self.half, self.size, self.absorbing = ends, half, size, absorbing
        self.f, self.slope = self.basis(self.x)
        self.mass = (self.f * self.weight) @ self.f.T

    def basis(self, x):
        """Values and slopes of all f_j at x."""
        s = (np.atleast_1d(x) - self.ends[0]) / self.half - 1
        values = legendre.legvander(s, self.size - 1).T
        slopes = np.array([legendre.legval(s, legendre.legder(np.eye(self.size)[j])) for j in range(self.size)])
        if self.absorbing:
            values, slopes = values * (1 - s), slopes * (1 - s) - values
        return values, slopes / self.half

    def flow(self, b=None, d=0.0):
        """<f_i' (b f_j - D f_j')>."""
        inner = (0 if b is None else b(self.x) * self.f) - d * self.slope
        return (self.slope * self.weight) @ inner.T

    def times(self, g):
        """<f_i g f_j>."""
        return (self.f * self.weight * g(self.x)) @ self.f.T

    def integral(self, g):
        """<f_j g>."""
        return (self.f * self.weight) @ g(self.x)


def blocks_of(space, still, swung, w, harmonics, shift=0):
    """sum_k c_k e^{ikwt}: the matrix of i (k + shift) w M c_k - still c_k - swung (c_{k-1} + c_{k+1})/2."""
    n, ks = space.size, range(-harmonics, harmonics + 1)
    matrix = block_diag(*[1j * (k + shift) * w * space.mass - still for k in ks]).astype(complex)
    for k in range(2 * harmonics):
        rows, columns = slice(k * n, (k + 1) * n), slice((k + 1) * n, (k + 2) * n)
        matrix[rows, columns] -= swung / 2
        matrix[columns, rows] -= swung / 2
    return matrix


def floquet_rate(space, still, swung, w, harmonics=6):
    """The slowest decay of dp/dt = (still + swung cos wt) p."""
    matrix = blocks_of(space, still, swung, w, harmonics)
    rates = eig(matrix, block_diag(*[space.mass] * (2 * harmonics + 1)), right=False)
    rates = rates[np.isfinite(rates) & (np.abs(rates.imag) < w / 4)]
    return float(rates[np.argmin(rates.real)].real)


class Swing:
    """The periodic state of dp/dt = (still + swung cos wt) p, closed, and the spectrum of x in it at w."""

    def __init__(self, space, still, swung, w, harmonics=4):
        self.space, self.w, self.harmonics, n = space, w, harmonics, space.size
        self.still, self.swung = still, swung
        matrix = blocks_of(space, still, swung, w, harmonics)
        right = np.zeros(len(matrix), complex)
        middle = harmonics * n  # of all test functions 1 alone says nothing at k = 0: there the mass is 1
        matrix[middle] = 0
        matrix[middle, middle:middle + n] = space.integral(np.ones_like)
        right[middle] = 1
        self.c = np.linalg.solve(matrix, right).reshape(-1, n)
        self.mean = self.c @ space.integral(lambda x: x)  # its harmonics

    def amplitude(self):
        return 2 * abs(self.mean[self.harmonics + 1])

    def background(self):
        """2 Re of the mean over a period of <x g>, dg/dt = (L - iw) g + (x - <x>) p: whatever the force."""
        space, h, n = self.space, self.harmonics, self.space.size
        matrix = blocks_of(space, self.still, self.swung, self.w, h, shift=1)
        source = self.c @ space.times(lambda x: x).T
        for k in range(2 * h + 1):
            for l in range(2 * h + 1):
                if 0 <= k - l + h <= 2 * h:
                    source[k] -= self.mean[l] * (space.mass @ self.c[k - l + h])
        right = source.ravel()
        at = (h - 1) * n  # k = -1: as above, g has no mass
        matrix[at] = 0
        matrix[at, at:at + n] = space.integral(np.ones_like)
        right[at] = 0
        g = np.linalg.solve(matrix, right).reshape(-1, n)
        return 2 * float((g[h] @ space.integral(lambda x: x)).real)
