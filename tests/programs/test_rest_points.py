"""fp-landscape of a bare drift: rest points with their eigenvalues, limit cycles."""
import math

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

    def test_cycles_have_period_stability_multiplier_and_a_point(self):
        van_der_pol = dict(variables="x,v", drift="v, mu*(1 - x^2)*v - x", diffusion="0,0,0.1", domain="-3,3,-5,5",
                           parameters="mu=1", cells="32,32", compile="never")
        run = self.done("fp-landscape", van_der_pol)
        (cycle,) = run.results["cycles"]
        self.assertAlmostEqual(cycle["period"], 6.6632868593, 9)
        self.assertIs(cycle["stable"], True)
        self.assertAlmostEqual(cycle["multiplier"], 8.596951e-4, 9)
        self.assertAlmostEqual(cycle["point"][0], 2.0086198608, 8)
        self.assertEqual(run.results["rotations"], [])
        self.assertIn("out.vtp", run.files)
        self.assertIn("stable limit cycle", run.output)

    def test_an_unstable_cycle_is_one_and_a_center_has_none(self):
        box = dict(diffusion="0.1", domain="-2,2,-2,2", cells="32,32", compile="never")
        run = self.done("fp-landscape", dict(box, drift="(x^2+y^2-1)*x - 4*y, (x^2+y^2-1)*y + 4*x"))
        (cycle,) = run.results["cycles"]
        self.assertIs(cycle["stable"], False)
        self.assertAlmostEqual(cycle["multiplier"], 23.140692632779267, 6)  # exp(pi)
        self.assertEqual(self.done("fp-landscape", dict(box, drift="-y, x")).results["cycles"], [])

    def test_a_cycle_s_point_on_an_axis_has_no_rounding(self):
        run = self.done("fp-landscape", dict(drift="x*(1-x^2-y^2)-2*y, y*(1-x^2-y^2)+2*x", diffusion="1", domain="-2,2,-2,2",
                                             cells="32,32", compile="never"))
        self.assertEqual(run.results["cycles"][0]["point"][1], 0)

    def test_oblique_saddles_of_an_egg_box_are_no_lower_passes(self):
        box = dict(potential="cos(3*x+0.3)*cos(2*y)", temperature="0.1", domain="-pi,pi,-pi,pi", boundary="periodic",
                   cells="64,64", compile="never")
        self.assertEqual(self.done("fp-landscape", box).error, "")

    def test_a_rotation_is_no_cycle(self):
        run = self.done("fp-landscape", dict(drift="1, -y", diffusion="0.1", domain="0,1,-1,1", cells="32,32", compile="never",
                                             boundary="periodic,periodic,reflecting,reflecting"))
        self.assertEqual(run.results["cycles"], [])
        (turn,) = run.results["rotations"]
        self.assertEqual(turn["winding"], [1, 0])
        self.assertAlmostEqual(turn["period"], 1, 9)


class Basins(ProgramTest):
    RING = dict(diffusion="0.1", domain="-2,2,-2,2", cells="96,96", compile="never")

    def basins(self, drift, **more):
        run = self.done("fp-landscape", dict(self.RING, drift=drift, **more))
        self.assertIn("out.vti", run.files)
        return run.results

    def test_of_a_rest_point_within_an_unstable_cycle_is_the_disc(self):
        r = self.basins("-(1 - x^2 - y^2)*x - 3*y, -(1 - x^2 - y^2)*y + 3*x")
        self.assertAlmostEqual(r["basins"][0]["fraction"], math.pi / 16, delta=0.004)
        self.assertAlmostEqual(r["fraction_leaving"], 1 - math.pi / 16, delta=0.004)
        points = r["cycles"][0]["points"]
        self.assertGreater(len(points), 10)
        for x, y in points:
            self.assertAlmostEqual(math.hypot(x, y), 1, 4)

    def test_of_a_stable_cycle_is_all_but_the_focus_inside(self):
        r = self.basins("(1 - x^2 - y^2)*x - 3*y, (1 - x^2 - y^2)*y + 3*x")
        self.assertIn("cycle", r["basins"][0])
        self.assertEqual(r["basins"][0]["fraction"], 1)

    def test_of_two_wells_are_parted_by_the_separatrix(self):
        r = self.basins("x + 0.5 - (x + 0.5)^3, -y")  # saddle at -0.5, wells at -1.5 and 0.5
        self.assertEqual([round(b["rest_point"][0], 6) for b in r["basins"]], [-1.5, 0.5])
        self.assertAlmostEqual(r["basins"][0]["fraction"], 1.5 / 4, delta=0.006)
        self.assertAlmostEqual(r["basins"][1]["fraction"], 2.5 / 4, delta=0.006)

    def test_of_a_drift_around_a_periodic_axis(self):
        r = self.basins("sin(x), -y", domain="-pi,pi,-1,1", boundary="periodic,periodic,reflecting,reflecting")
        self.assertEqual(len(r["basins"]), 1)  # the well on the seam
        self.assertGreater(r["basins"][0]["fraction"], 0.98)


main()
