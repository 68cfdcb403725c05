"""run and sweep: programs with Python's values."""
from __future__ import annotations

import os
import re
import tempfile
from typing import Any, Mapping, Sequence

from .checked import path_of
from .command import arguments_of
from .errors import BadInput
from .programs import Progress, execute
from .result import Result, load
from .table import Table


def run(program: str, *problem_files: str | os.PathLike[str], ranks: int = 1,
        output: str | os.PathLike[str] | None = None, progress: bool | Progress | None = None,
        **options: Any) -> Result:
    """Runs a program and returns what it found.

    program         fp-exit, fp-stationary, …
    problem_files   YAML files, as for -problem; later ones and `options` win
    ranks           more than 1: by mpiexec
    output          prefix of the files; without one they live in a temporary folder, as long as the result does
    progress        show progress lines: True, False, a function of the text; by default on terminals and in notebooks
    options         those of the program, without the minus: texts, numbers, lists (joined by commas), True, False,
                    dicts (`parameters={"k": 2}`, `regions={"left": "x < 0"}`)

    Raises BadInput, NotTrusted or CannotWrite with the program's line. fp-crosscheck's disagreement is a result:
    see `.verdict`. An interrupt ends the program; where it keeps what is whole, that is returned, with `.partial`.
    """
    if not isinstance(program, str) or not re.fullmatch(r"(fp|mc)-[a-z]+", program):
        raise BadInput(f"program {program!r}: give the name of a program such as fp-exit; `escapade list` names all")
    most = 64 * (os.cpu_count() or 1)
    if isinstance(ranks, bool) or not isinstance(ranks, int) or not 1 <= ranks <= most:
        raise BadInput(f"ranks={ranks!r}: give a whole number from 1 to {most} on this machine of {os.cpu_count()} "
                       "processors; larger runs are started by mpiexec itself")
    folder = None
    if output is None:
        folder = tempfile.TemporaryDirectory(prefix="escapade-")
        output = os.path.join(folder.name, program)
    words = []
    for file in problem_files:
        words += ["-problem", path_of("problem file", file)]
    words += arguments_of(options) + ["-output", path_of("output", output)]
    accepted = (0, 5) if program == "fp-crosscheck" else (0,)
    _, printed, notices = execute(program, words, ranks, progress=progress, accepted=accepted)
    return load(os.fspath(output) + ".json", output=printed, notices=notices, keep=folder)


def sweep(program: str, *problem_files: str | os.PathLike[str], over: Mapping[str, Sequence[float] | str],
          **options: Any) -> Table:
    """Runs a program for each value of one option or parameter (or of two: their product).

    over   {"temperature": [0.1, 0.2]} or {"k": "0.5:2:7"}; all else as for `run`. Returns a table as a dict of arrays:
           table["temperature"], table["mean_exit_time"], table["mean_exit_time_error"], …; `table.fit`, `table.plot()`.
    """
    if not isinstance(over, Mapping) or not over:
        raise BadInput(f'over={over!r}: give what to sweep, such as over={{"temperature": [0.1, 0.2]}}')
    table = run(program, *problem_files, sweep=dict(over), **options).table
    assert table is not None
    return table
