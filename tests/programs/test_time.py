"""The time t in expressions, schedules of the learning rate, and momentum."""
import math
import os
import tempfile

from running import ProgramTest, main

FORCED = dict(variables="x", drift="-x + cos(t)", diffusion="0.5", domain="-6,6", cells="512", start="0",
              t_end="2*pi", frames="4", fields="none")
COOLED = dict(variables="x", potential="(x^2-1)^2/4", temperature="0.25/log(2.8+t/5)", domain="-2.5,2.5", start="1",
              exit="x < 0")
HEAVY = dict(variables="a", model="a*c", sgd_noise="covariance", learning_rate="0.01", batch_size="2", momentum="0.9")


def variance_by_ode(diffusion, end, steps=4000):
    """v' = -2 v + 2 D(t) from v(0) = 0, by Runge and Kutta's fourth order."""
    slope = lambda t, v: -2 * v + 2 * diffusion(t)
    v, h = 0.0, end / steps
    for k in range(steps):
        t = k * h
        a = slope(t, v)
        b = slope(t + h / 2, v + h / 2 * a)
        c = slope(t + h / 2, v + h / 2 * b)
        v += h / 6 * (a + 2 * b + 2 * c + slope(t + h, v + h * c))
    return v


class Data:
    """Rows with c = 1 whose targets have mean 0 and variance 1: L = (a^2 + 1)/2."""
    rows = 50

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = os.path.join(self.folder.name, "data.csv")
        with open(self.path, "w", encoding="utf-8") as file:
            file.write("c,y\n" + "".join(f"1,{1 - 2 * (k % 2)}\n" for k in range(self.rows)))


class Time(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.data = Data()

    def near(self, number, exact, most):
        """Within the stated error, which is small."""
        self.assertLess(abs(number["value"] - exact), number["error"] + 1e-12)
        self.assertLess(number["error"], most)

    def component(self, number, k):
        return {key: number[key][k] for key in ("value", "error")}

    def test_a_forced_well_follows_the_force(self):
        results = self.done("fp-evolve", FORCED).results
        for t, mean in list(zip(results["times"], results["mean"]))[1:]:
            exact = (math.cos(t) + math.sin(t) - math.exp(-t)) / 2
            self.near(self.component(mean, 0), exact, 5e-4)
        self.assertLess(abs(results["mass_imbalance"]), 1e-12)
        self.assertEqual(results["negative_cells"], 0)
        self.assertNotIn("relative_entropy", results)

    def test_steps_are_planned_for_the_transport_that_is_taken(self):
        turning = dict(drift="-x-3*y+cos(6*t), 3*x-y", diffusion="0.5", domain="-7,7,-7,7", start="1,0", t_end="0.5", frames="1",
                       cells="32,32", fields="none", error_estimate="false")
        found, asked = (self.done("fp-evolve", dict(turning, transport=way)).summary for way in ("auto", "flow"))
        self.assertEqual(found["grid"]["transport"], "flow")
        self.assertEqual(found["results"]["mean"], asked["results"]["mean"])

    def test_noise_that_fades_is_that_of_its_equation(self):
        run = self.done("fp-evolve", dict(FORCED, drift="-x", diffusion="0.5/(1+t)", start="1", t_end="4"))
        exact = variance_by_ode(lambda t: 0.5 / (1 + t), 4)
        covariance = run.results["covariance"][-1]
        self.near({"value": covariance["value"][0][0], "error": covariance["error"][0][0]}, exact, 1e-3)

    def test_machine_code_and_interpreter_agree(self):
        one, other = (self.done("fp-evolve", dict(FORCED, compile=how)).results["mean"][-1]["value"][0]
                      for how in ("auto", "never"))
        self.assertAlmostEqual(one, other, 10)

    def test_escape_while_it_cools_is_that_of_trajectories(self):
        survival = self.done("fp-evolve", dict(COOLED, cells="256", t_end="30", frames="3", fields="none")).results["survival"][-1]
        run = self.done("mc-exit", dict(COOLED, mc_max_time="30", mc_paths="20000"))
        share = run.results["timed_out"] / 20000
        self.assertLess(abs(survival["value"] - share), 4 * math.sqrt(share * (1 - share) / 20000) + survival["error"])
        still = self.done("fp-evolve", dict(COOLED, cells="256", t_end="30", frames="3", fields="none",
                                            temperature="0.25/log(2.8)")).results["survival"][-1]
        self.assertGreater(survival["value"], 3 * still["value"])  # the schedule was followed

    def test_a_parameter_named_t_wins(self):
        self.done("fp-stationary", dict(variables="x", drift="-x + t", diffusion="0.5", parameters="t=1", domain="-6,6",
                                        cells="64"))

    def test_what_knows_no_time_refuses_it(self):
        self.refused("fp-exit", dict(COOLED, cells="64"), "-temperature", "depends on the time t", "fp-evolve")
        self.refused("fp-stationary", dict(FORCED), "-drift", "give its -period")
        self.refused("mc-exit", dict(COOLED, mc_scheme="time_changed"), "-mc_scheme time_changed")

    def test_a_schedule_that_ends_is_refused_with_the_time(self):
        self.refused("fp-evolve", dict(FORCED, diffusion="1 - t/3"), "negative by t = 3")
        self.refused("fp-evolve", dict(FORCED, diffusion="1/(3-t)"), "by t = 3")
        self.refused("mc-exit", dict(COOLED, temperature="1 - t", mc_max_time="2"), "negative by t = 1.00")

    def test_a_learning_rate_with_a_schedule_is_noise_that_fades(self):
        plain = dict(variables="a", domain="-3,3", cells="128", start="1", t_end="2", frames="1", fields="none")
        sgd = self.done("fp-evolve", dict(plain, loss="1 + a^2/2", learning_rate="0.4/(1+t)", batch_size="2",
                                          minimum="0")).results
        same = self.done("fp-evolve", dict(plain, drift="-a", diffusion="0.2/(1+t)*(1 + a^2/2)")).results
        for name in ("mean", "covariance"):
            one, other = (r[name][-1]["value"][0] for r in (sgd, same))
            self.assertAlmostEqual(*(v[0] if isinstance(v, list) else v for v in (one, other)), 6)
        self.refused("fp-evolve", dict(plain, loss="1 + a^2/2", learning_rate="0.4/(t-1)", batch_size="2", minimum="0"),
                     "-learning_rate", "t = 0")

    def test_descent_follows_its_schedule(self):
        whole = dict(HEAVY, data=self.data.path, batch_size=str(Data.rows), start="1", mc_paths="2", momentum="0")
        steps = 40
        by_step = self.done("mc-sgd", dict(whole, learning_rate="0.1/(1+k)", mc_max_time=repr(
            sum(0.1 / (1 + k) for k in range(steps)) - 1e-9))).results["starts"][0]
        a = 1.0
        for k in range(steps):
            a -= 0.1 / (1 + k) * a
        self.assertEqual(by_step["iterations"]["value"], steps)
        self.assertAlmostEqual(by_step["final_point"]["value"][0], a, 12)
        by_time = self.done("mc-sgd", dict(whole, learning_rate="0.1/(1+t)", mc_max_time="2")).results["starts"][0]
        a, t, k = 1.0, 0.0, 0
        while t < 2:
            eta = 0.1 / (1 + t)
            a, t, k = a - eta * a, t + eta, k + 1
        self.assertEqual(by_time["iterations"]["value"], k)
        self.assertAlmostEqual(by_time["final_point"]["value"][0], a, 12)
        self.refused("mc-sgd", dict(whole, learning_rate="0.1 - t", mc_max_time="2"), "-learning_rate", "k = ")

    def test_the_heavy_ball_is_that_of_its_recursion(self):
        run = self.done("mc-sgd", dict(HEAVY, data=self.data.path, batch_size=str(Data.rows), start="1", mc_paths="2",
                                       learning_rate="0.1", mc_max_time="3"))
        a, v = 1.0, 0.0
        for _ in range(30):
            v = 0.9 * v - 0.1 * a
            a += v
        self.assertAlmostEqual(run.results["starts"][0]["final_point"]["value"][0], a, 12)

    def test_observables_are_not_known_over_a_period(self):
        self.refused("fp-stationary", dict(variables="x", drift="-x+cos(t)", diffusion="0.5", domain="-4,4", cells="32",
                                           period="2*pi", observables="q: x^2", compile="never"), "-observables", "-period")

    def test_the_heavy_ball_at_rest_has_its_exact_spread(self):
        run = self.done("fp-stationary", dict(HEAVY, data=self.data.path, domain="-1,1,-1,1", cells="96,96", start="0,0",
                                              fields="none"))
        # gamma = (1 - B)/sqrt(eta) = 1, h = 1: both variances are D_pp/gamma, D_pp = sqrt(eta) Sigma/2
        exact = 0.1 * (48 / 49 / 2) / 2
        covariance = run.results["covariance"]
        for k, most in ((0, 0.06), (1, 0.001)):  # the position's converges slowly, and its error has to say so
            self.near({"value": covariance["value"][k][k], "error": covariance["error"][k][k]}, exact, most * exact)
            self.assertLess(abs(covariance["value"][k][k] - exact), 0.005 * exact)
        self.assertEqual(run.summary["problem"]["variables"], ["a", "p"])

    def test_the_algorithm_leaves_as_its_diffusion_does(self):
        case = dict(HEAVY, data=self.data.path, exit="a > 0.3", mc_paths="4000")
        diffusion = self.done("mc-exit", dict(case, domain="-1,1,-1,1", start="0,0")).results["mean_exit_time"]
        itself = self.done("mc-exit", dict(case, domain="-1,1", start="0", mc_scheme="sgd")).results["mean_exit_time"]
        steps = diffusion["value"] / 0.1, itself["value"] / 0.01  # sqrt(eta) and eta a step
        self.assertLess(abs(steps[0] / steps[1] - 1), 0.1)

    def test_momentum_that_cannot_be_is_refused(self):
        sgd = dict(HEAVY, data=self.data.path, domain="-1,1,-1,1", start="0,0", cells="32,32")
        self.refused("fp-stationary", dict(sgd, momentum="1"), "-momentum 1", "give 0 <= B < 1")
        self.refused("fp-stationary", dict(sgd, momentum="-0.1"), "-momentum", "at least 0")
        self.refused("fp-stationary", dict(sgd, variables="a,b", model="a*c + b"), "-momentum", "four coordinates", "mc-sgd")
        self.refused("fp-stationary", dict(sgd, model="a*c + p"), "-model", "velocity")
        self.refused("fp-stationary", dict(variables="x", potential="x^2", temperature="1", momentum="0.5", domain="-1,1"),
                     "-momentum does not go with -potential")

    def test_the_periodic_state_is_that_of_the_forced_well(self):
        swing = dict(variables="x", drift="-x + cos(t)", diffusion="0.5", domain="-6,6", period="2*pi")
        results = self.done("fp-stationary", dict(swing, cells="512", regions="right: x > 0")).results
        for t, mean, covariance in zip(*(results["frames"][name] for name in ("times", "mean", "covariance"))):
            self.near(self.component(mean, 0), (math.cos(t) + math.sin(t)) / 2, 1e-3)
            self.near({key: covariance[key][0][0] for key in ("value", "error")}, 0.5, 1e-3)
        self.near(self.component(results["mean"], 0), 0, 1e-3)
        self.near({key: results["covariance"][key][0][0] for key in ("value", "error")}, 0.75, 1e-3)
        self.near(self.component(results["response"], 0), math.sqrt(0.5), 1e-3)
        self.near(results["region_probability"]["right"], 0.5, 1e-3)
        plane = self.done("fp-stationary", dict(swing, variables="x,y", drift="-x + cos(t), -y", domain="-4.5,4.5,-4.5,4.5",
                                                cells="64,64", fields="none")).results
        for t, mean in zip(plane["frames"]["times"], plane["frames"]["mean"]):
            self.near(self.component(mean, 0), (math.cos(t) + math.sin(t)) / 2, 0.02)
        self.done("fp-crosscheck", dict(swing, cells="256", mc_paths="400"))

    def test_the_floquet_rate_of_a_well_that_stands_still_is_its_own(self):
        well = dict(variables="x", potential="(x^2-1)^2/4", temperature="0.1", domain="-2.5,2.5", cells="128", exit="x > 0.5",
                    start="-1", fields="none")
        still = self.done("fp-rate", well).results
        swung = self.done("fp-rate", dict(well, potential="(x^2-1)^2/4 - 1e-9*x*cos(t)", period="2*pi")).results
        for name in ("escape_rate", "mean_exit_time_qsd"):
            self.assertAlmostEqual(swung[name]["value"] / still[name]["value"], 1, 5)

    def test_a_period_that_the_problem_does_not_have_is_refused(self):
        swing = dict(variables="x", drift="-x + cos(t)", diffusion="0.5", domain="-6,6", cells="64")
        self.refused("fp-stationary", dict(swing, period="6"), "-period 6", "a period later")
        self.refused("fp-stationary", dict(swing, drift="-x", period="6"), "-period 6", "nothing in the problem depends")

    def test_both_sides_agree_at_the_end(self):
        self.done("fp-crosscheck", dict(COOLED, cells="256", t_end="10", mc_paths="10000"))
        self.refused("fp-crosscheck", dict(COOLED, cells="256"), "-t_end is missing")


main()
