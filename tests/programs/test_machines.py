"""Machines that lack something: a compiler, a home folder, a folder for MPI."""
import subprocess
import tempfile
import unittest

from running import ALONE, BIN, WELL, main

OPTIONS = [word for name, value in dict(WELL, compile="auto", error_estimate="false").items() for word in ("-" + name, value)]


def run(folder, **environment):
    """What a run there says, with variables changed, or removed where they are None."""
    changed = {**ALONE, **environment}
    return subprocess.run([str(BIN / "fp-exit"), "-output", "out", *OPTIONS], cwd=folder, text=True, capture_output=True,
                          env={name: value for name, value in changed.items() if value is not None}, timeout=120)


class Machine(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="escapade-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def answers_with_one_notice(self, words, **environment):
        done = run(self.folder, **environment)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("mean exit time", done.stdout)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        self.assertIn(words, done.stderr)

    def test_without_a_compiler(self):
        self.answers_with_one_notice("no C compiler", PATH=self.folder, CC=None, XDG_CACHE_HOME=self.folder)

    def test_home_that_cannot_be_written(self):
        self.answers_with_one_notice("/proc/nowhere", HOME="/proc/nowhere", XDG_CACHE_HOME=None)
        self.answers_with_one_notice("XDG_CACHE_HOME nor HOME", HOME=None, XDG_CACHE_HOME=None)

    def test_folder_of_mpi_that_cannot_be_written(self):
        done = run(self.folder, TMPDIR="/proc/nowhere", XDG_CACHE_HOME=self.folder)  # the next place is taken
        self.assertEqual((done.returncode, done.stderr), (0, ""))



main()
