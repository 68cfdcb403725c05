"""What programs print and write when all is well."""
import math
import pathlib
import tempfile

from running import LINEAR, WELL, ProgramTest, Run, main

REST = dict(drift="-2*x - y, x - y", diffusion="0.04, 0.01, 0.06", domain="-1.2,1.2,-1.8,1.8",
            cells="24,24", frame="axes", compile="never")
PATHS = dict(WELL, mc_paths="300", mc_dt="0.02", mc_seed="7")


def exact_time(T):
    """Mean time from x = -1 to 0 in (x² - 1)²/4 between a wall at -2 and the exit."""
    def v(x):
        return (x * x - 1) ** 2 / 4 / T
    n, a = 3000, -2.0
    h = 2.0 / n
    inner, total = 0.0, 0.0
    for k in range(n):  # midpoints, second order
        x = a + (k + 0.5) * h
        inner += 0.5 * h * math.exp(-v(x))
        if x > -1:
            total += h * math.exp(v(x)) * inner / T
        inner += 0.5 * h * math.exp(-v(x))
    return total


class Numbers(ProgramTest):
    def test_graded_cells_resolve_a_narrow_well(self):
        narrow = dict(potential="(x-1)^2/2 + 4*(y+2)^2/2", temperature="0.00004",
                      domain="-6,6,-6,6", cells="64,64", grade="auto", compile="never")
        run = self.done("fp-stationary", narrow)
        covariance = run.results["covariance"]["value"]
        self.assertAlmostEqual(covariance[0][0] / 4e-5, 1, 2)
        self.assertAlmostEqual(covariance[1][1] / 1e-5, 1, 2)
        least, most = run.summary["grid"]["graded_spacing"][0]
        self.assertLess(40 * least, most)
        self.assertIn("out.vts", run.files)

    def test_grids_that_only_errors_need_may_be_refused(self):
        # 33 rows: the middle one takes all; of 22 nothing joins the halves
        apart = dict(drift="-x,-y", diffusion="0.1,0,0", domain="-2,2,-0.6875,0.6875", cells="48,33", compile="never")
        run = self.done("fp-stationary", apart)
        self.assertIn("errors are told without the grid of 32 x 22 cells: the domain falls into closed parts", run.error)
        variance, error = (run.results["covariance"][key][0][0] for key in ("value", "error"))
        a = 2 / math.sqrt(0.1)  # of a normal distribution between walls a standard deviations away
        exact = 0.1 * (1 - 2 * a * math.exp(-a * a / 2) / math.sqrt(2 * math.pi) / math.erf(a / math.sqrt(2)))
        self.assertLess(abs(variance - exact), error)
        self.assertLess(error, 1e-6)
        few = dict(potential="x^2 + y^2", temperature="0.1", domain="-2,2,-2,2", cells="8,8", compile="never")
        run = self.done("fp-modes", dict(few, modes="40"))
        self.assertIn("errors are told without the grid of 6 x 6 cells: -modes 40: the grid has only 36 cells", run.error)
        self.assertEqual(run.results["eigenvalue_errors"], [[None, None]] * 40)
        run = self.done("fp-stationary", dict(apart, domain="-2,2,-0.625,0.625", cells="48,15"))  # then 10 and 8 rows
        self.assertEqual(run.results["covariance"]["error_unknown"], "the coarser grids are refused")

    def test_petsc_options_choose_elimination_for_the_krylov_solver(self):
        direct = dict(WELL, solver="krylov", solve_ksp_type="preonly", solve_pc_type="lu",
                      solve_pc_factor_mat_solver_type="gth", error_estimate="false")
        expected = self.done("fp-exit", dict(WELL, error_estimate="false"))
        for ranks in (1, 2):
            run = self.done("fp-exit", direct, ranks=ranks)
            self.assertEqual(run.summary["solver"]["kind"], "krylov")
            self.assertLess(run.summary["solver"]["certificate"], 1e-10)
            self.assertAlmostEqual(run.results["mean_exit_time"]["log"],
                                   expected.results["mean_exit_time"]["log"], 12)

    def test_exit_time_of_the_double_well_with_its_error(self):
        run = self.done("fp-exit", dict(WELL, cells="48,48"))
        exact = exact_time(0.25)
        time = run.results["mean_exit_time"]
        off = abs(time["value"] - exact)
        self.assertLess(off, 5e-3 * exact)
        self.assertLess(off, 1.5 * time["error"])
        self.assertLess(time["error"], 3 * off)
        self.assertLess(abs(time["extrapolated"] - exact), 1e-4 * exact)
        self.assertAlmostEqual(time["log"], math.log(time["value"]), 12)
        self.assertEqual(run.results["exit_probability"]["x > 0"]["value"], 1)
        self.assertIn("mean exit time", run.output)
        self.assertIn("out.json", run.output)
        self.assertIn("out.json", run.files)
        self.assertTrue(any(name.startswith("out.vt") for name in run.files), run.files)

    def test_no_value_at_spacing_0_behind_a_corner_that_points_inwards(self):
        # All four grids show order 2 within 0.04. Right is 0.6978994, by the series of the sector.
        run = self.done("fp-exit", dict(drift="0,0", diffusion="0.7935", domain="-1.3,1.3,-1.3,1.3", cells="128,128",
                                        start="-0.2793,-0.6137", exit="x^2+y^2 > 1.185^2 or "
                                        "(-0.969459885241202*y - 0.245249935592481*x < 0 and "
                                        "0.805287943340742*y - 0.592883907953351*x > 0)"))
        round_the_rim = run.results["exit_probability"]["x^2+y^2 > 1.185^2"]
        self.assertLess(abs(round_the_rim["value"] - 0.6978994482), 1.5 * round_the_rim["error"])
        self.assertNotIn("extrapolated", round_the_rim)

    def test_trajectories_agree_with_it(self):
        run = self.done("mc-exit", dict(PATHS, mc_paths="2000"))
        time = run.results["mean_exit_time"]
        self.assertEqual(time["samples"], 2000)
        self.assertLess(abs(time["value"] - exact_time(0.25)), 4 * time["standard_error"] + 0.1)
        self.assertEqual(run.results["timed_out"] if isinstance(run.results["timed_out"], int)
                         else run.results["timed_out"]["value"], 0)

    def test_crosscheck_agrees(self):
        run = self.done("fp-crosscheck", dict(PATHS, mc_paths="3000", cells="48,48"))
        z = run.results["comparisons"]["mean_exit_time"]["z"]
        self.assertLess(abs(z), 4)
        self.assertEqual(run.results["verdict"], "agree")

    def test_crosscheck_is_inconclusive_where_errors_hide_a_difference(self):
        # of 300 exit times the mean is known to 6 %
        run = Run("fp-crosscheck", PATHS)
        self.assertEqual(run.status, 5, run.error)
        self.assertEqual(run.results["verdict"], "inconclusive")
        self.assertLess(abs(run.results["comparisons"]["mean_exit_time"]["z"]), 4)

    def test_crosscheck_disagrees_with_status_5_and_files(self):
        # a grid far too coarse that is told to claim no error
        run = Run("fp-crosscheck", dict(PATHS, cells="4,4", temperature="0.1",
                                        error_estimate="false", mc_paths="2000", mc_dt="0.01"))
        self.assertEqual(run.status, 5, run.error)
        self.assertIn("out.json", run.files)
        self.assertGreater(abs(run.results["comparisons"]["mean_exit_time"]["z"]), 4)

    def test_covariance_of_a_linear_process(self):
        run = self.done("fp-stationary", dict(REST, cells="64,64"))
        c, error = run.results["covariance"]["value"], run.results["covariance"]["error"]
        # A C + C Aᵀ = 2 D for A = [[2, 1], [-1, 1]], D = [[0.04, 0.01], [0.01, 0.06]]
        cxx, cxy, cyy = c[0][0], c[0][1], c[1][1]
        self.assertEqual(c[0][1], c[1][0])
        for left, right in ((4 * cxx + 2 * cxy, 0.08), (3 * cxy - cxx + cyy, 0.02),
                            (2 * cyy - 2 * cxy, 0.12)):
            self.assertLess(abs(left - right), 8 * max(error[0] + error[1]))
        self.assertEqual(run.results["negative_cells"], 0)
        self.assertLess(run.results["balance_residual"], 1e-14)
        entropy = run.results["entropy_production_rate"]
        self.assertLess(abs(entropy["value"] - 1.7536232), 3 * entropy["error"])

    def test_critical_points_of_the_double_well(self):
        run = self.done("fp-landscape", dict(WELL))
        points = run.results["critical_points"]
        self.assertEqual([p["type"] for p in points], ["minimum", "minimum", "saddle"])
        self.assertLess(max(abs(c) for c in points[2]["position"]), 1e-12)
        eigenvalues = points[2]["hessian_eigenvalues"]
        self.assertLess(abs(eigenvalues[0] + 1) + abs(eigenvalues[1] - 1), 1e-12)

    def test_probabilities_of_parts_sum_to_one(self):
        run = self.done("fp-exit", dict(LINEAR, exit="x>0.5 or y > 0.4",
                                        boundary="absorbing,reflecting,reflecting,reflecting"))
        parts = run.results["exit_probability"]
        self.assertEqual(list(parts), ["x > 0.5", "y > 0.4", "side x0"])
        self.assertAlmostEqual(sum(p["value"] for p in parts.values()), 1, 14)

    def test_several_starts_give_lists(self):
        options = dict(WELL, starts="-1,0; -0.5,0.3")
        del options["start"]
        run = self.done("fp-exit", options)
        self.assertEqual(len(run.results["mean_exit_time"]), 2)
        self.assertLess(run.results["mean_exit_time"][1]["value"],
                        run.results["mean_exit_time"][0]["value"])


class Summary(ProgramTest):
    KEYS = ("schema", "program", "version", "commit", "seed", "options", "problem", "grid",
            "solver", "ranks", "unused_options", "results")

    def test_holds_every_key(self):
        for program, options in (("fp-exit", WELL), ("mc-exit", PATHS),
                                 ("fp-crosscheck", dict(PATHS, mc_paths="3000", cells="48,48")),
                                 ("fp-landscape", WELL),
                                 ("fp-stationary", REST)):
            summary = self.done(program, options).summary
            for key in self.KEYS:
                self.assertIn(key, summary, program)
            self.assertEqual(summary["program"], program)
            self.assertEqual(summary["ranks"], 1)
            self.assertIsInstance(summary["schema"], int)
        grid = self.done("fp-exit", WELL).summary["grid"]
        for key in ("kind", "cells", "frame_angle", "unknowns", "isolated"):
            self.assertIn(key, grid)
        solver = self.done("fp-exit", WELL).summary["solver"]
        for key in ("kind", "precision", "iterations", "certificate", "seconds", "memory_bytes"):
            self.assertIn(key, solver)
        for program, options in (("mc-exit", dict(WELL, mc_paths="20")),
                                 ("fp-path", {name: value for name, value in WELL.items() if name != "exit"}),
                                 ("fp-landscape", WELL)):
            there = self.done(program, options).summary["solver"]
            self.assertEqual(list(there)[:6], list(solver)[:6])
            self.assertGreater(there["seconds"], 0)

    def test_tells_what_has_no_part_in_a_run(self):
        closed = {k: v for k, v in WELL.items() if k != "exit"}
        run = self.done("fp-modes", dict(closed, solver="multilevel", modes="2"))
        self.assertIn("-solver multilevel has no part", run.error)
        self.assertEqual(run.summary["unused_options"], ["solver"])
        self.assertEqual(self.done("fp-modes", dict(closed, modes="2")).error, "")
        run = self.done("fp-evolve", dict(closed, initial="exp(-x^2)", t_end="1", frames="1"))
        self.assertIn("-initial is given", run.error)
        self.assertIn("not at -start", run.error)

    def test_tells_of_grids_too_small_for_errors(self):
        run = self.done("fp-exit", dict(WELL, cells="4,60"))
        self.assertIn("-cells 4,60: no errors are estimated", run.error)
        self.assertIsNone(run.results["mean_exit_time"]["error"])
        run = self.done("fp-exit", dict(WELL, cells="4,60", error_estimate="false"))
        self.assertNotIn("no errors", run.error)
        self.assertNotIn("no errors", self.done("fp-exit", dict(WELL, cells="8,60")).error)

    def test_modes_that_may_be_a_pair_have_an_imaginary_part_with_an_error(self):
        # nearly critical damping: 0.4 and 0.6, which a coarse grid takes for a pair
        run = self.done("fp-modes", dict(variables="x,v", drift="v, -0.24*x - v", diffusion="0, 0, 0.1",
                                         domain="-3,3,-2,2", cells="32,32", modes="3", compile="never"))
        values, errors = run.results["eigenvalues"], run.results["eigenvalue_errors"]
        self.assertEqual(values[0], [values[1][0], -values[1][1]])
        self.assertEqual(errors[0], errors[1])
        self.assertGreater(errors[0][1], abs(values[0][1]))
        for right in (0.4, 0.6):
            self.assertLess(abs(values[0][0] - right), errors[0][0])

    def test_modes_of_drift_that_moves_by_itself_are_not_trusted(self):
        # y' = -y has the rate 1; edges have 1/2 on every grid
        alone = dict(drift="-x,-y", diffusion="0.5,0,0", domain="-3,3,-1,1", cells="32,33", modes="3")
        oblique = dict(drift="-1.4*x+0.3*y, 0.3*x-1.4*y", diffusion="0.5,0.5,0.5", domain="-3,3,-3,3", cells="33,33", modes="2")
        for options in (alone, oblique):
            said = self.refused("fp-modes", options, "moves by itself", "add a floor to the noise", status=3)
            self.assertNotIn("more -cells", said)  # every grid has the same wrong rates
        shown = self.done("fp-modes", dict(alone, accept_unresolved="true"))
        self.assertIsNone(shown.results["eigenvalue_errors"][0][0])
        self.done("fp-modes", dict(alone, drift="y-x,-y+x/2"))

    def test_modes_tell_up_to_which_frequency_they_were_sought(self):
        turning = dict(drift="-x - 20*y, 20*x - y", diffusion="1", domain="-5,5,-5,5", cells="48,48", modes="3",
                       error_estimate="false", accept_unresolved="true", compile="never")
        run = self.done("fp-modes", turning)
        self.assertLess(run.results["frequency_searched"], 40)  # the modes 2 +- 40i are not among those listed
        self.assertGreater(run.results["frequency_searched"], 15)
        rest = self.done("fp-modes", {k: v for k, v in WELL.items() if k != "exit"})
        self.assertNotIn("frequency_searched", rest.results)

    def test_lists_options_of_no_use(self):
        run = self.done("fp-exit", dict(WELL, mc_paths="50"))
        self.assertIn("mc_paths", str(run.summary["unused_options"]))
        self.assertNotIn("temperature", str(run.summary["unused_options"]))
        other = self.done("fp-exit", dict(WELL, learning_rate="0.1", cells="24,24"))
        self.assertEqual(other.summary["unused_options"], ["learning_rate"])  # of another kind of problem
        run = self.done("mc-stationary", dict(
            potential=WELL["potential"], temperature="0.1", domain=WELL["domain"], compile="never",
            mc_paths="64", mc_max_time="5", mc_checkpoint="ck"))
        self.assertIn("mc_checkpoint", str(run.summary["unused_options"]))
        self.assertNotIn("ck", run.files)


class Files(ProgramTest):
    YAML = """# a comment
potential: (x^2-1)^2/4 + y^2/2
temperature: 0.25
domain: [-2, 2, -2, 2]
exit: x > 0
start: -1,0
cells: [24, 24]
compile: never
mc_paths: 50
"""

    def test_problem_files_hold_the_same_options(self):
        run = self.done("fp-exit", dict(problem="p.yaml"), files={"p.yaml": self.YAML})
        self.assertEqual(run.results, self.done("fp-exit", WELL).results)

    def test_later_files_and_the_command_line_win(self):
        files = {"p.yaml": self.YAML, "q.yaml": "temperature: 0.5\n"}
        both = self.done("fp-exit", {}, files=files,
                         arguments=("-problem", "p.yaml", "-problem", "q.yaml"))
        self.assertEqual(both.results, self.done("fp-exit", dict(WELL, temperature="0.5")).results)
        line = self.done("fp-exit", {}, files=files,
                         arguments=("-temperature", "0.5", "-problem", "p.yaml"))
        self.assertEqual(line.results, both.results)

    def test_double_minus_and_blanks_are_fine(self):
        plain = self.done("fp-exit", dict(LINEAR, drift="-x,-y"))
        odd = self.done("fp-exit", {}, arguments=[
            word for name, value in dict(LINEAR, drift=" -x ,  -y").items()
            for word in ("--" + name, value)])
        self.assertEqual(plain.results, odd.results)

    def test_data_lie_beside_the_problem_file(self):
        with tempfile.TemporaryDirectory(prefix="escapade-") as elsewhere:
            place = pathlib.Path(elsewhere)
            (place / "d.csv").write_text("x,y\n0,1\n1,2.2\n2,2.7\n3,4.3\n")
            (place / "p.yaml").write_text(
                "variables: a,b\nmodel: a*x + b\ndata: d.csv\ntarget: y\nlearning_rate: 0.01\n"
                "batch_size: 1\ndomain: -1,3,-1,3\ncells: 16,16\ncompile: never\n")
            run = self.done("fp-landscape", dict(problem=str(place / "p.yaml")))
            # least squares: a = 1.04, b = 0.99
            at = run.results["critical_points"][0]["position"]
            self.assertLess(abs(at[0] - 1.04) + abs(at[1] - 0.99), 1e-10)


class Words(ProgramTest):
    def test_help_version_and_citations_need_no_problem(self):
        for program in ("fp-exit", "fp-stationary", "fp-landscape", "mc-exit", "fp-crosscheck"):
            for option, word in (("help", "-domain"), ("version", program), ("citations", "@")):
                run = Run(program, {}, arguments=("-output", "out", "-" + option))
                self.assertEqual(run.status, 0)
                self.assertIn(word, run.output)
                self.assertEqual(run.files, [])


main()
