"""fp-evolve: numbers with exact answers, frames, restarts, stops and full disks."""
import math
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time

from running import ALONE, BIN, LINEAR, WELL, ProgramTest, Run, main

MESHES = pathlib.Path(__file__).resolve().parents[2] / "meshes"
OU = dict(drift="-x + y, -x - 1.5*y", diffusion="0.1", domain="-2,2,-2,2", cells="40,40",
          start="0.5,0.5", t_end="1.5", frames="3", compile="never")
APART = dict(drift="-x,-y", diffusion="0.1,0,0", domain="-2,2,-0.6875,0.6875", compile="never")
ESCAPE = dict(WELL, t_end="6", frames="4")


def value(numbers, k=-1):
    return numbers[k]["value"]


class Answers(ProgramTest):
    def test_moments_of_a_linear_drift(self):
        # exp(A) for A = [[-1, 1], [-1, -1.5]] t = [[-1.5, 1.5], [-1.5, -2.25]]: by its series.
        A, term, E = [[-1.5, 1.5], [-1.5, -2.25]], [[1, 0], [0, 1]], [[1, 0], [0, 1]]
        for n in range(1, 60):
            term = [[sum(term[i][k] * A[k][j] for k in (0, 1)) / n for j in (0, 1)] for i in (0, 1)]
            E = [[E[i][j] + term[i][j] for j in (0, 1)] for i in (0, 1)]
        r = self.done("fp-evolve", OU).results
        self.assertEqual(r["times"], [0, 0.5, 1.0, 1.5])
        for i in (0, 1):
            exact = 0.5 * (E[i][0] + E[i][1])
            off = abs(value(r["mean"])[i] - exact)
            self.assertLess(off, 3 * r["mean"][-1]["error"][i])
            self.assertLess(off, 0.02)
        for start in value(r["mean"], 0):
            self.assertAlmostEqual(start, 0.5, delta=1e-15)
        entropy = [h["value"] for h in r["relative_entropy"]]
        self.assertEqual(entropy, sorted(entropy, reverse=True))
        self.assertGreaterEqual(entropy[-1], 0)
        self.assertLess(r["mass_imbalance"], 1e-12)
        self.assertEqual(r["negative_cells"], 0)

    def test_printed_moments_of_cells_of_no_size_are_exact_to_a_thousandth(self):
        # dx = -x dt, dy = -2y dt, D = 0.1: mean x0 e^-t, y0 e^-2t; variance D (1 - e^-2t), D/2 (1 - e^-4t)
        plain = dict(OU, drift="-x, -2*y", cells="96,96", t_end="0.2", frames="4")
        run = self.done("fp-evolve", plain)
        rows = re.findall(r"h->0: \((.*), (.*)\), covariance \((.*), (.*), (.*)\)", run.output)
        self.assertEqual(len(rows), 4, run.output) # at t = 0.05 already
        for k, row in enumerate(rows, 1):
            t = 0.05 * k
            exact = (0.5 * math.exp(-t), 0.5 * math.exp(-2 * t), 0.1 * (1 - math.exp(-2 * t)), 0,
                     0.05 * (1 - math.exp(-4 * t)))
            for printed, value_ in zip(row, exact):
                self.assertAlmostEqual(float(printed), value_, delta=1e-3 * abs(value_) + 1e-9)

    def test_survival_beyond_the_range_of_doubles_is_a_logarithm(self):
        r = self.done("fp-evolve", dict(WELL, t_end="1e6", frames="2", error_estimate="false")).results
        self.assertIsNone(r["survival"][-1]["value"])
        rate = self.done("fp-rate", dict(WELL, error_estimate="false")).results["escape_rate"]["value"]
        slope = (r["survival"][1]["log"] - r["survival"][2]["log"]) / 5e5
        self.assertAlmostEqual(slope / rate, 1, 8)
        self.refused("fp-evolve", dict(WELL, t_end="1e300", frames="2"), "-t_end", "fp-rate")

    def test_tail_and_integral_of_survival(self):
        long = dict(WELL, t_end="80", frames="8")
        r = self.done("fp-evolve", long).results
        rate = self.done("fp-rate", WELL).results["escape_rate"]["value"]
        self.assertAlmostEqual(value([r["survival_decay_rate"]]) / rate, 1, delta=1e-6)
        self.assertAlmostEqual(value(r["hazard_rate"]) / rate, 1, delta=1e-6)
        self.assertLess(r["mean_exit_time_defect"], 1e-10)
        whole = value([r["survival_integral"]]) + value(r["survival"]) / rate
        self.assertAlmostEqual(whole / value([r["mean_exit_time"]]), 1, delta=1e-6)
        for k in range(9):
            kept = value(r["survival"], k) + value(r["exited"]["x > 0"], k)
            self.assertAlmostEqual(kept, 1, delta=1e-12)

    def test_every_integrator_gives_the_same(self):
        results = [self.done("fp-evolve", dict(ESCAPE, integrator=i)).results
                   for i in ("uniformisation", "implicit", "ts")]
        for k in range(5):
            a, b, c = (value(r["survival"], k) for r in results)
            self.assertAlmostEqual(a / b, 1, delta=1e-7)
            self.assertAlmostEqual(a / c, 1, delta=1e-7)

    def test_petsc_time_steps_are_positive_and_take_options(self):
        short = dict(OU, integrator="ts", error_estimate="false", cells="24,24")
        plain = self.done("fp-evolve", short).summary
        self.assertEqual(plain["solver"]["integrator"], "ts")
        self.assertLess(plain["results"]["mass_imbalance"], 1e-12)
        self.assertEqual(plain["results"]["negative_cells"], 0)
        equal = self.done("fp-evolve", dict(short, evolve_ts_adapt_type="none", evolve_ts_dt="0.0625")).summary
        self.assertEqual(equal["solver"]["steps"], 24)
        two = self.done("fp-evolve", dict(short, time_tolerance="1e-6"), ranks=2).summary
        for k in range(4):
            for i in (0, 1):
                self.assertAlmostEqual(value(two["results"]["mean"], k)[i],
                                       value(plain["results"]["mean"], k)[i], delta=1e-4)
        self.refused("fp-evolve", dict(short, evolve_ts_type="bdf"), "-evolve_ts_type", "positive")
        self.refused("fp-evolve", dict(short, evolve_ts_rtol="abc"), "-evolve_ts_", "numbers")
        self.refused("fp-evolve", dict(short, evolve_ts_rtol="10"), "-evolve_ts_rtol", "below 1")
        self.refused("fp-evolve", dict(short, evolve_ts_max_steps="0"), "-evolve_ts_max_steps", "at least 1")

    def test_ranks_give_the_same(self):
        one = self.done("fp-evolve", ESCAPE).results
        two = self.done("fp-evolve", ESCAPE, ranks=2).results
        for k in range(5):
            self.assertAlmostEqual(value(one["survival"], k) / value(two["survival"], k), 1, delta=1e-9)

    def test_initial_densities(self):
        r = self.done("fp-evolve", dict(OU, start="0,0", initial="exp(-20*((x-0.3)^2 + y^2))")).results
        self.assertAlmostEqual(value(r["mean"], 0)[0], 0.3, delta=1e-4)
        self.assertAlmostEqual(value(r["covariance"], 0)[0][0], 1 / 40, delta=1e-4)
        with tempfile.TemporaryDirectory() as folder:
            closed = {k: v for k, v in OU.items() if k not in ("start", "t_end", "frames")}
            self.done("fp-stationary", dict(closed, output="rest"), folder=folder)
            r = self.done("fp-evolve", dict(OU, initial="rest.vti"), folder=folder).results
        for h in r["relative_entropy"]:
            self.assertLess(abs(h["value"]), 1e-12)


class Entropy(ProgramTest):
    def test_it_is_infinite_where_the_density_at_rest_vanishes(self):
        r = self.done("fp-evolve", dict(drift="-x,-y", diffusion="0.1,0,0", domain="-2,2,-1,1", cells="32,33",
                                        start="1,0.2", t_end="2", compile="never")).results
        for entry in r["relative_entropy"][:3]:
            self.assertIsNone(entry["value"])
            self.assertIn("density at rest vanishes", entry["infinite"])
        self.assertAlmostEqual(value(r["mean"])[0], math.exp(-2), delta=0.02)
        r = self.done("fp-evolve", dict(drift="1,0", diffusion="1,1,1", domain="0,1,0,1", cells="24,24", start="0.5,0.5",
                                        t_end="0.01", compile="never")).results
        self.assertAlmostEqual(value(r["mean"])[0], 0.51, delta=0.02)

    def test_there_is_none_where_nothing_joins_closed_parts(self):
        # neither noise along y nor drift over y = 0: two halves wherever the number of rows is even
        for cells, integrator in (("48,22", "auto"), ("48,33", "auto"), ("48,22", "implicit")):
            run = self.done("fp-evolve", dict(APART, cells=cells, start="1,0.25", t_end="1", frames="2", integrator=integrator))
            mean = run.results["mean"][-1]
            for got, error, start in zip(mean["value"], mean["error"], (1, 0.25)):
                self.assertLess(abs(got - start * math.exp(-1)), 3 * error, cells)
            halves = cells == "48,22"
            self.assertEqual("relative_entropy" not in run.results, halves)
            self.assertEqual("no one density at rest" in run.error, halves)

    def test_it_is_finite_where_the_density_at_rest_underflows(self):
        # Sum p log(p/pi) of a point 0.8 up a harmonic well of temperature 1e-5, -log pi there 0.32/T
        r = self.done("fp-evolve", dict(potential="x^2/2 + y^2/2", temperature="1e-5", domain="-0.85,0.85,-0.85,0.85",
                                        cells="256,256", start="0.8,0", t_end="1e-10", frames="1", compile="never",
                                        error_estimate="false")).results
        self.assertAlmostEqual(value(r["relative_entropy"]) / 32000, 1, delta=1e-2)


class Frames(ProgramTest):
    def test_files_and_series(self):
        with tempfile.TemporaryDirectory() as folder:
            run = self.done("fp-evolve", ESCAPE, folder=folder)
            series = pathlib.Path(folder, "out.pvd").read_text()
        self.assertEqual([f for f in run.files if f.endswith(".vti")],
                         [f"out_{k:04d}.vti" for k in range(5)])
        self.assertEqual(series.count("<DataSet"), 5)
        self.assertIn('timestep="4.5" group="" part="0" file="out_0003.vti"', series)

    def test_restart_continues_and_knows_its_problem(self):
        with tempfile.TemporaryDirectory() as folder:
            whole = self.done("fp-evolve", ESCAPE, folder=folder).results
            again = self.done("fp-evolve", dict(ESCAPE, restart="out_0002.vti"), folder=folder).results
            self.assertEqual(again["times"], whole["times"])
            for k in range(5):
                self.assertAlmostEqual(value(again["survival"], k) / value(whole["survival"], k), 1,
                                       delta=1e-13)
            os.remove(os.path.join(folder, "out_0001.vti"))
            longer = self.done("fp-evolve", dict(ESCAPE, restart="out_0002.vti", t_end="9", frames="6"),
                               folder=folder).results
            self.assertEqual(longer["times"], [3.0, 4.5, 6.0, 7.5, 9.0])
            self.assertAlmostEqual(value(longer["survival"], 2) / value(whole["survival"], 4), 1,
                                   delta=1e-13)
            for change, word in ((dict(temperature="0.3"), "temperature"), (dict(exit="x > 0.1"), "exit"),
                                 (dict(cells="20,20"), "cells"), (dict(start="-0.9,0"), "start"),
                                 (dict(t_end="7"), "-t_end")):
                run = Run("fp-evolve", dict(ESCAPE, restart="out_0002.vti", output="new", **change),
                          folder=folder)
                self.assertEqual(run.status, 2, run.error)
                self.assertIn("-restart", run.error)
                self.assertIn(word, run.error)
                self.assertEqual([f for f in run.files if f.startswith("new")], [])
            text = pathlib.Path(folder, "out_0002.vti").read_bytes()
            spoilt = bytearray(text)
            begin = text.index(b"<CellData")
            spoilt[begin + 400] ^= 1
            pathlib.Path(folder, "spoilt.vti").write_bytes(spoilt)
            pathlib.Path(folder, "half.vti").write_bytes(text[:len(text) // 2])
            pathlib.Path(folder, "words.vti").write_text("no XML at all")
            for name in ("half.vti", "spoilt.vti", "words.vti", "none.vti", "out.pvd"):
                run = Run("fp-evolve", dict(ESCAPE, restart=name, output="new"), folder=folder)
                self.assertEqual((run.status, len(run.lines)), (2, 1), run.error)
                self.assertIn(name, run.error)

    def test_pieces_of_several_frames_begin_nothing(self):
        with tempfile.TemporaryDirectory(prefix="escapade-") as folder:
            self.done("fp-evolve", ESCAPE, ranks=2, folder=folder)
            for option in ("initial", "restart"):
                self.done("fp-evolve", {**ESCAPE, option: "out_0001.pvti", "output": "new"}, folder=folder)
            shutil.copy(pathlib.Path(folder, "out_0003_1.vti"), pathlib.Path(folder, "out_0001_1.vti"))
            for option in ("initial", "restart"):
                run = Run("fp-evolve", {**ESCAPE, option: "out_0001.pvti", "output": "other"}, folder=folder)
                self.assertEqual((run.status, len(run.lines)), (2, 1), run.error)
                self.assertIn("checksum", run.error)
                self.assertEqual([f for f in run.files if f.startswith("other")], [])

    def test_a_signal_leaves_whole_frames(self):
        many = dict(WELL, cells="96,96", t_end="8000", frames="8000", error_estimate="false")  # never to its end
        with tempfile.TemporaryDirectory() as folder:
            command = [str(BIN / "fp-evolve"), "-output", "out"]
            for name, text in many.items():
                command += ["-" + name, text]
            with subprocess.Popen(command, cwd=folder, env=ALONE, text=True, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE) as run:
                while not os.path.exists(os.path.join(folder, "out_0002.vti")) and run.poll() is None:
                    time.sleep(0.01)
                run.send_signal(signal.SIGINT)
                _, error = run.communicate(timeout=120)
            self.assertEqual(run.returncode, 0, error)
            self.assertIn("stopped by a signal at t = ", error)
            stopped = Run("fp-evolve", dict(many, restart="out_0001.vti", t_end="4", frames="4"),
                          folder=folder)
            partial = pathlib.Path(folder, "out.pvd").read_text()
        self.assertEqual(stopped.status, 0, stopped.error)
        self.assertEqual(partial.count("<DataSet"), 5)

    def test_nothing_stays_of_a_run_that_fails_or_can_write_no_frame(self):
        # the coarse grids fail after all frames of the finest
        broken = dict(ESCAPE, integrator="ts", evolve_ts_max_steps="3")
        self.refused("fp-evolve", broken, status=3)
        self.refused("fp-evolve", broken, status=3, ranks=2)
        limited = ["sh", "-c", 'ulimit -f 1; exec "$@"', "sh", str(BIN / "fp-evolve"), "-output", "out"]
        for name, text in dict(ESCAPE, cells="96,96", error_estimate="false").items():
            limited += ["-" + name, text]
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run(limited, cwd=folder, env=ALONE, text=True, capture_output=True, timeout=120)
            self.assertEqual(done.returncode, 4, done.stderr)
            self.assertEqual(os.listdir(folder), [])

    def test_a_file_too_large_ends_with_whole_frames(self):
        # A limit on the size of files is met like a full disk; the first frame, a point, is small.
        limited = ["sh", "-c", 'ulimit -f 24; exec "$@"', "sh", str(BIN / "fp-evolve"), "-output", "out"]
        for name, text in dict(ESCAPE, cells="96,96", error_estimate="false").items():
            limited += ["-" + name, text]
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run(limited, cwd=folder, env=ALONE, text=True, capture_output=True,
                                  timeout=120)
            files = sorted(os.listdir(folder))
            series = pathlib.Path(folder, "out.pvd").read_text()
        self.assertEqual(done.returncode, 4, done.stderr)
        self.assertIn("cannot write out_0001.vti", done.stderr)
        self.assertEqual(files, ["out.pvd", "out_0000.vti"])
        self.assertEqual(series.count("<DataSet"), 1)


class Meshes(ProgramTest):
    DISC = dict(drift="-x, -2*y", diffusion="0.3", mesh=MESHES / "disc.msh", refine="1", compile="never",
                boundary="absorbing", start="0.2,0.1", t_end="0.4", frames="4")

    def test_frames_on_a_mesh_begin_and_continue_runs(self):
        with tempfile.TemporaryDirectory() as folder:
            whole = self.done("fp-evolve", self.DISC, folder=folder).results
            kept = pathlib.Path(folder, "out_0002.vtu").rename(pathlib.Path(folder, "kept.vtu"))
            again = self.done("fp-evolve", dict(self.DISC, restart="kept.vtu"), folder=folder).results
            for k in (-3, -2, -1):
                self.assertAlmostEqual(value(again["survival"], k) / value(whole["survival"], k), 1,
                                       delta=1e-13)
            rest = {k: v for k, v in self.DISC.items() if k != "start"}
            later = self.done("fp-evolve", dict(rest, initial="kept.vtu", t_end="0.2", frames="2"),
                              folder=folder).results
            # the same masses, scaled to 1: what is left follows as before
            for k in (1, 2):
                self.assertAlmostEqual(value(later["survival"], k) * value(whole["survival"], 2)
                                       / value(whole["survival"], 2 + k), 1, delta=1e-12)
            for name, change, words in (
                    ("restart", dict(mesh=MESHES / "l_shape.msh"), ("another evolution", "mesh (")),
                    ("restart", dict(refine="0"), ("another evolution", "refine")),
                    ("initial", dict(mesh=MESHES / "l_shape.msh"), ("another mesh",)),
                    ("initial", dict(exit="x < 0.4", start=None), ("of its mass",)),
                    ("initial", dict(mesh=None, refine=None, domain="-1,1,-1,1"), ("made on a mesh",))):
                options = dict(self.DISC, **{name: "kept.vtu"}, output="new") | change
                run = Run("fp-evolve", {k: v for k, v in options.items() if v is not None}, folder=folder)
                self.assertEqual((run.status, len(run.lines)), (2, 1), run.error)
                for word in words:
                    self.assertIn(word, run.error)
                self.assertEqual([f for f in run.files if f.startswith("new")], [])
            text = kept.read_bytes()
            pathlib.Path(folder, "half.vtu").write_bytes(text[:len(text) // 2])
            spoilt = bytearray(text)
            begin = text.index(b"<CellData")
            spoilt[text.index(b">", text.index(b"<DataArray", begin)) + 400] ^= 1
            pathlib.Path(folder, "spoilt.vtu").write_bytes(spoilt)
            os.mkdir(os.path.join(folder, "folder.vtu"))
            for name, word in (("half.vtu", "whole"), ("spoilt.vtu", "damaged"), ("folder.vtu", "folder")):
                run = Run("fp-evolve", dict(self.DISC, restart=name, output="new"), folder=folder)
                self.assertEqual((run.status, len(run.lines)), (2, 1), run.error)
                self.assertIn(name, run.error)
                self.assertIn(word, run.error)
                self.assertNotIn("error 0", run.error)


class Refusals(ProgramTest):
    def test_bad_input(self):
        point = {k: v for k, v in OU.items() if k != "start"}
        self.refused("fp-evolve", point, "-start")
        self.refused("fp-evolve", {k: v for k, v in OU.items() if k != "t_end"}, "-t_end")
        self.refused("fp-evolve", dict(OU, t_end="0"), "-t_end")
        self.refused("fp-evolve", dict(OU, frames="0"), "-frames")
        self.refused("fp-evolve", dict(OU, initial="x"), "-initial \"x\": is -", "negative")
        self.refused("fp-evolve", dict(OU, initial="0*x"), "-initial", "zero")
        self.refused("fp-evolve", dict(OU, initial="x, y"), "-initial")
        self.refused("fp-evolve", dict(OU, initial="none.vti"), "-initial", "none.vti")
        self.refused("fp-evolve", dict(OU, integrator="magic"), "-integrator")
        self.refused("fp-evolve", dict(LINEAR, t_end="1", start="0.7,0"), "-start", "exit")
        with tempfile.TemporaryDirectory(prefix="escapade-") as folder:
            self.done("fp-evolve", dict(OU, output="wide"), folder=folder)
            self.refused("fp-evolve", dict(OU, domain="0,2,-2,2", initial=f"{folder}/wide_0003.vti"),
                         "-initial", "outside -domain")

    def test_a_graded_frame_begins_another_run(self):
        smooth = dict(OU, start=None, initial="exp(-8*((x-0.3)^2 + y^2))", cells="64,64",
                      grade="1 + 2*exp(-(x-0.3)^2), 1")
        smooth = {k: v for k, v in smooth.items() if v is not None}
        with tempfile.TemporaryDirectory(prefix="escapade-") as folder:
            self.done("fp-evolve", dict(smooth, output="first"), folder=folder)
            again = self.done("fp-evolve", dict(smooth, initial="first_0000.vts"), folder=folder).results
        plain = self.done("fp-evolve", smooth).results
        for i in (0, 1):
            self.assertAlmostEqual(value(again["mean"])[i], value(plain["mean"])[i], delta=1e-4)


main()
