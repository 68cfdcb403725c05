"""Runs executables in folders of their own. Arguments of every test here: BIN [MPIEXEC]."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
here = pathlib.Path(__file__).resolve().parent
BIN = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else here.parents[1] / "build" / "bin").resolve()
MPIEXEC = sys.argv[2] if len(sys.argv) > 2 else "mpiexec"
ENVIRONMENT = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1",
                   OMPI_MCA_rmaps_base_oversubscribe="1",
                   PRTE_MCA_rmaps_default_mapping_policy=":oversubscribe", OMP_NUM_THREADS="1",
                   OMPI_MCA_btl="^tcp")  # one machine; Open MPI 5 complains of networks that lead nowhere
# alone, a program needs no daemon of MPI beside it
ALONE = dict(ENVIRONMENT, OMPI_MCA_ess_singleton_isolated="1")

WELL = dict(potential="(x^2-1)^2/4 + y^2/2", temperature="0.25", domain="-2,2,-2,2",
            exit="x > 0", start="-1,0", cells="24,24", compile="never")
LINEAR = dict(drift="-x, -y", diffusion="0.1", domain="-1,1,-1,1", exit="x > 0.5", start="0,0",
              cells="16,16", compile="never")


class Run:
    """What a run has left: status, output, error lines, files, summary (out.json)."""

    def __init__(self, program, options, ranks=1, folder=None, files=None, arguments=()):
        self.own = None if folder else tempfile.TemporaryDirectory(prefix="escapade-")
        self.folder = pathlib.Path(folder or self.own.name)
        for name, text in (files or {}).items():
            (self.folder / name).write_text(text)
        command = [str(BIN / program)]
        if "output" not in options and "-output" not in arguments:
            command += ["-output", "out"]
        for name, value in options.items():
            command += ["-" + name] + ([] if value is True else [str(value)])
        command += list(arguments)
        if ranks > 1:
            command = [MPIEXEC, "-n", str(ranks)] + command
        done = subprocess.run(command, cwd=self.folder, env=ALONE if ranks == 1 else ENVIRONMENT,
                              text=True, capture_output=True, timeout=120)
        self.status, self.output, self.error = done.returncode, done.stdout, done.stderr
        self.lines = [line for line in self.error.splitlines() if line.strip()]
        self.files = sorted(set(os.listdir(self.folder)) - set(files or {}))
        path = self.folder / "out.json"
        self.summary = json.loads(path.read_text()) if path.is_file() else None
        if self.own:
            self.own.cleanup()

    @property
    def results(self):
        return self.summary["results"]


class ProgramTest(unittest.TestCase):
    def done(self, program, options, status=0, **more):
        run = Run(program, options, **more)
        self.assertEqual(run.status, status, run.error)
        return run

    def refused(self, program, options, *words, status=2, **more):
        """One line on stderr with all the words, that exit status, nothing written or printed."""
        run = Run(program, options, **more)
        self.assertEqual(run.status, status, run.error)
        own = [line for line in run.lines if line.startswith(program + ": ")]
        self.assertEqual(len(own), 1, run.error)
        if more.get("ranks", 1) == 1:
            self.assertEqual(len(run.lines), 1, run.error)
        for word in words:
            self.assertIn(word, own[0])
        self.assertEqual(run.files, [])
        self.assertEqual(run.output, "")
        return own[0]


def main():
    unittest.main(argv=sys.argv[:1])
