#!/usr/bin/env python3
"""Random expressions over the whole vocabulary with their values and slopes at a point, by dual numbers and the
standard library: what tests/problem/expression_oracle.cpp compares with. random_expressions.py SEED COUNT"""
import math
import random
import sys


class Undefined(Exception):
    pass


class Dual:
    """A value and its derivatives by x and y."""

    def __init__(self, v, x=0.0, y=0.0):
        if not (math.isfinite(v) and math.isfinite(x) and math.isfinite(y)):
            raise Undefined
        self.v, self.x, self.y = v, x, y

    def through(self, value, slope):
        return Dual(value, slope * self.x, slope * self.y)


def add(f, g):
    return Dual(f.v + g.v, f.x + g.x, f.y + g.y)


def subtract(f, g):
    return Dual(f.v - g.v, f.x - g.x, f.y - g.y)


def multiply(f, g):
    return Dual(f.v * g.v, f.x * g.v + f.v * g.x, f.y * g.v + f.v * g.y)


def divide(f, g):
    q = f.v / g.v
    return Dual(q, (f.x - q * g.x) / g.v, (f.y - q * g.y) / g.v)


def power(f, g):
    value = math.pow(f.v, g.v)
    if g.x == 0 and g.y == 0:
        return f.through(value, g.v * math.pow(f.v, g.v - 1) if g.v != 0 else 0.0)
    rate = math.log(f.v)
    return Dual(value, value * (rate * g.x + g.v * f.x / f.v), value * (rate * g.y + g.v * f.y / f.v))


def atan2(f, g):
    r = f.v ** 2 + g.v ** 2
    return Dual(math.atan2(f.v, g.v), (f.x * g.v - f.v * g.x) / r, (f.y * g.v - f.v * g.y) / r)


def cbrt(v):
    return math.copysign(abs(v) ** (1 / 3), v)


def sigmoid(v):
    return 1 / (1 + math.exp(-v)) if v > -700 else 0.0


BELL = 2 / math.sqrt(math.pi)
ONE = {  # value, slope
    "exp": (math.exp, math.exp), "log": (math.log, lambda v: 1 / v), "log10": (math.log10, lambda v: 1 / (v * math.log(10))),
    "log1p": (math.log1p, lambda v: 1 / (1 + v)), "expm1": (math.expm1, math.exp),
    "sqrt": (math.sqrt, lambda v: 0.5 / math.sqrt(v)), "cbrt": (cbrt, lambda v: 1 / (3 * cbrt(v) ** 2)),
    "abs": (abs, lambda v: math.copysign(1, v)), "sign": (lambda v: float((v > 0) - (v < 0)), lambda v: 0),
    "step": (lambda v: float(v >= 0), lambda v: 0), "sin": (math.sin, math.cos), "cos": (math.cos, lambda v: -math.sin(v)),
    "tan": (math.tan, lambda v: 1 / math.cos(v) ** 2), "asin": (math.asin, lambda v: 1 / math.sqrt(1 - v * v)),
    "acos": (math.acos, lambda v: -1 / math.sqrt(1 - v * v)), "atan": (math.atan, lambda v: 1 / (1 + v * v)),
    "sinh": (math.sinh, math.cosh), "cosh": (math.cosh, math.sinh), "tanh": (math.tanh, lambda v: 1 / math.cosh(v) ** 2),
    "erf": (math.erf, lambda v: BELL * math.exp(-v * v)), "erfc": (math.erfc, lambda v: -BELL * math.exp(-v * v)),
    "sigmoid": (sigmoid, lambda v: sigmoid(v) * sigmoid(-v)),
}
TWO = {"min": lambda f, g: f if f.v <= g.v else g, "max": lambda f, g: f if f.v >= g.v else g, "atan2": atan2}
SIGNS = {"+": add, "-": subtract, "*": multiply, "/": divide}
COMPARE = {"<": lambda f, g: f < g, "<=": lambda f, g: f <= g, ">": lambda f, g: f > g, ">=": lambda f, g: f >= g}


def expression(depth, x, y):
    """Its text in parentheses where they are needed, and its Dual."""
    if depth == 0:
        kind = random.randrange(4)
        if kind < 2:
            return ("x", Dual(x, 1, 0)) if kind else ("y", Dual(y, 0, 1))
        if kind == 2:
            return "pi", Dual(math.pi)
        number = round(random.uniform(0.1, 3), 2)
        return repr(number), Dual(number)
    kind = random.randrange(10)
    f, a = expression(depth - 1, x, y)
    if kind < 4:
        name = random.choice(sorted(ONE))
        value, slope = ONE[name]
        return f"{name}({f})", a.through(value(a.v), slope(a.v))
    if kind == 4:
        return f"(-{f})", Dual(-a.v, -a.x, -a.y)
    if kind == 5:
        n = random.choice((-2, -1, 2, 3, 0.5, 1.7))
        return f"({f}){random.choice(('^', '**'))}({n})", power(a, Dual(float(n)))
    g, b = expression(depth - 1, x, y)
    if kind == 6:
        name = random.choice(sorted(TWO))
        return f"{name}({f}, {g})", TWO[name](a, b)
    if kind == 7:
        left, c = expression(depth - 1, x, y)
        sign = random.choice(sorted(COMPARE))
        return f"if({left} {sign} 0.3, {f}, {g})", a if COMPARE[sign](c.v, 0.3) else b
    sign = random.choice(sorted(SIGNS))
    return f"({f} {sign} {g})", SIGNS[sign](a, b)


random.seed(int(sys.argv[1]))
count = 0
while count < int(sys.argv[2]):
    x, y = random.uniform(-2, 2), random.uniform(-2, 2)
    try:
        text, d = expression(random.randrange(1, 5), x, y)
    except (Undefined, ValueError, ZeroDivisionError, OverflowError):
        continue
    if max(abs(d.v), abs(d.x), abs(d.y)) < 1e6 and len(text) < 400:
        print(f"{text}\t{x!r}\t{y!r}\t{d.v!r}\t{d.x!r}\t{d.y!r}")
        count += 1
