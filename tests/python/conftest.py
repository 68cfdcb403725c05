"""The package of this checkout, with the programs in $ESCAPADE_BIN (default: build/bin)."""
import os
import pathlib
import sys

import pytest

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "python"))
os.environ.setdefault("OMPI_ALLOW_RUN_AS_ROOT", "1")
os.environ.setdefault("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1")
os.environ.setdefault("OMPI_MCA_rmaps_base_oversubscribe", "1")
os.environ.setdefault("PRTE_MCA_rmaps_default_mapping_policy", ":oversubscribe")

import escapade  # noqa: E402

WELL = dict(potential="(x^2-1)^2/4 + y^2/2", temperature=0.1, domain=[-2, 2, -2, 2], cells=[48, 48], compile="never")
CIRCLING = dict(drift=["x-x^3+y", "-y-x"], diffusion=0.1, domain=[-2, 2, -2, 2], cells=[48, 48], compile="never")


@pytest.fixture(scope="session")
def runs(tmp_path_factory):
    """runs(program, **options): each different run is made once."""
    folder = tmp_path_factory.mktemp("runs")
    kept = {}

    def run(program, **options):
        key = (program, repr(sorted(options.items())))
        if key not in kept:
            kept[key] = escapade.run(program, output=folder / f"run{len(kept)}", **options)
        return kept[key]
    return run
