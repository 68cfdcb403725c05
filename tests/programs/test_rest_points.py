"""fp-landscape of a bare drift: rest points with their eigenvalues."""
from running import ProgramTest, main


class RestPoints(ProgramTest):
    def test_nodes_and_a_saddle_of_a_coupled_well(self):
        run = self.done("fp-landscape", dict(drift="x - x^3, -2*y", diffusion="0.1", domain="-2,2,-1,1", compile="never"))
        found = [(p["type"], p["position"], p["eigenvalues"]) for p in run.results["rest_points"]]
        self.assertEqual([f[0] for f in found], ["stable_node", "saddle", "stable_node"])
        for (_, position, values), (x, slope) in zip(found, ((-1, -2), (0, 1), (1, -2))):
            self.assertAlmostEqual(position[0], x, 9)
            self.assertAlmostEqual(position[1], 0, 9)
            for value, exact in zip(sorted(values), sorted(((slope, 0), (-2, 0)))):
                self.assertAlmostEqual(value[0], exact[0], 5)
                self.assertEqual(value[1], 0)

    def test_foci_and_centers_have_imaginary_parts(self):
        spiral = dict(diffusion="0.1", domain="-1,1,-1,1", compile="never")
        for drift, kind, real in (("-x - 3*y, 3*x - y", "stable_focus", -1), ("x - 3*y, 3*x + y", "unstable_focus", 1),
                                  ("-3*y, 3*x", "center", 0)):
            (point,) = self.done("fp-landscape", dict(spiral, drift=drift)).results["rest_points"]
            self.assertEqual(point["type"], kind)
            for value, sign in zip(point["eigenvalues"], (-1, 1)):
                self.assertAlmostEqual(value[0], real, 5)
                self.assertAlmostEqual(value[1], 3 * sign, 5)

    def test_a_drift_that_is_no_number_is_refused(self):
        self.refused("fp-landscape", dict(drift="x/0, -y", diffusion="0.1", domain="-1,1,-1,1", compile="never"), "the drift is not finite")

    def test_a_point_on_a_periodic_seam_counts_once(self):
        run = self.done("fp-landscape", dict(drift="-sin(x + pi), -y", diffusion="0.1", domain="-pi,pi,-1,1",
                                             boundary="periodic,periodic,reflecting,reflecting", compile="never"))
        self.assertEqual([p["type"] for p in run.results["rest_points"]], ["stable_node", "saddle"])


main()
