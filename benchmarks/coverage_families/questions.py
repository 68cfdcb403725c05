"""What people ask beyond densities and times: cycles, networks, observables, transport, periods, momentum."""
import math

import numpy as np
from scipy.linalg import solve_continuous_lyapunov

from .lines import line_network
from .problem import KNOWN, NEUTRAL, Problem, draw, family, linear, listed, log_draw, matrix_text, moments, short
from .references import Line, agree, moments_1d, nodes
from .stationary import box_about, random_ou


@family
def limit_cycle(rng):
    """b = (1 - r^2) r + w J r: p ~ exp((r^2/2 - r^4/4)/D), and the turning makes entropy at w^2 <r^2>/D."""
    d, w = log_draw(rng, 0.03, 0.3), log_draw(rng, 0.3, 20)
    half = short(2.3 + 2 * d)
    _, spread = moments_1d(lambda r: (r**2 / 2 - r**4 / 4) / d + np.log(r), 1e-9, 3)[:2]
    mean = moments_1d(lambda r: (r**2 / 2 - r**4 / 4) / d + np.log(r), 1e-9, 3)[0]
    square = spread + mean**2
    right = moments([0, 0], np.eye(2) * square / 2) | {("entropy_production_rate",): w**2 * square / d}
    options = {"drift": f"x*(1-x^2-y^2) - {w}*y, y*(1-x^2-y^2) + {w}*x", "diffusion": d,
               "domain": listed(-half, short(1.03 * half), -half, half)}
    return Problem("fp-stationary", options, right, known=KNOWN)


@family
def plane_network(rng):
    """The states of line_network, with a spring along y that joins nothing."""
    problem = line_network(rng)
    k, t = draw(rng, 0.5, 2), problem.options["temperature"]
    half = short(7 * math.sqrt(t / k))
    options = {**problem.options, "variables": "x,y", "potential": problem.options["potential"] + f" + {k}*y^2/2",
               "domain": problem.options["domain"] + "," + listed(-half, half)}
    return Problem("fp-network", options, problem.right, "{n},32", KNOWN)


@family
def observables_ou(rng):
    """Of x, and of a square m = z'Mz: variance 2 tr (M S)^2, time by Lyapunov's equation for S M S."""
    a, d = random_ou(rng, log_draw(rng, 0.02, 4), 1 / log_draw(rng, 1, 5))
    s = solve_continuous_lyapunov(a, 2 * d)
    p, q = draw(rng, 0.3, 1), draw(rng, -0.5, 0.5)
    m = np.array([[p, q], [q, 1 - p]])
    variance = 2 * np.trace(m @ s @ m @ s)
    lasting = 2 * np.trace(m @ solve_continuous_lyapunov(a, s @ m @ s))
    right = {("observables", "f", "mean"): (0, math.sqrt(s[0, 0])), ("observables", "f", "variance"): s[0, 0],
             ("observables", "f", "correlation_time"): (np.linalg.inv(a) @ s)[0, 0] / s[0, 0],
             ("observables", "m", "mean"): (np.trace(m @ s), math.sqrt(variance)),
             ("observables", "m", "variance"): variance, ("observables", "m", "correlation_time"): lasting / variance}
    options = {"drift": linear(a[0], (0, 0)) + ", " + linear(a[1], (0, 0)), "diffusion": matrix_text(d),
               "domain": listed(*box_about(rng, (0, 0), s, 7.5)),
               "observables": f"f: x; m: {p}*x^2 + 2*({q})*x*y + {m[1, 1]:.15g}*y^2"}
    return Problem("fp-stationary", options, right, known=KNOWN)


@family
def conditional_times(rng):
    """How long until the exit, given through which end: the source of u is the chance of that end."""
    k, c, t = draw(rng, 0.3, 2), draw(rng, -0.5, 0.5), draw(rng, 0.1, 0.6)
    low, high, start = draw(rng, -1.4, -0.9), draw(rng, 0.9, 1.4), draw(rng, -0.7, 0.7)
    answers = []
    for panels in (240, 360):
        line = Line(lambda x: k * (x - x**3 + c), lambda x: t + 0 * x, low, high, start, panels, False)
        (below, low_edges), (above, high_edges) = line.below(line.scale), line.above(line.scale)
        chances = [(above / high_edges[0], high_edges[line.split] / high_edges[0]),
                   (below / low_edges[-1], low_edges[line.split] / low_edges[-1])]
        answers.append([float(line.times(source, True)[1] / at) for source, at in chances])
    agree(*answers)
    options = {"drift": f"{k}*(x-x^3+({c})), 0", "diffusion": t, "domain": "-1.6,1.6,-1,1",
               "exit": f"x < {low} or x > {high}", "start": f"{start},0"}
    return Problem("fp-exit", options, {("conditional_mean_exit_time", n): u for n, u in enumerate(answers[-1])}, NEUTRAL, KNOWN)


@family
def washboard(rng):
    """Velocity and effective diffusion of a tilted periodic potential by its double integrals (Reimann et al. 2001)."""
    force, a, t = log_draw(rng, 0.2, 5), draw(rng, 0.2, 1.5), draw(rng, 0.15, 1)
    period = 2 * math.pi
    u = lambda x: a * np.cos(x) - force * x
    x, w = nodes(0, period, 80, 4)
    z, g = nodes(0, period, 80, 4)
    forth = np.array([g @ np.exp((u(v) - u(v - z)) / t) for v in x]) / t
    back = np.array([g @ np.exp((u(v + z) - u(v)) / t) for v in x]) / t
    mean = w @ forth / period
    velocity = -math.expm1(-force * period / t) / mean
    spread = t * (w @ (forth**2 * back) / period) / mean**3
    options = {"drift": f"{force} + {a}*sin(x), 0", "diffusion": t, "domain": "0,6.283185307179586,-1,1",
               "boundary": "periodic,periodic,reflecting,reflecting"}
    return Problem("fp-stationary", options, {("mean_velocity", 0): velocity, ("effective_diffusion", 0, 0): spread}, NEUTRAL,
                   KNOWN)


@family
def period_ou(rng):
    """Over a period the mean of x' = -A x + F cos(w t) swings by Re (A + iw)^-1 F e^(iwt)."""
    a, d = random_ou(rng, log_draw(rng, 0.02, 3), 1 / log_draw(rng, 1, 5))
    s, w = solve_continuous_lyapunov(a, 2 * d), draw(rng, 1, 6)
    force = np.array([draw(rng, -1, 1), draw(rng, -1, 1)])
    swing = np.linalg.solve(a + 1j * w * np.eye(2), force)
    drift = ", ".join(f"{linear(a[k], (0, 0))} + ({force[k]})*cos({w}*t)" for k in (0, 1))
    options = {"drift": drift, "diffusion": matrix_text(d), "period": f"2*pi/{w}",
               "domain": listed(*box_about(rng, (0, 0), s + np.eye(2) / 2, 8))}
    return Problem("fp-stationary", options, moments([0, 0], s + np.outer(swing, swing.conj()).real / 2), known=KNOWN)


@family
def momentum_quadratic(rng):
    """Heavy-ball SGD on a a u fitted to t: the drift is linear, the noise alpha + kappa a^2, so that moments close."""
    eta, beta, batch = log_draw(rng, 0.02, 0.2), draw(rng, 0.3, 0.9), int(rng.integers(1, 5))
    u, t = rng.uniform(0.6, 1.4, 8).round(3), rng.uniform(-1, 1, 8).round(3)
    h, best = np.mean(u**2), np.mean(u * t) / np.mean(u**2)
    slope, rest = u**2, u * (u * best - t)  # gradient of a row: slope (a - best) + rest, of mean 0 at best
    alpha, kappa = np.mean(rest**2), np.mean(slope**2) - h**2  # the term between does not count: <a> = best
    gamma, strength = (1 - beta) / math.sqrt(eta), math.sqrt(eta) / 2 * (8 - batch) / (7 * batch)  # rows drawn once
    var = strength * alpha / (gamma * h - strength * kappa)  # <p^2> = h <(a - best)^2>, gamma <p^2> = <D>
    half, fast = short(9 * math.sqrt(var)), short(9 * math.sqrt(h * var))
    options = {"variables": "a", "model": "a*u", "data": "rows.csv", "target": "t", "sgd_noise": "covariance", "momentum": beta,
               "learning_rate": eta, "batch_size": batch, "domain": listed(best - half, best + half, -fast, fast)}
    rows = "".join(f"{x},{y}\n" for x, y in zip(u, t))
    return Problem("fp-stationary", options, moments([best, 0], np.diag([var, h * var])), known=1e-6,
                   files={"rows.csv": "u,t\n" + rows})
