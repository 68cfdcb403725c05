"""Problems of one variable, in every program."""
import csv
import math
import os
import tempfile

from running import ProgramTest, main

WELL = dict(variables="x", potential="(x^2-1)^2/4", temperature="0.1", domain="-2,2", cells="512", start="-1",
            compile="never")
SPRING = dict(variables="x", drift="-x", diffusion="1", domain="-10,10", cells="512", compile="never")


def integral(f, a, b, n=20000):
    """Simpson's rule."""
    h = (b - a) / n
    return h / 3 * (f(a) + f(b) + sum((4 if k % 2 else 2) * f(a + k * h) for k in range(1, n)))


def exit_time(potential, diffusion, low, start, end, n=4000):
    """∫ e^Φ ∫ e^−Φ/D with Φ′ = −b/D, low reflecting; a running sum of both by Simpson's rule."""
    h = (end - low) / n
    assert abs((start - low) / h - round((start - low) / h)) < 1e-6
    inner = total = 0.0
    weight = lambda x: math.exp(-potential(x)) / diffusion(x)
    outer = lambda x: math.exp(potential(x))
    for k in range(n):
        a = low + k * h
        middle = inner + h / 24 * (5 * weight(a) + 8 * weight(a + h / 2) - weight(a + h))
        after = inner + h / 6 * (weight(a) + 4 * weight(a + h / 2) + weight(a + h))
        part = h / 6 * (outer(a) * inner + 4 * outer(a + h / 2) * middle + outer(a + h) * after)
        if a + h / 2 > start:
            total += part
        inner = after
    return total


class Exits(ProgramTest):
    def test_keeps_its_edges_where_the_drift_outweighs_the_noise(self):
        # mean and spread by quadrature; along its flow the spread came out as 0.99 ± 0.03
        run = self.done("fp-exit", dict(variables="x", drift="-1.596*(x^3-x+(-0.5858))",
                                        noise="0.3118*(1+0.06344*sin(2*x+1.525))", calculus="isothermal", domain="-1.7,1.8",
                                        exit="x > 1.121", start="0.2883", cells="64", compile="never"))
        self.assertEqual(run.summary["grid"]["transport"], "edges")
        for name, right in (("mean_exit_time", 0.6430844404), ("exit_time_std", 0.2870187536)):
            number = run.results[name]
            self.assertLess(abs(number["value"] - right), number["error"])
            self.assertLess(number["error"], 0.05 * right)

    def test_of_a_double_well_have_twelve_digits(self):
        exact = exit_time(lambda x: (x * x - 1)**2 / 0.4, lambda x: 0.1, -2, -1, 0.5, 40000)
        time = self.done("fp-exit", dict(WELL, exit="x > 0.5", cells="4096")).results["mean_exit_time"]
        self.assertLess(abs(time["value"] - exact), time["error"])
        self.assertLess(time["error"], 1e-6 * exact)
        self.assertLess(abs(time["extrapolated"] / exact - 1), 1e-12)
        self.assertLess(time["extrapolated_error"] / exact, 1e-12)

    def test_under_multiplicative_noise_are_those_of_the_quadrature(self):
        for calculus, drift in (("ito", 0.0), ("stratonovich", 0.5), ("isothermal", 1.0)):
            # b = 1 − x + c D′, D = x²/2: Φ = −∫ b/D = 2/x + 2 log x − 2 c log x
            phi = lambda x: 2 / x + (2 - 2 * drift) * math.log(x)
            exact = exit_time(phi, lambda x: 0.5 * x * x, 0.05, 1, 3, 40120)
            run = self.done("fp-exit", dict(variables="x", drift="1 - x", diffusion="x^2/2", domain="0.05,10", start="1",
                                            exit="x > 3", calculus=calculus, cells="4096", compile="never"))
            time = run.results["mean_exit_time"]
            self.assertLess(abs(time["value"] - exact), time["error"], calculus)
            self.assertLess(abs(time["extrapolated"] / exact - 1), 1e-8, calculus)

    def test_of_weak_noise_go_beyond_the_range_of_numbers(self):
        run = self.done("fp-exit", dict(WELL, temperature="5e-5", exit="x > 1", cells="16384"))
        time = run.results["mean_exit_time"]
        self.assertIsNone(time["value"])
        kramers = math.log(2 * math.pi / math.sqrt(2)) + 5000
        self.assertLess(abs(time["log_extrapolated"] - kramers), 1e-3)

    def test_leave_through_both_ends(self):
        run = self.done("fp-exit", dict(variables="x", drift="0", diffusion="1", domain="0,1", boundary="absorbing",
                                        starts="0.25; 0.5", cells="64", compile="never"))
        low, high = (run.results["exit_probability"][side] for side in ("side x0", "side x1"))
        for k, x in enumerate((0.25, 0.5)):
            self.assertAlmostEqual(high[k]["value"], x, places=9)
            self.assertAlmostEqual(low[k]["value"], 1 - x, places=9)
            self.assertLess(abs(run.results["mean_exit_time"][k]["value"] - x * (1 - x) / 2), 1e-4)
        self.assertIn("start 0.25", run.output)

    def test_through_each_end_take_their_own_time(self):
        # of Brownian motion: (1 − x²)/6D through 1, x(2 − x)/6D through 0
        options = dict(variables="x", drift="0", diffusion="0.5", domain="0,1", boundary="absorbing",
                       starts="0.25; 0.7", cells="64", compile="never")
        for ranks in (1, 2, 3):
            run = self.done("fp-exit", options, ranks=ranks)
            low, high = (run.results["conditional_mean_exit_time"][side] for side in ("side x0", "side x1"))
            for k, x in enumerate((0.25, 0.7)):
                for time, exact in ((high[k], (1 - x * x) / 3), (low[k], x * (2 - x) / 3)):
                    self.assertLess(abs(time["value"] - exact), time["error"])
                    self.assertLess(time["error"], 2e-5)
        self.assertIn("mean time through side x1", run.output)

    def test_that_are_rare_take_the_same_time_through_either_end(self):
        run = self.done("fp-exit", dict(variables="x", potential="x^2/2", temperature="1e-4", domain="-2,2", start="0.2",
                                        exit="x > 1 or x < -1.05", cells="8192", compile="never"))
        kramers = 5000 + math.log(math.sqrt(2 * math.pi * 1e-4))  # e^(1/2T) sqrt(2πT), one side
        for time in run.results["conditional_mean_exit_time"].values():
            self.assertLess(abs(time["log_extrapolated"] - kramers), 3e-4)
            self.assertLess(abs(time["log"] - run.results["mean_exit_time"]["log"]), 1e-9)

    def test_through_an_end_that_is_never_reached_have_no_time(self):
        run = self.done("fp-exit", dict(drift="1, 0", diffusion="0, 0, 0.1", domain="0,1,0,1", start="0.25,0.3",
                                        exit="x > 0.8 or x < 0.1", cells="32,32", transport="edges", compile="never"))
        never, always = (run.results["conditional_mean_exit_time"][part] for part in ("x < 0.1", "x > 0.8"))
        self.assertIsNone(never["value"])
        self.assertIn("no way", never["error_unknown"])
        self.assertLess(abs(always["value"] - 0.55), always["error"])

    def test_are_the_same_on_ranks_and_by_each_solver(self):
        one = self.done("fp-exit", dict(WELL, exit="x > 0.5")).results["mean_exit_time"]["value"]
        others = [dict(ranks=2), dict(ranks=3)]
        for more in others:
            time = self.done("fp-exit", dict(WELL, exit="x > 0.5"), **more).results["mean_exit_time"]["value"]
            self.assertLess(abs(time / one - 1), 1e-9)
        for solver in ("krylov", "multilevel"):
            time = self.done("fp-exit", dict(WELL, exit="x > 0.5", solver=solver)).results["mean_exit_time"]["value"]
            self.assertLess(abs(time / one - 1), 1e-6, solver)


class Rest(ProgramTest):
    def test_is_gibbs_with_one_mean_and_one_variance(self):
        gibbs = lambda x: math.exp(-(x * x - 1)**2 / 0.4)
        variance = integral(lambda x: x * x * gibbs(x), -2, 2) / integral(gibbs, -2, 2)
        for ranks in (1, 2):
            with tempfile.TemporaryDirectory(prefix="escapade-") as folder:
                run = self.done("fp-stationary", dict(WELL, regions="left: x < 0", cells="4096"), ranks=ranks, folder=folder)
                with open(os.path.join(folder, "out_fields.csv")) as table:
                    rows = list(csv.DictReader(table))
            self.assertEqual(len(run.results["mean"]["value"]), 1)
            self.assertEqual([len(row) for row in run.results["covariance"]["value"]], [1])
            self.assertLess(abs(run.results["covariance"]["value"][0][0] / variance - 1), 1e-10)
            self.assertLess(abs(run.results["region_probability"]["left"]["value"] - 0.5), 1e-10)
            self.assertEqual(len(rows), 4096)
            at = rows[1000]
            self.assertAlmostEqual(float(at["density"]), gibbs(float(at["x"])) / integral(gibbs, -2, 2), places=7)
            self.assertEqual(run.summary["problem"]["variables"], ["x"])
            self.assertEqual(run.summary["grid"]["cells"], [4096])

    def test_has_the_modes_of_a_spring(self):
        run = self.done("fp-modes", dict(SPRING, modes="4"))
        for k, ((re, im), (error, _)) in enumerate(zip(run.results["eigenvalues"], run.results["eigenvalue_errors"])):
            self.assertLess(abs(re - (k + 1)), error)
            self.assertLess(error, 1e-2)
            self.assertEqual(im, 0)

    def test_is_left_at_the_rate_of_kramers(self):
        run = self.done("fp-rate", dict(WELL, temperature="0.01", exit="x > 1", cells="2048"))
        rate, formulas = run.results["escape_rate"], run.results["formulas"]
        self.assertLess(abs(rate["value"] / formulas["kramers"]["value"] - 1), 0.1)
        self.assertAlmostEqual(formulas["kramers"]["log"], formulas["eyring_kramers"]["log"])
        self.assertTrue(formulas["kramers"]["holds"])

    def test_is_approached_as_a_spring_approaches_it(self):
        run = self.done("fp-evolve", dict(SPRING, start="3", t_end="1", frames="2"))
        for t, mean, covariance in zip(*(run.results[key] for key in ("times", "mean", "covariance"))):
            self.assertLess(abs(mean["value"][0] - 3 * math.exp(-t)), 1e-3)
            self.assertLess(abs(covariance["value"][0][0] - (1 - math.exp(-2 * t))), 2e-3)

    def test_is_approached_with_errors_that_hold_from_between_two_centres(self):
        run = self.done("fp-evolve", dict(variables="x", drift="-2.894*x", diffusion="0.2191", domain="-3.201,3.521", cells="100",
                                          start="0.9445", t_end="0.4578", frames="3", compile="never"))
        for t, covariance in list(zip(run.results["times"], run.results["covariance"]))[1:]:
            right = 0.2191 / 2.894 * (1 - math.exp(-2 * 2.894 * t))
            for value, error in (("value", "error"), ("extrapolated", "extrapolated_error")):
                if value in covariance: # a whole matrix, null where there is none
                    v, e = covariance[value][0][0], covariance[error][0][0]
                    if v is not None:
                        self.assertLess(abs(v - right), 3 * e)

    def test_flows_between_two_sets_as_the_quadrature_says(self):
        run = self.done("fp-committor", dict(WELL, set_a="x < -1", set_b="x > 1", start="0.1"))
        barrier = lambda x: math.exp((x * x - 1)**2 / 0.4)
        whole = integral(barrier, -1, 1)
        self.assertLess(abs(run.results["committor"][0]["value"] - integral(barrier, -1, 0.1) / whole), 1e-4)
        rate = 0.1 / whole / integral(lambda x: 1 / barrier(x), -2, 2)
        self.assertLess(abs(run.results["rate"]["value"] / rate - 1), 1e-4)
        self.assertEqual(run.results["committor"][0]["start"], [0.1])


class Landscapes(ProgramTest):
    def test_have_minima_and_maxima_with_one_curvature(self):
        points = self.done("fp-landscape", WELL).results["critical_points"]
        self.assertEqual([(p["type"], len(p["position"]), len(p["hessian_eigenvalues"])) for p in points],
                         [("minimum", 1, 1), ("minimum", 1, 1), ("maximum", 1, 1)])
        self.assertAlmostEqual(points[2]["hessian_eigenvalues"][0], -1)

    def test_are_left_by_the_path_of_the_quadrature(self):
        run = self.done("fp-path", dict(variables="x", drift="x - x^3", diffusion="0.1 + 0.02*x", domain="-2,2", start="-1",
                                        exit="x > 0.5", cells="256", compile="never"))
        exact = integral(lambda x: (x**3 - x) / (0.1 + 0.02 * x), -1, 0)
        self.assertLess(abs(run.results["action"]["value"] / exact - 1), 1e-6)
        self.assertEqual(len(run.results["crossing"]["value"]), 1)


class Trajectories(ProgramTest):
    def test_agree_with_the_chain(self):
        exits = dict(WELL, exit="x > 0.5", temperature="0.2", mc_paths="8000")
        run = self.done("fp-crosscheck", exits)
        self.assertEqual(run.results["verdict"], "agree")
        run = self.done("fp-crosscheck", dict(SPRING, mc_paths="400", mc_max_time="60", start="0"))
        self.assertEqual(run.results["verdict"], "agree")
        self.assertEqual(sorted(run.results["comparisons"]), ["covariance x,x", "mean x"])

    def test_count_independent_points_of_the_one_variable(self):
        run = self.done("mc-stationary", dict(SPRING, mc_paths="64", mc_max_time="200"))
        # correlation time 1: 160 time units hold some 80 points a path
        self.assertAlmostEqual(run.results["effective_samples"], 64 * 80, delta=64 * 40)
        self.assertNotIn("independent points", run.error)

    def test_split_on_their_way_out(self):
        exits = dict(WELL, exit="x > 1")
        time = self.done("fp-exit", exits).results["mean_exit_time"]["value"]
        split = self.done("mc-splitting", dict(exits, mc_paths="2000", mc_repeats="10")).results["mean_exit_time"]
        self.assertLess(abs(split["value"] - time), 5 * split["standard_error"])

    def test_are_those_of_sgd_too(self):
        data = {"d.csv": "u,y\n1,2.1\n2,3.9\n3,6.2\n4,7.8\n"}
        sgd = dict(variables="a", model="a*u", data="d.csv", learning_rate="0.01", batch_size="2", start="1.9", compile="never")
        run = self.done("mc-sgd", sgd, files=data)
        self.assertEqual(len(run.results["starts"][0]["final_point"]["value"]), 1)
        self.assertIsNone(run.results["starts"][0]["reason"])
        box = dict(sgd, domain="-1,5")
        rest = self.done("mc-stationary", dict(box, mc_scheme="sgd", mc_paths="400", mc_max_time="20"), files=data)
        self.assertAlmostEqual(rest.results["mean"]["value"][0], 1.99, delta=1e-3)
        model = self.done("fp-stationary", dict(box, sgd_noise="covariance"), files=data)
        self.assertLess(abs(rest.results["covariance"]["value"][0][0] / model.results["covariance"]["value"][0][0] - 1), 0.15)
        self.assertEqual(model.summary["problem"]["variables"], ["a"])


class Refusals(ProgramTest):
    def test_of_what_has_two_components(self):
        exits = dict(WELL, exit="x > 0.5")
        for name, bad in (("domain", "-2,2,-2,2"), ("cells", "64,64"), ("start", "-1,0"), ("boundary", "reflecting,reflecting,absorbing,absorbing"),
                          ("domain", "2,-2"), ("frame", "45"), ("exit", "y > 1")):
            self.refused("fp-exit", dict(exits, **{name: bad}), "-" + name)
        drift = dict(variables="x", drift="-x", diffusion="1", domain="-3,3", start="0", exit="x > 1", compile="never")
        for name, bad in (("drift", "-x, 0"), ("diffusion", "1, 0, 1"), ("variables", "x,y,z"), ("variables", "x,x")):
            self.refused("fp-exit", dict(drift, **{name: bad}), "-" + name)
        starts = {name: value for name, value in exits.items() if name != "start"}
        self.refused("fp-exit", dict(starts, starts="-1,0; 0,0"), "-starts")
        self.refused("fp-exit", dict(drift, mesh="m.msh"), "-mesh")

    def test_of_one_component_where_there_are_two(self):
        plane = dict(potential="x^2 + y^2", temperature="1", domain="-2,2,-2,2", start="0,0", exit="x > 1", compile="never")
        for name, bad in (("domain", "-2,2"), ("cells", "64"), ("start", "0")):
            self.refused("fp-exit", dict(plane, **{name: bad}), "-" + name)


main()
