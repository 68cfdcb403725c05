"""Exits that depend on one coordinate alone, along an axis or oblique to the grid."""
import math

import numpy as np

from .problem import KNOWN, Log, NEUTRAL, Problem, draw, family, listed, log_draw, short
from .references import exit_1d, log_time_weak_noise


def times(drift, noise, low, high, start, both):
    """Right values of an exit through x = high, and through x = low too or with a wall there."""
    time, spread, *chances = exit_1d(drift, noise, low, high, start, both)
    right = {("mean_exit_time",): time, ("exit_time_std",): spread}
    right |= {("exit_probability", k): chance for k, chance in enumerate(chances)}
    return right


@family
def exit_line(rng):
    """Drift and noise that vary along x; out through one set or two, at values between cells."""
    k, a, t, c = draw(rng, 0.3, 2), draw(rng, 0.1, 2), draw(rng, 0.1, 0.6), draw(rng, -0.5, 0.5)
    low, high, start = draw(rng, -1.4, -0.9), draw(rng, 0.9, 1.4), draw(rng, -0.7, 0.7)
    both = rng.integers(2) == 1
    drift, noise, left = lambda x: k * (x - x**3 + c), lambda x: t * (1 + a * x**2), low if both else -1.6
    right = times(drift, noise, left, high, start, both)
    options = {"drift": f"{k}*(x-x^3+({c})), 0", "diffusion": f"{t}*(1+{a}*x^2)", "domain": "-1.6,1.6,-1,1",
               "exit": (f"x < {low} or " if both else "") + f"x > {high}", "start": f"{start},0"}
    return Problem("fp-exit", options, right, NEUTRAL, KNOWN)


@family
def exit_weak_noise(rng):
    """Over a barrier of 1/4 at T down to 0.002: times up to e^130."""
    t, tilt, start = log_draw(rng, 0.002, 0.05), draw(rng, -0.05, 0.05), draw(rng, -1.1, -0.8)
    log = log_time_weak_noise(lambda x: (x**2 - 1) ** 2 / 4 + tilt * x, t, -2, start, 0.5)
    options = {"potential": f"(x^2-1)^2/4 + ({tilt})*x + 0*y", "temperature": t, "domain": "-2,2,-1,1", "exit": "x > 0.5",
               "start": f"{start},0"}
    return Problem("fp-exit", options, {("mean_exit_time",): Log(log)}, NEUTRAL, KNOWN)


def oblique(rng, drift, drift_text, d, low, high, start):
    """u along a line oblique to the grid, v across it held by a spring: only u decides."""
    angle = rng.uniform(0, 2 * np.pi)
    c, s = math.cos(angle), math.sin(angle)
    u, v = f"({c:.15g}*x + ({s:.15g})*y)", f"({c:.15g}*y - ({s:.15g})*x)"
    k = 45 * d / 1.4**2  # the walls are 6.5 standard deviations off
    text_u, text_v = drift_text.replace("u", u), f"(-({k:.12g})*{v})"
    x, y = start * c, start * s
    options = {"drift": f"{c:.15g}*{text_u} - ({s:.15g})*{text_v}, {s:.15g}*{text_u} + ({c:.15g})*{text_v}",
               "diffusion": d, "domain": "-2,2,-2,2", "exit": f"{u} < {low} or {u} > {high}",
               "start": f"{x:.15g},{y:.15g}"}
    return Problem("fp-exit", options, times(drift, lambda z: d + 0 * z, low, high, start, True), known=KNOWN)


@family
def exit_oblique_strip(rng):
    a, b, d = draw(rng, -1, 1), draw(rng, -1, 1), draw(rng, 0.1, 0.5)
    low, high, start = draw(rng, -1.1, -0.7), draw(rng, 0.7, 1.1), draw(rng, -0.4, 0.4)
    return oblique(rng, lambda z: a * z + b, f"(({a})*u+({b}))", d, low, high, start)


@family
def exit_oblique_weak_noise(rng):
    """A transient: carried over an oblique line within noise that is weak over a cell."""
    b, d = draw(rng, 0.5, 2), log_draw(rng, 0.003, 0.02)
    high, start = draw(rng, 0.7, 1.1), draw(rng, -0.9, -0.3)
    low = short(start - 0.4)
    return oblique(rng, lambda z: b * (1 + 0.3 * z), f"({b}*(1+0.3*u))", d, low, high, start)


@family
def transient_line(rng):
    """x is carried out at weak noise while y is carried along by x."""
    d, a, w = log_draw(rng, 1e-3, 1e-2), draw(rng, -0.6, 0.6), log_draw(rng, 0.1, 10)
    start, low, high = draw(rng, -0.5, 0), -0.9, draw(rng, 0.5, 0.9)
    right = times(lambda x: 1 + a * x, lambda x: d + 0 * x, low, high, start, False)
    options = {"drift": f"1+({a})*x, {w}*(x-y)", "diffusion": d, "domain": f"{low},1,-1,1", "exit": f"x > {high}",
               "start": f"{start},0.1"}
    return Problem("fp-exit", options, right, known=KNOWN)


@family
def splitting_sides(rng):
    """Absorbing sides x0 and x1, a drift that varies, and stronger or weaker noise along y."""
    b, a, d, e = draw(rng, -2, 2), draw(rng, -2, 2), draw(rng, 0.1, 1), log_draw(rng, 0.01, 10)
    start = draw(rng, -0.7, 0.7)
    right = times(lambda x: b + a * x, lambda x: d + 0 * x, -1, 1, start, True)
    options = {"drift": f"({b})+({a})*x, -y", "diffusion": f"{d}, 0, {e}", "domain": listed(-1, 1, -1, 1),
               "boundary": "absorbing,absorbing,reflecting,reflecting", "start": f"{start},0.2"}
    return Problem("fp-exit", options, right, known=KNOWN)
