"""What the examples' checks share: run a program on the example's problem files, compare numbers."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
example = pathlib.Path(sys.argv[0]).resolve().parent
default = example.parents[1] / "build" / "bin"
programs = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else default
environment = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")
failures = []


def run(program, *files, status=0, **options):
    """The results of a program on problem files of the example; options without the minus."""
    command = [str(programs / program)]
    for name in files:
        command += ["-problem", str(example / name)]
    for name, value in options.items():
        command += ["-" + name, str(value)]
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(command + ["-output", "out"], cwd=folder, env=environment, text=True,
                              capture_output=True)
        if done.returncode != status:
            print(done.stdout + done.stderr, file=sys.stderr)
            sys.exit(f"{program} ended with status {done.returncode}")
        with open(pathlib.Path(folder) / "out.json") as summary:
            return json.load(summary)["results"]


def near(what, got, wanted, allowed):
    """|got − wanted| ≤ allowed, or the check fails."""
    good = abs(got - wanted) <= allowed
    print(f"{'ok   ' if good else 'WRONG'} {what}: {got:.8g}, expected {wanted:.8g} +- {allowed:.2g}")
    if not good:
        failures.append(what)


def done():
    sys.exit(f"{len(failures)} of the values are wrong" if failures else 0)
