"""Critical points of a run's problem: its own, or those that fp-landscape finds in it."""
from __future__ import annotations

import os
import resource
import subprocess
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..errors import Error

if TYPE_CHECKING:
    from ..result import Result

SECONDS = 2  # of computing; a picture has no marks that take longer
PATIENCE = 30.0  # seconds on the clock, for machines that do much else
_LEFT_OUT = ("output", "plot", "sweep", "cells", "exit", "csv", "fields", "units", "problem", "mesh", "grade", "frame",
             "refine", "rerun", "compile", "citations", "starts", "regions", "set_a", "set_b", "boundary")


@dataclass(frozen=True)
class Mark:
    """A critical or rest point: its place, `kind` (minimum, saddle, maximum, stable_node, …) and value."""
    at: tuple[float, float]
    kind: str
    value: float | None


def marks_of(result: Result) -> list[Mark]:
    """All that are known; none where they cannot be found quickly."""
    kept = getattr(result, "_marks", None)
    if kept is None:
        kept = _in_summary(result.summary["results"]) or _by_landscape(result)
        result._marks = kept  # type: ignore[attr-defined]
    return kept


def of_kind(marks: list[Mark], *kinds: str) -> list[Mark]:
    return [mark for mark in marks if mark.kind in kinds]


def _in_summary(results: dict) -> list[Mark]:  # type: ignore[type-arg]
    found = results.get("critical_points") or results.get("rest_points") or []
    return [Mark(tuple(point["position"]), point["type"], point.get("value")) for point in found
            if len(point.get("position", [])) == 2]


def _by_landscape(result: Result) -> list[Mark]:
    if "mesh" in result.options or len(result.variables) != 2 or "domain" not in result.options:
        return []
    from ..command import arguments_of
    from ..programs import environment, find_program
    from ..result import load
    options = {name: value for name, value in result.options.items()
               if name not in _LEFT_OUT and not name.startswith(("mc_", "solve_"))}
    with tempfile.TemporaryDirectory(prefix="escapade-") as folder:
        out = os.path.join(folder, "marks")
        words = arguments_of(dict(options, cells="48,48", compile="never", output=out))
        try:
            done = subprocess.run([find_program("fp-landscape"), *words], env=dict(environment(), OMP_NUM_THREADS="1"),
                                  timeout=PATIENCE, preexec_fn=_little_computing, stdin=subprocess.DEVNULL,
                                  capture_output=True, check=False)
            return _in_summary(dict(load(out + ".json").summary["results"])) if done.returncode == 0 else []
        except (Error, OSError, subprocess.TimeoutExpired):
            return []


def _little_computing() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def values_at(x: np.ndarray, y: np.ndarray, values: np.ndarray, marks: list[Mark]) -> list[float]:
    """A raster's values at marks."""
    out = []
    for mark in marks:
        i, j = int(np.argmin(np.abs(x - mark.at[0]))), int(np.argmin(np.abs(y - mark.at[1])))
        pixel = x[1] - x[0], y[1] - y[0]
        if (x[0] - pixel[0] <= mark.at[0] <= x[-1] + pixel[0] and y[0] - pixel[1] <= mark.at[1] <= y[-1] + pixel[1]):
            out.append(float(values[j, i]))
    return out
