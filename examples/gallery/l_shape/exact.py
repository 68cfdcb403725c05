"""The method of particular solutions: least squares over functions that fit the corner, with the error on the sides below 10⁻⁷."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from formulas import l_shape_time, tell

tell(time=l_shape_time(-0.25, 0.25))
