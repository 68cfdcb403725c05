"""τ(0) = ∫₀¹ (e^{r²/2T} - 1)/r dr = Ein(1/(2T))/2, with the entire exponential integral Σ zᵏ/(k k!)."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import math

from formulas import tell


def entire_integral(z):
    term, total = 1.0, 0.0
    for k in range(1, 400):
        term *= z / k
        total += term / k
    return total


tell(**{f"t{k}": math.log(entire_integral(0.5 / t) / 2) for k, t in enumerate((0.3, 0.05, 0.02))})
