"""Large deviations of SGD itself, batch size 1, against those of a Gaussian with its covariance.

A step is θ − η g, g = ∇ℓ of one sample, so log τ ≈ S/η with S the least ∫ p·dθ over ways out, p being the
momentum along dθ on H(θ, p) = 0. For SGD H = log ⟨e^(−p·g)⟩ (Freidlin and Wentzell's theory of small steps); for
the diffusion H = b·p + ½ pᵀCp, b and −b the mean of −g and g, C their covariance."""
import math

import loss


def gradients(a, b):
    """∇ℓ of every sample at (a, b)"""
    out = []
    for x, y in loss.POINTS:
        e = 1 / (1 + math.exp(-a * x))
        r = a * a + x * (1 + b * e) - y
        out.append((r * (2 * a + x * x * b * e * (1 - e)), r * x * e))
    return out


def cumulants(g, p):
    """H = log ⟨e^(−p·g)⟩, ∂H/∂p and ∂²H/∂p² (11, 12, 22)"""
    z = [-(p[0] * u + p[1] * v) for u, v in g]
    top = max(z)
    w = [math.exp(q - top) for q in z]
    total = sum(w)
    first = tuple(-sum(k * s[i] for k, s in zip(w, g)) / total for i in (0, 1))
    second = tuple(sum(k * s[i] * s[j] for k, s in zip(w, g)) / total - first[i] * first[j]
                   for i, j in ((0, 0), (0, 1), (1, 1)))
    return top + math.log(total / len(g)), first, second


def gaussian_momentum(b, C, t):
    """p along t on b·p + ½ pᵀCp = 0"""
    c00, c01, c11 = C
    det = c00 * c11 - c01 * c01

    def inverse(v):
        return (c11 * v[0] - c01 * v[1]) / det, (c00 * v[1] - c01 * v[0]) / det

    def square(v):
        u = inverse(v)
        return u[0] * v[0] + u[1] * v[1]

    k = math.sqrt(square(b) / square(t))
    return inverse((k * t[0] - b[0], k * t[1] - b[1]))


def sgd_momentum(g, p, t):
    """p with H = 0 and ∂H/∂p along t, by Newton's method from the Gaussian one"""
    for _ in range(60):
        h, d, (c00, c01, c11) = cumulants(g, p)
        across = t[0] * d[1] - t[1] * d[0]
        j0, j1 = t[0] * c01 - t[1] * c00, t[0] * c11 - t[1] * c01
        det = d[0] * j1 - d[1] * j0
        step = (h * j1 - d[1] * across) / det, (d[0] * across - j0 * h) / det
        p = p[0] - step[0], p[1] - step[1]
        if math.hypot(*step) < 1e-12 * math.hypot(*p):
            return p
    raise ArithmeticError("the momentum of SGD's action has not converged")


def side(start, end, gaussian):
    """∫ p·dθ over one side of the way, by the rule of the midpoint"""
    t = end[0] - start[0], end[1] - start[1]
    g = gradients((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    _, b, C = cumulants(g, (0.0, 0.0))
    p = gaussian_momentum(b, C, t)
    if not gaussian:
        p = sgd_momentum(g, p, t)
    return p[0] * t[0] + p[1] * t[1]


def least_action(start, level, sides, gaussian):
    """Least action from `start` to the line b = `level`: corners at even heights b, moved in a."""
    way = [(start[0], start[1] + (level - start[1]) * k / sides) for k in range(sides + 1)]
    parts = [side(way[k], way[k + 1], gaussian) for k in range(sides)]
    step = 0.05
    while step > 2e-4:
        moved = False
        for k in range(1, sides + 1):
            for sign in (1, -1):
                corner = way[k][0] + sign * step, way[k][1]
                before = side(way[k - 1], corner, gaussian)
                after = side(corner, way[k + 1], gaussian) if k < sides else 0.0
                old = parts[k - 1] + (parts[k] if k < sides else 0.0)
                if before + after < old:
                    way[k], parts[k - 1], moved = corner, before, True
                    if k < sides:
                        parts[k] = after
                    break
        if not moved:
            step /= 2
    return sum(parts)
