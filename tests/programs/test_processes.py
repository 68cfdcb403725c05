"""Processes side by side, signals, and what a crash has left in the cache of compiled expressions."""
import concurrent.futures
import os
import pathlib
import signal
import subprocess
import tempfile
import time

from running import ALONE, BIN, WELL, ProgramTest, main

SMALL = dict(WELL, cells="24,24", error_estimate="false")
# no path leaves this well in any time that a test could wait
DEEP = dict(WELL, temperature="0.001", mc_paths="1000")


def command(program, options):
    return [str(BIN / program)] + [word for name, value in options.items() for word in ("-" + name, value)]


def waits_for_signals(pid):
    """Whether the process has its handler of SIGTERM: before, libraries are loaded."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    caught = next(line.split()[1] for line in status.splitlines() if line.startswith("SigCgt"))
    return int(caught, 16) >> (signal.SIGTERM - 1) & 1


class SideBySide(ProgramTest):
    def test_many_runs_do_not_disturb_one_another_and_leave_nothing(self):
        with tempfile.TemporaryDirectory(prefix="escapade-") as folder:
            shared = pathlib.Path(folder, "shared")
            shared.mkdir()

            def run(k):
                return subprocess.run(command("fp-exit", dict(SMALL, output=f"out{k}")), cwd=folder, text=True,
                                      env=dict(ALONE, TMPDIR=str(shared)), capture_output=True, timeout=120)

            with concurrent.futures.ThreadPoolExecutor(4) as pool:
                done = list(pool.map(run, range(60)))
            self.assertEqual([r.stderr for r in done if r.returncode != 0], [])
            self.assertEqual(os.listdir(shared), [])

    def test_a_folder_for_mpi_that_is_not_there(self):
        with tempfile.TemporaryDirectory(prefix="escapade-") as folder:
            done = subprocess.run(command("fp-exit", SMALL), cwd=folder, text=True, capture_output=True, timeout=120,
                                  env=dict(ALONE, TMPDIR=folder + "/none"))
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(sorted(os.listdir(folder)), ["fp-exit.json", "fp-exit.vti"])


class Signals(ProgramTest):
    def stopped(self, program, options, after):
        """Status 3, one line and nothing left of a run that was asked to stop after so many seconds."""
        with tempfile.TemporaryDirectory(prefix="escapade-") as folder:
            shared = pathlib.Path(folder, "shared")
            shared.mkdir()
            with subprocess.Popen(command(program, dict(options, output="out")), cwd=folder, text=True,
                                  env=dict(ALONE, TMPDIR=str(shared)), stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE) as run:
                while not waits_for_signals(run.pid) and run.poll() is None:
                    time.sleep(0.001)
                time.sleep(after)
                run.send_signal(signal.SIGTERM)
                output, error = run.communicate(timeout=120)
            self.assertEqual(run.returncode, 3, error)
            self.assertEqual((output, len(error.splitlines())), ("", 1), error)
            self.assertIn("stopped", error)
            self.assertEqual(os.listdir(folder), ["shared"])
            self.assertEqual(os.listdir(shared), [])

    def test_trajectories_before_the_first_batch(self):
        for after in (0, 0.05, 0.2, 1.5):
            self.stopped("mc-exit", DEEP, after)
        self.stopped("mc-stationary", dict({k: v for k, v in DEEP.items() if k != "exit"}, mc_max_time="5e5"), 1)

    def test_a_solve(self):
        large = dict(WELL, cells="1024,1024", solver="gth")
        for after in (0.01, 2):
            self.stopped("fp-exit", large, after)


class Cache(ProgramTest):
    def test_damaged_objects_are_made_again(self):
        compiled = {k: v for k, v in SMALL.items() if k != "compile"}
        with tempfile.TemporaryDirectory(prefix="escapade-") as folder:
            def run():
                done = subprocess.run(command("fp-exit", compiled), cwd=folder, text=True, capture_output=True,
                                      env=dict(ALONE, XDG_CACHE_HOME=folder), timeout=120)
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                return done.stdout

            first = run()
            objects = sorted(pathlib.Path(folder, "escapade").glob("*.so"))
            self.assertGreater(len(objects), 0)
            whole = [o.read_bytes() for o in objects]
            for damage in (lambda b: b[:4096], lambda b: b[:-1], lambda b: b[:len(b) // 2] + bytes(len(b) - len(b) // 2),
                           lambda b: b""):
                for place, text in zip(objects, whole):
                    place.write_bytes(damage(text))
                self.assertEqual(run(), first)
                self.assertEqual([len(o.read_bytes()) for o in objects], [len(t) for t in whole])


main()
