"""What the campaigns of tests/options, tests/faults and tests/kills have in common. Python's standard library alone."""
import argparse
import collections
import json
import os
import pathlib

ENVIRONMENT = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1", OMP_NUM_THREADS="1",
                   OMPI_MCA_rmaps_base_oversubscribe="1", PRTE_MCA_rmaps_default_mapping_policy=":oversubscribe")
# alone, a program needs no daemon of MPI beside it
ALONE = dict(ENVIRONMENT, OMPI_MCA_ess_singleton_isolated="1")
STATUSES = (0, 2, 3, 4, 5)


def arguments(text, runs, seconds):
    ask = argparse.ArgumentParser(description=text, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("bin", type=pathlib.Path, help="the folder of the programs")
    ask.add_argument("mpiexec", nargs="?", default="mpiexec")
    ask.add_argument("--runs", type=int, default=runs)
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--jobs", type=int, default=os.cpu_count())
    ask.add_argument("--seconds", type=float, default=seconds, help="the longest that one run may take")
    given = ask.parse_args()
    given.bin = given.bin.resolve()
    return given


def judged(kind, runs):
    """The exit status of a campaign. `runs`: for each, under what to count it, what broke the contract, and which it was. Prints
    the broken ones, then one closing line."""
    counts, broken = collections.Counter(), 0
    for counted, wrong, which in runs:
        counts[counted] += 1
        if wrong:
            broken += 1
            print(which + "\n    " + "\n    ".join(wrong), flush=True)
    told = ", ".join(f"{counts[one]} {one}" for one in sorted(counts))
    print(f"{kind}: {sum(counts.values())} runs, {told}; {broken} broke the contract")
    return 1 if broken else 0


def words_of(program, options):
    words = [program]
    for name, value in options.items():
        words += ["-" + name] + ([] if value is True else [str(value)])
    return words


def error_lines(done):
    return [line for line in done.stderr.splitlines() if line.strip()]


def damage(path):
    """What is wrong with a summary, or None: it has to be JSON without NaN and infinity."""
    def refuse(constant):
        raise ValueError(f"{constant} in JSON")
    try:
        json.loads(pathlib.Path(path).read_text(), parse_constant=refuse)
    except (OSError, ValueError) as error:
        return f"{pathlib.Path(path).name}: {error}"
    return None


TIMES = {"seconds", "evolution_seconds", "memory_bytes", "command", "options", "checkpoint"}


def without_times(value):
    """A summary without what says when and how it was made."""
    if isinstance(value, dict):
        return {key: without_times(one) for key, one in value.items() if key not in TIMES}
    return [without_times(one) for one in value] if isinstance(value, list) else value
