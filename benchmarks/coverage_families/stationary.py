"""Resting densities: Gibbs, Ornstein-Uhlenbeck, kinetic, coloured noise, regions."""
import math

import numpy as np
from scipy.linalg import solve_continuous_lyapunov
from scipy.special import erf

from .problem import (KNOWN, NEUTRAL, Problem, beside_uniform, draw, family, linear, listed, log_draw, matrix_text, moments,
                      short)
from .references import moments_1d, moments_2d


def box_about(rng, mean, covariance, widths=6.5):
    """A box that holds all but 1e-10 of a Gaussian, not centred on it."""
    ends = []
    for k in (0, 1):
        s = math.sqrt(covariance[k][k])
        ends += [short(mean[k] - widths * s * rng.uniform(1, 1.2), 6), short(mean[k] + widths * s * rng.uniform(1, 1.2), 6)]
    return ends


def turned(angle, *values):
    c, s = math.cos(angle), math.sin(angle)
    r = np.array([[c, -s], [s, c]])
    return r @ np.diag(values) @ r.T


def wells(rng):
    """A tilted double well joined to a parabola: text, function, box. At T <= 0.3 the walls hold less than 1e-9."""
    tilt, pull, bend = draw(rng, -0.15, 0.15), draw(rng, 1, 3), draw(rng, -0.5, 0.5)
    text = f"(x^2-1)^2/4 + ({tilt})*x + {pull}*(y-({bend})*x)^2/2"
    return text, lambda x, y: (x**2 - 1) ** 2 / 4 + tilt * x + pull * (y - bend * x) ** 2 / 2, (tilt, pull, bend)


def gibbs(rng, temperature, potential):
    half = (short(rng.uniform(2.6, 3.0)), short(rng.uniform(4.4, 5.2)))
    box = [-half[0], half[0] + 0.13, -half[1] - 0.21, half[1]]
    cut = draw(rng, -0.8, 0.8)
    m, c, left, _ = moments_2d(lambda x, y: -potential(x, y) / temperature, box, cut)
    right = moments(m, c) | {("region_probability", "left"): left, ("entropy_production_rate",): (0.0, 1.0)}
    return {"domain": listed(*box), "regions": f"left: x < {cut}"}, right


@family
def gibbs_potential(rng):
    text, potential, _ = wells(rng)
    t = log_draw(rng, 0.05, 0.3)
    options, right = gibbs(rng, t, potential)
    return Problem("fp-stationary", {"potential": text, "temperature": t} | options, right)


@family
def gibbs_drift(rng):
    _, potential, (tilt, pull, bend) = wells(rng)
    t = log_draw(rng, 0.05, 0.3)
    options, right = gibbs(rng, t, potential)
    force = f"{pull}*(y-({bend})*x)"
    drift = f"-x^3 + x - ({tilt}) + ({bend})*{force}, -{force}"
    return Problem("fp-stationary", {"drift": drift, "diffusion": t} | options, right)


@family
def gibbs_graded(rng):
    text, potential, _ = wells(rng)
    t = log_draw(rng, 0.01, 0.1)
    options, right = gibbs(rng, t, potential)
    return Problem("fp-stationary", {"potential": text, "temperature": t, "grade": "auto"} | options, right)


@family
def gibbs_circulating(rng):
    """b = -grad V + w J grad V: the density stays exp(-V/T), a current runs along its contours."""
    _, potential, (tilt, pull, bend) = wells(rng)
    t, w = log_draw(rng, 0.08, 0.3), log_draw(rng, 0.01, 10)
    options, right = gibbs(rng, t, potential)
    box = [float(v) for v in options["domain"].split(",")]
    force = f"{pull}*(y-({bend})*x)"
    gx, gy = f"(x^3 - x + ({tilt}) - ({bend})*{force})", f"({force})"

    def steepness(x, y):
        f = pull * (y - bend * x)
        return (x**3 - x + tilt - bend * f) ** 2 + f**2

    mean = moments_2d(lambda x, y: -potential(x, y) / t, box)[3](steepness)
    right[("entropy_production_rate",)] = w**2 * mean / t
    drift = f"-{gx} + {w}*{gy}, -{gy} - {w}*{gx}"
    return Problem("fp-stationary", {"drift": drift, "diffusion": t} | options, right, known=KNOWN)


@family
def gibbs_tensor(rng):
    """Noise that turns from place to place, read isothermally: b = -D grad V keeps exp(-V)."""
    a, k, c = draw(rng, 0.2, 0.9), draw(rng, 0.5, 2), draw(rng, -0.6, 0.6)
    d = ("1", f"{a}*sin(x+y)/(1+{a})", f"{k}*(1+0.3*cos(y))")
    p, q = short(rng.uniform(0.8, 2)), short(rng.uniform(0.8, 2))
    gx, gy = f"({p}*x+({c})*y+x^3/4)", f"({q}*y+({c})*x)"
    box = [-4.2, 4.3, short(-7.5 / math.sqrt(q)), short(7.4 / math.sqrt(q))]
    m, cov, left, _ = moments_2d(lambda x, y: -(p * x**2 / 2 + x**4 / 16 + q * y**2 / 2 + c * x * y), box, 0.3)
    drift = f"-({d[0]}*{gx}+{d[1]}*{gy}), -({d[1]}*{gx}+{d[2]}*{gy})"
    right = moments(m, cov) | {("region_probability", "left"): left, ("entropy_production_rate",): (0.0, 1.0)}
    return Problem("fp-stationary", {"drift": drift, "diffusion": ", ".join(d), "calculus": "isothermal",
                                     "domain": listed(*box), "regions": "left: x < 0.3"}, right)


def ornstein_uhlenbeck(rng, a, d):
    center = np.array([draw(rng, -1, 1), draw(rng, -1, 1)])
    s = solve_continuous_lyapunov(a, 2 * d)
    force = d @ np.linalg.inv(s) - a
    entropy = np.trace(force.T @ np.linalg.inv(d) @ force @ s)
    options = {"drift": linear(a[0], center) + ", " + linear(a[1], center), "diffusion": matrix_text(d),
               "domain": listed(*box_about(rng, center, s))}
    return Problem("fp-stationary", options, moments(center, s) | {("entropy_production_rate",): (entropy, 1e-3)},
                   known=KNOWN)


def rounded(m):
    return np.array([[short(v, 5) for v in row] for row in m])


def symmetric(m):
    m = rounded(m)
    m[1, 0] = m[0, 1]
    return m


def random_ou(rng, rotation, ratio):
    k = symmetric(turned(rng.uniform(0, np.pi), 1, rng.uniform(0.4, 1)))
    a = k + rotation * np.array([[0, 1], [-1, 0]])
    d = symmetric(turned(rng.uniform(0, np.pi), 1, ratio) * rng.uniform(0.1, 1))
    return a, d


@family
def ou(rng):
    return ornstein_uhlenbeck(rng, *random_ou(rng, log_draw(rng, 0.01, 3), 1 / log_draw(rng, 1, 10)))


@family
def ou_strong_rotation(rng):
    return ornstein_uhlenbeck(rng, *random_ou(rng, log_draw(rng, 3, 300), 1 / log_draw(rng, 1, 10)))


@family
def ou_uneven_noise(rng):
    return ornstein_uhlenbeck(rng, *random_ou(rng, log_draw(rng, 0.01, 3), 1 / log_draw(rng, 10, 300)))


@family
def ou_axes(rng):
    """Noise along the axes, of any ratio, with any rotation."""
    a, _ = random_ou(rng, log_draw(rng, 0.01, 300), 1)
    return ornstein_uhlenbeck(rng, a, np.diag([draw(rng, 0.1, 1), log_draw(rng, 0.01, 1)]))


@family
def coloured_noise(rng):
    """x' = -a x + e, e an Ornstein-Uhlenbeck process of rate k: noise in e alone."""
    a, k, d = draw(rng, 0.5, 2), log_draw(rng, 0.5, 8), draw(rng, 0.1, 1)
    s = np.array([[d / (a * k * (a + k)), d / (k * (a + k))], [d / (k * (a + k)), d / k]])
    options = {"variables": "x,e", "drift": f"-{a}*x+e, -{k}*e", "diffusion": f"0, 0, {d}",
               "domain": listed(*box_about(rng, (0, 0), s))}
    return Problem("fp-stationary", options, moments((0, 0), s), known=KNOWN)


@family
def kinetic_harmonic(rng):
    w, g, t = log_draw(rng, 0.5, 2), log_draw(rng, 0.2, 3), draw(rng, 0.1, 1)
    s = np.diag([t / w**2, t])
    options = {"variables": "x,v", "drift": f"v, -({w}^2)*x - {g}*v", "diffusion": f"0, 0, {short(g * t, 12)}",
               "domain": listed(*box_about(rng, (0, 0), s))}
    return Problem("fp-stationary", options, moments((0, 0), s), known=KNOWN)


@family
def kinetic_double_well(rng):
    t, g, tilt = draw(rng, 0.1, 0.3), log_draw(rng, 0.3, 3), draw(rng, -0.1, 0.1)
    reach, cut = 2.9, draw(rng, -0.8, 0.8)
    m, var, _, probability = moments_1d(lambda x: -((x**2 - 1) ** 2 / 4 + tilt * x) / t, -reach, reach)
    v = short(6.7 * math.sqrt(t))
    options = {"variables": "x,v", "drift": f"v, -(x^3-x+({tilt})) - {g}*v", "diffusion": f"0, 0, {short(g * t, 12)}",
               "domain": listed(-reach, reach, -v, v), "regions": f"left: x < {cut}"}
    right = moments((m, 0), np.diag([var, t])) | {("region_probability", "left"): probability(-reach, cut)}
    return Problem("fp-stationary", options, right, known=KNOWN)


@family
def regions_straight(rng):
    """Half-planes and strips of any direction under a Gaussian."""
    t, angle, at = draw(rng, 0.2, 1), rng.uniform(0, 2 * np.pi), draw(rng, -1, 1)
    c, s = short(math.cos(angle)), short(math.sin(angle))
    length = math.sqrt(2 * t * (c**2 + s**2))
    width = draw(rng, 0.2, 1)
    half = 0.5 * (1 - erf(at / length))
    strip = 0.5 * (erf((at + width) / length) - erf(at / length))
    line = f"{c}*x + ({s})*y"
    options = {"potential": "(x^2+y^2)/2", "temperature": t, "domain": listed(*box_about(rng, (0, 0), t * np.eye(2))),
               "regions": f"half: {line} > {at}; strip: {line} > {at} and {line} < {at + width:.6g}"}
    right = {("region_probability", "half"): half, ("region_probability", "strip"): strip}
    return Problem("fp-stationary", options, right | moments((0, 0), t * np.eye(2)), known=KNOWN)


@family
def regions_round(rng):
    t, r, opening = draw(rng, 0.2, 1), draw(rng, 0.3, 1.5), draw(rng, 0.3, 2.5)
    inside = -math.expm1(-(r**2) / (2 * t))
    options = {"potential": "(x^2+y^2)/2", "temperature": t, "domain": listed(*box_about(rng, (0, 0), t * np.eye(2))),
               "regions": f"disc: x^2+y^2 < {r}^2; ring: x^2+y^2 > {r}^2 and x^2+y^2 < (2*{r})^2; "
                          f"wedge: y > 0 and {math.cos(opening):.12g}*y - {math.sin(opening):.12g}*x < 0"}
    ring = math.exp(-(r**2) / (2 * t)) - math.exp(-4 * r**2 / (2 * t))
    right = {("region_probability", "disc"): inside, ("region_probability", "ring"): ring,
             ("region_probability", "wedge"): opening / (2 * math.pi)}
    return Problem("fp-stationary", options, right, known=KNOWN)


@family
def calculus_line(rng):
    """Noise that varies along x, read in each of the three ways: p = exp(int b/D) D^-(1, 1/2, 0)."""
    reading = ("ito", "stratonovich", "isothermal")[rng.integers(3)]
    k, a, t, c = draw(rng, 0.5, 2), draw(rng, 0.1, 1), draw(rng, 0.1, 0.5), draw(rng, -0.5, 0.5)
    power = {"ito": 1, "stratonovich": 0.5, "isothermal": 0}[reading]
    ends = (draw(rng, -3, -1.5), draw(rng, 1.5, 3))
    # int -k (x-c) / (t (1 + a x^2)) dx
    log_p = lambda x: (-k / (2 * a * t) * np.log1p(a * x**2) + k * c / (t * math.sqrt(a)) * np.arctan(math.sqrt(a) * x)
                       - power * np.log1p(a * x**2))
    m, var, _, probability = moments_1d(log_p, *ends)
    noise = f"sqrt({t}*(1+{a}*x^2))"
    options = {"drift": f"-{k}*(x-({c})), 0", "noise": f"{noise}, 0, 0, 0.7", "calculus": reading,
               "domain": listed(*ends, -1, 1), "regions": "left: x < 0.2"}
    right = beside_uniform(m, var) | {("region_probability", "left"): probability(ends[0], 0.2)}
    return Problem("fp-stationary", options, right, NEUTRAL)
