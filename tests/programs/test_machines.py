"""Machines that lack something: a compiler, Python, a home folder, a folder for MPI; terminals."""
import os
import pathlib
import pty
import re
import subprocess
import sys
import tempfile
import unittest

from running import ALONE, BIN, WELL, main

OPTIONS = [word for name, value in dict(WELL, compile="auto", error_estimate="false").items() for word in ("-" + name, value)]


def run(folder, arguments=(), **environment):
    """What a run there says, with variables changed, or removed where they are None."""
    changed = {**ALONE, **environment}
    return subprocess.run([str(BIN / "fp-exit"), "-output", "out", *OPTIONS, *arguments], cwd=folder, text=True,
                          capture_output=True, env={name: value for name, value in changed.items() if value is not None}, timeout=120)


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

    def test_without_python(self):
        """What needs it is refused before the run, in one line, with what to install."""
        well = [word for name, value in WELL.items() for word in ("-" + name, value)]
        for command in (["fp-exit", *well, "-output", "out", "-plot"], ["escapade", "plot", "out.json"]):
            done = subprocess.run([str(BIN / command[0]), *command[1:]], cwd=self.folder, text=True, capture_output=True,
                                  env={**ALONE, "ESCAPADE_PYTHON": "/proc/nowhere"}, timeout=120)
            self.assertEqual((done.returncode, done.stdout, os.listdir(self.folder)), (2, "", []))
            self.assertRegex(done.stderr, r"\A.*plot: no Python with .*/proc/nowhere: no such program.*install python3-matplotlib.*\n\Z")

    def test_python_that_does_not_find_the_package(self):
        script = pathlib.Path(self.folder) / "isolated"
        script.write_text(f"#!/bin/sh\nexec {sys.executable} -I -S \"$@\"\n")
        script.chmod(0o755)
        done = run(self.folder, ESCAPADE_PYTHON=str(script), arguments=["-plot"])
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertRegex(done.stderr, r"isolated lacks .*escapade;.*PYTHONPATH to the folder python of escapade's sources")

    def test_home_that_cannot_be_written(self):
        self.answers_with_one_notice("/proc/nowhere", HOME="/proc/nowhere", XDG_CACHE_HOME=None)
        self.answers_with_one_notice("XDG_CACHE_HOME nor HOME", HOME=None, XDG_CACHE_HOME=None)

    def test_folder_of_mpi_that_cannot_be_written(self):
        done = run(self.folder, TMPDIR="/proc/nowhere", XDG_CACHE_HOME=self.folder)  # the next place is taken
        self.assertEqual((done.returncode, done.stderr), (0, ""))


class Terminal(unittest.TestCase):
    def seen(self, program, options):
        """What a program writes to a terminal on stderr."""
        words = [word for name, value in options.items() for word in ("-" + name, value)]
        ours, its = pty.openpty()
        with tempfile.TemporaryDirectory(prefix="escapade-") as folder:
            done = subprocess.run([str(BIN / program), "-output", "out", *words], cwd=folder, stdout=subprocess.DEVNULL,
                                  stderr=its, env=ALONE, timeout=120)
        os.close(its)
        self.assertEqual(done.returncode, 0)
        text = os.read(ours, 65536).decode()
        os.close(ours)
        return text

    def test_a_line_of_progress_comes_and_goes(self):
        closed = {name: value for name, value in WELL.items() if name not in ("exit", "start")}
        for program, options in (("fp-landscape", closed), ("fp-path", dict(WELL, exit="x > 0.5")), ("fp-exit", WELL),
                                 ("mc-stationary", dict(closed, mc_paths="4", mc_max_time="10"))):
            text = self.seen(program, options)
            self.assertTrue(text.startswith(f"\r\x1b[K{program}: at work"), text)
            self.assertNotRegex(text.rsplit("\x1b[K", 1)[1], "at work|steps of", text)

    def test_notices_do_not_run_into_it(self):
        text = self.seen("fp-exit", dict(WELL, temperature="0.005", cells="24,24", accept_unresolved="true"))
        self.assertIn("\nfp-exit: ", "\n" + re.sub(r"[^\n]*\x1b\[K", "", text))
        for line in text.splitlines():
            self.assertLessEqual(len(re.findall("fp-exit: ", re.sub(r".*\x1b\[K", "", line))), 1, text)


main()
