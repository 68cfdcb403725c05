#!/usr/bin/env python3
"""gth_superlu.py FILE ORDERING: scipy's SuperLU on the stationary benchmark matrix.

Solves M^T p = 0 with p = 1 at the last cell (a minimum of the problem would do as well) and prints
"name value" lines. ORDERING is a permc_spec of scipy.sparse.linalg.splu.
"""
import resource
import sys
import time

import numpy as np
import scipy.sparse as sp
from scipy.sparse.linalg import splu

path, ordering = sys.argv[1:]
with open(path, "rb") as file:
    n, entries = np.fromfile(file, np.int64, 2)
    start = np.fromfile(file, np.int64, n + 1)
    column = np.fromfile(file, np.int32, entries)
    rate = np.fromfile(file, np.float64, entries)

before, wall = time.process_time(), time.monotonic()


def lap(name):
    global before, wall
    now, now_wall = time.process_time(), time.monotonic()
    print(f"{name}.cpu {now - before:.4f}\n{name}.wall {now_wall - wall:.4f}")
    before, wall = now, now_wall


rates = sp.csr_matrix((rate, column, start.astype(np.int32)), (n, n))
matrix = (sp.diags(np.asarray(rates.sum(1)).ravel()) - rates).T.tocsc()
pinned = int(n) - 1
lap("assembly")
factors = splu(matrix[:pinned, :pinned], permc_spec=ordering)
lap("factorise")
p = np.append(factors.solve(-matrix[:pinned, pinned].toarray().ravel()), 1.0)
p /= p.sum()
lap("solve")
side = int(round(n**0.5))
print(f"entries {factors.nnz}")
print(f"memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.1f}")
print(f"answer {p.reshape(side, side)[:, : side // 2].sum():.15g}")
