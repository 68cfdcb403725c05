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

    def test_what_is_no_network_is_refused(self):
        self.refused("fp-network", ROW, "-sets is missing")
        self.refused("fp-network", dict(ROW, sets="A: x < 0"), "two states")
        self.refused("fp-network", dict(ROW, sets="A: x < 0.5; B: x > 0"), "A and B overlap")
        self.refused("fp-network", dict(ROW, sets="A: x < 0; B: x > 0.0001"), "A and B touch")
        self.refused("fp-network", dict(ROW, potential="x^2/2 + y^2/2", sets="wells"),
                     "1 stable rest point")
        self.refused("fp-network", dict(ROW, sets="wells", boundary="absorbing"), "-boundary")


main()
