"""Linear drift in time: spectra and correlations at rest, and a force that oscillates."""
import math

import numpy as np
from scipy.linalg import expm, solve_continuous_lyapunov

from .problem import KNOWN, Problem, draw, family, linear, listed, log_draw, matrix_text, moments, short
from .stationary import box_about, random_ou


@family
def spectrum_ou(rng):
    """S = 2 Re (A + 2 pi i f)^-1 Sigma, C = e^(-A t) Sigma of one component or the other."""
    a, d = random_ou(rng, log_draw(rng, 0.02, 4), 1 / log_draw(rng, 1, 5))
    s, k = solve_continuous_lyapunov(a, 2 * d), int(rng.integers(2))
    top, end = draw(rng, 0.3, 1), draw(rng, 1, 3)
    options = {"drift": linear(a[0], (0, 0)) + ", " + linear(a[1], (0, 0)), "diffusion": matrix_text(d),
               "domain": listed(*box_about(rng, (0, 0), s)), "observable": "xy"[k], "frequencies": f"0:{top}:4",
               "lags": f"0:{end}:3"}
    right = {("variance",): s[k, k], ("correlation_time",): (np.linalg.inv(a) @ s)[k, k] / s[k, k]}
    for n in range(4):
        turn = 2j * math.pi * top * n / 3 * np.eye(2)
        right["power_spectral_density", n, 1] = 2 * (np.linalg.inv(a + turn) @ s)[k, k].real
    for n in range(3):
        right["correlation", n, 1] = ((expm(-a * end * n / 2) @ s)[k, k], s[k, k])
    return Problem("fp-spectrum", options, right, known=KNOWN)


@family
def spectrum_kinetic(rng):
    """S of the position of a particle on a spring, through its resonance."""
    w, g, t = log_draw(rng, 0.5, 2), log_draw(rng, 0.2, 3), draw(rng, 0.05, 0.5)
    a, s = np.array([[0, -1], [w**2, g]]), np.diag([t / w**2, t])
    low, high = short(0.05 * w), short(0.3 * w)
    options = {"kinetic": "true", "potential": f"{w}^2*x^2/2", "friction": g, "temperature": t,
               "domain": listed(*box_about(rng, (0, 0), s)), "observable": "x", "frequencies": f"{low}:{high}:4"}
    right = {("variance",): s[0, 0]}
    for n in range(4):
        turn = 2j * math.pi * (low + (high - low) * n / 3) * np.eye(2)
        right["power_spectral_density", n, 1] = 2 * (np.linalg.inv(a + turn) @ s)[0, 0].real
    return Problem("fp-spectrum", options, right, known=KNOWN)


@family
def forced_ou(rng):
    """x' = -A x + F cos(w t): the mean follows the force, the covariance does not know of it."""
    a, d = random_ou(rng, log_draw(rng, 0.02, 3), 1 / log_draw(rng, 1, 5))
    s, w, end = solve_continuous_lyapunov(a, 2 * d), draw(rng, 1, 8), draw(rng, 0.5, 2)
    force = np.array([draw(rng, -1, 1), draw(rng, -1, 1)])
    start = np.array([draw(rng, -1, 1), draw(rng, -1, 1)])
    answer = np.linalg.solve(a + 1j * w * np.eye(2), force)
    drift = ", ".join(f"{linear(a[k], (0, 0))} + ({force[k]})*cos({w}*t)" for k in (0, 1))
    options = {"drift": drift, "diffusion": matrix_text(d), "domain": listed(*box_about(rng, (0, 0), s + np.eye(2) / 2, 8)),
               "start": listed(*start), "t_end": end, "frames": 2}
    right = {}
    for frame in (1, 2):
        t = end * frame / 2
        step = expm(-a * t)
        mean = (answer * np.exp(1j * w * t)).real + step @ (start - answer.real)
        right |= {(path[0], frame, *path[1:]): value for path, value in moments(mean, s - step @ s @ step.T).items()}
    return Problem("fp-evolve", options, right, known=KNOWN)
