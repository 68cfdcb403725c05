"""An identity of the second moments."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from formulas import tell

tell(zero=0)
