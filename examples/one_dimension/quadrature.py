"""Times, laws and rates of dx = -V'(x) dt + sqrt(2 T) dW by quadrature, knowing nothing of escapade."""
import math

NODES = [(-0.9324695142031521, 0.1713244923791704), (-0.6612093864662645, 0.3607615730481386),
         (-0.2386191860831969, 0.4679139345726910), (0.2386191860831969, 0.4679139345726910),
         (0.6612093864662645, 0.3607615730481386), (0.9324695142031521, 0.1713244923791704)]


def integral(f, a, b, pieces=400):
    """Gauss's rule of six points on each piece."""
    h = (b - a) / pieces
    return sum(w * h / 2 * f(a + h * (k + (1 + x) / 2)) for k in range(pieces) for x, w in NODES)


def law(v, temperature, a, b, f):
    """Mean of f over the density e^(-V/T), (3.10)."""
    weight = lambda x: math.exp(-v(x) / temperature)
    return integral(lambda x: f(x) * weight(x), a, b) / integral(weight, a, b)


def log_time(v, temperature, wall, start, end, pieces=2000):
    """Logarithm of the mean time from start to end > start with a wall on the left, (3.16) and (B.4):
    (1/T) int_start^end e^(V(y)/T) int_wall^y e^(-V(z)/T) dz dy."""
    high = max(v(start + (end - start) * k / 500) for k in range(501))
    low = min(v(wall + (end - wall) * k / 500) for k in range(501))
    inner = lambda x: math.exp(-(v(x) - low) / temperature)
    below = integral(inner, wall, start)
    h, total = (end - start) / pieces, 0.0
    for k in range(pieces):
        at = start + k * h
        for x, w in NODES:
            y = at + h * (1 + x) / 2
            total += w * h / 2 * math.exp((v(y) - high) / temperature) * (below + integral(inner, at, y, 1))
        below += integral(inner, at, at + h, 1)
    return math.log(total / temperature) + (high - low) / temperature


def kramers(curvature_of_well, curvature_of_top, barrier, temperature):
    """Rate over a barrier, (3.21) and (B.6) with omega^2 = |V''|."""
    return math.sqrt(curvature_of_well * curvature_of_top) / (2 * math.pi) * math.exp(-barrier / temperature)


def flux(v, temperature, walls, a, b):
    """Transitions per unit time from x < a to x > b in the stationary state, (3.13): T over
    int_a^b e^(V/T) dx times int e^(-V/T) dx over all."""
    over = integral(lambda x: math.exp(v(x) / temperature), a, b)
    return temperature / (over * integral(lambda x: math.exp(-v(x) / temperature), *walls))
