"""Trajectories: checkpoints, slices, SGD itself, averages, splitting, and a cross-check that fails."""
import json
import math
import os
import pathlib
import signal
import subprocess
import tempfile
import time

from running import ALONE, BIN, LINEAR, WELL, ProgramTest, Run, main

# a run that takes long enough to be killed: 40 000 paths of about 30 000 steps
LONG = dict(WELL, mc_dt="2e-4", mc_paths="40000", mc_seed="5")
SHORT = dict(WELL, mc_dt="0.02", mc_paths="3000", mc_seed="5")


class Checkpoints(ProgramTest):
    def test_a_killed_run_goes_on_to_the_same_bits(self):
        with tempfile.TemporaryDirectory(prefix="escapade-") as name:
            folder = pathlib.Path(name)
            command = [str(BIN / "mc-exit"), "-output", "out", "-mc_checkpoint", "state"]
            for key, value in LONG.items():
                command += ["-" + key, value]
            run = subprocess.Popen(command, cwd=folder, env=ALONE, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
            for _ in range(100):  # until something has been kept
                time.sleep(0.1)
                if (folder / "state.rank0").exists() or run.poll() is not None:
                    break
            run.send_signal(signal.SIGKILL)
            run.wait()
            self.assertTrue((folder / "state").exists())
            self.refused_here(folder, dict(LONG, mc_seed="6", mc_checkpoint="state"), "mc_seed=5")
            some = dict(LONG, mc_paths="1024")  # what was kept is used, what is missing is run
            again = self.done("mc-exit", dict(some, mc_checkpoint="state"), folder=name)
            self.assertFalse((folder / "state.rank0").exists())
            self.assertEqual(again.results, self.done("mc-exit", some).results)

    def test_a_finished_run_is_extended_on_other_ranks(self):
        whole = self.done("mc-exit", dict(SHORT, mc_paths="6000"))
        with tempfile.TemporaryDirectory(prefix="escapade-") as name:
            self.done("mc-exit", dict(SHORT, mc_paths="2000", mc_checkpoint="state"), folder=name)
            again = self.done("mc-exit", dict(SHORT, mc_paths="6000", mc_checkpoint="state"),
                              folder=name, ranks=2)
            self.assertEqual(again.results, whole.results)
            once_more = self.done("mc-exit", dict(SHORT, mc_paths="6000", mc_checkpoint="state"),
                                  folder=name)
            self.assertEqual(once_more.results, whole.results)
            state = pathlib.Path(name) / "state"
            state.write_bytes(state.read_bytes()[:-5])
            self.refused_here(name, dict(SHORT, mc_checkpoint="state"), "truncated")

    def test_a_stopped_run_tells_how_much_is_whole_and_how_to_go_on(self):
        with tempfile.TemporaryDirectory(prefix="escapade-") as name:
            command = [str(BIN / "mc-exit"), "-output", "out", "-mc_checkpoint", "state"]
            for key, value in LONG.items():
                command += ["-" + key, value]
            run = subprocess.Popen(command, cwd=name, env=ALONE, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
            for _ in range(100):
                time.sleep(0.1)
                if (pathlib.Path(name) / "state.rank0").exists() or run.poll() is not None:
                    break
            run.send_signal(signal.SIGTERM)
            table, error = run.communicate(timeout=60)
            self.assertEqual(run.returncode, 0, error)
            summary = json.loads((pathlib.Path(name) / "out.json").read_text())
        self.assertTrue(summary["partial"])
        whole = summary["results"]["mean_exit_time"]["samples"]
        self.assertIn(f"mc-exit: stopped by a signal: {whole} of 40000 trajectories are whole", error)
        self.assertIn("goes on from -mc_checkpoint", error)
        self.assertEqual(len(error.splitlines()), 1, error)
        self.assertIn("mean exit time", table)

    def test_places_that_are_no_files_are_refused(self):
        with tempfile.TemporaryDirectory(prefix="escapade-") as name:
            self.refused("mc-exit", dict(SHORT, mc_checkpoint=name), "-mc_checkpoint " + name,
                         "is a folder; give", name + "/checkpoint")
            self.refused("mc-exit", dict(SHORT, mc_checkpoint=name + "/none/state"),
                         "-mc_checkpoint " + name + "/none/state", "there is no folder " + name + "/none",
                         status=4)
        self.refused("mc-exit", dict(SHORT, mc_checkpoint="/dev/null"), "-mc_checkpoint /dev/null",
                     "no ordinary file")
        self.refused("mc-exit", dict(SHORT, mc_checkpoint="/proc/state"), "-mc_checkpoint", "/proc/state",
                     "give a file", status=4)

    def refused_here(self, folder, options, word):
        run = Run("mc-exit", dict(options, output="other"), folder=folder)
        self.assertEqual(run.status, 2, run.error)
        self.assertIn(word, run.error)


class Ranks(ProgramTest):
    def test_share_the_work_and_change_no_bit(self):
        # time-outs, exits through two parts, more of them than the 100 000 that are written
        run = dict(WELL, exit="x > 0 or y > 1", starts="-0.1,0; -0.05,0.5", mc_dt="0.02",
                   mc_paths="70000", mc_max_time="2", mc_seed="5", mc_records="true")
        del run["start"]
        names = ("out.records", "out_exits.vtp")
        kept = {}
        for ranks in (1, 3):
            with tempfile.TemporaryDirectory(prefix="escapade-") as name:
                done = self.done("mc-exit", run, folder=name, ranks=ranks)
                kept[ranks] = [(pathlib.Path(name) / file).read_bytes() for file in names]
                kept[ranks].append(done.results)
        self.assertEqual(kept[1][2], kept[3][2])
        self.assertTrue(kept[1] == kept[3])
        self.assertIn(b'NumberOfPoints="100000"', kept[1][1])
        self.assertGreater(min(kept[1][2]["timed_out"]), 0)


class Faults(ProgramTest):
    def test_paths_that_all_diverge_are_counted_with_a_step_to_try(self):
        line = self.refused("mc-exit", dict(SHORT, mc_dt="1e30", mc_paths="20"), "20 trajectories diverged",
                            status=3)
        self.assertLess(float(line.split("-mc_dt ")[1].split()[0]), 0.1)  # the usual step
        still = {k: v for k, v in WELL.items() if k != "exit"}
        self.refused("mc-stationary", dict(still, mc_dt="3e30", mc_paths="20", mc_max_time="1e32"),
                     "20 trajectories diverged", status=3)

    def test_numbers_beyond_all_reason(self):
        self.refused("mc-exit", dict(SHORT, mc_paths="9223372036854775807"), "-mc_paths", "memory")
        self.refused("mc-exit", dict(SHORT, mc_paths="1e12"), "-mc_paths")
        self.refused("mc-exit", dict(SHORT, mc_first_path="9223372036854775807"), "-mc_first_path")
        self.refused("mc-exit", dict(SHORT, mc_dt="1e-300"), "-mc_dt", "longer step")
        self.refused("mc-exit", dict(SHORT, mc_dt="1e-14", mc_max_time="1e3"), "-mc_dt", "steps")
        still = {k: v for k, v in WELL.items() if k != "exit"}
        self.refused("mc-stationary", dict(still, mc_dt="1e-300", mc_max_time="5"), "-mc_dt")
        self.refused("mc-stationary", dict(still, mc_paths="1e15"), "-mc_paths")

    def test_a_checkpoint_is_not_overwritten_by_the_run_itself(self):
        self.refused("mc-exit", dict(SHORT, mc_checkpoint="out.json"), "-mc_checkpoint")
        self.refused("mc-exit", dict(SHORT, mc_checkpoint="nowhere/state"), "nowhere", status=4)

    def test_a_long_average_stops_when_it_is_told_to(self):
        still = {k: v for k, v in WELL.items() if k != "exit"}
        with tempfile.TemporaryDirectory(prefix="escapade-") as name:
            command = [str(BIN / "mc-stationary"), "-output", "out"]
            for key, value in dict(still, mc_paths="256", mc_max_time="1e7", mc_dt="0.01").items():
                command += ["-" + key, value]
            run = subprocess.Popen(command, cwd=name, env=ALONE, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.PIPE, text=True)
            stat = pathlib.Path(f"/proc/{run.pid}/stat")
            for _ in range(600):  # until it has computed for a second
                if int(stat.read_text().rsplit(")")[-1].split()[11]) >= os.sysconf("SC_CLK_TCK"):
                    break
                time.sleep(0.1)
            run.send_signal(signal.SIGTERM)
            self.assertIn("stopped", run.communicate(timeout=60)[1])
            self.assertEqual(run.returncode, 3)
            self.assertEqual(list(pathlib.Path(name).iterdir()), [])


class Slices(ProgramTest):
    def test_join_to_the_whole_run(self):
        whole = self.done("mc-exit", dict(SHORT, exit="x > 0 or y > 1.2"))
        with tempfile.TemporaryDirectory(prefix="escapade-") as name:
            for k in range(3):
                self.done("mc-exit", dict(SHORT, exit="x > 0 or y > 1.2", mc_paths="1000",
                                          mc_first_path=str(1000 * k), output=f"slice{k}"),
                          folder=name)
            joined = self.done("mc-merge", {"inputs": "slice0.json,slice2.json,slice1.json"},
                               folder=name)
            self.assertEqual(joined.results, whole.results)
            self.assertIn("\nsurvival,", (pathlib.Path(name) / "out.csv").read_text())
            keys = ["kind", "precision", "iterations", "certificate", "seconds", "memory_bytes"]
            self.assertEqual(list(joined.summary["solver"])[:6], keys)
            self.done("mc-exit", dict(SHORT, exit="x > 0 or y > 1.2", mc_paths="1000", mc_first_path="500",
                                      output="between"), folder=name)
            self.done("mc-exit", dict(SHORT, exit="x > 0 or y > 1.2", mc_paths="1000", output="plain"),
                      folder=name)
            for files, words in (("slice0.json,slice0", ("slice0.records is given twice",)),
                                 ("slice0.json,slice1.json,between.json",
                                  ("path 500 is in two files", "slice0.records (paths 0 to 999)",
                                   "between.records (paths 500 to 1499)", "-mc_first_path", "here 1000")),
                                 ("slice0.json,none.json", ("-inputs none.json", "there is no none.records", "mc-exit")),
                                 ("slice0.json,plain.json",
                                  ("-inputs plain.json", "no plain.records", "-mc_records true"))):
                run = Run("mc-merge", {"inputs": files, "output": "x"}, folder=name)
                self.assertEqual(run.status, 2)
                self.assertEqual(len(run.lines), 1, run.error)
                for word in words:
                    self.assertIn(word, run.error)

    def test_of_two_paths_have_errors_and_a_word_on_them(self):
        run = self.done("mc-exit", dict(SHORT, mc_paths="2"))
        self.assertGreater(run.results["exit_time_std"]["standard_error"], 0)
        self.assertIn("scatter of 2 exits", run.error)
        self.assertIn("71 %", run.error)
        still = {k: v for k, v in SHORT.items() if k != "exit"}
        self.assertIn("scatter of 3 paths", self.done("mc-stationary", dict(still, mc_paths="3")).error)
        self.assertEqual(self.done("mc-exit", dict(SHORT, mc_paths="10")).error, "")


class Steps(ProgramTest):
    def test_are_halved_until_the_answer_is_stable(self):
        r = self.done("mc-exit", dict(SHORT, mc_dt="auto"))
        tried = r.summary["solver"]["steps_tried"]
        self.assertGreaterEqual(len(tried), 2)
        self.assertAlmostEqual(tried[0]["step"], 2 * tried[1]["step"])
        self.assertEqual(tried[-1]["step"], r.summary["solver"]["step"])
        # without the bridge steps differ: all pairs but the last are further apart than their error
        r = self.done("mc-exit", dict(SHORT, mc_dt="auto", mc_bridge="false", mc_paths="20000"))
        tried = r.summary["solver"]["steps_tried"]
        stable = [abs(a["mean_exit_time"] - b["mean_exit_time"])
                  < math.hypot(a["standard_error"], b["standard_error"])
                  for a, b in zip(tried, tried[1:])]
        self.assertGreaterEqual(len(stable), 2)
        self.assertEqual(stable, [False] * (len(stable) - 1) + [True])
        self.assertEqual(tried[-1]["mean_exit_time"], r.results["mean_exit_time"]["value"])


class Survival(ProgramTest):
    def test_counts_paths_that_were_given_up_as_inside(self):
        with tempfile.TemporaryDirectory(prefix="escapade-") as name:
            r = self.done("mc-exit", dict(SHORT, mc_max_time="4", plot=True), folder=name)  # by the Python package
            self.assertTrue((pathlib.Path(name) / "out.png").stat().st_size > 1000)
        s = r.results["survival"]
        self.assertEqual(s["times"][0], 0)
        self.assertAlmostEqual(s["times"][-1], 4)
        self.assertEqual(s["value"][0], 1)
        left = r.results["timed_out"] / 3000
        self.assertAlmostEqual(s["value"][-1], left, places=12)
        self.assertAlmostEqual(s["standard_error"][-1], math.sqrt(left * (1 - left) / 3000),
                               places=12)
        self.assertEqual(sorted(s["value"], reverse=True), s["value"])
        two = {k: v for k, v in SHORT.items() if k != "start"}
        r = self.done("mc-exit", dict(two, starts="-1,0; -0.5,0", mc_paths="600"))
        self.assertEqual(len(r.results["survival"]), 2)
        self.assertEqual(len(r.results["survival"][1]["times"]), 101)


class Sweeps(ProgramTest):
    def test_keep_exits_records_and_checkpoints_of_every_value(self):
        with tempfile.TemporaryDirectory(prefix="escapade-") as name:
            options = dict(SHORT, mc_paths="600", sweep="temperature=0.3,0.25", mc_records="true",
                           mc_checkpoint="state")
            first = self.done("mc-exit", options, folder=name)
            there = {f.name for f in pathlib.Path(name).iterdir()}
            for k in "01":
                self.assertLessEqual({f"out_{k}.records", f"out_{k}_exits.vtp", f"state_{k}"}, there)
            again = self.done("mc-exit", options, folder=name)
            for run in (again, first):
                for entry in run.results["sweep"]:
                    del entry["solver"]["seconds"]  # the clock's
            self.assertEqual(again.results, first.results)
            one = self.done("mc-merge", {"inputs": "out_1.records", "output": "one"}, folder=name)
            self.assertIn("one.records", one.output)


class Tables(ProgramTest):
    def test_give_the_same_answer_and_report_their_error(self):
        exact = self.done("mc-exit", SHORT)
        r = self.done("mc-exit", dict(SHORT, mc_table="64,48"))
        self.assertEqual(r.summary["table"]["cells"], [64, 48])
        self.assertLess(r.summary["table"]["error"], 1e-5)
        self.assertNotIn("table", exact.summary)
        time_, other = exact.results["mean_exit_time"], r.results["mean_exit_time"]
        self.assertLess(abs(time_["value"] - other["value"]), 0.1 * time_["standard_error"])

    def test_of_no_sense_are_refused(self):
        for wrong in ("4", "64,64,64", "many"):
            self.refused("mc-exit", dict(SHORT, mc_table=wrong), "-mc_table")


class Averages(ProgramTest):
    def test_cover_the_exact_moments_of_a_linear_drift(self):
        r = self.done("mc-stationary", dict(
            drift="-x, -2*y", diffusion="0.02", domain="-1,1,-1,1", regions="left: x < 0",
            mc_paths="512", mc_dt="0.01", mc_max_time="40", mc_scheme="heun", cells="16,16",
            compile="never")).results
        for i, exact in ((0, 0.02), (1, 0.01)):
            off = r["covariance"]["value"][i][i] - exact
            self.assertLess(abs(off), 4 * r["covariance"]["standard_error"][i][i] + 1e-5)
            self.assertLess(abs(r["mean"]["value"][i]), 4 * r["mean"]["standard_error"][i])
        left = r["region_probability"]["left"]
        self.assertLess(abs(left["value"] - 0.5), 4 * left["standard_error"])
        self.assertGreater(r["effective_samples"], 1000)


class Descent(ProgramTest):
    def test_ends_at_the_exact_fit_and_sgd_exits_are_simulated(self):
        data = "x,y\n0,1\n1,3\n2,5\n3,7\n"
        fit = dict(variables="a,b", model="a*x + b", data="d.csv", domain="-4,4,-4,4",
                   learning_rate="0.05", batch_size="2", sgd_noise="gauss_newton", compile="never")
        r = self.done("mc-sgd", dict(fit, starts="0,0; -1,2", mc_paths="3", mc_tolerance="1e-6"),
                      files={"d.csv": data}).results
        self.assertEqual(len(r["starts"]), 2)
        for start in r["starts"]:
            self.assertTrue(start["converged"])
            self.assertAlmostEqual(start["final_point"]["value"][0], 2, places=4)
            self.assertAlmostEqual(start["final_point"]["value"][1], 1, places=4)
        # the algorithm needs no model of its noise: no θ*, no temperature, whatever the noise
        plain = {k: v for k, v in fit.items() if k != "sgd_noise"}
        for noise in ({}, {"sgd_noise": "isotropic"}):
            again = self.done("mc-sgd", dict(plain, starts="0,0; -1,2", mc_paths="3",
                                             mc_tolerance="1e-6", **noise), files={"d.csv": data})
            self.assertEqual(again.results["starts"], r["starts"])
            self.assertNotIn("theta_star", again.summary["problem"])
        self.done("mc-sgd", dict(plain, start="0,0", boundary="periodic", mc_paths="1"),
                  files={"d.csv": data})
        r = self.done("mc-exit", dict(fit, start="0,0", exit="a > 1", mc_scheme="sgd",
                                      mc_paths="200"), files={"d.csv": data})
        self.assertEqual(r.summary["solver"]["step"], 0.05)
        self.assertGreater(r.results["mean_exit_time"]["value"], 0.05)
        self.refused("mc-exit", dict(LINEAR, mc_scheme="sgd", learning_rate="0.1"), "-data")


class Splitting(ProgramTest):
    def test_finds_a_rare_exit_and_does_not_depend_on_ranks(self):
        rare = dict(WELL, temperature="0.04", mc_paths="1200", mc_repeats="6", mc_dt="0.01",
                    cells="48,48")
        one = self.done("mc-splitting", rare)
        time_ = one.results["mean_exit_time"]
        # log of the exact time by quadrature
        h, inner, total = 1e-4, 0.0, 0.0
        for i in range(20000):
            x = -2 + (i + 0.5) * h
            u = (x * x - 1) ** 2 / 4 / 0.04
            inner += h * math.exp(-u)
            if x > -1:
                total += h * math.exp(u) * inner / 0.04
        self.assertLess(abs(time_["log"] - math.log(total)), 4 * time_["log_standard_error"])
        self.assertLess(time_["log_standard_error"], 0.3)
        self.assertEqual(self.done("mc-splitting", rare, ranks=3).results, one.results)

    def test_is_not_trusted_where_exits_are_not_rare(self):
        self.refused("mc-splitting", dict(WELL, temperature="1", mc_paths="200", mc_repeats="3", mc_dt="0.01"),
                     "rare exits", "mc-exit", status=3)


class CrossCheck(ProgramTest):
    CHECK = dict(LINEAR, cells="48,48", mc_paths="4000", mc_dt="0.01")

    def test_agrees_with_exits_and_with_the_stationary_state(self):
        self.done("fp-crosscheck", self.CHECK)
        still = {k: v for k, v in self.CHECK.items() if k not in ("exit", "start")}
        r = self.done("fp-crosscheck", dict(still, regions="right: x > 0.3", mc_paths="512",
                                            mc_max_time="40"))
        self.assertEqual(r.results["verdict"], "agree")
        self.assertIn("covariance x,x", r.results["comparisons"])
        self.assertIn("region_probability right", r.results["comparisons"])

    # A C + C A^T + 2 D = 0: Cxx, Cxy, Cyy = 1/45, -1/225, 1/18; circulation is their sum, 11/150
    ROTATING = dict(drift="-2*x - y, x - y", diffusion="0.04, 0.01, 0.06", cells="60,60",
                    domain="-1.2,1.2,-1.8,1.8", compile="never", mc_paths="512", mc_dt="0.02",
                    mc_max_time="30")

    def test_agrees_on_currents_whose_circulation_is_exact(self):
        with tempfile.TemporaryDirectory(prefix="escapade-") as name:
            r = self.done("fp-crosscheck", self.ROTATING, folder=name).results
            fields = (pathlib.Path(name) / "out.vti").read_text(errors="replace")
        turn = r["comparisons"]["circulation"]
        self.assertAlmostEqual(turn["fv"]["value"], 11 / 150, delta=2e-3)
        self.assertLess(abs(turn["mc"]["value"] - 11 / 150),
                        4 * math.hypot(turn["mc"]["standard_error"], turn["mc"]["step_error"]))
        self.assertLess(turn["mc"]["standard_error"], 0.002)
        for field in ("probability", "current"):
            self.assertGreater(r["field_comparisons"][field]["count"], 30)
            self.assertLess(r["field_comparisons"][field]["z"], 4)
        for array in ("z_density", "z_current", "current_fv", "current_mc"):
            self.assertIn(f'"{array}"', fields)

    def test_sees_a_step_that_is_too_long_in_the_stationary_law(self):
        run = Run("fp-crosscheck", dict(self.ROTATING, mc_dt="0.7"))
        self.assertEqual(run.status, 5, run.output)
        self.assertFalse(run.results["step_resolved"])

    WAY = dict(WELL, exit="x > 9", set_a="x < -1", set_b="x > 1", cells="64,16", mc_dt="0.01",
               starts="-0.5,0; 0,0.2; 0.25,0")

    def test_agrees_on_committors_that_are_exact_by_quadrature(self):
        options = {k: v for k, v in self.WAY.items() if k not in ("exit", "start")}
        r = self.done("fp-crosscheck", dict(options, mc_paths="4000", mc_max_time="300")).results
        n = 2000
        weight = [math.exp((x * x - 1) ** 2) for x in (-1 + 2 * (i + 0.5) / n for i in range(n))]
        for start in ("-0.5, 0", "0, 0.2", "0.25, 0"):
            x = float(start.split(",")[0])
            exact = sum(weight[:round((x + 1) / 2 * n)]) / sum(weight)
            c = r["comparisons"][f"committor at ({start})"]
            self.assertLess(abs(c["fv"]["value"] - exact), c["fv"]["error"] + 2e-3)
            self.assertLess(abs(c["mc"]["value"] - exact),
                            4 * math.hypot(c["mc"]["standard_error"], c["mc"]["step_error"]))
            self.assertLess(c["mc"]["standard_error"], 0.01)
        q = self.done("fp-committor", dict(options)).results["committor"]
        self.assertEqual([a["start"] for a in q], [[-0.5, 0], [0, 0.2], [0.25, 0]])

    def test_refuses_committors_that_are_given(self):
        options = {k: v for k, v in self.WAY.items() if k not in ("exit", "starts")}
        self.refused("fp-crosscheck", dict(options, start="-1.5,0"), "-set_a", "-start")
        self.refused("fp-crosscheck", dict(options, start="0,0", set_b="x > "), "-set_b")
        del options["set_b"]
        self.refused("fp-crosscheck", dict(options, start="0,0"), "-set_b")

    def test_writes_z_at_every_start(self):
        with tempfile.TemporaryDirectory(prefix="escapade-") as name:
            options = {k: v for k, v in self.CHECK.items() if k != "start"}
            self.done("fp-crosscheck", dict(options, starts="0,0; 0.2,0.1"), folder=name)
            points = (pathlib.Path(name) / "out_z.vtp").read_text(errors="replace")
        self.assertIn('"z mean_exit_time"', points)

    def test_fails_at_a_step_that_is_much_too_long(self):
        run = Run("fp-crosscheck", dict(self.CHECK, mc_dt="1", mc_bridge="false"))
        self.assertEqual(run.status, 5, run.output)
        self.assertEqual(run.results["verdict"], "disagree")


main()
