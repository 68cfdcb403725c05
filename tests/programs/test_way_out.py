#!/usr/bin/env python3
"""-frame way_out: barriers at weak noise, and where there is no way out to turn to."""
import math
import pathlib

from running import LINEAR, WELL, ProgramTest, main

C, S, T = math.sqrt(0.75), 0.5, 0.002
X, Y = f"({C}*x+{S}*y)", f"({C}*y-{S}*x)"
ALONG, ACROSS = f"({X}-{X}^3)", f"({X}-{X}^3-{Y})"
# X moves by itself in a double well and drives Y, seen in axes turned by 30 degrees: the time to X > 0 is that
# of one dimension, log tau = 125.801181 by quadrature.
DRIVEN = dict(drift=f"{C}*{ALONG}-{S}*{ACROSS}, {S}*{ALONG}+{C}*{ACROSS}", diffusion=T, domain="-3,3,-3,3",
              cells="192,192", compile="never")
EXACT = 125.801181
LEFT = dict(DRIVEN, exit=f"{C}*x+{S}*y > 0", start=f"{-C},{-S}")

DATA = pathlib.Path(__file__).resolve().parents[2] / "examples/thesis/data/thesis_data.csv"
# The action over the saddle is 952.16; log tau is 949 +- 1, extrapolated on 620 000 cells.
THESIS = dict(variables="a,b", model="a^2 + x*(1 + b/(1 + exp(-a*x)))", data=str(DATA), target="y", batch_size=1,
              minimum="-5.6,3.2", learning_rate="1e-5", domain="-7.5,0.5,-0.5,5.5", exit="a > 0.2 and b > 0",
              start="-5.667,3.205")


class WeakNoise(ProgramTest):
    def test_exit_along_an_oblique_way(self):
        plain = self.done("fp-exit", LEFT, status=3)
        self.assertIn("try -frame way_out (30 degrees", plain.error)
        seen = self.done("fp-exit", dict(LEFT, accept_unresolved="true")).results["mean_exit_time"]
        self.assertGreater(abs(seen["log"] - EXACT), 5)
        self.assertLess(abs(seen["log"] - EXACT), 3 * seen["log_error"])
        run = self.done("fp-exit", dict(LEFT, frame="way_out"))
        tau, grid = run.results["mean_exit_time"], run.summary["grid"]
        self.assertLess(abs(tau["log"] - EXACT), 3 * tau["log_error"])
        self.assertLess(tau["log_error"], 0.2)
        self.assertAlmostEqual(grid["frame_angle"], 30, 2)
        self.assertLess(abs(grid["cells"][0] * grid["cells"][1] / 192 ** 2 - 1), 0.1)
        self.assertNotIn("try -frame", run.error)

    def test_rate_begins_in_the_only_well(self):
        options = {k: v for k, v in LEFT.items() if k != "start"}
        options.update(domain="-1.3,1.3,-1.3,1.3")
        rate = self.done("fp-rate", dict(options, frame="way_out")).results["escape_rate"]
        self.assertLess(abs(rate["log"] + EXACT), 0.2)

    def test_committor_from_the_well_in_a(self):
        sets = dict(set_a=f"{X} < -0.9", set_b=f"{X} > 0.9", error_estimate="false")
        plain = self.done("fp-committor", dict(DRIVEN, **sets)).results["rate"]
        turned = self.done("fp-committor", dict(DRIVEN, **sets, frame="way_out")).results["rate"]
        # half of the time in A, and half of what comes to X = 0 goes on
        self.assertLess(abs(turned["log"] + EXACT + math.log(4)), 0.3)
        self.assertGreater(abs(plain["log"] + EXACT + math.log(4)), 5)

    def test_saddle_of_the_thesis(self):
        tau = self.done("fp-exit", dict(THESIS, cells="256,256", frame="way_out")).results["mean_exit_time"]
        self.assertLess(abs(tau["log"] - 948.6), 0.005 * 948.6)
        self.assertLess(abs(tau["log"] - 949), 3 * tau["log_error"] + 1)

    def test_potential_needs_no_turning(self):
        run = self.done("fp-exit", dict(WELL, frame="way_out"))
        self.assertEqual(run.results, self.done("fp-exit", WELL).results)
        self.assertIn("would gain nothing", run.error)

    def test_ranks_agree(self):
        one, two = (self.done("fp-exit", dict(LEFT, cells="96,96", frame="way_out", error_estimate="false"), ranks=n)
                    for n in (1, 2))
        self.assertEqual(one.summary["grid"]["cells"], two.summary["grid"]["cells"])
        self.assertLess(abs(one.results["mean_exit_time"]["log"] - two.results["mean_exit_time"]["log"]), 1e-5)


class Refusals(ProgramTest):
    def test_no_way_out(self):
        closed = {k: v for k, v in LINEAR.items() if k not in ("exit", "start")}
        self.refused("fp-stationary", dict(closed, frame="way_out"), "-frame way_out", "no way out", "degrees")
        self.refused("fp-modes", dict(closed, frame="way_out"), "-frame way_out", "no way out")

    def test_sides_and_cells_that_do_not_turn(self):
        self.refused("fp-exit", dict(potential="cos(pi*x/2) + y^2", temperature="0.1", domain="-2,2,-2,2", start="-1,0",
                                     exit="y > 1", boundary="reflecting,reflecting,reflecting,reflecting",
                                     grade="auto", frame="way_out"), "-frame way_out", "leave out -grade")
        self.refused("fp-exit", dict(potential="cos(pi*x/2) + y^2", temperature="0.1", domain="-2,2,-2,2", start="-1,0",
                                     exit="y > 1", boundary="periodic,periodic,reflecting,reflecting",
                                     frame="way_out"), "-frame way_out", "periodic")

    def test_nothing_to_climb(self):
        self.refused("fp-exit", dict(WELL, exit="x > 0.5", start="0.2,0", frame="way_out"), "-frame way_out", "the drift carries -start")
        self.refused("fp-rate", {k: v for k, v in dict(WELL, exit="y > 1", frame="way_out").items() if k != "start"},
                     "-frame way_out", "2 stable rest points", "give -start")

    def test_words_that_are_no_frame(self):
        self.refused("fp-exit", dict(WELL, frame="wayout"), "-frame wayout", "way_out")


main()
