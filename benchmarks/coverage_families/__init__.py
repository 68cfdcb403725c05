"""Random problems with known answers for benchmarks/coverage, a short function a family."""
from . import (committors, exits, exits_on_lines, lines, meshes, motion, paths, periodic, rates, sgd, shapes,  # noqa: F401
               stationary, walls)
from .problem import FAMILIES, Problem, Log  # noqa: F401
