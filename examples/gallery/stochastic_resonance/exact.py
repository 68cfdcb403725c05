"""Stochastic resonance by harmonic balance. With p = e^{-V/2T} sum_n phi_n(x) e^{inwt}, L = T d^2/dx^2 - V'^2/(4T) + V''/2:

    L phi_n - i n w phi_n - (A/2) (d/dx - V'/2T) (phi_{n-1} + phi_{n+1}) = 0,  g.phi_0 = 1 for g with L g = 0

in 110 Hermite functions and the harmonics up to 4. The mean is g.x phi_1, its amplitude twice the modulus."""
import pathlib
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from formulas import hermite_matrices, tell

A, w, SIZE, HARMONICS = 0.05, 0.1, 110, 4


def amplitude(T):
    x, d = hermite_matrices(SIZE + 12, 0.5)
    slope = x @ x @ x - x
    well = T * d @ d - slope @ slope / (4 * T) + (3 * x @ x - np.eye(len(x))) / 2
    force = -(A / 2) * (d - slope / (2 * T))
    well, force, x = (m[:SIZE, :SIZE] for m in (well, force, x))
    rest = np.linalg.eigh((well + well.T) / 2)[1][:, -1]
    n = 2 * HARMONICS + 1
    system = np.kron(np.eye(n), well) + np.kron(np.eye(n, k=1) + np.eye(n, k=-1), force)
    system = system - 1j * w * np.kron(np.diag(np.arange(n) - HARMONICS), np.eye(SIZE))
    middle = slice(HARMONICS * SIZE, (HARMONICS + 1) * SIZE)
    system[middle, middle] += np.outer(rest, rest)  # what fixes the norm
    right = np.zeros(n * SIZE, complex)
    right[middle] = rest
    phi = np.linalg.solve(system, right).reshape(n, SIZE)
    return 2 * abs(rest @ x @ phi[HARMONICS + 1]) / abs(rest @ phi[HARMONICS])


tell(weak=amplitude(0.06), best=amplitude(0.13), strong=amplitude(0.3))
