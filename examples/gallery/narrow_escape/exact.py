"""The method of particular solutions: least squares over functions that fit the end of the window."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from formulas import tell, window_time

tell(time=window_time(0.2, 0.3, 1.0, 0.5, 0.75, 90))
