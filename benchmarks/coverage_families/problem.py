"""What a family gives: a program, its options, and the right values of its results."""
import dataclasses
import math
import zlib

import numpy as np

FAMILIES = {}  # name: function of a random generator


# Accuracy of right values that another discretisation gave, or that leave out what lies beyond the box.
KNOWN = 1e-8


class Log(float):
    """A right value held by its logarithm, where the value itself leaves the range of double."""


@dataclasses.dataclass
class Problem:
    program: str
    options: dict  # without the leading minus; cells are added by the run
    right: dict  # path in results: value, or (value, scale) where the value may be 0 by symmetry
    cells: str = "{n},{n}"  # n is the size of the grid
    known: float = 1e-11  # relative accuracy of the right values: closer than this is right
    files: dict = dataclasses.field(default_factory=dict)  # name: text, written beside the run

    def arguments(self, n):
        words = []
        for name, value in self.options.items():
            words += ["-" + name, str(value)]
        if "mesh" in self.options:
            return words + ["-refine", str(refinement(n))]
        return words + ["-cells", self.cells.format(n=n)]


def refinement(n):
    """The refinement of a mesh of about 16 cells a side that stands for n of them."""
    return max(1, round(math.log2(n / 16)) - 1)


def family(function):
    FAMILIES[function.__name__] = function
    return function


def generator(seed, name, index):
    return np.random.default_rng([seed, zlib.crc32(name.encode()), index])


def short(x, digits=4):
    """Parameters of few digits keep command lines readable, and the right value is of what is written."""
    return float(f"{x:.{digits}g}")


def draw(rng, low, high):
    return short(rng.uniform(low, high))


def log_draw(rng, low, high):
    return short(math.exp(rng.uniform(math.log(low), math.log(high))))


def listed(*numbers):
    return ",".join(f"{float(x):.15g}" for x in numbers)


def matrix_text(m):
    return ", ".join(f"{x:.15g}" for x in (m[0, 0], m[0, 1], m[1, 1]))


def linear(row, center):
    """-(row . (x - center)) as an expression."""
    return f"-({row[0]:.15g})*(x-({center[0]:.15g})) - ({row[1]:.15g})*(y-({center[1]:.15g}))"


def moments(mean, covariance):
    """Right values of a mean and a covariance; zeros are compared on the scale of the spread."""
    s = np.sqrt(np.diag(covariance))
    right = {("mean", k): (mean[k], s[k]) for k in (0, 1)}
    right |= {("covariance", i, j): (covariance[i][j], s[i] * s[j]) for i, j in ((0, 0), (0, 1), (1, 1))}
    return right


# One-dimensional problems: y neither moves x nor is moved by it.
NEUTRAL = "{n},16"


def beside_uniform(mean, variance):
    """Moments of x, and of a y that is uniform in (-1, 1)."""
    return moments([mean, 0.0], np.diag([variance, 1 / 3]))
