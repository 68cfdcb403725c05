"""-kinetic: Langevin's equation from a potential, a friction and a temperature."""
import math

from running import ProgramTest, main

WELL = dict(kinetic=True, potential="x^4/4 - x^2/2", friction="0.1", temperature="0.1",
            domain="-2.2,2.2,-2.2,2.2", cells="64,64", compile="never")


class Kinetic(ProgramTest):
    def test_state_at_rest_is_that_of_equilibrium(self):
        run = self.done("fp-stationary", WELL)
        covariance = run.results["covariance"]
        self.assertLess(abs(covariance["value"][1][1] - 0.1), covariance["error"][1][1])
        self.assertLess(covariance["error"][1][1], 2e-3)
        self.assertEqual(run.summary["problem"]["kind"], "kinetic")
        self.assertEqual(run.summary["problem"]["variables"], ["x", "v"])
        self.assertEqual(run.summary["grid"]["transport"], "flow")

    def test_moments_of_a_spring_follow_the_linear_equation_within_errors(self):
        # x'' = -x - 0.3 x' + noise from (0.5, 0): the mean of x is e^(-0.15 t) 0.5 (cos wt + 0.15/w sin wt)
        spring = dict(kinetic=True, potential="x^2/2", friction="0.3", temperature="0.1", domain="-2.2,2.2,-2.2,2.2",
                      start="0.5,0", t_end="2", compile="never")
        w = math.sqrt(1 - 0.15**2)
        for frames in (2, 4):
            run = self.done("fp-evolve", dict(spring, cells="96,96", frames=frames))
            for time, mean in zip(run.results["times"], run.results["mean"]):
                decay, turn = 0.5 * math.exp(-0.15 * time), w * time
                x = decay * (math.cos(turn) + 0.15 / w * math.sin(turn))
                v = -decay / w * math.sin(turn)
                for k, exact in enumerate((x, v)):
                    self.assertLess(abs(mean["value"][k] - exact), 1.5 * mean["error"][k] + 1e-12, (frames, time, k))
                    self.assertLess(mean["error"][k], 0.2)

    def test_the_line_of_a_resonance_holds_its_error(self):
        # S(f) of x'' = -x - 0.3 x' + noise, T = 0.05; at 0.22 grids agreed by accident
        run = self.done("fp-spectrum", dict(kinetic=True, potential="x^2/2", friction="0.3", temperature="0.05",
                                            domain="-1.6,1.6,-1.6,1.6", cells="96,96", compile="never", observable="x",
                                            frequencies="0.02:0.32:7"))
        for f, s in run.results["power_spectral_density"]:
            w = 2 * math.pi * f
            exact = 2 * 0.3 * 0.05 / ((1 - w * w)**2 + (0.3 * w)**2)
            self.assertLess(abs(s["value"] - exact), 2 * s["error"], f)

    def test_equilibrium_produces_no_entropy(self):
        fine = self.done("fp-stationary", dict(WELL, cells="96,96")).results["entropy_production_rate"]
        self.assertLess(fine["value"], 1e-3 * 0.1)  # of the friction
        self.assertGreaterEqual(fine["value"], 0)

    def test_the_drift_written_out_gives_the_same_bits(self):
        plain = {name: value for name, value in WELL.items()
                 if name not in ("kinetic", "potential", "friction", "temperature")}
        written = self.done("fp-stationary", dict(plain, variables="x,v", drift="v, -(x^3 - x) - 0.1*v",
                                                  diffusion="0, 0, 0.01"))
        run = self.done("fp-stationary", WELL)
        for one, other in zip(run.results["covariance"]["value"], written.results["covariance"]["value"]):
            for a, b in zip(one, other):
                self.assertAlmostEqual(a, b, 12)

    def test_what_is_no_langevin_equation_is_refused(self):
        self.refused("fp-stationary", dict(WELL, friction="-1"), "-friction -1", "positive")
        self.refused("fp-stationary", dict(WELL, temperature="0"), "-temperature 0", "positive")
        self.refused("fp-stationary", dict(WELL, potential="v^2"), "-potential", "velocity v")
        self.refused("fp-stationary", dict(WELL, diffusion="1"), "-diffusion", "-kinetic")
        self.refused("fp-stationary", dict(WELL, variables="x", domain="-2,2", cells="64"), "-kinetic", "position and velocity")
        no_friction = {name: value for name, value in WELL.items() if name != "friction"}
        self.refused("fp-stationary", no_friction, "-kinetic needs -friction")
        overdamped = {name: value for name, value in WELL.items() if name != "kinetic"}
        self.refused("fp-stationary", overdamped, "-friction goes with -kinetic")


main()
