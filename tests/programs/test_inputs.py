"""Inputs as users write them: constants in numbers, parameters by name, tables of any kind, sweeps."""
import os
import tempfile

from running import LINEAR, ProgramTest, Run, WELL, main

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


class Sweeps(ProgramTest):
    def test_of_what_changes_nothing_are_refused(self):
        idle = Run("fp-exit", dict(WELL, sweep="batch_size=1,2")) # known after the second value
        self.assertEqual((idle.status, idle.files), (2, []), idle.error)
        self.assertIn("-sweep batch_size: changes nothing", idle.error)
        self.refused("fp-stationary", dict(LINEAR, sweep="t_end=1,2"), "-sweep", "t_end")

    def test_leave_no_files_of_a_longer_one(self):
        with tempfile.TemporaryDirectory(prefix="escapade-") as folder:
            for name in ("out_7.txt", "output.vti", "out_a.vti"):
                open(os.path.join(folder, name), "w").close()
            self.done("fp-exit", dict(WELL, sweep="temperature=0.3,0.25,0.2"), folder=folder)
            run = self.done("fp-exit", dict(WELL, sweep="temperature=0.3,0.25"), folder=folder)
            self.assertEqual(run.files, ["out.json", "out_0.vti", "out_1.vti", "out_7.txt", "out_a.vti", "output.vti"])
            run = self.done("fp-exit", WELL, folder=folder)
            self.assertEqual(run.files, ["out.json", "out.vti", "out_7.txt", "out_a.vti", "output.vti"])


class Tables(ProgramTest):
    def test_columns_that_nothing_uses_are_not_read(self):
        run = self.done("mc-sgd", dict(SGD, mc_paths="1"), files={"d.csv": DATA})
        self.assertEqual(run.summary["problem"]["data"]["rows"], 4)
        self.refused("mc-sgd", dict(SGD, model="a*note + b"), "line 3", "note", files={"d.csv": DATA})
        self.done("mc-sgd", dict(SGD, model="a*x*pi + b", mc_paths="1"), files={"d.csv": DATA})

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
