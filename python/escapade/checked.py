"""Arguments and files that are not what they should be, in one line."""
from __future__ import annotations

import os
import struct
from contextlib import contextmanager
from typing import Any, Iterator

from .errors import BadFile, BadInput, Error

_OF_DAMAGE = (KeyError, IndexError, TypeError, ValueError, AttributeError, OverflowError, AssertionError, struct.error,
              RecursionError)


@contextmanager
def reading(path: str) -> Iterator[None]:
    """What goes wrong with a part of a file that is missing or of another type is BadFile; its cause stays behind it."""
    try:
        yield
    except Error:
        raise
    except _OF_DAMAGE as error:
        why = f"{type(error).__name__}: {error}".splitlines()[0][:120]
        raise BadFile(f"{path}: damaged, or not written by escapade ({why}): run again") from error


def path_of(name: str, value: Any) -> str:
    """The name of a file, a text or a path."""
    if not isinstance(value, (str, os.PathLike)) or not isinstance(os.fspath(value), str) or "\0" in os.fspath(value):
        raise BadInput(f"{name}={value!r}: give the name of a file")
    return os.fspath(value)


def positive(name: str, value: Any) -> float:
    """A number above 0."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < float("inf"):
        raise BadInput(f"{name}={value!r}: give a number above 0")
    return float(value)


def text(name: str, value: Any) -> str | None:
    """A text or None."""
    if value is not None and not isinstance(value, str):
        raise BadInput(f"{name}={value!r}: give a text")
    return value
