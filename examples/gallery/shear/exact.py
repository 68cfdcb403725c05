"""⟨x²⟩ = 2Dt + (2/3) D s² t³, ⟨xy⟩ = D s t², ⟨y²⟩ = 2Dt."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from formulas import tell

d, s, t = 0.05, 1, 1
tell(xx=2 * d * t + 2 / 3 * d * s**2 * t**3, xy=d * s * t**2, yy=2 * d * t)
