"""fp-network: keys, states from text or wells, refusals."""
from running import ProgramTest, main

ROW = dict(potential="0.35*x^2*(x^2-1.4)^2 + 0.05*x + y^2/2", temperature="0.1",
           domain="-2,2,-2,2", cells="48,24", compile="never")
STATES = "left: x < -0.9; middle: -0.2 < x < 0.2; right: x > 0.9"


class Network(ProgramTest):
    def test_states_from_text_give_matrices_that_fit_together(self):
        run = self.done("fp-network", dict(ROW, sets=STATES))
        r = run.results
        self.assertEqual(r["states"], ["left", "middle", "right"])
        passage = r["mean_first_passage_time"]["value"]
        for i in range(3):
            self.assertEqual(passage[i][i], 0)
            self.assertAlmostEqual(sum(r["next_state_probability"]["value"][i]), 1, 12)
            self.assertAlmostEqual(sum(r["rates"]["value"][i]) * r["mean_exit_time"]["value"][i], 1, 12)
        self.assertGreater(passage[0][2], passage[0][1])
        self.assertAlmostEqual(sum(r["stationary_probability"]["value"]), 1, 12)
        slow, chain = (r["eigenvalues"][k]["value"][0][0] for k in ("jump_process", "chain"))
        self.assertLess(abs(slow / chain - 1), 0.1)
        self.assertIn("out.vti", run.files)

    def test_wells_are_found_by_themselves(self):
        run = self.done("fp-network", dict(ROW, sets="wells", error_estimate="false"))
        self.assertEqual(run.results["states"], ["1", "2", "3"])

    def test_a_well_on_a_periodic_seam_is_one_state(self):
        seam = dict(potential="cos(x) + cos(2*y)", temperature="0.5", domain="-pi,pi,-pi,pi", boundary="periodic",
                    cells="24,24", sets="wells", error_estimate="false", compile="never")
        self.assertEqual(self.done("fp-network", seam).results["states"], ["1", "2"])

    def test_states_are_where_the_landscape_counts_its_wells(self):
        run = self.done("fp-network", dict(ROW, sets="wells", error_estimate="false"))
        here = self.done("fp-landscape", ROW).results["critical_points"]
        wells = sorted((p for p in here if p["type"] == "minimum"), key=lambda p: p["well"])
        self.assertEqual([p["well"] for p in wells], [1, 2, 3])
        for state, well in zip(run.results["positions"], wells):
            for a, b in zip(state, well["position"]):
                self.assertAlmostEqual(a, b, 6)
        self.assertIn("state 2 at", run.output)
        self.assertIn("in the long run the jump process is in 2 with probability", run.output)
        text = self.done("fp-network", dict(ROW, sets=STATES, error_estimate="false")).results["positions"]
        self.assertAlmostEqual(text[0][0], wells[0]["position"][0], delta=4 / 48)

    def test_wells_of_a_symmetric_drift_are_counted_alike(self):
        four = dict(drift="x - x^3, y - y^3", diffusion="0.2", domain="-2,2,-2,2", compile="never")
        points = self.done("fp-landscape", four).results["rest_points"]
        wells = [p["position"] for p in points if "well" in p]
        states = self.done("fp-network", dict(four, cells="24,24", sets="wells",
                                              error_estimate="false")).results["positions"]
        self.assertEqual([[round(v) for v in p] for p in states], [[-1, -1], [-1, 1], [1, -1], [1, 1]])
        self.assertEqual([[round(v) for v in p] for p in wells], [[-1, -1], [-1, 1], [1, -1], [1, 1]])

    def test_networks_are_checked_against_trajectories(self):
        run = self.done("fp-crosscheck", dict(ROW, cells="64,24", sets=STATES, exit="y > 1.5", mc_paths="100", compile="auto"),
                        status=5)
        self.assertIn("-exit is not used", run.error)
        self.assertEqual(run.results["verdict"], "inconclusive")  # of so few paths
        found = run.results["comparisons"]
        self.assertEqual(len(found), 3 + 6 + 6)
        for quantity, c in found.items():
            self.assertLess(abs(c["z"]), 4, quantity)
        self.assertLess(abs(found["mean_exit_time middle"]["mc"]["value"] / 7.46 - 1), 0.5)
        self.refused("fp-crosscheck", dict(ROW, sets=STATES, boundary="absorbing"), "-boundary")
        self.refused("fp-crosscheck", dict(ROW, sets=STATES, mc_paths="100", mc_max_time="0.1"), "-mc_max_time",
                     status=3)

    def test_what_is_no_network_is_refused(self):
        self.refused("fp-network", ROW, "-sets is missing")
        self.refused("fp-network", dict(ROW, sets="A: x < 0"), "two states")
        self.refused("fp-network", dict(ROW, sets="A: x < 0.5; B: x > 0"), "A and B overlap")
        self.refused("fp-network", dict(ROW, sets="A: x < 0; B: x > 0.0001"), "A and B touch")
        self.refused("fp-network", dict(ROW, potential="x^2/2 + y^2/2", sets="wells"),
                     "1 stable rest point")
        self.refused("fp-network", dict(ROW, sets="wells", boundary="absorbing"), "-boundary")
        self.refused("fp-network", dict(ROW, sets="A: x < -0.9; B: 0.885 < x < 0.89", cells="16,8"), "state", "cells",
                     status=3)
        self.refused("fp-network", dict(ROW, domain="-40,40,-40,40", cells="16,16", sets="wells"), "state",
                     "cells", status=3)
        self.refused("fp-network",
                     dict(drift="x - x^3, 0", diffusion="0.1, 0, 0", domain="-2,2,-2,2", cells="16,16", compile="never",
                          sets="A: x < -0.9; B: x > 0.9"), "closed parts")

    def test_cores_of_wells_near_a_wall_keep_apart(self):
        # noise that nearly vanishes at x = 0 makes a core as thin as it is long
        run = self.done("fp-network", dict(drift="-4*x*(1 - x)*(1/2 - x) + 0.002, -y", diffusion="0.002 + 0.05*x, 0, 0.05",
                                           domain="0,1.5,-1,1", cells="96,32", sets="wells", compile="never", error_estimate="false"))
        self.assertEqual(run.results["states"], ["1", "2"])

    def test_two_states_have_one_time_each(self):
        r = self.done("fp-network", dict(ROW, sets="A: x < -0.9; B: x > 0.9", error_estimate="false")).results
        passage, out = r["mean_first_passage_time"]["value"], r["mean_exit_time"]["value"]
        self.assertEqual([passage[0][1], passage[1][0]], out)
        self.assertEqual(r["next_state_probability"]["value"], [[0, 1], [1, 0]])


class StartsByName(ProgramTest):
    EXIT = dict(ROW, exit="x > 0.6", error_estimate="false")

    def start(self, **options):
        run = self.done("fp-exit", dict(self.EXIT, **options))
        return run.output.split("start (")[1].split(",")[0]

    def test_a_well_is_a_start_by_its_number_and_by_the_set_that_holds_it(self):
        self.assertTrue(self.start(start="well 1").startswith("-1.19"))
        self.assertTrue(self.start(start="2").startswith("-0.036"))
        self.assertTrue(self.start(start="left", sets=STATES).startswith("-1.19"))
        self.assertTrue(self.start(start="left", regions="left: x < -1").startswith("-1.19"))
        run = self.done("fp-exit", dict(self.EXIT, starts="well 1; 0,0.1; 2"))
        self.assertEqual(run.output.count("start ("), 3)
        line = dict(variables="x", potential="x^4 - x^2", temperature="0.1", domain="-2,2", cells="64",
                    exit="x > 1.2", error_estimate="false", compile="never")
        self.assertIn("start 0.707", self.done("fp-exit", dict(line, start="well 2")).output)
        self.assertIn("start 1", self.done("fp-exit", dict(line, start="1")).output)

    def test_a_name_that_no_well_has_is_refused_with_the_wells(self):
        for name in ("well 4", "nowhere", "7"):
            self.refused("fp-exit", dict(self.EXIT, start=name), "-start", "well 1 at (-1.19203, 0), well 2 at")
        self.refused("fp-exit", dict(self.EXIT, start="A", regions="A: x > -3"), "A of -regions holds several wells")
        self.refused("fp-exit", dict(self.EXIT, start="A", regions="A: x > 1.5"), "A of -regions holds no well")
        self.refused("fp-exit", dict(self.EXIT, start="1;2"), "expected 2 finite numbers")


class WhichRate(ProgramTest):
    WELL = dict(potential="(x^2-1)^2/4 + y^2/2", temperature="0.1", domain="-2,2,-2,2", cells="32,32", compile="never")

    def test_an_exit_set_at_the_saddle_is_said_to_give_twice_the_rate(self):
        for program, words in (("fp-exit", "twice as long"), ("fp-rate", "twice the rate")):
            for border, said in (("x > 0", True), ("x > 0.5", False)):
                run = self.done(program, dict(self.WELL, exit=border, start="-1,0"))
                self.assertEqual("begins at the saddle" in run.output, said, run.output)
                self.assertEqual(words in run.output, said, run.output)

    def test_nothing_is_asked_of_the_drift_deep_in_the_exit_set(self):
        run = self.done("fp-exit", dict(drift="x - x^3 + 0*sqrt(1 - x), -y", diffusion="0.1", domain="-2,2,-2,2",
                                        cells="32,32", exit="x > 0", start="-1,0", compile="never"))
        self.assertIn("begins at the saddle", run.output)

    def test_committors_and_networks_say_what_their_rates_count(self):
        run = self.done("fp-committor", dict(self.WELL, set_a="x < -0.8", set_b="x > 0.8"))
        self.assertIn("per time since A was left last", run.output)
        run = self.done("fp-network", dict(self.WELL, sets="A: x < -0.8; B: x > 0.8"))
        self.assertIn("probability over mean exit time", run.output)


main()
