#!/usr/bin/env python3
"""Random sets of options from the option table: what a run may leave behind, whatever it is given.

    tests/options/random_options.py BIN [--runs N] [--seed S] [--jobs J] [--seconds T]

Each run takes a program, one of some twenty small problems, and up to six further options with ordinary, extreme or senseless
values. It has to end within T seconds (default 60) with a status of the contract. After status 0 or 5 its JSON is there and
holds numbers only, after 2, 3 and 4 nothing is there and stderr has one line that begins with the program's name. Prints what
broke the contract with its command, then one closing line; exit status 1 if anything did. Python's standard library alone."""
import concurrent.futures
import json
import os
import pathlib
import random
import shlex
import subprocess
import sys
import tempfile

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "shared"))
from campaign import ALONE, STATUSES, arguments, damage, error_lines, judged, words_of

ROWS = "u,w,y\n" + "".join(f"{0.1 * k - 1:.2f},{(7 * k % 11) / 5 - 1:.2f},{(3 * k % 5) / 2 - 1:.2f}\n" for k in range(12))
SURFACE = "x,y,F\n" + "".join(f"{i / 4 - 1},{j / 4 - 1},{(i / 4 - 1)**2 + (j / 4 - 1)**4}\n"
                              for j in range(9) for i in range(9))
FILES = {"data.csv": ROWS, "surface.csv": SURFACE, "problem.yaml": "temperature: 0.3\nstart: [0.1, 0.1]\n",
         "damaged.yaml": "temperature: [0.3\n"}

BOX = dict(domain="-2,2,-2,2", cells="20,20", start="-0.9,0.1")
LINE = dict(variables="x", domain="-2,2", cells="48", start="-0.9")
DATA = dict(BOX, data="data.csv", learning_rate="0.1", batch_size="2", minimum="0,0", variables="a,b")
PROBLEMS = [
    dict(BOX, potential="(x^2-1)^2/4+y^2/2", temperature="0.25"),
    dict(BOX, potential="cos(pi*x)+cos(pi*y)", temperature="0.4", boundary="periodic"),
    dict(BOX, potential="x^2/2+y^2/2", temperature="0.2+0.1*x^2"),
    dict(BOX, potential="abs(x)+max(y,0)+y^2", temperature="0.3"),
    dict(BOX, drift="-x-3*y, 3*x-y", diffusion="0.3"),
    dict(BOX, drift="-x-40*y, 40*x-y", diffusion="0.1"),
    dict(BOX, drift="x-x^3, -y", diffusion="0.3, 0.1, 0.2"),
    dict(BOX, drift="x-x^3, -y", noise="0.4, 0.1*x, 0, 0.5", calculus="stratonovich"),
    dict(BOX, drift="y, -x-y", diffusion="0,0,0.3"),
    dict(BOX, drift="2*x, 2*y", diffusion="1", exit="x > 1.5"),
    dict(BOX, variables="x,v", kinetic=True, potential="(x^2-1)^2/4", friction="0.5", temperature="0.2"),
    dict(BOX, loss="0.1+(x^2-1)^2/4+y^2/2", learning_rate="0.1", batch_size="2", minimum="-1,0"),
    dict(BOX, loss="0.1+(x^2-1)^2/4+y^2/2", learning_rate="0.1", batch_size="2", minimum="-1,0",
         sgd_noise="isotropic", temperature="0.3"),
    dict(DATA, model="a*u+b*w", sgd_noise="covariance"),
    dict(DATA, model="a*tanh(b*u)", sgd_noise="gauss_newton", noise_floor="0.01"),
    dict(DATA, sample_loss="log(1+exp(-y*(a*u+b*w)))", sgd_noise="covariance", regularization="0.1*(a^2+b^2)"),
    dict(BOX, domain="-1,1,-1,1", table="F=surface.csv", potential="F(x,y)", temperature="0.2", start="-0.5,0.1"),
    dict(LINE, potential="(x^2-1)^2/4", temperature="0.2"),
    dict(LINE, drift="1-x", diffusion="0.3+0.1*x^2"),
    dict(LINE, loss="0.1+x^2/2", learning_rate="0.1", batch_size="2", minimum="0"),
]
SETS = dict(exit=["x > 0.3", "x > 1.2 or x < -1.7", "(x-1)^2 < 0.2", "x > 9", "x < 9", "x > 0.3 and", "x"],
            set_a=["x < -1"], set_b=["x > 1", "x < -0.9"], sets=["A: x < -1; B: x > 1", "wells", "A: x < 0", "A: x<0; B: x<1"],
            regions=["left: x < 0; right: x > 0", "x < 0", "all: 1 > 0"])
NUMBERS = ["1", "0", "-1", "0.5", "1e-9", "1e9", "1e400", "nan", "inf", "2.5", "abc", "", "pi/3", "1/0", "7", "1,2", "0.05"]
TEXTS = ["", "x", "0", "-x, -y", "x,y", "1,2,3", "auto", "none", "a: x", "x > 0", "t", "log(x)", "1e999", ";", "näh", "a=1", "k=2"]
FILE_NAMES = ["problem.yaml", "damaged.yaml", "data.csv", "surface.csv", "nowhere", ".", "/dev/null"]
SMALL = dict(mc_paths="40", mc_max_time="5", mc_repeats="2", t_end="0.5", frames="2", modes="2", mc_window="20")
# these start others, end without a run, or are a matter of seconds; other tests look after them
LEFT_OUT = {"help", "help_petsc", "version", "citations", "plot", "output", "rerun", "films", "mesh"}


def values(option, rng):
    """A value for an option: often an ordinary one, at times a senseless one."""
    if option["name"] in SETS:
        return rng.choice(SETS[option["name"]])
    if option["kind"] == "flag":
        return rng.choice([True, True, "true", "false", "maybe"])
    if option["words"] and rng.random() < 0.8:
        return rng.choice(option["words"] + option["choices"])
    if option["files"]:
        return rng.choice(FILE_NAMES)
    if option["kind"] in ("number", "integer"):
        return rng.choice(NUMBERS)
    if option["kind"] in ("numbers", "integers"):
        return ",".join(rng.choice(NUMBERS) for _ in range(rng.choice([option["count"] or 2] * 4 + [1, 3])))
    return rng.choice(TEXTS)


def drawn(table, seed):
    """One run: its program and options."""
    rng = random.Random(seed)
    program = rng.choice([p["name"] for p in table["programs"] if not p["joins_files"]])
    options = dict(rng.choice(PROBLEMS))
    for name, choices in SETS.items():
        if any(o["name"] == name and program in o["programs"] for o in table["options"]) and rng.random() < 0.9:
            options.setdefault(name, choices[0] if rng.random() < 0.8 else rng.choice(choices))
    known = {o["name"] for o in table["options"]}
    options |= {name: value for name, value in SMALL.items() if name in known}
    for option in rng.sample(table["options"], rng.choice([0, 1, 1, 1, 2, 2, 3])):
        if option["name"] in LEFT_OUT:
            continue
        if rng.random() < 0.15:
            options.pop(option["name"], None)
        else:
            options[option["name"]] = values(option, rng)
    return program, options


def faults(program, done, folder):
    """What broke the contract, a line each."""
    left = sorted(set(os.listdir(folder)) - set(FILES) - {"mpi"})
    lines = error_lines(done)
    if done.returncode not in STATUSES:
        yield f"status {done.returncode}: {lines[-3:]}"
    elif done.returncode in (0, 5):
        if "out.json" not in left:
            yield f"no JSON: {left}"
        elif wrong := damage(pathlib.Path(folder, "out.json")):
            yield wrong
        if any(not name.startswith("out") or ".tmp" in name for name in left):
            yield f"files {left}"
    else:
        if left:
            yield f"status {done.returncode} left {left}"
        if len(lines) != 1:
            yield f"status {done.returncode} with {len(lines)} lines: {lines[:4]}"
        elif not lines[0].startswith(program + ": "):
            yield f"a line without the program's name: {lines[0]}"
    if os.listdir(pathlib.Path(folder, "mpi")):
        yield f"left for MPI: {os.listdir(pathlib.Path(folder, 'mpi'))}"


def tried(binaries, table, seed, seconds):
    """(status or "late", what is wrong, command) of one run."""
    program, options = drawn(table, seed)
    words = words_of(program, dict(output="out") | options)
    with tempfile.TemporaryDirectory(prefix="escapade-") as folder:
        for name, text in FILES.items():
            pathlib.Path(folder, name).write_text(text)
        os.mkdir(pathlib.Path(folder, "mpi"))
        try:
            done = subprocess.run([str(binaries / program)] + words[1:], cwd=folder, text=True, errors="replace",
                                  capture_output=True, timeout=seconds, stdin=subprocess.DEVNULL,
                                  env=dict(ALONE, TMPDIR=str(pathlib.Path(folder, "mpi"))))
        except subprocess.TimeoutExpired:
            return "late", [f"more than {seconds} s"], words
        return done.returncode, list(faults(program, done, folder)), words


def main():
    given = arguments(__doc__, runs=300, seconds=60)
    table = json.loads(subprocess.run([given.bin / "escapade", "options", "--json"], env=ALONE, text=True,
                                      capture_output=True, check=True).stdout)
    with concurrent.futures.ThreadPoolExecutor(given.jobs) as pool:
        runs = pool.map(lambda seed: (seed, *tried(given.bin, table, seed, given.seconds)),
                        range(given.seed * 1000000, given.seed * 1000000 + given.runs))
        return judged("random options", ((f"of status {status}", wrong, f"{seed}: {shlex.join(words)}")
                                         for seed, status, wrong, words in runs))


if __name__ == "__main__":
    sys.exit(main())
