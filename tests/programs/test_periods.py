"""States that return after a period: signal and noise, frames, means of what flows, Floquet rates, and the heavy ball beside
its diffusion."""
import math
import os
import re
import tempfile

from running import ProgramTest, main

SHAKEN = dict(variables="x", drift="-x + cos(t)", diffusion="0.5", domain="-6,6", cells="256", period="2*pi", fields="none")
WELL = dict(variables="x", potential="(x^2-1)^2/4 - 0.1*x*cos(t)", temperature="0.1", domain="-2.5,2.5", cells="256", period="2*pi",
            exit="x > 0.5", start="-1", fields="none")
BISTABLE = dict(variables="x", parameters="A=0.02, w=0.1", potential="x^4/4 - x^2/2 - A*x*cos(w*t)", period="2*pi/w",
                observable="x", domain="-2.2,2.2", cells="96", fields="none")
HEAVY = dict(variables="a", model="a*c", sgd_noise="covariance", learning_rate="0.01", batch_size="2", momentum="0.9",
             domain="-1,1,-1,1", start="0,0", cells="96,96")


def parabola_top(points):
    """Where the parabola through the highest point and its neighbours is highest."""
    k = max(range(1, len(points) - 1), key=lambda i: points[i][1])
    (a, u), (b, v), (c, w) = points[k - 1:k + 2]
    return b - 0.5 * ((b - a) ** 2 * (v - w) - (b - c) ** 2 * (v - u)) / ((b - a) * (v - w) - (b - c) * (v - u))


class Periods(ProgramTest):
    def near(self, number, exact, most):
        """Within the stated error, which is small."""
        self.assertLess(abs(number["value"] - exact), number["error"] + 1e-12)
        self.assertLess(number["error"], most)

    def test_signal_to_noise_of_a_shaken_well_is_exact(self):
        # amplitude 1/sqrt(2), S(w) = 2 D/(1 + w^2): pi A^2/S = pi/(2 D), however strong the force
        results = self.done("fp-stationary", dict(SHAKEN, observable="x")).results
        self.near(results["signal_to_noise"], math.pi, 0.01)
        self.near(results["background"], 0.5, 2e-3)
        self.near(results["signal"], math.sqrt(0.5), 1e-3)
        doubled = self.done("fp-stationary", dict(SHAKEN, observable="1 - 2*x")).results
        self.assertAlmostEqual(doubled["signal_to_noise"]["value"], results["signal_to_noise"]["value"], 6)

    def test_signal_to_noise_is_largest_where_the_two_state_theory_says(self):
        # (A/T)^2 exp(-1/(4T)) is largest at T = 1/8
        run = self.done("fp-stationary", dict(BISTABLE, sweep="temperature=0.08:0.18:6"))
        points = [(entry["at"]["temperature"], entry["signal_to_noise"]["value"]) for entry in run.results["sweep"]]
        self.assertLess(abs(parabola_top(points) / 0.125 - 1), 0.2)

    def test_a_constant_is_no_signal(self):
        self.refused("fp-stationary", dict(SHAKEN, observable="2"), "the observable is constant")

    def test_dissipation_of_a_shaken_well_is_exact(self):
        # the mean moves with the velocity m', the shape stays: m'^2/D, whose mean is 1/4 over D
        results = self.done("fp-stationary", SHAKEN).results
        self.near(results["entropy_production_rate"], 0.5, 5e-3)

    def test_mean_velocity_of_a_slightly_shaken_washboard_is_its_own(self):
        ring = dict(variables="x", drift="0.7 + sin(x)", diffusion="0.3", domain="0,2*pi", boundary="periodic", cells="128",
                    fields="none")
        still = self.done("fp-stationary", ring).results
        shaken = self.done("fp-stationary", dict(ring, drift="0.7 + sin(x) + 1e-7*cos(t)", period="2*pi"))
        for name in ("mean_velocity", "entropy_production_rate"):
            one, other = (r[name]["value"] for r in (still, shaken.results))
            one, other = (v[0] if isinstance(v, list) else v for v in (one, other))
            self.assertAlmostEqual(one, other, 6)
        self.assertIn("no effective_diffusion", shaken.error)

    def test_rocked_ring_moves_with_the_mean_force(self):
        ring = dict(variables="x", drift="0.3 + 2*cos(t)", diffusion="0.3", domain="0,2*pi", boundary="periodic", cells="64",
                    period="2*pi", fields="none")
        velocity = self.done("fp-stationary", ring).results["mean_velocity"]
        self.assertLess(abs(velocity["value"][0] - 0.3), 1e-9 + velocity["error"][0])

    def test_frames_are_those_of_the_period(self):
        for ranks in (1, 2):
            run = self.done("fp-stationary", dict(variables="x,y", drift="-x + cos(t), -y", diffusion="0.5",
                                                  domain="-4,4,-4,4", cells="16,16", period="2*pi", frames="4"), ranks=ranks)
            series = [name for name in run.files if re.fullmatch(r"out_000\d\.p?vti", name)]
            self.assertEqual(len(series), 4, run.files)
            self.assertIn("out.pvd", run.files)
        times = run.results["frames"]["times"]
        self.assertEqual(len(times), 4)
        self.assertAlmostEqual(times[1], math.pi / 2, 12)
        self.assertNotIn("out.pvd", self.done("fp-stationary", dict(SHAKEN, frames="4")).files)

    def test_a_floquet_rate_is_that_of_trajectories(self):
        comparisons = self.done("fp-crosscheck", dict(WELL, cells="128", mc_paths="4000")).results["comparisons"]
        self.assertEqual(set(comparisons), {"escape_rate", "mean_exit_time_qsd"})
        alone = self.done("fp-rate", dict(WELL, cells="128")).results["escape_rate"]
        self.assertEqual(comparisons["escape_rate"]["fv"]["value"], alone["value"])
        self.refused("fp-crosscheck", dict(WELL, mc_max_time="30", mc_paths="2000"), "-mc_max_time", status=3)

    def test_friction_must_stay_positive(self):
        langevin = dict(kinetic=True, potential="x^2/2", domain="-2,2,-2,2", cells="16,16", start="0,0", t_end="2", compile="never")
        self.refused("fp-evolve", dict(langevin, friction="1-t", temperature="0.2*(1-t)"), "friction", "t = 1")
        self.refused("fp-stationary", dict(langevin, friction="x", temperature="x"), "friction", "x = -1.778")

    def test_a_schedule_without_bound_is_told_with_its_time(self):
        self.refused("mc-exit", dict(variables="x", drift="-x", diffusion="0.1/(3-t)^2", domain="-3,3", exit="x > 2", start="0",
                                     mc_paths="100"), "by t = 3")


class HeavyBall(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = tempfile.TemporaryDirectory()
        path = os.path.join(cls.folder.name, "data.csv")
        with open(path, "w", encoding="utf-8") as file:
            file.write("c,y\n" + "".join(f"1,{1 - 2 * (k % 2)}\n" for k in range(50)))
        cls.ball = dict(HEAVY, data=path)

    def test_grid_and_algorithm_agree_at_rest(self):
        run = self.done("fp-crosscheck", dict(self.ball, mc_scheme="sgd", mc_paths="400", cells="128,128"))
        variance = run.results["comparisons"]["covariance p,p"]
        self.assertLess(abs(variance["mc"]["value"] / (0.1 * (48 / 49 / 2) / 2) - 1), 0.02)
        self.assertLess(abs(run.results["comparisons"]["covariance a,p"]["mc"]["value"]), 5e-5)

    def test_one_file_serves_all_programs(self):
        exits = dict(self.ball, exit="a > 0.3", mc_paths="4000")
        diffusion = self.done("mc-exit", exits).results["mean_exit_time"]
        itself = self.done("mc-exit", dict(exits, mc_scheme="sgd")).results["mean_exit_time"]
        self.assertLess(abs(diffusion["value"] - itself["value"]),
                        0.05 * diffusion["value"] + 4 * math.hypot(diffusion["standard_error"], itself["standard_error"]))
        alone = self.done("mc-exit", dict(exits, mc_scheme="sgd", domain="-1,1", start="0", cells="96")).results["mean_exit_time"]
        self.assertLess(abs(100 * alone["value"] - 10 * itself["value"]), 1.5 * itself["value"])  # eta and its root a step
        self.assertIn("z", self.done("fp-crosscheck", dict(exits, mc_scheme="sgd", cells="64,64", mc_paths="1000"),
                                     status=5).results["comparisons"]["mean_exit_time"])
        self.assertEqual(len(self.done("mc-sgd", dict(self.ball, mc_max_time="10")).results["starts"][0]["final_point"]["value"]), 2)

    def test_advice_is_of_the_velocity(self):
        self.refused("fp-crosscheck", dict(self.ball, mc_scheme="sgd", domain="-1,1"), "-domain", "velocity")
        self.refused("fp-stationary", dict(self.ball, regularization="p^2"), "-regularization", "velocity")
        self.refused("mc-sgd", dict(self.ball, learning_rate="0.01/(1+t)"), "-learning_rate", "parameter alone")


main()
