"""What can go wrong, as exceptions that carry one line."""
from __future__ import annotations


class Error(Exception):
    """Anything that escapade refuses or fails at; its text is one line."""


class BadInput(Error):
    """The input was refused before anything was written (exit status 2)."""


class NotTrusted(Error):
    """A solve did not converge, or its result could not be trusted (exit status 3)."""


class CannotWrite(Error):
    """A file could not be written (exit status 4)."""


class Crashed(Error):
    """The program ended in a way of no number of its own: a crash, or mpiexec itself."""


class ProgramNotFound(BadInput):
    """No executable of that name was found."""


class BadFile(BadInput):
    """A file of a run is missing, incomplete, or of another version."""


class NoSuchName(BadInput, KeyError):
    """A result or a field that the run does not have; the text names those that it has."""

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""


class Notice(UserWarning):
    """A line that a program had to say beside its results."""


OF_STATUS = {2: BadInput, 3: NotTrusted, 4: CannotWrite}
