"""Mean exit time of white noise from both sides, by quadrature."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from formulas import exit_1d, tell

tell(white=exit_1d(lambda x: -x, lambda x: 0.4 + 0 * x, -1, 1, 0, both=True)[0])
