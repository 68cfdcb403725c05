"""-kinetic: Langevin's equation from a potential, a friction and a temperature."""
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
