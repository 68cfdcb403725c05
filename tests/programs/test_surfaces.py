"""Surfaces known at points: the answers of their formulas, holes, ranks, repetition, refusals."""
import math
import pathlib
import tempfile

from running import ProgramTest, Run, main

FORMULA = "-2*cos(2*x) - 1.5*cos(y) + 0.5*sin(x+y)"
PERIODIC = dict(temperature="0.6", domain="-pi,pi,-pi,pi", boundary="periodic", exit="x > 1.2 and x < 2.2", start="0,0.2",
                cells="96,96")
WELL = dict(potential="F(x,y)", table="F=fes.dat", temperature="0.5", domain="-2.5,2.5,-2.5,2.5", exit="x > 0.5",
            start="-1,0", cells="80,80")


def grid(n, low, high, periodic, value):
    """What PLUMED writes: without the last point of a period."""
    axis = [low + (high - low) * k / n for k in range(n if periodic else n + 1)]
    head = "#! FIELDS phi psi file.free\n" + "".join(
        f"#! SET min_{v} {low!r}\n#! SET max_{v} {high!r}\n#! SET nbins_{v} {len(axis)}\n#! SET periodic_{v} "
        f"{'true' if periodic else 'false'}\n" for v in ("phi", "psi"))
    rows = ["".join(f"{x:.9f} {y:.9f} {value(x, y):.9f}\n" for x in axis) for y in axis]
    return head + "\n".join(rows)


def wave(x, y):
    return -2 * math.cos(2 * x) - 1.5 * math.cos(y) + 0.5 * math.sin(x + y)


def well(x, y):
    return (x * x - 1) ** 2 * 2 + 1.5 * y * y


def with_holes(x, y):
    return well(x, y) if well(x, y) < 9 else math.inf


class Surfaces(ProgramTest):
    def test_a_periodic_plumed_grid_gives_the_formula_s_exit_time(self):
        exact = self.done("fp-exit", dict(PERIODIC, potential=FORMULA)).results["mean_exit_time"]
        run = self.done("fp-exit", dict(PERIODIC, potential="F(x,y)", table="F=fes.dat"),
                        files={"fes.dat": grid(60, -math.pi, math.pi, True, wave)})
        time = run.results["mean_exit_time"]
        self.assertLess(abs(time["value"] - exact["value"]), time["error"])
        self.assertLess(abs(time["value"] / exact["value"] - 1), 0.01)
        self.assertEqual(run.summary["problem"]["tables"]["F"]["axes"][0]["periodic"], True)
        few = self.done("fp-exit", dict(PERIODIC, potential="F(x,y)", table="F=fes.dat"),
                        files={"fes.dat": grid(16, -math.pi, math.pi, True, wave)}).results["mean_exit_time"]
        self.assertGreater(few["error"], 1.3 * time["error"])  # the interpolation's error counts
        self.assertLess(abs(few["value"] - exact["value"]), few["error"])

    def test_a_path_over_a_coarse_table_has_the_table_s_error(self):
        # from (-1, 0) to the saddle (0, 0): 2/0.5; rest points of the coarse table lie elsewhere
        files = {"fes.dat": grid(14, -2.5, 2.5, False, well)}
        for ends in ({}, {"exit": "x > 0"}):
            given = {name: value for name, value in WELL.items() if name != "exit"}
            r = self.done("fp-path", dict(given, cells="48,48", **ends), files=files).results
            for name in ("action", "action_by_minimisation"):
                off = abs(r[name]["value"] - 4)
                self.assertGreater(off, 1e-4, name)
                self.assertLess(off, r[name]["error"], name)
                self.assertLess(r[name]["error"], 0.5, name)

    def test_a_file_in_place_of_an_expression_is_told_of_tables(self):
        files = {"fes.dat": grid(20, -2.5, 2.5, False, well)}
        self.refused("fp-exit", dict(WELL, potential="fes.dat"), "is a file", '-table "F=fes.dat" -potential "F(x,y)"', files=files)
        given = {name: value for name, value in WELL.items() if name not in ("potential", "temperature")}
        self.refused("fp-exit", dict(given, drift="fes.dat"), "is a file", files=files)

    def test_a_third_without_values_is_no_part_of_the_domain(self):
        files = {"fes.dat": grid(200, -2.5, 2.5, False, with_holes)}
        run = self.done("fp-exit", WELL, files=files)
        self.assertIn("no part of the domain", run.error)
        unknown = run.summary["problem"]["tables"]["F"]["points_without_value"]
        self.assertGreater(unknown, 201 * 201 / 3)
        self.assertLess(run.summary["grid"]["unknowns"], 80 * 80 * 0.6)
        formula = {name: value for name, value in WELL.items() if name != "table"}
        exact = self.done("fp-exit", dict(formula, potential="(x^2-1)^2*2 + 1.5*y^2")).results["mean_exit_time"]
        time = run.results["mean_exit_time"]
        self.assertLess(abs(time["value"] - exact["value"]), time["error"] + exact["error"])
        both = self.done("fp-exit", WELL, files=files, ranks=2).results["mean_exit_time"]
        self.assertAlmostEqual(both["log"], time["log"], 9)
        run = self.done("mc-exit", dict(WELL, mc_paths="800"), files=files)
        self.assertNotIn("nothing of the tables' interpolation", run.error)
        self.assertLess(run.summary["solver"]["interpolation_error"]["F"], 1e-3)
        paths = run.results["mean_exit_time"]
        self.assertLess(abs(paths["value"] - time["value"]), 4 * paths["standard_error"] + time["error"])

    def test_trajectories_hold_the_error_of_a_coarse_table(self):
        few = dict(PERIODIC, potential="F(x,y)", table="F=fes.dat", mc_paths="1500")
        files = {"fes.dat": grid(16, -math.pi, math.pi, True, wave)}
        paths = self.done("mc-exit", few, files=files).results["mean_exit_time"]
        self.assertGreater(paths["standard_error"], 1.3 * paths["value"] / math.sqrt(1500))
        both = self.done("fp-crosscheck", few, files=files, status=5)  # above 5 %, for the table
        time = both.results["comparisons"]["mean_exit_time"]
        self.assertEqual(both.results["verdict"], "inconclusive")
        self.assertGreater(time["mc"]["standard_error"], 1.3 * time["mc"]["value"] / math.sqrt(1500))
        self.assertLess(abs(time["z"]), 4)
        fine = {"fes.dat": grid(60, -math.pi, math.pi, True, wave)}
        both = self.done("fp-crosscheck", few, files=fine)
        self.assertEqual(both.results["verdict"], "agree")
        with tempfile.TemporaryDirectory(prefix="escapade-") as folder:
            (pathlib.Path(folder) / "fes.dat").write_text(files["fes.dat"])
            slice_ = self.done("mc-exit", dict(few, mc_paths="100", mc_first_path="0"), folder=folder)
            self.assertIn("nothing of the tables' interpolation", slice_.error)
            joined = self.done("mc-merge", dict(inputs="out.json", output="all"), folder=folder)
            self.assertIn("nothing of the tables' interpolation", joined.error)

    def test_holes_border_like_walls(self):
        """A disc cut out of the plane by a table: the density of no drift is even, var x = R²/4."""
        disc = grid(160, -1.2, 1.2, False, lambda x, y: x if x * x + y * y < 1 else math.nan)
        problem = dict(drift="0*F(x,y), 0", diffusion="1", table="F=disc.dat", domain="-1.2,1.2,-1.2,1.2", cells="96,96")
        run = self.done("fp-stationary", problem, files={"disc.dat": disc})
        variance = run.results["covariance"]
        self.assertAlmostEqual(variance["value"][0][0], 0.25, delta=0.01)
        paths = self.done("mc-stationary", dict(problem, start="0,0", mc_paths="64", mc_max_time="20", mc_dt="5e-4"),
                          files={"disc.dat": disc}).results["covariance"]
        self.assertAlmostEqual(paths["value"][0][0], 0.25, delta=0.015)

    def test_every_expression_may_use_tables(self):
        files = {"fes.dat": grid(40, -2.5, 2.5, False, well), "d.csv": "x,D\n-3,0.4\n0,0.5\n3,0.6\n"}
        run = self.done("fp-exit", dict(drift="-8*x*(x^2-1), -3*y", diffusion="D(x)", table="D=d.csv; F=fes.dat",
                                        domain="-2,2,-2,2", exit="F(x,y) < 1.9 and x > 0", start="-1,0", cells="48,48"),
                        files=files)
        self.assertGreater(run.results["mean_exit_time"]["value"], 0)

    def test_files_are_found_beside_the_problem_file_and_runs_repeated(self):
        with tempfile.TemporaryDirectory(prefix="escapade-") as folder:
            home = pathlib.Path(folder) / "a"
            home.mkdir()
            (home / "fes.dat").write_text(grid(20, -2.5, 2.5, False, well))
            (home / "p.yaml").write_text("".join(f"{name}: {value}\n" for name, value in WELL.items()))
            first = self.done("fp-exit", dict(problem="a/p.yaml"), folder=folder)
            self.assertEqual(first.summary["options"]["table"], "F=a/fes.dat")
            again = self.done("fp-exit", dict(rerun="out.json", output="out"), folder=folder)
            self.assertEqual(again.results, first.results)

    def test_what_cannot_be_used_is_refused_in_a_line(self):
        flat = "x,y,f\n" + "".join(f"{x},{y},3\n" for x in range(4) for y in range(4))
        files = {"fes.dat": grid(20, -2.5, 2.5, False, with_holes), "flat.csv": flat}

        def refused(*words, **options):
            run = Run("fp-exit", dict(WELL, **options), files=files)
            self.assertEqual((run.status, len(run.lines), run.files), (2, 1, []), run.error)
            for word in words:
                self.assertIn(word, run.lines[0])

        refused("cannot be read", table="F=none.dat")
        refused("there is no column 'g'; it has file.free", table="F=fes.dat:g")
        refused("all values are the same, 3", table="F=flat.csv")
        refused("give NAME=FILE", table="fes.dat")
        refused("taken already", table="x=fes.dat")
        refused("reserved", table="exp=fes.dat")
        refused("takes two arguments", potential="F(x)")
        refused("is not periodic along phi", boundary="periodic", exit="x > 0.5 and x < 1")
        refused("lies beyond the tables", domain="5,6,5,6", exit="x > 5.5", start="5.2,5.2")
        refused("in a hole of a table", start="-2.4,2.4")


if __name__ == "__main__":
    main()
