"""k + U^2/(120 k)."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from formulas import tell

speed, noise = 4, 0.1
tell(dispersion=noise + speed**2 / (120 * noise))
