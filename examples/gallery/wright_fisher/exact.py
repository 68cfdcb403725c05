"""u = -2 [Σ xᵢ log xᵢ - Σ (1 - xᵢ) log(1 - xᵢ)], x₃ = 1 - x - y: 0."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import math

from formulas import tell


def entropy(*shares):
    return sum(x * math.log(x) for x in shares)


third, two = 1 / 3, 2 / 3
tell(loss=-2 * (entropy(third, third, third) - entropy(two, two, two)), fixation=-2 * entropy(0.3, 0.7), chance=0.3)
