"""var x = D/(a k (a + k)) with a = 1, k = 2, D = 0."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from formulas import tell

a, k, d = 1, 2, 0.4
tell(xx=d / (a * k * (a + k)), xe=d / (k * (a + k)), ee=d / k)
