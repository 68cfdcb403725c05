"""Inputs as users write them: constants in numbers, parameters by name, tables of any kind, sweeps."""
import csv
import os
import random
import signal
import subprocess
import tempfile
import time

from running import ALONE, BIN, LINEAR, ProgramTest, Run, WELL, main

DATA = "# a comment\n;x;note;pi;y\n0;1;red;3;2.1\n1;2;;3;3.9\n2;3;blue;3;6.2\n3;4;-;3;7.8\n"
SGD = dict(variables="a,b", model="a*x + b", data="d.csv", target="y", learning_rate="0.01", batch_size="2",
           domain="-3,5,-3,5", start="1,1", compile="never")


class Constants(ProgramTest):
    def test_numbers_are_constant_expressions(self):
        run = self.done("fp-stationary", dict(potential="cos(x) + cos(y)", temperature="1", domain="-pi,pi,-pi,pi",
                                              boundary="periodic", cells="2^4,16", compile="never"))
        self.assertAlmostEqual(run.results["mean"]["value"][0], 0)
        self.refused("fp-stationary", dict(LINEAR, domain="-pi,pi,-pi,tau"), "tau")

    def test_parameters_count_in_numbers_and_are_merged_by_name(self):
        problem = {"p.yaml": "drift: -k*x, -k*y\ndiffusion: D\nparameters: k=1,D=1\ndomain: -4*k,4*k,-4,4\n"
                             "cells: 32,32\ncompile: never\n"}
        run = self.done("fp-stationary", dict(problem="p.yaml", parameters="k=2"), files=problem)
        self.assertEqual(run.summary["options"]["parameters"], "k=2,D=1")
        self.assertEqual(run.summary["options"]["domain"], "-8,8,-4,4")

    def test_parameters_are_swept(self):
        run = self.done("fp-exit", dict(LINEAR, drift="-k*x, -y", parameters="k=1", sweep="k=1,2"))
        times = [entry["mean_exit_time"]["value"] for entry in run.results["sweep"]]
        self.assertLess(times[0], times[1])
        self.assertIsNone(run.results["fit"]["slope_standard_error"]) # two points lie on every line
        self.assertIn("two points", run.results["fit"]["error_unknown"])
        self.assertIn("error unknown: two points", run.output)


class Sweeps(ProgramTest):
    def test_of_what_changes_nothing_are_refused(self):
        idle = Run("fp-exit", dict(WELL, sweep="batch_size=1,2")) # known after the second value
        self.assertEqual((idle.status, idle.files), (2, []), idle.error)
        self.assertIn("-sweep batch_size: changes nothing", idle.error)
        self.refused("fp-stationary", dict(LINEAR, sweep="t_end=1,2"), "-sweep", "t_end")

    def test_of_parameters_change_the_numbers_that_depend_on_them(self):
        box = dict(LINEAR, domain="-w,w,-w,w", parameters="w=2,v=1")
        run = self.done("fp-stationary", dict(box, sweep="w=2,3"))
        widths = [entry["covariance"]["value"][0][0] for entry in run.results["sweep"]]
        self.assertLess(widths[0], widths[1])
        self.assertEqual(run.summary["options"]["domain"], "-w,w,-w,w")
        self.refused("fp-stationary", dict(box, sweep="v=1,2"), "-sweep", "'v'", "no expression")

    def test_take_ranges_and_constant_expressions(self):
        at = lambda sweep: [entry["at"]["k"] for entry in self.done(
            "fp-exit", dict(LINEAR, drift="-k*x, -y", parameters="k=1,c=2", sweep=sweep)).results["sweep"]]
        self.assertEqual(at("k=0:0.3:4"), [0, 0.1, 0.2, 0.3])
        self.assertEqual(at("k=0.01:1:3:log"), [0.01, 0.1, 1])
        self.assertEqual(at("k=1/4,c*2"), [0.25, 4])

    def test_of_two_names_make_the_product_with_a_row_each(self):
        both = ("-sweep", "k=1,2", "-sweep", "diffusion=0.5,0.7,0.9")
        with tempfile.TemporaryDirectory(prefix="escapade-") as folder:
            run = self.done("fp-exit", dict(LINEAR, drift="-k*x, -y", parameters="k=1"), arguments=both, folder=folder)
            with open(os.path.join(folder, "out.csv")) as table:
                rows = list(csv.DictReader(table))
        entries = run.results["sweep"]
        self.assertEqual([tuple(entry["at"].values()) for entry in entries],
                         [(k, d) for k in (1, 2) for d in (0.5, 0.7, 0.9)])
        self.assertNotIn("fit", run.results)
        self.assertEqual(len(rows), 6)
        for row, entry in zip(rows, entries):
            self.assertEqual((float(row["k"]), float(row["diffusion"])), tuple(entry["at"].values()))
            self.assertEqual(float(row["mean_exit_time"]), entry["mean_exit_time"]["value"])
            self.assertEqual(float(row["mean_exit_time_error"]), entry["mean_exit_time"]["error"])
        one = self.done("fp-exit", dict(LINEAR, drift="-2*x, -y", diffusion="0.7", compile="never"))
        self.assertEqual(one.results["mean_exit_time"], entries[4]["mean_exit_time"])
        listed = self.done("fp-exit", dict(problem="p.yaml"), files={"p.yaml": "sweep: [k=1,2, diffusion=0.5,0.7,0.9]\n" + "".join(
            f"{name}: '{value}'\n" for name, value in dict(LINEAR, drift="-k*x, -y", parameters="k=1").items())})
        self.assertEqual(listed.results["sweep"][5]["mean_exit_time"], entries[5]["mean_exit_time"])

    def test_of_a_product_are_idle_only_where_the_other_changes(self):
        product = dict(LINEAR, drift="-x, -y + a*b", parameters="a=0,b=0", exit="y > 1")
        self.done("fp-exit", product, arguments=("-sweep", "a=0,1", "-sweep", "b=0,1")) # b is idle at a = 0
        idle = Run("fp-exit", dict(product, drift="-x, -y + a + 0*b"), arguments=("-sweep", "a=0,1", "-sweep", "b=0,1"))
        self.assertEqual((idle.status, idle.files), (2, []), idle.error)
        self.assertIn("-sweep b: changes nothing", idle.error)

    def test_of_text_of_nothing_and_of_unknown_names_are_refused(self):
        options = dict(LINEAR, drift="-k*x, -y", parameters="k=1")
        for bad in ("k=a,b", "q=1,2", "k=", "=1", "k=1:2", "k=1:2:1", "k=-1:2:4:log", "k=1:2:3:lin", "k=1,,2", "k=1,2,1", "k=1,1:3:3",
                    "solver=1,2", "output=1,2", "k", "k=1,2; k=3,4", "k=1,2; diffusion=1,2; exit=3"):
            self.refused("fp-exit", dict(options, sweep=bad), "-sweep")

    def test_fields_that_no_run_has_are_refused_before_it(self):
        self.refused("fp-exit", dict(WELL, fields="mean_exit_time,density"), "'density'", "log_mean_exit_time")
        self.assertIn("out.vti", self.done("fp-exit", dict(WELL, fields="log_mean_exit_time, exit_probability_0")).files)
        drift = dict(drift="x-x^3,-y", diffusion="0.1", domain="-2,2,-2,2", cells="24,24")
        self.done("fp-landscape", dict(drift, fields="drift"))
        self.refused("fp-landscape", dict(drift, fields="drift,nothing"), "'nothing'", "basin, drift")
        self.done("fp-crosscheck", dict(WELL, fields="mean_exit_time", mc_paths="200"), status=5)

    def test_that_were_stopped_go_on(self):
        options = dict(WELL, cells="96,96", sweep="temperature=0.2:0.4:12", output="out")
        command = [str(BIN / "fp-exit")] + [word for name, value in options.items() for word in ("-" + name, value)]
        strip = lambda entry: {key: value for key, value in entry.items() if key != "solver"} # seconds differ
        whole = self.done("fp-exit", options)
        for stop, said in ((signal.SIGTERM, "the same command goes on"), (signal.SIGKILL, "")):
            with tempfile.TemporaryDirectory(prefix="escapade-") as folder:
                run = subprocess.Popen(command, cwd=folder, env=ALONE, text=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
                while not os.path.exists(os.path.join(folder, "out.sweep")) and run.poll() is None:
                    time.sleep(0.002)
                run.send_signal(stop)
                error = run.communicate(timeout=60)[1]
                self.assertNotEqual(run.returncode, 0)
                self.assertIn(said, error)
                again = self.done("fp-exit", options, folder=folder)
                self.assertIn("-sweep goes on: ", again.error)
                self.assertEqual(list(map(strip, again.results["sweep"])), list(map(strip, whole.results["sweep"])))
                self.assertEqual(again.files, whole.files)
                self.assertNotIn("goes on", self.done("fp-exit", options, folder=folder).error)

    def test_are_the_same_on_several_ranks(self):
        both = dict(LINEAR, drift="-k*x, -y", parameters="k=1", sweep="k=1,2; diffusion=0.5,0.7")
        one, two = (self.done("fp-exit", both, ranks=n).results["sweep"] for n in (1, 2))
        for a, b in zip(one, two):
            self.assertAlmostEqual(a["mean_exit_time"]["value"], b["mean_exit_time"]["value"], places=9)

    def test_leave_no_files_of_a_longer_one(self):
        with tempfile.TemporaryDirectory(prefix="escapade-") as folder:
            for name in ("out_7.txt", "output.vti", "out_a.vti"):
                open(os.path.join(folder, name), "w").close()
            self.done("fp-exit", dict(WELL, sweep="temperature=0.3,0.25,0.2"), folder=folder)
            run = self.done("fp-exit", dict(WELL, sweep="temperature=0.3,0.25"), folder=folder)
            self.assertEqual(run.files, ["out.csv", "out.json", "out_0.vti", "out_1.vti", "out_7.txt", "out_a.vti", "output.vti"])
            run = self.done("fp-exit", WELL, folder=folder)
            self.assertEqual(run.files, ["out.json", "out.vti", "out_7.txt", "out_a.vti", "output.vti"])


class Tables(ProgramTest):
    def test_columns_that_nothing_uses_are_not_read(self):
        run = self.done("mc-sgd", dict(SGD, mc_paths="1"), files={"d.csv": DATA})
        self.assertEqual(run.summary["problem"]["data"]["rows"], 4)
        self.refused("mc-sgd", dict(SGD, model="a*note + b"), "line 3", "note", files={"d.csv": DATA})
        self.done("mc-sgd", dict(SGD, model="a*x*pi + b", mc_paths="1"), files={"d.csv": DATA})

    def test_columns_of_any_name_stand_in_quotes(self):
        rows = [(k % 7 - 3.0, k) for k in range(21)]
        plain = "u,k,v\n" + "".join(f"{x},{k},{2 * x + 1 + 0.1 * (k % 3)}\n" for x, k in rows)
        options = dict(variables="a,b", data="d.csv", learning_rate="0.02", batch_size="2", sgd_noise="covariance",
                       domain="1,3,0,2", cells="24,24", error_estimate="false", accept_unresolved="true")
        simple = self.done("fp-stationary", dict(options, model="a*u + b + 0*k", target="v"), files={"d.csv": plain})
        named = plain.replace("u,k,v", '"room size";pi;price in k'.replace(";", ","))
        for target in ("price in k", '"price in k"'):
            run = self.done("fp-stationary", dict(options, model="a*\"room size\" + b + 0*'pi'", target=target),
                            files={"d.csv": named})
            self.assertEqual(run.results["mean"], simple.results["mean"])
        self.refused("fp-stationary", dict(options, model='a*"room" + b', target="price in k"), "no column",
                     files={"d.csv": named})
        self.refused("fp-stationary", dict(options, model='a*"room size + b', target="price in k"), "do not end",
                     files={"d.csv": named})
        own = self.done("fp-stationary", dict(options, variables="u,b", model='u*"u" + b + 0*k', target="v"),
                        files={"d.csv": plain})
        self.assertEqual(own.results["mean"], simple.results["mean"])

    def test_runs_that_noise_keeps_moving_say_so(self):
        rows = "x,y\n" + "".join(f"{0.1 * k - 2},{0.21 * k - 4 + 0.5 * (k % 3)}\n" for k in range(50))
        options = dict(variables="a,b", data="d.csv", model="a*x + b", learning_rate="0.05", starts="0,0", mc_paths="4")
        run = self.done("mc-sgd", dict(options, batch_size="2", mc_max_time="200"), files={"d.csv": rows})
        reason = run.results["starts"][0]["reason"]
        self.assertIn("4 of 4 still moved", reason)
        self.assertIn("noise keeps them moving", reason)
        # of residuals r about the line, with x of mean 0.45: E|g - <g>|^2 = <r^2 (x^2 + 1)>/B (N - B)/(N - 1)
        noise = float(reason.split("noise of a batch's gradient ")[1].split(":")[0])
        self.assertAlmostEqual(noise, 0.49, delta=0.03)
        run = self.done("mc-sgd", dict(options, batch_size="50", learning_rate="1e-5", mc_max_time="0.05"), files={"d.csv": rows})
        self.assertIn("on the way still", run.results["starts"][0]["reason"])

    def test_no_noise_is_told_without_a_number(self):
        draw = random.Random(3)
        points = [(draw.gauss(0, 1), draw.gauss(0, 0.3)) for _ in range(40)]
        rows = "x,y\n" + "".join(f"{x:.5f},{2 * x + 0.5 + off:.5f}\n" for x, off in points)
        run = Run("fp-stationary", dict(variables="a,b", data="d.csv", sample_loss="(a*x + b - y)^2", batch_size="40",
                                        learning_rate="0.05", sgd_noise="covariance", domain="0,4,-1,2", cells="32,32"),
                  files={"d.csv": rows})
        self.assertEqual(run.status, 3, run.error)
        self.assertIn("no noise where the probability lies", run.error)
        self.assertNotIn("nan", run.error)

    def test_a_target_may_have_the_name_of_a_variable(self):
        options = {name: value for name, value in SGD.items() if name != "variables"}
        files = {"d.csv": "u,y\n1,2.1\n2,3.9\n3,6.2\n"}
        run = self.done("mc-sgd", dict(options, model="x*u + y", mc_paths="1"), files=files)
        self.assertIn("'y'", run.error)
        self.refused("mc-sgd", dict(options, model="x*u + y", target="u"), "'y'", "-variables", files=files)

    def test_sgd_on_all_rows_rests(self):
        run = self.done("mc-stationary", dict(SGD, mc_scheme="sgd", batch_size="4", learning_rate="0.1", mc_paths="20", mc_max_time="400"),
                        files={"d.csv": DATA})
        self.assertLess(abs(run.results["covariance"]["value"][0][0]), 1e-12)
        self.assertAlmostEqual(run.results["mean"]["value"][0], 1.94, delta=0.1)
        rows = "x,y\n" + "".join(f"{0.1 * k - 2},{0.21 * k - 4 + 0.1 * (k % 3)}\n" for k in range(50))
        run = self.done("mc-stationary", dict(SGD, mc_scheme="sgd", batch_size="50", learning_rate="0.1", mc_paths="50", start="0,0"),
                        files={"d.csv": rows})
        self.assertLess(abs(run.results["covariance"]["value"][1][1]), 1e-12)

    def test_walls_that_sgd_hits_are_told(self):
        options = dict(SGD, mc_scheme="sgd", batch_size="1", mc_paths="20", mc_max_time="20")
        run = self.done("mc-stationary", dict(options, learning_rate="0.15", domain="0.5,3,-1,2"), files={"d.csv": DATA})
        self.assertGreater(run.results["wall_hits"], 0)
        self.assertIn("wider -domain", run.error)
        run = self.done("mc-stationary", dict(options, learning_rate="0.01", mc_max_time="10"), files={"d.csv": DATA})
        self.assertEqual(run.results["wall_hits"], 0)


main()
