"""The height of the saddle over the temperature, D over the friction."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from formulas import tell

tell(saddle=0.25 / (1 / 3), overdamped=0.5 * 3)
