"""The covariance of SGD at rest, exactly."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import numpy as np
from formulas import Regression, root_of_linear, tell

data = Regression(__file__)
eta, batch = 0.15, 2


def covariance(share):
    """What one step makes of S is S."""
    m = np.eye(2) - eta * data.h
    return root_of_linear(lambda s: m @ s @ m + eta**2 * share * data.gradient_covariance(s) - s)


without, replaced = covariance(data.share(batch)), covariance(1 / batch)
tell(a=data.best[0], b=data.best[1], without_aa=without[0, 0], without_ab=without[0, 1], with_aa=replaced[0, 0], with_ab=replaced[0, 1])
