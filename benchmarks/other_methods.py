#!/usr/bin/python3
"""other_methods.py METHOD PROBLEM N TEMPERATURE [FILE]: how others solve the problems of benchmarks/methods.cpp,
one "name value" a line.

superlu  scipy's SuperLU on escapade's own matrix, read from FILE (benchmark_methods write).
fplanck  the published method of fplanck, written anew: jumps between neighbours at rates
         D/h² exp(-dU/2kT), steady state by shift-inverted Arnoldi about 0 (scipy's eigs, sigma=0).
         V. Holubec, K. Kroy, S. Steffenoni, Phys. Rev. E 99 (2019) 032117, doi:10.1103/PhysRevE.99.032117.
         Noise along the axes only; no absorbing sides. Its rates are put together here without loops over
         cells, which is faster than the package itself.
fipy     the published method of FiPy, written anew: finite volumes, exponential convection scheme,
         implicit Euler steps, LU of scipy. J. E. Guyer, D. Wheeler, J. A. Warren, Comput. Sci. Eng. 11(3)
         (2009) 6, doi:10.1109/MCSE.2009.52. Stationary: steps of 1e6 from the uniform density until nothing
         changes. Exit times: diffusion and convection terms of the backward equation, its source -u div b, and
         a fixed value on the side x = 0. FiPy takes the derivatives along faces of a full tensor from the
         sweep before, as a source; here they are part of the matrix, which is what its sweeps converge to
         where they do.
"""
import sys
import time

import numpy as np
import scipy.sparse as sp
from scipy.sparse.linalg import eigs, splu

method, problem = sys.argv[1:3]
n, T = int(sys.argv[3]), float(sys.argv[4])
stationary = problem != "exit"
if method == "fplanck" and problem != "gibbs":
    sys.exit("fplanck: no absorbing sides and no correlated noise")


def peak():
    """MiB of this process at its peak (getrusage would count the one that started it)."""
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024


before = peak()
clock = time.process_time()


def lap(name):
    global clock
    now = time.process_time()
    print(f"{name}.cpu {now - clock:.4f}")
    clock = now


h = 4 / n
nx, ny = (n, n) if stationary else (n // 2, n)
x = -2 + (np.arange(nx) + 0.5) * h
y = -2 + (np.arange(ny) + 0.5) * h
index = np.arange(nx * ny).reshape(ny, nx)
D11, D12, D22 = 0.775, 0.9 * 0.4330127018922193, 0.325  # of `tensor`, per T


def drift(X, Y):
    return (X - X**3, -Y) if problem != "tensor" else (-X + Y, -X - Y)


def action():
    X, Y = x[None, :], y[:, None]
    if problem != "tensor":
        return ((X**2 - 1) ** 2 / 4 + Y**2 / 2) / T
    S12 = (2 * D12 + D22 - D11) / 4
    S11, S22 = D11 + S12, D22 - S12
    return (S22 * X**2 - 2 * S12 * X * Y + S11 * Y**2) / (2 * T * (S11 * S22 - S12**2))


def print_errors(p, exact):
    p = p / p.sum()
    with np.errstate(invalid="ignore", divide="ignore"):
        error = np.abs(np.log(p) - exact)
    lost = ~(p > 0)
    bulk = exact > exact.max() - np.log(1e6)
    print(f"all {error[~lost].max():.3e}\nlost {lost.sum()}")
    print(f"bulk {'inf' if lost[bulk].any() else format(error[bulk].max(), '.3e')}")


def triplets(entries):
    rows, columns, values = (np.concatenate([np.ravel(e[k]) for e in entries]) for k in range(3))
    return sp.csc_matrix((values, (rows, columns)), (nx * ny, nx * ny))


def superlu():
    with open(sys.argv[5], "rb") as file:
        cells, entries, start = np.fromfile(file, np.int64, 3)
        begin = np.fromfile(file, np.int64, cells + 1)
        column = np.fromfile(file, np.int32, entries)
        rate = np.fromfile(file, np.float64, entries)
        killing = np.fromfile(file, np.float64, cells)
        exact = np.fromfile(file, np.float64, cells)
    W = sp.csr_matrix((rate, column, begin.astype(np.int32)), (cells, cells))
    M = sp.diags(np.asarray(W.sum(1)).ravel() + killing) - W
    if not stationary:
        lap("assembly")
        tau = splu(M.tocsc(), permc_spec="MMD_AT_PLUS_A").solve(np.ones(cells))
        lap("solve")
        return tau[start], None
    M = M.T.tocsc()
    rest = np.delete(np.arange(cells), start)
    column = M[:, start].toarray().ravel()[rest]
    M = M[rest][:, rest]
    lap("assembly")
    p = np.ones(cells)
    p[rest] = splu(M, permc_spec="MMD_AT_PLUS_A").solve(-column)
    lap("solve")
    return p, exact


def fplanck():
    U = action()  # potential over kT
    entries, diagonal = [], np.zeros((ny, nx))
    for here, there in (((slice(None), slice(None, -1)), (slice(None), slice(1, None))),
                        ((slice(None, -1), slice(None)), (slice(1, None), slice(None)))):
        for a, b in ((here, there), (there, here)):  # jumps a -> b
            rate = T / h**2 * np.exp(-(U[b] - U[a]) / 2)
            entries.append((index[b], index[a], rate))
            diagonal[a] -= rate
    entries.append((index, index, diagonal))
    R = triplets(entries)
    lap("assembly")
    _, vectors = eigs(R, k=1, sigma=0, which="LM")
    lap("solve")
    return vectors[:, 0].real


def fipy():
    """Matrix of div(D grad u) - div(b u), or of the backward equation."""
    entries, diagonal = [], np.zeros((ny, nx))
    D = ((T, 0), (0, T)) if problem != "tensor" else ((T * D11, T * D12), (T * D12, T * D22))
    sign = -1 if stationary else 1  # of the convection term on the side of diffusion
    divergence = np.zeros((ny, nx))
    for axis in (0, 1):
        if axis == 0:
            a, b = (slice(None), slice(None, -1)), (slice(None), slice(1, None))
            velocity = drift(x[:-1] + h / 2, y[:, None])[0] + np.zeros((ny, nx - 1))
        else:
            a, b = (slice(None, -1), slice(None)), (slice(1, None), slice(None))
            velocity = drift(x, y[:-1, None] + h / 2)[1] + np.zeros((ny - 1, nx))
        velocity = -sign * velocity  # flux out of a: velocity u - D grad u
        P = velocity * h / D[axis][axis]
        P = np.where(np.abs(P) < 1e-3, 1e-3, P)
        E = np.minimum(np.abs(P), 100)  # symmetric: alpha(-P) = 1 - alpha(P)
        alpha = ((E - 1) * np.exp(E) + 1) / (E * np.expm1(E))
        alpha = np.where(np.abs(P) > 100, (np.abs(P) - 1) / np.abs(P), alpha)
        alpha = np.where(P > 0, alpha, 1 - alpha)
        to_a = velocity / h * alpha + D[axis][axis] / h**2  # flux out of a per u_a
        to_b = velocity / h * (1 - alpha) - D[axis][axis] / h**2  # and per u_b
        for cell, s in ((a, -1), (b, 1)):
            entries.append((index[cell], index[a], s * to_a))
            entries.append((index[cell], index[b], s * to_b))
        divergence[a] += -sign * velocity / h
        divergence[b] -= -sign * velocity / h
        if D[0][1] != 0:  # D12 times the mean of the other derivative in both cells
            other = 1 - axis
            for cell in (a, b):
                up = np.minimum(np.arange((nx, ny)[other]) + 1, (nx, ny)[other] - 1)
                down = np.maximum(np.arange((nx, ny)[other]) - 1, 0)
                take = (lambda k: index[:, k]) if other == 0 else (lambda k: index[k, :])
                for k, s in ((up, 1), (down, -1)):
                    value = np.full(velocity.shape, -s * D[0][1] / (4 * h**2))
                    entries.append((index[a], take(k)[cell], -value))
                    entries.append((index[b], take(k)[cell], value))
    if not stationary:  # u = 0 on the side x = 0, half a cell away; no convection: the drift is 0 there
        diagonal[:, -1] -= 2 * T / h**2
        diagonal -= divergence
    entries.append((index, index, diagonal))
    A = triplets(entries)
    if not stationary:
        lap("assembly")
        tau = splu(-A).solve(np.ones(nx * ny))
        lap("solve")
        return tau
    step = 1e6
    M = (sp.identity(nx * ny) / step - A).tocsc()
    lap("assembly")
    factors = splu(M)
    p = np.full(nx * ny, 1 / (nx * ny))
    for _ in range(50):
        before_step, p = p, factors.solve(p / step)
        p /= p.sum()
        if np.abs(p - before_step).max() < 1e-13 * np.abs(p).max():
            break
    lap("solve")
    return p


if method == "superlu":
    answer, exact = superlu()
else:
    answer = {"fplanck": fplanck, "fipy": fipy}[method]()
    if stationary:
        exact = -action().ravel()
        exact -= exact.max() + np.log(np.exp(exact - exact.max()).sum())
    else:
        answer = answer[index[ny // 2, nx // 2 - 1]]
print(f"memory {peak() - before:.1f}")
if stationary:
    print_errors(answer, exact)
else:
    print(f"time {answer:.17g}\nx {x[nx // 2 - 1]:.17g}")
