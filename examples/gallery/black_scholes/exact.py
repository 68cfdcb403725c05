"""log S has the drift m = r - s²/2 and the noise s: P = (1 - (L/S)^{k})/(1 - (L/U)^{k}) with k = 2m/s², mean time (P log U/S + (1 - P) log L/S)/m."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import math

from formulas import tell

r, s, low, high = 0.05, 0.3, 0.7, 1.5
m = r - s**2 / 2
k = 2 * m / s**2
upper = (1 - low**k) / (1 - (low / high) ** k)
tell(upper=upper, mean=(upper * math.log(high) + (1 - upper) * math.log(low)) / m)
