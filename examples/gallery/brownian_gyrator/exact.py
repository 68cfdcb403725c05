"""The Lyapunov equation; the entropy production is c² (T₁ - T₂)²/(2 T₁ T₂) for unit stiffness."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from formulas import lyapunov, tell

c, t1, t2 = 0.5, 0.2, 0.05
s = lyapunov([[1, c], [c, 1]], [[t1, 0], [0, t2]])
tell(xy=s[0, 1], yy=s[1, 1], entropy=c**2 * (t1 - t2) ** 2 / (2 * t1 * t2))
