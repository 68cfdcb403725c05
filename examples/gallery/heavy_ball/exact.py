"""A S + S A' = 2 D of da = p dt, dp = (-gamma p - h a) dt + sqrt(2 D_pp) dW, h = 1."""
import math
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from formulas import lyapunov, tell

eta, batch, momentum, rows = 0.01, 2, 0.9, 50
noise = (rows - batch) / (rows - 1) / batch  # of the gradient, whose variance over the data is 1
gamma, d = (1 - momentum) / math.sqrt(eta), math.sqrt(eta) * noise / 2
s = lyapunov([[0, -1], [1, gamma]], [[0, 0], [0, d]])
tell(aa=s[0][0], pp=s[1][1])
