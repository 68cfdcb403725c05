"""escapade from Python: runs its programs and reads what they write.

    import escapade
    r = escapade.run("fp-exit", potential="(x^2-1)^2/4 + y^2/2", temperature=0.1, domain=[-2, 2, -2, 2],
                     cells=[256, 256], exit="x > 0", start=[-1, 0])
    r["mean_exit_time"].value, r["mean_exit_time"].error
    r.fields["log_mean_exit_time"], r.x, r.y
    r.plot("exit.pdf")

Needs numpy; pictures need matplotlib, which is loaded when the first one is drawn.
"""
from .errors import (BadFile, BadInput, CannotWrite, Crashed, Error, NoSuchName, Notice, NotTrusted,
                     ProgramNotFound)
from .fields import Fields
from .number import Number
from .paths import Path
from .programs import find_program
from .result import Frames, Result, load
from .running import run, sweep
from .table import Table

__all__ = ["BadFile", "BadInput", "CannotWrite", "Crashed", "Error", "Fields", "Frames", "NoSuchName", "NotTrusted",
           "Notice", "Number", "Path", "ProgramNotFound", "Result", "Table", "find_program", "load", "run", "sweep"]
