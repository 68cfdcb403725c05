"""Bad input: one line on stderr, exit status 2 (4 where an output cannot be written), no files."""
import re
import os
import pathlib
import subprocess
import tempfile

from running import BIN, LINEAR, WELL, ProgramTest, Run, main


def given(base, **more):
    """Options with some more; None removes one."""
    return {k: v for k, v in dict(base, **more).items() if v is not None}


def closed(**more):
    return given(LINEAR, exit=None, start=None, **more)


class Flow(ProgramTest):
    PLANE = dict(drift="-x-30*y, 30*x-y", diffusion="1", domain="-2,2,-2,2", cells="32,32", transport="flow", compile="never")

    def test_a_flow_that_leaves_all_sides(self):
        self.refused("fp-stationary", dict(self.PLANE, drift="x-0.1*y, y+0.1*x"), "leads out of the domain all along its sides")

    def test_drift_that_is_no_number_on_a_streamline(self):
        # no centre of a cell lies within 0.05 of x = 0
        self.refused("fp-stationary", dict(self.PLANE, drift="-x-30*y + 1e-9*sqrt(x^2-0.0025), 30*x-y"), "not finite", "on a streamline")
        self.refused("fp-stationary", dict(self.PLANE, drift="-x-30*y/(x-0.013), 30*x-y"), "too steep for a streamline")

    def test_noise_that_no_jump_can_spare(self):
        self.refused("fp-stationary", dict(self.PLANE, drift="-x-3000*y, 3000*x-y", diffusion="1e-3"), "scheme itself diffuses", status=3)

    def test_factors_that_do_not_fit(self):
        self.refused("fp-stationary", dict(self.PLANE, cells="30000,30000"), "-cells 30000,30000: needs about", "fit")

    def test_the_multilevel_solver(self):
        self.refused("fp-stationary", dict(self.PLANE, solver="multilevel"), "not jumps")


class Coefficients(ProgramTest):

    def test_regions_that_are_no_numbers(self):
        rest = {k: v for k, v in WELL.items() if k not in ("exit", "start")}
        self.refused("fp-stationary", dict(rest, regions="a: x > sqrt(-1); b: y > 0"), "region a", "not a number")
        self.refused("fp-stationary", dict(rest, regions="a: log(x) > 0"), "region a", "not a number")
        self.refused("fp-committor", dict(rest, set_a="x < log(y)", set_b="x > 1"), "not a number")

    def test_sets_that_the_grid_steps_over_are_not_trusted(self):
        # discs and strips thinner than a cell, which no edge meets: paths through them end there
        still = dict(drift="0,0", diffusion="0.5", domain="-1.3,1.3,-1.3,1.3", cells="64,64", compile="never")
        disc = dict(still, exit="x^2+y^2 > 1 or x^2+y^2 < 0.0004", start="0.6,0")
        strip = dict(still, exit="x > 0.8 or x > 0.2 and x < 0.2005", start="-0.4,0.1")
        whole = dict(still, exit="(x > 0.8 or (x-0.2)*(x-0.2005) < 0)", start="-0.4,0.1")
        for options in (disc, strip, whole):
            self.refused("fp-exit", options, "between cells", status=3)
        self.refused("fp-rate", {k: v for k, v in disc.items() if k != "start"}, "between cells", status=3)
        self.refused("fp-committor", dict(still, set_a="x < -1", start="0.1,0",
                                          set_b="x > 1 or (x > 0.3 and x < 0.3005)"), "between cells", status=3)
        alone = "abs(x-0.2002) < 0.0001"
        self.refused("fp-exit", dict(still, exit=alone, start="-0.4,0.1"), "between cells", status=3)
        line = dict(variables="x", drift="0", diffusion="0.5", domain="-1.3,1.3", cells="64", start="-0.4", compile="never")
        self.refused("fp-exit", dict(line, exit=alone), "between cells", status=3)
        self.refused("fp-exit", dict(line, exit="x > 1 or " + alone), "between cells", status=3)
        self.refused("fp-evolve", dict(line, exit="x > 1 or " + alone, t_end="1"), "between cells", status=3)
        seen = self.done("fp-exit", dict(disc, accept_unresolved="true")).results["mean_exit_time"]
        self.assertIn("between cells", seen["error_unknown"])
        # a disc as wide as three cells is seen
        self.done("fp-exit", dict(disc, exit="x^2+y^2 > 1 or x^2+y^2 < 0.0036", cells="128,128"))

    def test_nan_or_infinite_drift(self):
        self.refused("fp-exit", given(LINEAR, drift="sqrt(-2-x*x), -y"), "drift")
        self.refused("fp-exit", given(LINEAR, drift="-x, log(y)"), "drift")
        self.refused("fp-stationary", closed(drift="1/(x-x), -y"), "drift")
        self.refused("mc-exit", given(LINEAR, drift="sqrt(-2-x*x), -y"), "drift")
        self.refused("fp-stationary", closed(drift="exp(1000+x), -y"), "drift")
        self.refused("fp-crosscheck", given(LINEAR, drift="sqrt(-2-x*x), -y"), "drift")

    def test_undefined_potential(self):
        self.refused("fp-exit", given(WELL, potential="log(x) + y^2"), "not finite")

    def test_nan_or_infinite_diffusion(self):
        self.refused("fp-exit", given(LINEAR, diffusion="sqrt(x)"), "diffusion")
        self.refused("fp-stationary", closed(diffusion="1, log(-1-x^2), 1"), "diffusion")
        self.refused("mc-exit", given(LINEAR, diffusion="sqrt(-1-x^2)"), "diffusion")

    def test_drift_that_nothing_balances_beyond_the_range_of_rates_is_not_resolved(self):
        box = dict(domain="-2,2,-2,2", cells="24,24", compile="never")
        self.refused("fp-stationary", dict(box, drift="1e5*(x - x^3), -1e5*y", diffusion="0.01"), "several closed classes",
                     "times the noise", status=3)
        self.refused("fp-stationary", dict(box, potential="1e5*((x^2-1)^2/4 + y^2/2)", temperature="0.01"),
                     "several closed classes", "times the noise")

    def test_numbers_with_errors_as_large_as_themselves_are_refused_in_one_line(self):
        # each had notices before: of coarse edges, of wells narrower than a cell
        box = dict(domain="-2,2,-2,2", cells="20,20", compile="never")
        narrow = dict(box, potential="(x^2-1)^2/4 + y^2/2", temperature="0.001")
        turning = dict(box, drift="30*y - x, -30*x - y", diffusion="0.01", transport="edges")
        wide = dict(turning, diffusion="0.2") # the scheme diffuses less than the noise
        for program, options in (("fp-network", dict(narrow, sets="A: x < -0.9; B: x > 0.9")),
                                 ("fp-exit", dict(narrow, exit="x > 0", start="-1,0")), ("fp-modes", turning),
                                 ("fp-evolve", dict(turning, start="1,0", t_end="1", frames="2")),
                                 ("fp-evolve", dict(wide, start="1,0", t_end="0.02", frames="2"))):
            self.refused(program, options, "-accept_unresolved", status=3)
            self.done(program, dict(options, accept_unresolved="true"))

    def test_indefinite_diffusion(self):
        self.refused("fp-stationary", closed(diffusion="1, 3, 1"), "diffusion", "semi-definite")
        self.refused("fp-exit", given(LINEAR, diffusion="-0.1"), "diffusion")
        self.refused("fp-exit", given(LINEAR, diffusion="1, 2*x+y, 1"), "diffusion")
        self.refused("mc-exit", given(LINEAR, diffusion="1, 3, 1"), "diffusion")
        self.refused("mc-exit", given(LINEAR, diffusion="0.1, 5, 0.1+x^2"), "diffusion")
        self.refused("fp-exit", given(LINEAR, diffusion="x"), "diffusion")

    def test_nonsensical_temperature(self):
        self.refused("fp-exit", given(WELL, temperature="-1"), "-temperature")
        self.refused("fp-exit", given(WELL, temperature="x"), "diffusion")

    def test_temperature_at_the_end_of_the_range_is_what_is_blamed(self):
        self.refused("fp-exit", given(WELL, temperature="1e-320"), "-temperature 1e-320", "larger")
        self.refused("fp-exit", given(WELL, temperature="2.3e-308"), "-temperature 2.3e-308", "up to 4.25", "larger")
        self.refused("fp-exit", given(WELL, temperature="1e-290"), "over 1e38 times the noise")
        sgd = dict(loss="x^2 + y^2 + 1", sgd_noise="isotropic", domain="-2,2,-2,2", compile="never")
        self.refused("fp-stationary", dict(sgd, temperature="1e-310"), "-temperature 1e-310", "larger")


class Trajectories(ProgramTest):
    def test_a_problem_that_is_defined_in_half_of_the_box(self):
        half = given(WELL, potential="log(x)", exit="y > 1", start="1,0")
        for program in ("mc-exit", "mc-splitting", "fp-crosscheck"):
            self.refused(program, half, "potential", "not finite", "-domain")
        self.refused("mc-stationary", given(half, exit=None), "potential", "not finite")
        self.refused("mc-stationary", closed(drift="-x, -sqrt(y)"), "drift", "not finite")
        self.done("mc-exit", given(half, exit="x < 0.4", mc_paths="64", mc_dt="0.001"))  # nothing is asked in the exit set

    def test_more_steps_than_can_be_taken(self):
        hot = given(WELL, exit=None, temperature="1e10")
        self.refused("mc-stationary", dict(hot, mc_max_time="100"), "steps a path", "-mc_max_time")
        self.refused("mc-exit", given(WELL, temperature="1e10", mc_max_time="100"), "steps a path", "-mc_max_time")
        run = self.done("mc-stationary", dict(hot, mc_paths="128"))
        self.assertEqual(run.lines, [])


class Words(ProgramTest):
    def test_nothing_to_draw(self):
        self.refused("mc-splitting", given(WELL, plot=True), "-plot", "nothing to draw")

    def test_nothing_is_drawn_without_fields(self):
        self.refused("fp-exit", given(WELL, plot=True, fields="none"), "-plot", "-fields none")

    def test_formats_units_and_fields(self):
        self.refused("fp-exit", given(WELL, plot="gif"), "expected true, false, png, pdf or svg")
        self.refused("fp-exit", given(WELL, plot="t2.pdf"), '"t2.pdf": not an option', "-plot pdf -output t2")
        self.refused("fp-exit", given(WELL, units="z=nm"), "there is no 'z'", "x, y, time, energy")
        self.refused("fp-exit", given(WELL, units="nm"), "no NAME=UNIT")
        run = Run("fp-exit", given(WELL, fields="density"))
        self.assertEqual((run.status, run.files), (2, []))
        self.assertIn("no field 'density'; there are mean_exit_time, log_mean_exit_time", run.error)

    def test_usage_and_hints(self):
        for program in ("fp-exit", "fp-stationary", "mc-sgd", "mc-merge"):
            run = subprocess.run([str(BIN / program)], text=True, capture_output=True)
            self.assertEqual((run.returncode, run.stderr), (0, ""))
            self.assertIn("Usage: " + program, run.stdout)
            self.assertLess(len(run.stdout.splitlines()), 10)
        self.refused("fp-exit", {}, "-problem", "problem.yaml", "cannot", arguments=["problem.yaml"])
        run = self.done("fp-exit", given(WELL, ksp_type="gmres", error_estimate="false"))
        self.assertIn("give -solve_ksp_type", run.error)


class Grading(ProgramTest):
    def test_densities_of_cells_that_cannot_be(self):
        for text, word in (("x, 1", "positive"), ("1/x^2, 1", "positive"), ("1", "two densities"), ("1+1e6*exp(-(x/1e-6)^2),1", "too fast"),
                           ("y + 4, 1", "x alone"), ("auto", "potential or a loss")):
            self.refused("fp-exit", given(LINEAR, grade=text), "-grade", word)
        self.refused("fp-stationary", given(WELL, exit=None, start=None, grade="1, 1", domain="-2,2,-2,2",
                                            potential="cos(pi*x/2) + cos(pi*y/2)", boundary="periodic"),
                     "-grade", "periodic")


class Meshes(ProgramTest):
    MESH = str(pathlib.Path(__file__).resolve().parents[2] / "meshes" / "dumbbell.msh")
    ROOMS = dict(drift="0, 0", diffusion="0.5", boundary="door: absorbing", start="-2,0")

    def test_what_is_no_mesh_or_too_much_of_it(self):
        self.refused("fp-exit", given(self.ROOMS, mesh="/tmp"), "is a folder")
        self.refused("fp-exit", given(self.ROOMS, mesh="/dev/zero"), "regular file")
        self.refused("fp-exit", given(self.ROOMS, mesh=self.MESH, refine="12"), "-refine", "fits")
        self.refused("fp-exit", given(self.ROOMS, mesh=self.MESH, boundary=";"), "-boundary")


class Data(ProgramTest):
    SGD = dict(variables="a,b", model="a*x + b", data="d.csv", target="y", learning_rate="0.01", batch_size="2",
               domain="-3,5,-3,5", sgd_noise="gauss_newton", cells="12,12", compile="never",
               exit="a > 3", start="1,1")

    def with_data(self, text, *words, **more):
        self.refused("fp-exit", given(self.SGD, **more), *words, files={"d.csv": text})

    def test_nan_infinity_and_words(self):
        self.with_data("x,y\n0,1\n1,nan\n", "d.csv", "line 3")
        self.with_data("x,y\n0,inf\n1,2\n", "d.csv", "line 2")
        self.with_data("x,y\n0,1\n1,two\n", "d.csv", "line 3", "two")

    def test_missing_file_column_and_rows(self):
        self.refused("fp-exit", given(self.SGD, data="none.csv"), "none.csv")
        self.refused("fp-landscape", given(self.SGD, data="none.csv"), "none.csv")
        self.refused("fp-exit", given(self.SGD, data="."), "-data")
        self.with_data("x,z\n0,1\n", "target")
        self.with_data("x,y\n", "no data")
        self.with_data("x,y\n0,1,2\n", "line 2")

    def test_batch_larger_than_the_data(self):
        self.with_data("x,y\n0,1\n1,2\n2,4\n", "batch_size", sgd_noise="covariance",
                       batch_size="4")


class Sets(ProgramTest):
    def test_start_inside_the_exit_set_or_outside_the_domain(self):
        for program in ("fp-exit", "mc-exit", "fp-crosscheck"):
            self.refused(program, given(WELL, start="0.5,0"), "-start", "exit set")
            self.refused(program, given(WELL, start="-5,0"), "-start", "-domain")

    def test_exit_set_that_covers_everything(self):
        for program in ("fp-exit", "fp-crosscheck"):
            self.refused(program, given(WELL, exit="x > -7"), "exit")
        self.refused("mc-exit", given(WELL, exit="x > -7"), "exit")

    def test_grids_that_only_errors_need_are_left_out(self):
        thin = given(WELL, exit="x + 0.001*y^2 > -1.96", start="-1.99,0", cells="64,64")
        for program, options, number in (("fp-exit", thin, "mean_exit_time"),
                                         ("fp-rate", {k: v for k, v in thin.items() if k != "start"}, "escape_rate")):
            run = self.done(program, options)
            self.assertIn("errors are told without the grid of 48 x 48 cells: -exit covers the whole domain", run.error)
            self.assertEqual(run.results[number]["error_unknown"], "the coarser grids are refused")
        # on 18 x 18 cells rates against the drift vanish; the others' error is that of the exponent
        self.refused("fp-exit", given(WELL, temperature="1e-4", cells="36,36", precision="extended"),
                     "is not resolved by the grids", status=3)
        self.refused("fp-exit", given(thin, exit="x + 0.001*y^2 > -1.985", start="-1.999,0"), "-exit covers")

    def test_exit_set_that_covers_nothing(self):
        for program in ("fp-exit", "mc-exit", "fp-crosscheck"):
            self.refused(program, given(WELL, exit="x > 7"), "exit")
            self.refused(program, given(WELL, exit="x^2 + y^2 > 90"), "exit")

    def test_exit_set_that_is_missing_or_ends_early(self):
        self.refused("fp-exit", given(WELL, exit=None), "-exit is missing")
        self.refused("fp-exit", given(WELL, exit="x >"), '-exit "x >"', "(column 4)")
        self.refused("fp-exit", given(WELL, exit="x > 0 or q < 1"), "q")

    def test_start_that_is_missing(self):
        self.refused("fp-exit", given(WELL, start=None), "-start is missing")
        self.refused("mc-exit", given(WELL, start=None), "-start is missing")


class Options(ProgramTest):
    def test_misspelt_name_with_the_nearest_one(self):
        self.refused("fp-exit", given(WELL, temprature="0.1"), "temprature", "-temperature")
        self.refused("fp-exit", given(WELL, cels="5,5"), "-cells")

    def test_slips_in_options_of_solvers(self):
        self.refused("fp-exit", given(WELL, solve_ksp_tipe="gmres"), "-solve_ksp_tipe", "did you mean -solve_ksp_type?")
        self.refused("fp-evolve", given(WELL, t_end="1", evolve_ts_typo="3"), "did you mean -evolve_ts_type?")
        self.refused("fp-exit", given(WELL, solve_anything="3"), "-solve_anything", "unknown")
        run = self.done("fp-exit", given(WELL, solve_ksp_type="gmres", error_estimate="false", evolve_ts_dt="1"))
        self.assertIn("nothing has used: -evolve_ts_dt 1", run.error)

    def test_schemes_that_splitting_cannot_use(self):
        for scheme in ("sgd", "time_changed"):
            self.refused("mc-splitting", given(WELL, mc_scheme=scheme), "-mc_scheme " + scheme, "euler, heun or tamed")

    def test_averages_without_a_step_after_the_burn_in(self):
        still = given(WELL, exit=None, mc_dt="0.01", mc_paths="10")
        self.refused("mc-stationary", given(still, mc_max_time="10", mc_burn_in="20"), "-mc_burn_in 20",
                     "-mc_max_time 10", "0.01", "longer")
        self.refused("mc-stationary", given(still, mc_burn_in="1e9"), "-mc_burn_in 1e+09", "-mc_max_time 100", "default")

    def test_multigrid_where_there_are_no_coarser_lattices(self):
        for levels in ("9", "abc", "3.5"):
            self.refused("fp-exit", given(WELL, solve_pc_type="mg", solve_pc_mg_levels=levels),
                         "-solve_pc_mg_levels " + levels, "2 to 5 levels")
        self.refused("fp-modes", closed(modes="2", solve_st_pc_type="mg"), "-solve_st_pc_type mg")

    def test_two_kinds_of_problem(self):
        self.refused("fp-exit", given(WELL, drift="0, 0", diffusion="1"), "-potential", "-drift")
        self.refused("fp-exit", given(WELL, potential=None, temperature=None), "no problem")

    def test_numbers_that_are_none(self):
        for cells in ("0,0", "-4,10", "99999999999999", "1e400,3", "nan,10", "10", "2.5,10"):
            self.refused("fp-exit", given(WELL, cells=cells), "-cells")
        self.refused("fp-exit", given(WELL, domain="-2,2,-2"), "-domain")
        self.refused("fp-exit", given(WELL, domain="2,-2,-2,2"), "-domain")
        self.refused("fp-exit", given(WELL, domain="-2,inf,-2,2"), "-domain")
        self.refused("fp-exit", given(WELL, solver="direct"), "-solver")

    def test_grids_too_large(self):
        self.refused("fp-exit", given(WELL, cells="40000,40000"), "-cells")
        self.refused("fp-stationary", given(WELL, exit=None, start=None, cells="40000,40000"),
                     "-cells")
        self.refused("fp-exit", given(WELL, cells="4000000000,4000000000"), "-cells")

    def test_zero_paths(self):
        for program in ("mc-exit", "fp-crosscheck"):
            self.refused(program, given(WELL, mc_paths="0"), "-mc_paths")
            self.refused(program, given(WELL, mc_paths="-5"), "-mc_paths")
        self.refused("mc-exit", given(WELL, mc_paths="1"), "-mc_paths 1", "2 or more")
        self.refused("mc-stationary", given(WELL, exit=None, mc_paths="1"), "-mc_paths 1", "2 or more")
        self.refused("mc-exit", given(WELL, mc_dt="0"), "-mc_dt")

    def test_files_that_are_missing_or_folders(self):
        self.refused("fp-exit", dict(problem="none.yaml"), "none.yaml")
        self.refused("fp-exit", dict(problem="."), "-problem")
        self.refused("fp-exit", dict(rerun="none.json"), "none.json")
        self.refused("fp-exit", dict(rerun="."), "-rerun")
        self.refused("fp-exit", dict(problem="p.yaml"), "p.yaml",
                     files={"p.yaml": "potential: [unclosed\n"})
        self.refused("fp-exit", dict(problem="p.yaml"), "temperature",
                     files={"p.yaml": "potential: x^2\ntemprature: 1\n"})

    def test_sweeps_with_a_bad_value_before_the_first_is_computed(self):
        self.refused("fp-exit", given(WELL, sweep="temperature=0.3,-1"), "-temperature")
        self.refused("fp-exit", given(WELL, sweep="temperature=0.3,hot"), "-sweep")
        self.refused("fp-exit", given(WELL, sweep="cels=5"), "-sweep")

    def test_boundary_that_loses_mass(self):
        self.refused("fp-stationary", closed(boundary="absorbing"), "-boundary")


class SeveralRanks(ProgramTest):
    def test_grids_too_large_for_memory_with_what_fits(self):
        # Bytes a cell as in src/answers/grids/memory.cpp; half of the box is the exit, the noise is even.
        scale = {"MB": 1e6, "GB": 1e9}
        for solver, each, ranks in (("krylov", 1650, 1), ("krylov", 1650, 2),
                                    ("multilevel", 430, 1), ("gth", None, 1)):
            line = self.refused("fp-exit", given(WELL, cells="40000,30000", solver=solver),
                                "-cells 40000,30000", "are free", ranks=ranks)
            found = re.search(r"needs about ([\d.]+) (.B), ([\d.]+) (.B) are free; about "
                              r"(\d+),(\d+) fit", line)
            needed = float(found[1]) * scale[found[2]]
            free = float(found[3]) * scale[found[4]]
            nx, ny = int(found[5]), int(found[6])
            self.assertLess(abs(nx / ny - 4 / 3), 0.01)
            if each:
                self.assertLess(abs(needed / (each * 40000 * 30000 / 2) - 1), 1e-3)
                self.assertLess(abs(each * nx * ny / 2 / (0.95 * free) - 1), 0.05)
            else:  # more than in proportion
                self.assertGreater(needed / (40000 * 30000), free / (nx * ny))

    def test_stationary_states_by_multilevel_cycles_in_230_bytes_a_cell_of_even_noise(self):
        for noise, each in (("0.1", 230), ("0.1, 0, 0.01", 290), ("0.1, 0.02, 0.1", 290)):
            line = self.refused("fp-stationary", closed(drift="-x, -y", diffusion=noise, frame="axes",
                                                        cells="40000,40000", solver="multilevel"),
                                "-cells 40000,40000", "are free")
            found = float(re.search(r"needs about ([\d.]+) GB", line)[1])
            self.assertLess(abs(found / (each * 1.6) - 1), 1e-3)

    def test_stop_together_with_one_line(self):
        self.refused("fp-exit", given(LINEAR, drift="-x, sqrt(0.8-y)"), "drift", ranks=3)
        self.refused("fp-exit", given(WELL, temprature="0.1"), "-temperature", ranks=2)
        self.refused("mc-exit", given(WELL, start="0.5,0"), "-start", ranks=2)


class Outputs(ProgramTest):
    def test_that_cannot_be_written_end_with_status_4(self):
        for program in ("fp-exit", "mc-exit"):
            self.refused(program, given(WELL, output="no/such/folder/out", mc_paths="64",
                                        mc_dt="0.05"), "no/such/folder", status=4)

    def test_whose_place_is_taken_by_a_folder(self):
        with tempfile.TemporaryDirectory(prefix="escapade-") as folder:
            os.mkdir(pathlib.Path(folder) / "out.json")
            before = os.listdir(folder)
            run = Run("fp-exit", given(WELL, output=str(pathlib.Path(folder) / "out")))
            self.assertEqual(run.status, 4, run.error)
            self.assertEqual(len(run.lines), 1, run.error)
            self.assertEqual(os.listdir(folder), before)


main()
