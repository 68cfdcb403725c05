"""Trajectories: checkpoints, slices, SGD itself, averages, splitting, and a cross-check that fails."""
import math
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

    def refused_here(self, folder, options, word):
        run = Run("mc-exit", dict(options, output="other"), folder=folder)
        self.assertEqual(run.status, 2, run.error)
        self.assertIn(word, run.error)


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
            twice = Run("mc-merge", {"inputs": "slice0.json,slice0.json", "output": "x"}, folder=name)
            self.assertEqual(twice.status, 2)
            self.assertIn("two files", twice.error)


class Steps(ProgramTest):
    def test_are_halved_until_the_answer_is_stable(self):
        r = self.done("mc-exit", dict(SHORT, mc_dt="auto"))
        tried = r.summary["solver"]["steps_tried"]
        self.assertGreaterEqual(len(tried), 2)
        self.assertAlmostEqual(tried[0]["step"], 2 * tried[1]["step"])
        self.assertEqual(tried[-1]["step"], r.summary["solver"]["step"])


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

    def test_fails_at_a_step_that_is_much_too_long(self):
        run = Run("fp-crosscheck", dict(self.CHECK, mc_dt="1", mc_bridge="false"))
        self.assertEqual(run.status, 5, run.output)
        self.assertEqual(run.results["verdict"], "disagree")


main()
