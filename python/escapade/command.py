"""Python values as options of the programs."""
from __future__ import annotations

import os
from typing import Any, Mapping

import numpy as np

from .errors import BadInput

# How the options that hold named parts join them.
_NAMED = {"parameters": ("=", ","), "sweep": ("=", ","), "units": ("=", ","), "table": ("=", "; ")}


def text_of(name: str, value: Any) -> str:
    """The text that an option is given: lists joined by commas, lists of lists by semicolons, maps as
    `name: part; …` (or `name=value,…` for parameters and units, `name=file; …` for tables)."""
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    if isinstance(value, (float, np.floating)):
        return repr(float(value))
    if isinstance(value, (str, os.PathLike)):
        if "\0" in str(value):
            raise BadInput(f"{name}={value!r}: give a text without null characters")
        return os.fspath(value)
    if isinstance(value, Mapping):
        between, joint = _NAMED.get(name, (": ", "; "))
        return joint.join(f"{key}{between}{text_of(name, part)}" for key, part in value.items())
    if isinstance(value, (list, tuple, np.ndarray)):
        nested = any(isinstance(part, (list, tuple, np.ndarray)) for part in value)
        return ("; " if nested else ",").join(text_of(name, part) for part in value)
    raise BadInput(f"{name}={value!r}: give a number, a text, a list or a dict")


def arguments_of(options: Mapping[str, Any]) -> list[str]:
    """The words of a command line. None leaves an option out."""
    words: list[str] = []
    for name, value in options.items():
        name = name.rstrip("_")  # lambda_ and the like
        if value is None:
            continue
        if name == "sweep" and isinstance(value, Mapping):
            for swept, values in value.items():
                words += ["-sweep", f"{swept}={text_of(name, values)}"]
        elif name == "plot" and value is True:
            words.append("-plot")
        else:
            words += ["-" + name, text_of(name, value)]
    return words
