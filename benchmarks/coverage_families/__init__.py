"""Random problems with known answers for benchmarks/coverage, a short function a family."""
from . import (committors, exits, exits_on_lines, fluctuations, lines, meshes, motion, paths, periodic, questions,  # noqa: F401
               rates, sgd, shapes, stationary, walls)
from .problem import FAMILIES, Problem, Log  # noqa: F401
