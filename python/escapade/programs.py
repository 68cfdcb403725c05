"""Finds and runs the executables."""
from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import warnings
from typing import Callable, Sequence

from .errors import OF_STATUS, BadInput, Crashed, Notice, ProgramNotFound

Progress = Callable[[str], None]
_HERE = os.path.dirname(os.path.abspath(__file__))


def _folders() -> list[str]:
    """Where executables may be, but PATH: $ESCAPADE_BIN, beside an installed package, the checkout's build."""
    out = [os.environ["ESCAPADE_BIN"]] if os.environ.get("ESCAPADE_BIN") else []
    at = _HERE
    for _ in range(6):  # PREFIX/lib/python3/dist-packages/escapade, PREFIX/share/escapade/python/escapade, checkout
        at = os.path.dirname(at)
        out += [os.path.join(at, "bin"), os.path.join(at, "build", "bin")]
    return out


def find_program(name: str) -> str:
    """The path of an executable. ProgramNotFound says where it was looked for."""
    if not isinstance(name, str) or not name or os.path.basename(name) != name:
        raise BadInput(f"'{name}': give the name of a program, such as fp-exit")
    for folder in _folders():
        path = os.path.join(folder, name)
        if os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    found = shutil.which(name)
    if found:
        return found
    raise ProgramNotFound(f"no program {name}: build escapade, or say in $ESCAPADE_BIN in which folder it is")


#: variables by which mpiexec tells a process which rank it is; a run of its own must not take them for its own
_OF_A_LAUNCHER = ("PMIX_", "PMI_", "OMPI_COMM_WORLD_", "OMPI_UNIVERSE_", "OMPI_APP_", "OMPI_FILE_", "OMPI_FIRST_",
                  "OMPI_NUM_", "OMPI_ARGV", "OMPI_COMMAND", "OMPI_MCA_orte_", "OMPI_MCA_ess", "OMPI_MCA_initial_",
                  "OMPI_MCA_pmix", "PRTE_MCA_ess", "PRTE_LAUNCHED", "HYDRA_", "MPI_LOCAL", "HYDI_")


def environment(ranks: int = 1) -> dict[str, str]:
    """One rank needs no daemon of MPI beside it; threads of several would hinder each other."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(_OF_A_LAUNCHER)}
    more = {"OMPI_MCA_ess_singleton_isolated": "1"} if ranks == 1 else {
        "OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", "1")}
    return dict(own, **more)


def _shows_progress(progress: bool | Progress | None) -> Progress | None:
    """Where progress lines go: None asks for them on a terminal and in notebooks."""
    if callable(progress):
        return progress
    if progress is None:
        progress = sys.stderr.isatty() or "ipykernel" in sys.modules

    def show(text: str) -> None:
        sys.stderr.write("\r\x1b[K" + text)
        sys.stderr.flush()
    return show if progress else None


class _ErrorStream(threading.Thread):
    """Reads a program's standard error: lines are kept, progress is passed on as it comes."""

    def __init__(self, stream: int, show: Progress | None):
        super().__init__(daemon=True)
        self.stream, self.show, self.lines, self.shown = stream, show, [], False
        self.start()

    def run(self) -> None:
        rest = ""
        while True:
            try:
                block = os.read(self.stream, 65536)
            except OSError:  # a terminal whose other end is closed
                block = b""
            if not block:
                break
            rest += block.decode("utf-8", "replace").replace("\r\n", "\n")
            *whole, rest = rest.split("\n")
            self.lines += [line.rpartition("\x1b[K")[2].strip("\r") for line in whole]
            if self.show and "\x1b[K" in rest:
                text = rest.rpartition("\x1b[K")[2]
                self.show(text)
                self.shown = bool(text)
        if rest.rpartition("\x1b[K")[2].strip():
            self.lines.append(rest.rpartition("\x1b[K")[2])
        if self.show and self.shown:
            self.show("")


def _start(command: Sequence[str], environment: dict[str, str], show: Progress | None,
           folder: str | None) -> tuple[subprocess.Popen[bytes], _ErrorStream]:
    if show:
        try:
            own, theirs = os.openpty()
        except OSError:
            show = None
    if not show:
        own, theirs = os.pipe()
    try:
        process = subprocess.Popen(command, env=environment, cwd=folder, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=theirs)
    except OSError as error:
        os.close(own)
        raise Crashed(f"{command[0]}: cannot be started: {error.strerror}") from None
    finally:
        os.close(theirs)
    return process, _ErrorStream(own, show)


def _wait(process: subprocess.Popen[bytes]) -> bytes:
    """Its output. An interrupt lets the program end by itself and keep what is whole."""
    try:
        return process.communicate()[0]
    except KeyboardInterrupt:
        process.send_signal(signal.SIGINT)
        output = process.communicate()[0]
        if process.returncode != 0:
            raise
        return output


def execute(program: str, arguments: Sequence[str], ranks: int = 1, folder: str | None = None,
            progress: bool | Progress | None = None, accepted: Sequence[int] = (0,)) -> tuple[int, str, list[str]]:
    """Runs a program; returns its status, what it printed, and its notices, which are warned of, too.

    A status that is not accepted is raised as an exception with the program's own line.
    """
    if isinstance(ranks, bool) or not isinstance(ranks, int) or ranks < 1:
        raise BadInput(f"ranks={ranks!r}: give a whole number from 1 on")
    command = [find_program(program), *arguments]
    if ranks > 1:
        launcher = shutil.which("mpiexec")
        if not launcher:
            raise BadInput(f"ranks={ranks}: there is no mpiexec on PATH; install MPI, or leave ranks out")
        command = [launcher, "-n", str(ranks), *command]
    process, errors = _start(command, environment(ranks), _shows_progress(progress), folder)
    output = _wait(process).decode("utf-8", "replace")
    errors.join()
    os.close(errors.stream)
    own = [line[len(program) + 2:] for line in errors.lines if line.startswith(program + ": ")]
    if process.returncode not in accepted:
        raise _failure(program, process.returncode, own, errors.lines)
    for line in own:
        warnings.warn(f"{program}: {line}", Notice, stacklevel=4)
    return process.returncode, output, own


def _failure(program: str, status: int, own: list[str], lines: list[str]) -> Exception:
    kind = OF_STATUS.get(status, Crashed)
    if own:  # notices stand before the line that ends the run
        return kind(f"{program}: {own[-1]}")
    said = next((line for line in lines if line.strip()), "")
    if status < 0:
        return Crashed(f"{program}: ended by signal {-status}" + (f" ({said})" if said else ""))
    return kind(f"{program}: exit status {status}" + (f": {said}" if said else ""))
