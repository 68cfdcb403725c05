"""Run the programs of the cases and compare."""
import concurrent.futures
import dataclasses
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

from . import cases, pictures
from .numbers import Number, number, rounding

ENVIRONMENT = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1",
                   OMPI_MCA_rmaps_base_oversubscribe="1", OMP_NUM_THREADS="1")
LIMIT = 4.0  # largest |z| of trajectories
KNOWN = 1e-10  # relative accuracy of the numbers of exact.py, where expected.json does not say "known"


@dataclasses.dataclass
class Row:
    case: str
    program: str
    name: str
    wanted: str  # as published, or as computed
    got: Number | None
    z: float | None
    good: bool
    seconds: float
    said: str = ""  # what the program said where it failed
    how: str = ""  # where the right value is from


def run_program(case, run, arguments):
    """Results and seconds of a run, or what went wrong."""
    options = dict(run.get("options", {}), **(run.get("quick", {}) if arguments.quick else {}))
    words = [str(arguments.bin / run["program"])]
    for name in run.get("problem", ["problem.yaml"]):
        words += ["-problem", str(case["folder"] / name)]
    for name, value in options.items():
        words += ["-" + name, str(value)]
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        done = subprocess.run(words + ["-output", "out"], cwd=folder, env=ENVIRONMENT, text=True, capture_output=True,
                              timeout=1800)
        seconds = time.monotonic() - began
        if done.returncode:
            return None, seconds, f"status {done.returncode}: {(done.stderr or done.stdout).strip()[-300:]}"
        summary = pathlib.Path(folder) / "out.json"
        if arguments.pictures and run is pictures.run_of(case):
            try:
                pictures.draw(summary, arguments.pictures, case["name"])
            except Exception as error:  # the numbers count all the same; `run` ends with status 1
                pictures.without(arguments.pictures, case["name"])
                print(f"{case['name']}: no picture: {error}", file=sys.stderr)
        return json.loads(summary.read_text())["results"], seconds, ""


def compared(case, run, wanted, exact, results, seconds):
    """The row of one number."""
    if "below" in wanted:  # a z of the cross-check
        value = number(results, wanted).value
        return Row(case["name"], run["program"], wanted["name"], f"|z| < {wanted['below']}", Number(value, 0), value,
                   abs(value) < wanted["below"], seconds)
    if "published" in wanted:
        right, slack, text = float(wanted["published"]), rounding(wanted["published"]), wanted["published"]
    else:
        right = float(exact[wanted["exact"]])
        slack, text = wanted.get("known", KNOWN) * max(abs(right), 1e-3), f"{right:.7g}"
    got = number(results, wanted)
    if got.value is None or got.error is None:
        return Row(case["name"], run["program"], wanted["name"], text, None, None, False, seconds, "no error is stated")
    off = got.value - right
    z = off / (got.error + slack)
    return Row(case["name"], run["program"], wanted["name"], text, got, z, abs(z) <= (LIMIT if got.sampled else 1), seconds)


def one(case, run, arguments, exact):
    results, seconds, said = run_program(case, run, arguments)
    rows = []
    for k, wanted in enumerate(run["numbers"]):
        shown = seconds if k == 0 else 0.0
        if results is None:
            rows.append(Row(case["name"], run["program"], wanted["name"], "", None, None, False, shown, said))
        else:
            rows.append(compared(case, run, wanted, exact, results, shown))
        rows[-1].how = wanted["how"]
    return rows


def all_of(chosen, arguments, report):
    """Rows of all cases in order; `report` is called with those of a run as soon as they can be printed in order."""
    rows = []
    with concurrent.futures.ThreadPoolExecutor(max(1, arguments.jobs)) as pool:
        exact = {case["name"]: pool.submit(cases.exact_values, case) for case in chosen}
        runs = [pool.submit(lambda c=case, r=run: one(c, r, arguments, exact[c["name"]].result()))
                for case in chosen for run in case["runs"]]
        for waiting in runs:
            of_run = waiting.result()
            report(of_run)
            rows += of_run
    return rows
