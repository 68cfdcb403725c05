"""Least actions: heights of a potential, quadratic forms of linear drifts."""
import numpy as np
from scipy.linalg import solve_continuous_lyapunov

from .problem import Problem, draw, family, linear, listed, log_draw, matrix_text
from .stationary import random_ou


@family
def path_gradient(rng):
    """Uphill in a convex potential: the difference of heights over T."""
    q, c, t = draw(rng, 0.5, 4), draw(rng, -0.5, 0.5), draw(rng, 0.05, 0.5)
    x, y = draw(rng, 0.4, 1) * (-1) ** rng.integers(2), draw(rng, 0.4, 1) * (-1) ** rng.integers(2)
    height = x**2 / 2 + x**4 / 4 + q * (y - c * x) ** 2 / 2
    options = {"potential": f"x^2/2 + x^4/4 + {q}*(y-({c})*x)^2/2", "temperature": t, "domain": "-1.7,1.7,-1.8,1.8",
               "start": "0,0", "target_point": f"{x},{y}"}
    right = {("action",): height / t, ("reduced_action",): height, ("quasi_potential?",): height / t,
             ("reduced_quasi_potential?",): height, ("action_by_minimisation?",): height / t}
    return Problem("fp-path", options, right)


@family
def path_ou(rng):
    a, d = random_ou(rng, log_draw(rng, 0.02, 3), 1 / log_draw(rng, 1, 10))
    s = solve_continuous_lyapunov(a, 2 * d)
    x = np.array([draw(rng, 0.4, 1) * (-1) ** rng.integers(2), draw(rng, 0.4, 1) * (-1) ** rng.integers(2)])
    action = x @ np.linalg.solve(s, x) / 2
    options = {"drift": linear(a[0], (0, 0)) + ", " + linear(a[1], (0, 0)), "diffusion": matrix_text(d),
               "domain": "-2.5,2.5,-2.5,2.5", "start": "0,0", "target_point": listed(*x)}
    right = {("action",): action, ("quasi_potential?",): action, ("action_by_minimisation?",): action}
    return Problem("fp-path", options, right)
