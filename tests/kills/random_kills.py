#!/usr/bin/env python3
"""Runs that are stopped at a random instant: by SIGKILL, SIGTERM or SIGINT, of one process, of one rank of two, of mpiexec.

    tests/kills/random_kills.py BIN [MPIEXEC] [--runs N] [--seed S] [--jobs J] [--seconds T]

Each run starts a program, waits a random part of the time that a whole run takes, and sends the signal. Afterwards every file
under its own name is whole. A run that was asked to stop (SIGTERM, SIGINT) leaves no file of its own behind and ends with a
status of the contract; ranks end within 10 s of each other (if mpiexec hangs after that, it is counted, not judged). Then the
same command is given again: what has a checkpoint or a sweep goes on, and its summary is that of a run that was never stopped.
At most T seconds (default 60) a run. Prints what broke this with its command, then one closing line; exit status 1 if anything
did. Python's standard library alone."""
import concurrent.futures
import json
import os
import pathlib
import random
import shlex
import signal
import subprocess
import sys
import tempfile
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "shared"))
from campaign import ALONE, ENVIRONMENT, STATUSES, arguments, damage, error_lines, judged, without_times, words_of

WELL = dict(output="out", potential="(x^2-1)^2/4+y^2/2", temperature="0.1", domain="-2,2,-2,2", start="-1,0", compile="never")
OUT = dict(WELL, exit="x > 0")
# name: program, options, ranks
RUNS = {
    "exit": ("fp-exit", dict(OUT, cells="128,128"), 1),
    "evolve": ("fp-evolve", dict(WELL, cells="64,64", t_end="2", frames="12"), 1),
    "sweep": ("fp-exit", dict(OUT, cells="48,48", sweep="temperature=0.1,0.12,0.14,0.16,0.18,0.2"), 1),
    "checkpoint": ("mc-exit", dict(OUT, mc_paths="6000", mc_dt="0.02", mc_checkpoint="kept"), 1),
    "paths": ("mc-exit", dict(OUT, mc_paths="6000", mc_dt="0.02"), 1),
    "exit-on-two": ("fp-exit", dict(OUT, cells="96,96"), 2),
    "checkpoint-on-two": ("mc-exit", dict(OUT, mc_paths="6000", mc_dt="0.02", mc_checkpoint="kept"), 2),
}
GO_ON = {"sweep", "checkpoint", "checkpoint-on-two"}
KEPT = {"kept", "out.sweep"}


def command(given, name):
    program, options, ranks = RUNS[name]
    words = words_of(str(given.bin / program), options)
    return words if ranks == 1 else [given.mpiexec, "-n", str(ranks)] + words


def started(given, name, folder):
    (folder / "mpi").mkdir(exist_ok=True)
    environment = dict(ALONE if RUNS[name][2] == 1 else ENVIRONMENT, TMPDIR=str(folder / "mpi"))
    return subprocess.Popen(command(given, name), cwd=folder, text=True, errors="replace", env=environment, stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def ranks_of(process):
    """The processes that mpiexec has started and that have not ended."""
    found = subprocess.run(["ps", "-o", "pid=,stat=", "--ppid", str(process.pid)], text=True, capture_output=True).stdout
    return [int(pid) for pid, state in map(str.split, found.splitlines()) if not state.startswith("Z")]


def wait_for_end(given, process, name, seconds):
    """The lines of errors, and whether mpiexec had to be killed though all of its ranks had ended in time: that of Open MPI 4.1
    can wait for a lock for ever (pmix_rte_finalize) if a rank dies within MPI_Init."""
    if RUNS[name][2] > 1:
        try:
            return process.communicate(timeout=10 + seconds)[1].splitlines(), False
        except subprocess.TimeoutExpired:
            if not ranks_of(process):
                process.kill()
                return process.communicate()[1].splitlines(), True
    return process.communicate(timeout=given.seconds)[1].splitlines(), False


def left(folder):
    return sorted(set(os.listdir(folder)) - {"mpi"})


def faults(name, how, status, folder, lines):
    """What broke the contract after a signal, a line each."""
    files = left(folder)
    for file in files:
        if file.endswith(".json") and (wrong := damage(folder / file)):
            yield wrong
        if file.endswith((".vti", ".pvti", ".vtp", ".pvd")) and "</VTKFile>" not in (folder / file).read_text(errors="replace")[-60:]:
            yield f"{file} is not whole"
    if how == "SIGKILL":
        return
    if status not in STATUSES and not (status == -getattr(signal, how) and not files) and RUNS[name][2] == 1:
        yield f"status {status}: {lines[-2:]}"
    own = [file for file in files if file not in KEPT and not (name == "sweep" and file.startswith("out_"))]
    if status not in (0, 5) and own and RUNS[name][2] == 1:  # mpiexec has its own status for a run that had ended well
        yield f"status {status} left {own}"
    if any(file.endswith(".tmp") for file in files):
        yield f"left {files}"


def killed(given, wholes, seed):
    rng = random.Random(seed)
    name = rng.choice(sorted(RUNS))
    how = rng.choice(["SIGKILL", "SIGTERM", "SIGINT"])
    _, _, ranks = RUNS[name]
    one_rank = ranks > 1 and rng.random() < 0.5
    seconds, whole = wholes[name]
    told = f"{seed}: {how} to {'a rank' if one_rank else 'the run'}: {shlex.join(command(given, name))}"
    with tempfile.TemporaryDirectory(prefix="escapade-") as top:
        folder = pathlib.Path(top)
        process = started(given, name, folder)
        try:
            time.sleep(rng.random() * 1.1 * seconds)
            targets = (ranks_of(process) or [process.pid])[-1:] if one_rank else [process.pid]
            for pid in targets:
                try:
                    os.kill(pid, getattr(signal, how))
                except ProcessLookupError:
                    pass
            began = time.monotonic()
            lines, mpiexec_hung = wait_for_end(given, process, name, seconds)
            wrong = list(faults(name, how, process.returncode, folder, lines))
            if mpiexec_hung:
                how += " (mpiexec hung after its ranks had ended)"
            elif one_rank and time.monotonic() - began > 10 + seconds:
                wrong.append(f"the other rank went on for {time.monotonic() - began:.0f} s")
            again = started(given, name, folder)
            _, error = again.communicate(timeout=given.seconds)
            if again.returncode not in (0, 5):
                wrong.append(f"the same command again: status {again.returncode}: {error.splitlines()[-2:]}")
            elif name in GO_ON and without_times(json.loads((folder / "out.json").read_text())) != whole:
                wrong.append("the same command again: another summary than that of a run that was never stopped")
        except subprocess.TimeoutExpired:
            process.kill()
            return how, [f"more than {given.seconds} s"], told
        return how, wrong, told


def whole_run(given, name):
    """The seconds that a run takes, and its summary."""
    with tempfile.TemporaryDirectory(prefix="escapade-") as top:
        began = time.monotonic()
        process = started(given, name, pathlib.Path(top))
        _, error = process.communicate(timeout=given.seconds)
        if process.returncode != 0:
            sys.exit(f"{shlex.join(command(given, name))}: status {process.returncode}: {error}")
        return time.monotonic() - began, without_times(json.loads(pathlib.Path(top, "out.json").read_text()))


def main():
    given = arguments(__doc__, runs=60, seconds=60)
    wholes = {name: whole_run(given, name) for name in RUNS}
    with concurrent.futures.ThreadPoolExecutor(given.jobs) as pool:
        seeds = range(given.seed * 1000000, given.seed * 1000000 + given.runs)
        runs = pool.map(lambda seed: killed(given, wholes, seed), seeds)
        return judged("random kills", ((f"by {how}", wrong, told) for how, wrong, told in runs))


if __name__ == "__main__":
    sys.exit(main())
