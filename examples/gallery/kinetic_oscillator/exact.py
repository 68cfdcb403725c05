"""Gibbs' density."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from formulas import tell

tell(one=1, action=0.5)
