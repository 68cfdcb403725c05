"""Exits from round and cornered regions."""
import math

import numpy as np

from .particular import l_shape_time, window_time
from .problem import KNOWN, Problem, draw, family, listed, log_draw, matrix_text, short
from .references import exit_1d, rectangle_time, sector
from .stationary import symmetric, turned


def inside(rng, radius, low=0.0, high=0.8):
    """A start within a disc: text and distance from the centre."""
    r, angle = radius * rng.uniform(low, high), rng.uniform(0, 2 * np.pi)
    x, y = short(r * math.cos(angle)), short(r * math.sin(angle))
    return x, y, math.hypot(x, y)


def brownian_disc(radius, r, d):
    time = (radius**2 - r**2) / (4 * d)
    second = (r**4 / 16 - radius**2 * r**2 / 4 + 3 * radius**4 / 16) / (2 * d**2)
    return time, math.sqrt(second - time**2)


@family
def exit_disc(rng):
    """Brownian motion from a disc, with a turning drift or without: the time is the same."""
    radius, d = draw(rng, 0.7, 1.3), draw(rng, 0.1, 1)
    w = 0 if rng.integers(2) else log_draw(rng, 0.01, 300)
    x, y, r = inside(rng, radius)
    time, spread = brownian_disc(radius, r, d)
    options = {"drift": f"-{w}*y, {w}*x", "diffusion": d, "domain": "-1.5,1.5,-1.5,1.5",
               "exit": f"x^2+y^2 > {radius}^2", "start": f"{x},{y}"}
    return Problem("fp-exit", options, {("mean_exit_time",): time, ("exit_time_std",): spread})


@family
def exit_ellipse(rng):
    """Brownian motion with oblique noise: (1 - x'Qx) / (2 tr QD)."""
    q = symmetric(turned(rng.uniform(0, np.pi), 1, rng.uniform(0.8, 4)))
    d = symmetric(turned(rng.uniform(0, np.pi), 1, 1 / log_draw(rng, 1, 20)))
    x, y, _ = inside(rng, 0.5)
    form = lambda u, v: q[0, 0] * u**2 + 2 * q[0, 1] * u * v + q[1, 1] * v**2
    reach = 1.15 * math.sqrt(1 / np.linalg.eigvalsh(q)[0])
    options = {"drift": "0,0", "diffusion": matrix_text(d), "domain": listed(-reach, reach, -reach, reach),
               "exit": f"{q[0, 0]}*x^2 + ({2 * q[0, 1]:.12g})*x*y + {q[1, 1]}*y^2 > 1", "start": f"{x},{y}"}
    return Problem("fp-exit", options, {("mean_exit_time",): (1 - form(x, y)) / (2 * np.trace(q @ d))})


@family
def exit_disc_well(rng):
    """From the middle of a round well, against a drift that pulls back; turned or not."""
    radius, d, k = 1.0, log_draw(rng, 0.06, 1), draw(rng, 0.3, 1.5)
    w = 0 if rng.integers(2) else log_draw(rng, 0.01, 30)
    x, y, r = inside(rng, radius)
    time, spread = exit_1d(lambda s: -k * s, lambda s: d + 0 * s, 0, radius, r, both=False, radial=True)
    options = {"drift": f"-{k}*x-{w}*y, {w}*x-{k}*y", "diffusion": d, "domain": "-1.2,1.3,-1.25,1.2",
               "exit": "x^2+y^2 > 1", "start": f"{x},{y}"}
    return Problem("fp-exit", options, {("mean_exit_time",): time, ("exit_time_std",): spread}, known=KNOWN)


@family
def exit_annulus(rng):
    """Between two circles: the chance of the inner one by logarithms."""
    a, b, d = draw(rng, 0.3, 0.5), draw(rng, 0.9, 1.3), draw(rng, 0.2, 1)
    x, y, r = inside(rng, 1, a + 0.15 * (b - a), b - 0.15 * (b - a))
    chance = math.log(b / r) / math.log(b / a)
    time = (b**2 - r**2 - (b**2 - a**2) * chance) / (4 * d)
    options = {"drift": "0,0", "diffusion": d, "domain": "-1.4,1.4,-1.4,1.4",
               "exit": f"x^2+y^2 < {a}^2 or x^2+y^2 > {b}^2", "start": f"{x},{y}"}
    right = {("mean_exit_time",): time, ("exit_probability", 0): chance, ("exit_probability", 1): 1 - chance}
    return Problem("fp-exit", options, right)


def exit_of_sector(rng, beta):
    d, tilt, radius = draw(rng, 0.2, 1), rng.uniform(0, 2 * np.pi), draw(rng, 0.9, 1.2)
    r, phi = radius * rng.uniform(0.35, 0.75), beta * rng.uniform(0.25, 0.75)
    x, y = short(r * math.cos(tilt + phi)), short(r * math.sin(tilt + phi))
    phi = (math.atan2(y, x) - tilt) % (2 * math.pi)
    time, arc = sector(math.hypot(x, y), phi, radius, beta, d)
    below = f"{math.cos(tilt):.15g}*y - ({math.sin(tilt):.15g})*x < 0"
    beyond = f"{math.cos(tilt + beta):.15g}*y - ({math.sin(tilt + beta):.15g})*x > 0"
    legs = f"{below} or {beyond}" if beta < math.pi else f"({below} and {beyond})"
    options = {"drift": "0,0", "diffusion": d, "domain": "-1.3,1.3,-1.3,1.3",
               "exit": f"x^2+y^2 > {radius}^2 or {legs}", "start": f"{x},{y}"}
    return Problem("fp-exit", options, {("mean_exit_time",): time, ("exit_probability", 0): arc})


@family
def exit_sector(rng):
    beta = rng.uniform(0.3, 0.9) * math.pi
    return exit_of_sector(rng, beta if abs(beta - math.pi / 2) > 0.05 else 0.6 * math.pi)


@family
def exit_sector_reentrant(rng):
    return exit_of_sector(rng, rng.uniform(1.1, 1.45) * math.pi)


@family
def exit_l_shape(rng):
    """A re-entrant corner along the axes: order 4/3 of the time, 2/3 of the slopes."""
    a, d = draw(rng, 0.7, 2), draw(rng, 0.2, 1)
    while True:
        u, v = short(rng.uniform(-0.8, 0.8)), short(rng.uniform(-0.8, 0.8))
        if u < -0.15 or v > 0.15:
            break
    time = l_shape_time(u, v) * a**2 / d
    options = {"drift": "0,0", "diffusion": d, "domain": listed(-a, a, -a, a), "boundary": "absorbing",
               "exit": "x > 0 and y < 0", "start": listed(u * a, v * a)}
    return Problem("fp-exit", options, {("mean_exit_time",): time}, known=KNOWN)


@family
def exit_slit(rng):
    """A thin absorbing slit in a reflecting box; its upper half is a window in a reflecting side."""
    length, d = draw(rng, 0.8, 1.5), draw(rng, 0.3, 1)
    height, edge = short(length * rng.uniform(0.42, 0.6)), short(length * rng.uniform(0.42, 0.58))
    x, y = short(length * rng.uniform(0.1, 0.9)), short(height * rng.uniform(0.3, 0.9))
    options = {"drift": "0,0", "diffusion": d, "domain": listed(0, length, -height, height),
               "exit": f"x > {edge} and y > -1e-9 and y < 1e-9", "start": f"{x},{y}"}
    return Problem("fp-exit", options, {("mean_exit_time",): window_time(x, y, length, height, edge) / d}, known=KNOWN)


@family
def exit_rectangle(rng):
    """Four absorbing sides: mean time and the chance of each side."""
    a, b, d = draw(rng, 0.7, 2), draw(rng, 0.7, 2), draw(rng, 0.2, 1)
    x, y = short(a * rng.uniform(0.15, 0.85)), short(b * rng.uniform(0.15, 0.85))
    time, west = rectangle_time(x, y, a, b, d)
    right = {("mean_exit_time",): time, ("exit_probability", 0): west}
    for k, (u, v, p, q) in enumerate(((a - x, y, a, b), (y, x, b, a), (b - y, x, b, a)), 1):
        right[("exit_probability", k)] = rectangle_time(u, v, p, q, d)[1]
    options = {"drift": "0,0", "diffusion": d, "domain": listed(0, a, 0, b), "boundary": "absorbing", "start": f"{x},{y}"}
    return Problem("fp-exit", options, right)
