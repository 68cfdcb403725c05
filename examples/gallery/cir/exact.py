"""A gamma density with shape 2κθ/s² = 0."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from formulas import tell
from scipy.special import gammainc

shape, rate, end = 0.18, 2.0, 4.0
whole = gammainc(shape, rate * end)
mean = shape / rate * gammainc(shape + 1, rate * end) / whole
second = shape * (shape + 1) / rate**2 * gammainc(shape + 2, rate * end) / whole
tell(mean=mean, variance=second - mean**2, low=gammainc(shape, rate * 0.09) / whole)
