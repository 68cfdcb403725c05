"""Noise that vanishes at a wall: Cox-Ingersoll-Ross, Wright-Fisher."""
import math

import numpy as np
from scipy.special import betainc, gammainc

from .problem import KNOWN, Problem, draw, family, listed, log_draw, moments, short, beside_uniform, NEUTRAL


def gamma_moments(shape, rate, end):
    """Mean and variance of a gamma density cut at `end`."""
    z = rate * end
    whole = gammainc(shape, z)
    m = shape / rate * gammainc(shape + 1, z) / whole
    return m, shape * (shape + 1) / rate**2 * gammainc(shape + 2, z) / whole - m**2


@family
def cir_wall(rng):
    """Cox-Ingersoll-Ross along y, an Ornstein-Uhlenbeck process along x."""
    shape, k, th = log_draw(rng, 0.2, 3), draw(rng, 0.5, 2), draw(rng, 0.1, 1)
    s = short(k * th / shape, 6)  # D22 = s y
    shape, rate, d = k * th / s, k / s, draw(rng, 0.05, 0.5)
    end = short((shape + 25) / rate)
    m, var = gamma_moments(shape, rate, end)
    x = short(6.6 * math.sqrt(d))
    cut = short(th)
    options = {"variables": "x,v", "drift": f"-x, {k}*({th}-v)", "diffusion": f"{d}, 0, {s}*v",
               "domain": listed(-x, x, 0, end), "regions": f"low: v < {cut}"}
    right = moments((0, m), np.diag([d, var]))
    right[("region_probability", "low")] = gammainc(shape, rate * cut) / gammainc(shape, rate * end)
    return Problem("fp-stationary", options, right, "32,{n}", KNOWN)


@family
def wright_fisher_beta(rng):
    """Two alleles with mutation: a beta density between two walls without noise."""
    a, b, c = log_draw(rng, 0.3, 4), log_draw(rng, 0.3, 4), draw(rng, 0.3, 2)
    u, v = short(a * c, 6), short(b * c, 6)
    a, b = u / c, v / c
    options = {"drift": f"{u}*(1-x) - {v}*x, 0", "diffusion": f"{c}*x*(1-x), 0, 0.5", "domain": "0,1,-1,1",
               "regions": "left: x < 0.3"}
    right = beside_uniform(a / (a + b), a * b / ((a + b) ** 2 * (a + b + 1)))
    right[("region_probability", "left")] = betainc(a, b, 0.3)
    return Problem("fp-stationary", options, right, NEUTRAL)


def entropy(*shares):
    return sum(x * math.log(x) for x in shares)


@family
def wright_fisher_fixation(rng):
    start, c = draw(rng, 0.1, 0.9), draw(rng, 0.3, 2)
    options = {"drift": "0,0", "diffusion": f"{c}*x*(1-x), 0, 0.5", "domain": "0,1,-1,1", "start": f"{start},0",
               "boundary": "absorbing,absorbing,reflecting,reflecting"}
    right = {("mean_exit_time",): -entropy(start, 1 - start) / c, ("exit_probability", 0): 1 - start,
             ("exit_probability", 1): start}
    return Problem("fp-exit", options, right, NEUTRAL)


@family
def wright_fisher_loss(rng):
    """Three alleles until the first is lost; the third is lost on the line x + y = 1."""
    x, y = draw(rng, 0.15, 0.4), draw(rng, 0.15, 0.4)
    z = 1 - x - y
    time = -2 * (entropy(x, y, z) - entropy(1 - x, 1 - y, 1 - z))
    options = {"drift": "0,0", "diffusion": "x*(1-x)/2, -x*y/2, y*(1-y)/2", "domain": "0,1,0,1", "boundary": "absorbing",
               "exit": "x + y > 1", "start": f"{x},{y}"}
    return Problem("fp-exit", options, {("mean_exit_time",): time})
