#!/usr/bin/env python3
"""One fault a run: the k-th open, read, write, fsync, rename, large allocation or MPI call fails, for k = 1, 2, ... until a run
meets no fault any more. Looks at what each run leaves behind.

    tests/faults/single_faults.py BIN [MPIEXEC] [--runs N] [--jobs J] [--seconds T]

A run that fails has to end within T seconds (default 60) with status 2, 3 or 4, one line that begins with the program's name,
and nothing new in its folder. One that succeeds in spite of the fault leaves all its files whole. After a fault of MPI itself
status 1 and MPI's own words are as good: MPI ends the run. At most N runs (default 300) are spread over all programs and kinds;
--runs 0 takes every k. Prints what broke this with its command, then one closing line; exit status 1 if anything did.
The library is compiled by `mpicc`. Python's standard library alone."""
import concurrent.futures
import itertools
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "shared"))
from campaign import ALONE, ENVIRONMENT, STATUSES, arguments, damage, error_lines, judged, words_of

WELL = dict(potential="(x^2-1)^2/4+y^2/2", temperature="0.25", domain="-2,2,-2,2", cells="24,24", start="-1,0")
OUT = dict(WELL, exit="x > 0")
PATHS = dict(OUT, mc_paths="64", mc_dt="0.05")
DATA = "u,y\n" + "".join(f"{k / 4 - 1},{k % 3 - 1}\n" for k in range(9))
SURFACE = "x,y,F\n" + "".join(f"{i / 2 - 2},{j / 2 - 2},{(i - 4)**2 / 4 + (j - 4)**2 / 4}\n" for j in range(9) for i in range(9))
FILES = {"data.csv": DATA, "surface.csv": SURFACE, "problem.yaml": "temperature: 0.3\n"}
# name: program, options, ranks
RUNS = {
    "exit": ("fp-exit", dict(OUT, csv=True), 1),
    "exit-on-two": ("fp-exit", OUT, 2),
    "landscape": ("fp-landscape", WELL, 1),
    "stationary": ("fp-stationary", dict(WELL, regions="left: x < 0"), 1),
    "rate": ("fp-rate", dict(OUT, problem="problem.yaml"), 1),
    "committor": ("fp-committor", dict(WELL, set_a="x < -1.2", set_b="x > 0.9"), 1),
    "network": ("fp-network", dict(WELL, sets="wells"), 1),
    "modes": ("fp-modes", WELL, 1),
    "evolve": ("fp-evolve", dict(OUT, t_end="1", frames="3"), 1),
    "path": ("fp-path", dict(OUT), 1),
    "sweep": ("fp-exit", dict(OUT, sweep="temperature=0.3,0.4"), 1),
    "table": ("fp-exit", dict(WELL, table="F=surface.csv", potential="F(x,y)", exit="x > 1"), 1),
    "model": ("fp-landscape", dict(WELL, model="x*u+y", data="data.csv", target="y", variables="x,b", learning_rate="0.1",
                                   batch_size="2", potential=None, temperature=None), 1),
    "paths": ("mc-exit", dict(PATHS, mc_save="2", mc_records="true"), 1),
    "paths-on-two": ("mc-exit", PATHS, 2),
    "checkpoint": ("mc-exit", dict(PATHS, mc_checkpoint="kept"), 1),
    "histogram": ("mc-stationary", dict(WELL, mc_paths="200", mc_max_time="100", mc_dt="0.05", temperature="0.6"), 1),
    "splitting": ("mc-splitting", dict(PATHS, mc_repeats="2"), 1),
    "sgd": ("mc-sgd", dict(model="x*u+b", data="data.csv", variables="x,b", learning_rate="0.1", batch_size="2", start="0.5,0.5",
                           mc_paths="4"), 1),
    "check": ("fp-crosscheck", PATHS, 1),
}
KINDS = ("open", "read", "write", "fsync", "rename", "memory", "mpi")
MAY_STAY = {"kept", "out.sweep", "out_0.vti", "out_1.vti"}  # from which the same command goes on


def run(given, library, name, kind, k):
    """(whether the fault happened, status, what is wrong, command) of one run."""
    program, options, ranks = RUNS[name]
    options = {"output": "out"} | {key: value for key, value in options.items() if value is not None}
    if kind == "memory" and "cells" in options:
        options["cells"] = "160,160"  # arrays of escapade's own are then above the size
    words = words_of(str(given.bin / program), options)
    if ranks > 1:
        words = [given.mpiexec, "-n", str(ranks)] + words
    with tempfile.TemporaryDirectory(prefix="escapade-") as top:
        folder, mark = pathlib.Path(top, "run"), pathlib.Path(top, "mark")
        folder.mkdir()
        for file, text in FILES.items():
            (folder / file).write_text(text)
        fault = dict(FAULT_KIND=kind, FAULT_AT=str(k), FAULT_MARK=str(mark), FAULT_FOLDER=str(folder),
                     XDG_CACHE_HOME=str(folder / "cache"),
                     FAULT_SIZE="200000")
        command = " ".join(f"{key}={value}" for key, value in fault.items()) + " " + " ".join(map(repr, words))
        preload = {"LD_PRELOAD": library} if ranks == 1 else {}
        if ranks > 1:  # in the first rank alone
            words = [given.mpiexec, "-n", "1", "env", f"LD_PRELOAD={library}"] + words[3:] + [":", "-n", "1"] + words[3:]
        try:
            done = subprocess.run(words, cwd=folder, text=True, errors="replace", capture_output=True, timeout=given.seconds,
                                  stdin=subprocess.DEVNULL, env=dict(ALONE if ranks == 1 else ENVIRONMENT, **fault, **preload))
        except subprocess.TimeoutExpired:
            return True, "late", [f"more than {given.seconds} s"], command
        wrong = list(faults(program, done, folder, kind, ranks)) if mark.exists() else []
        return mark.exists(), done.returncode, wrong, command


def whole_frames(folder):
    """Frames that there was room for, and their list: a run can go on from them."""
    listing = folder / "out.pvd"
    frames = set(re.findall(r'file="([^"]+)"', listing.read_text())) if listing.exists() else set()
    return frames | {"out.pvd"} if frames and all((folder / frame).exists() for frame in frames) else set()


def faults(program, done, folder, kind, ranks):
    left = set(os.listdir(folder)) - set(FILES) - MAY_STAY - {"cache"}
    if program == "fp-evolve" and done.returncode == 4:
        left -= whole_frames(folder)
    lines = error_lines(done)
    own = [line for line in lines if line.startswith(program + ": ") and "expressions are interpreted" not in line]
    ended_by_mpi = kind == "mpi" and done.returncode != 0
    if done.returncode not in STATUSES and not ended_by_mpi:
        yield f"status {done.returncode}: {lines[-3:]}"
    elif done.returncode in (0, 5):
        if wrong := damage(folder / "out.json"):
            yield wrong
        for file in left:
            if not file.startswith("out"):
                yield f"left {file}"
    else:
        if left:
            yield f"status {done.returncode} left {sorted(left)}"
        if not own and not ended_by_mpi:
            yield f"status {done.returncode} without a line of its own: {lines[:3]}"
        if len(own) > 1 or (ranks == 1 and len(lines) > len(own) + 1 and not ended_by_mpi):
            yield f"status {done.returncode} with {len(lines)} lines: {lines[:4]}"


def campaign(given, library):
    """Rounds of k = 1, 2, ...: all names and kinds that still meet their fault."""
    alive, tried = list(itertools.product(RUNS, KINDS)), 0
    with concurrent.futures.ThreadPoolExecutor(given.jobs) as pool:
        for k in itertools.count(1):
            if given.runs:
                alive = alive[:max(0, given.runs - tried)]
            if not alive:
                return
            tried += len(alive)
            results = list(pool.map(lambda one: run(given, library, *one, k), alive))
            yield from ((name, kind, *result) for (name, kind), result in zip(alive, results))
            alive = [one for one, result in zip(alive, results) if result[0]]


def main():
    given = arguments(__doc__, runs=300, seconds=60)
    with tempfile.TemporaryDirectory(prefix="escapade-") as folder:
        library = str(pathlib.Path(folder, "failing.so"))
        subprocess.run(["mpicc", "-O1", "-shared", "-fPIC", "-o", library, str(HERE / "failing.c"), "-ldl"], check=True)
        return judged("single faults", ((f"of status {status}" if happened else "with no fault", wrong, f"{name}: {command}")
                                        for name, _, happened, status, wrong, command in campaign(given, library)))


if __name__ == "__main__":
    sys.exit(main())
