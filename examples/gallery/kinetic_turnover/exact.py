"""The slowest relaxation of a particle with inertia in V = (x^2 - 1)^2/4, by Brinkman's hierarchy: with Hermite functions of v,

    dc_n/dt = -n gamma c_n + sqrt(n+1) a^T c_{n+1} - sqrt(n) a c_{n-1},  a = sqrt(T) (d/dx + V'/2T)

and Hermite functions of x. 110 functions of x and 200 of v: more change no digit shown."""
import pathlib
import sys

import numpy as np
import scipy.sparse as sparse
from scipy.sparse.linalg import eigs

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from formulas import hermite_matrices, tell

T, NX, NV = 0.1, 110, 200


def slowest(friction):
    x, d = hermite_matrices(NX + 8, 0.5)
    a = (np.sqrt(T) * (d + (x @ x @ x - x) / (2 * T)))[:NX, :NX]
    root = np.sqrt(np.arange(1.0, NV))
    chain = (-friction * sparse.kron(sparse.diags(np.arange(NV, dtype=float)), sparse.identity(NX))
             + sparse.kron(sparse.diags(root, 1), a.T) - sparse.kron(sparse.diags(root, -1), a))
    found = eigs(chain.tocsc(), k=4, sigma=0.003, return_eigenvectors=False)
    return -np.sort(found.real)[-2]  # the largest is 0


tell(low=slowest(0.15), middle=slowest(0.5), high=slowest(5.0))
