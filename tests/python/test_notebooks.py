"""Notebooks run from beginning to end, and say what is right."""
import os
import re
import subprocess
import sys

import pytest

from conftest import ROOT

NOTEBOOKS = sorted((ROOT / "examples" / "notebooks").glob("*.py"))


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_runs_as_a_script(notebook, tmp_path):
    assert notebook.read_text().count("# %%") > 3
    done = subprocess.run([sys.executable, str(notebook)], cwd=tmp_path, capture_output=True, text=True, check=False,
                          env=dict(os.environ, PYTHONPATH=str(ROOT / "python"), MPLBACKEND="Agg"))
    assert done.returncode == 0, done.stderr
    if notebook.stem == "first_exit":
        assert sorted(os.listdir(tmp_path)) == ["along_the_axis.pdf", "arrhenius.pdf", "first_exit.png"]
        value, error = re.match(r"(\S+) ± (\S+)", done.stdout).groups()
        assert abs(float(value) - 30.821302) < float(error)
        assert abs(float(re.search(r"slope (\S+)", done.stdout)[1]) - 0.25) < 0.02
