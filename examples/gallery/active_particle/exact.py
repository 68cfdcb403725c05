"""var x = v²/(2k (k + Dᵣ)) + D/k."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from formulas import tell

v, k, d, turn = 1, 1, 0.05, 0.5
xx = v**2 / (2 * k * (k + turn)) + d / k
entropy = (v**2 / 2 - 2 * k * v * v / (2 * (k + turn)) + k**2 * xx) / d - k
tell(xx=xx, entropy=entropy)
