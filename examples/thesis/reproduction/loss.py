"""The loss of the thesis's model on the data, for formulas and curves. Integer x repeat: one sum."""
import csv
import math

from runs import HERE


def read():
    """[(x, mean of y, mean of y², weight)], and all (x, y)."""
    with open(HERE / "data" / "thesis_data.csv", newline="") as lines:
        points = [(float(r["x"]), float(r["y"])) for r in csv.DictReader(lines)]
    at = {}
    for x, y in points:
        at.setdefault(x, []).append(y)
    return [(x, sum(y) / len(y), sum(v * v for v in y) / len(y), len(y) / len(points))
            for x, y in sorted(at.items())], points


SUMS, POINTS = read()


def model(a, b, x):
    return a * a + x * (1 + b / (1 + math.exp(-a * x)))


def loss(a, b):
    """L = ½ ⟨(f − y)²⟩"""
    total = 0.0
    for x, m, q, w in SUMS:
        f = model(a, b, x)
        total += w * (f * f - 2 * f * m + q)
    return total / 2
