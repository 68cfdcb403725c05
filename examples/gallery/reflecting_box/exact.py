"""D π² (m²/a² + n²/b²), and four times as much with periodic sides."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import math

from formulas import tell

d, a = 0.4, 1.3
unit = d * math.pi**2
tell(wall1=unit / a**2, wall3=unit * (1 / a**2 + 1), wave=4 * unit / a**2)
