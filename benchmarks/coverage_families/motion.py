"""Relaxation modes and evolution in time."""
import math

import numpy as np
from scipy.linalg import expm, solve_continuous_lyapunov

from .problem import KNOWN, Problem, draw, family, linear, listed, log_draw, matrix_text, moments, short, NEUTRAL
from .stationary import box_about, random_ou, rounded


@family
def modes_ou(rng):
    """Real rates k1, k2 or a pair: eigenvalues n1 k1 + n2 k2."""
    a, d = random_ou(rng, log_draw(rng, 0.02, 3), 1 / log_draw(rng, 1, 10))
    k = np.linalg.eigvals(a)
    s = solve_continuous_lyapunov(a, 2 * d)
    options = {"drift": linear(a[0], (0, 0)) + ", " + linear(a[1], (0, 0)), "diffusion": matrix_text(d), "modes": 4,
               "domain": listed(*box_about(rng, (0, 0), s))}
    if abs(k[0].imag) > 0:
        right = {("eigenvalues", n, 0): k[0].real for n in (0, 1)}
        right |= {("eigenvalues", n, "size 1"): abs(k[0].imag) for n in (0, 1)}
    else:
        sums = sorted(i * k[0].real + j * k[1].real for i in range(9) for j in range(9))[1:4]
        right = {("eigenvalues", n, 0): v for n, v in enumerate(sums)}
    return Problem("fp-modes", options, right, known=KNOWN)


@family
def evolve_ou(rng):
    a, d = random_ou(rng, log_draw(rng, 0.02, 10), 1 / log_draw(rng, 1, 5))
    return evolution_of_ou(rng, a, d, 4)


@family
def evolve_kinetic(rng):
    """A particle on a spring: noise along the velocity alone."""
    w, g, t = log_draw(rng, 0.5, 2), log_draw(rng, 0.1, 3), draw(rng, 0.05, 0.5)
    a, s = np.array([[0, -1], [w**2, g]]), np.diag([t / w**2, t])
    start = np.array([short(rng.uniform(-2, 2) * math.sqrt(s[k, k])) for k in (0, 1)])
    end, frames = draw(rng, 0.5, 3), int(rng.integers(1, 5))
    options = {"kinetic": "true", "potential": f"{w}^2*x^2/2", "friction": g, "temperature": t,
               "domain": listed(*box_about(rng, (0, 0), s, 8)), "start": listed(*start), "t_end": end, "frames": frames}
    right = {}
    for frame in range(1, frames + 1):
        step = expm(-a * end * frame / frames)
        right |= {(path[0], frame, *path[1:]): value for path, value in moments(step @ start, s - step @ s @ step.T).items()}
    return Problem("fp-evolve", options, right, known=KNOWN)


def evolution_of_ou(rng, a, d, widths):
    s = solve_continuous_lyapunov(a, 2 * d)
    start = np.array([short(widths * rng.uniform(-1, 1) * math.sqrt(s[k, k])) for k in (0, 1)])
    end = draw(rng, 0.5, 2)
    box = box_about(rng, (0, 0), s, 6.5 + widths)
    options = {"drift": linear(a[0], (0, 0)) + ", " + linear(a[1], (0, 0)), "diffusion": matrix_text(d),
               "domain": listed(*box), "start": listed(*start), "t_end": end, "frames": 2}
    right = {}
    for frame in (0, 1, 2):
        step = expm(-a * end * frame / 2)
        c = s - step @ s @ step.T if frame else np.zeros((2, 2))
        for path, (value, _) in moments(step @ start, s).items():
            at = (path[0], frame, *path[1:])
            spread = math.sqrt(s[path[1], path[1]])
            right[at] = (value, spread) if path[0] == "mean" else (c[path[1:]], spread**2)
    return Problem("fp-evolve", options, right, known=KNOWN)


@family
def evolve_weak_noise(rng):
    """The drift outweighs the noise over a cell: a small cloud spirals in from far out."""
    a = rounded(np.array([[rng.uniform(0.5, 1.5), rng.uniform(0.5, 4)], [-rng.uniform(0.5, 4), rng.uniform(0.5, 1.5)]]))
    d = np.eye(2) * log_draw(rng, 1e-3, 1e-2)
    start = np.array([draw(rng, 0.5, 1), draw(rng, -1, 1)])
    s, end = solve_continuous_lyapunov(a, 2 * d), draw(rng, 0.3, 1)
    options = {"drift": linear(a[0], (0, 0)) + ", " + linear(a[1], (0, 0)), "diffusion": matrix_text(d),
               "domain": "-2.1,2,-2,2.2", "start": listed(*start), "t_end": end, "frames": 1}
    step = expm(-a * end)
    c = s - step @ s @ step.T
    right = {(path[0], 1, *path[1:]): value for path, value in moments(step @ start, c).items()}
    return Problem("fp-evolve", options, right, known=KNOWN)


@family
def evolve_strip(rng):
    """Survival between two absorbing sides by its series."""
    length, d = draw(rng, 1, 3), draw(rng, 0.2, 1)
    x, end = short(rng.uniform(0.2, 0.8) * length), short(rng.uniform(0.1, 0.6) * length**2 / d / 4)
    n = np.arange(1, 400, 2)

    def survival(t):
        return float(np.sum(4 / (n * np.pi) * np.sin(n * np.pi * x / length) * np.exp(-d * (n * np.pi / length) ** 2 * t)))

    options = {"drift": "0,0", "diffusion": d, "domain": listed(0, length, -1, 1), "start": listed(x, 0), "t_end": end,
               "frames": 3, "boundary": "absorbing,absorbing,reflecting,reflecting"}
    right = {("survival", k): survival(end * k / 3) for k in (1, 2, 3)}
    right[("mean_exit_time",)] = x * (length - x) / (2 * d)
    return Problem("fp-evolve", options, right, NEUTRAL, KNOWN)
