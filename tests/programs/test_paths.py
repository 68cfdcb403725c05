"""fp-path: actions that are known, and what it refuses."""
import math
import random

from running import ProgramTest, main

BENT = dict(potential="(x^2-1)^2/4 + 2*(y - x^2/2)^2", temperature="0.2", domain="-2,2,-1,2",
            start="-0.9,0.6", cells="48,48", compile="never")
STEIN = dict(variables="x,y", parameters="e=0.1", drift="x - x^3 - 10*x*y^2, -(1 + x^2)*y",
             diffusion="e/2", noise_level="0.1", domain="-1.5,1.5,-1,1", start="-1,0",
             cells="96,64", compile="never")


class Paths(ProgramTest):
    def test_saddle_of_a_potential_costs_its_height_over_the_temperature(self):
        run = self.done("fp-path", BENT)
        r = run.results
        self.assertLess(abs(r["action"]["value"] - 1.25), 1e-12)
        self.assertLess(abs(r["reduced_action"]["value"] - 0.25), 1e-12)
        own = r["action_by_minimisation"]
        self.assertLess(abs(own["value"] - 1.25), 1e-5)
        self.assertLess(abs(own["value"] - 1.25), 1.5 * own["error"])
        self.assertLess(abs(own["extrapolated"] - 1.25), 1e-7)
        self.assertLess(abs(r["quasi_potential"]["value"] - 1.25), 0.02)
        self.assertLess(math.hypot(*r["crossing"]["value"]), 1e-6)
        self.assertEqual({g["guess"] for g in r["guesses"]}, {"straight line", "reversed drift", "quasi-potential"})
        self.assertLess(r["spread_of_guesses"], 1e-9)
        self.assertEqual(run.files, ["out.json", "out.vti", "out.vtp"])

    def test_path_beyond_the_saddle_costs_no_more(self):
        for more in (dict(exit="x > 0.4"), dict(target_point="1,0.5")):
            r = self.done("fp-path", dict(BENT, **more)).results
            own = r["action"]
            self.assertLess(abs(own["value"] - 1.25), 1e-4)
            self.assertEqual(len(r["rest_points_on_the_way"]), 1)

    def test_exit_before_the_saddle_is_left_at_its_lowest_point(self):
        r = self.done("fp-path", dict(BENT, exit="x > -0.5", error_estimate="false")).results
        # least over y at x: y = x²/2
        self.assertLess(abs(r["action"]["value"] - 0.75 ** 2 / 4 / 0.2), 1e-6)
        self.assertLess(abs(r["crossing"]["value"][0] + 0.5), 1e-12)
        self.assertLess(abs(r["crossing"]["value"][1] - 0.125), 1e-3)

    def test_maier_and_stein_bends_off_the_axis(self):
        r = self.done("fp-path", STEIN).results
        self.assertLess(abs(r["reduced_action"]["extrapolated"] - 0.34004), 1e-5)
        self.assertLess(abs(r["action"]["value"] - 10 * r["reduced_action"]["value"]), 1e-9)
        self.assertLess(abs(r["reduced_quasi_potential"]["value"] - 0.34), 0.01)

    def test_error_holds_where_the_path_winds_out_of_a_focus(self):
        # U = r²/2 whatever the rotation
        r = self.done("fp-path", dict(drift="-y - 0.1*x, x - 0.1*y", diffusion="0.1",
                                      domain="-2,2,-2,2", exit="x^2 + y^2 > 1", start="0,0",
                                      cells="64,64", compile="never")).results
        self.assertLess(abs(r["action"]["value"] - 0.5), 1.5 * r["action"]["error"])
        self.assertLess(r["action"]["error"], 0.02)
        self.assertLess(abs(r["quasi_potential"]["value"] - 0.5), 0.02)

    def test_many_turns_out_of_a_focus_are_followed_by_a_ray(self):
        """Predator and prey: 0.006130."""
        run = self.done("fp-path", dict(
            parameters="al=1.54,be=10.14,de=1,ga=0.476,ka=1,mu=0.112509",
            drift="al*x*(1-x/be) - de*x^2*y/(ka+x^2), ga*x^2*y/(ka+x^2) - mu*y^2", diffusion="1",
            domain="0,7,0.5,6", start="1.4049,2.8081", target_point="4.20080731,4.00388242",
            cells="64,64", compile="never"))
        action = run.results["action"]
        self.assertLess(abs(action["value"] - 0.006130), 0.5e-6 + action["error"])
        self.assertLess(action["error"], 1e-7)

    def test_rank_one_noise_lifts_a_particle_to_the_saddle(self):
        # x'' = x - x^3 - x' + noise: the height over the temperature, 1/4 over D/friction
        r = self.done("fp-path", dict(variables="q,v", drift="v, q - q^3 - v", diffusion="0,0,1/3", domain="-2,2,-2,2",
                                      start="1,0", cells="48,48", compile="never")).results
        self.assertLess(abs(r["action"]["value"] - 0.75), r["action"]["error"])
        self.assertLess(r["action"]["error"], 1e-5)

    def test_an_end_that_rank_one_noise_never_reaches_is_refused(self):
        # y' = -y without noise: no path leads from the origin to y = 0.5
        self.refused("fp-path", dict(drift="-x, -y", diffusion="0.1, 0, 0", domain="-2,2,-2,2", start="0,0",
                                     target_point="0.5,0.5", cells="48,48", compile="never"), "rank one", "infinite", status=3)

    def test_an_exit_beside_a_target_point_is_told_to_be_of_no_use(self):
        run = self.done("fp-path", dict(BENT, target_point="0,0.1", exit="x > 0.5", cells="24,24"))
        self.assertIn("-exit is of no use with -target_point", run.error)

    def test_a_kinetic_action_is_told_in_units_of_the_temperature(self):
        r = self.done("fp-path", dict(variables="x,v", kinetic="true", potential="(x^2-1)^2/4", friction="1", temperature="0.1",
                                      domain="-2.2,2.2,-2.2,2.2", start="-1,0", cells="48,48", compile="never")).results
        self.assertEqual(r["reduced_by"], "temperature")
        self.assertLess(abs(r["reduced_action"]["value"] - 0.25), 1e-5)

    def test_rest_points_on_the_way_are_0_where_rounding_alone_is_left(self):
        r = self.done("fp-path", dict(potential="(x^2-1)^2/4 + y^2/2", temperature="0.2", domain="-2,2,-2,2", start="-1,0",
                                      target_point="1,0", cells="48,48", compile="never"))
        self.assertEqual(r.results["rest_points_on_the_way"], [[0, 0]])
        self.assertIn("(0, 0)", r.output)

    def test_a_path_leaves_a_limit_cycle(self):
        # U = (r^2 - 1)^2 / (4 D) whatever the rotation
        ring = dict(drift="(1 - x^2 - y^2)*x - 3*y, (1 - x^2 - y^2)*y + 3*x", diffusion="0.1", domain="-2,2,-2,2", cells="32,32",
                    compile="never")
        for start in ("1,0", "0.3,0.2"):
            r = self.done("fp-path", dict(ring, start=start, target_point="0,0.5")).results
            self.assertAlmostEqual(r["cycle"]["period"], 2 * math.pi / 3, 9)
            self.assertLess(abs(r["action"]["value"] - 1.40625), 1.5 * r["action"]["error"])
            self.assertLess(r["action"]["error"], 1e-4)
        self.refused("fp-path", dict(ring, start="1,0"), "limit cycle", "-target_point")
        self.refused("fp-path", dict(ring, start="1,0", target_point="9,0"), "-target_point", "outside")

    def test_a_grid_gives_no_limit_of_a_barrier_within_a_cell(self):
        run = self.done("fp-path", dict(drift="x-x^3,-2*y", diffusion="0.1", domain="-2,2,-2,2", start="1,0", target_point="1,0.01",
                                        cells="48,48", compile="never"))
        barrier = run.results["quasi_potential"]
        self.assertLess(abs(barrier["value"] - 0.001), barrier["error"])
        self.assertNotIn("extrapolated", barrier)

    def test_grids_that_do_not_converge_give_no_error(self):
        draw = random.Random(3).gauss
        rows = [(draw(0, 1), draw(0, 1), draw(0, 0.5)) for _ in range(60)]
        text = "u,w,y\n" + "".join(f"{u:.6f},{w:.6f},{1.5 * u - 0.5 * w + off:.6f}\n" for u, w, off in rows)
        run = self.done("fp-path", dict(variables="a,b", model="(a*u+b*w)^2", data="rows.csv", sgd_noise="covariance",
                                        learning_rate="0.05", batch_size="1", domain="-2,2,-2,2", minimum="1,0", start="1,0",
                                        exit="a < 0", cells="48,48", compile="never"), files={"rows.csv": text})
        barrier = run.results["quasi_potential"]
        self.assertIsNone(barrier["error"])
        self.assertIn("do not converge", barrier["error_unknown"])
        self.assertIn("do not converge", run.output)

    def test_a_path_goes_around_a_periodic_side(self):
        # over the seam 2 cos a - (pi - 2 a)/2 with sin a = 1/2; the way back costs pi more
        tilted = dict(drift="0.5 - sin(x), -y", diffusion="1", domain="-5,2*pi-5,-2,2", start="0.5,0", cells="48,32",
                      boundary="periodic,periodic,reflecting,reflecting", compile="never")
        exact = math.sqrt(3) - math.pi / 3
        for more in (dict(target_point="-3.6651914291880918,0"), {}, dict(exit="-3.6 < x and x < -3")):
            r = self.done("fp-path", dict(tilted, **more)).results
            self.assertLess(abs(r["action"]["value"] - exact), 1e-5 * exact)

    def test_isotropic_sgd_noise_gives_the_power_law(self):
        r = self.done("fp-path", dict(loss="1 + (x^2-1)^2/4 + y^2 + 0.1*x", sgd_noise="isotropic",
                                      temperature="0.05", domain="-2,2,-1,1", start="-1,0",
                                      cells="48,24", compile="never")).results

        def loss(x):
            return 1 + (x * x - 1) ** 2 / 4 + 0.1 * x
        roots = []
        for x in (-1.0, 0.1):
            for _ in range(50):
                x -= (x ** 3 - x + 0.1) / (3 * x * x - 1)
            roots.append(x)
        exact = math.log(loss(roots[1]) / loss(roots[0])) / 0.05
        self.assertLess(abs(r["action"]["value"] / exact - 1), 1e-12)
        self.assertLess(abs(r["action_by_minimisation"]["value"] / exact - 1), 1e-6)

    def test_landscape_has_basins_and_the_pass_between_them(self):
        run = self.done("fp-landscape", dict(potential="(x^2-1)^2/4 + 0.1*x + 2*y^2",
                                             temperature="1",
                                             domain="-2,2,-1,1", cells="40,20", compile="never"))
        heights = run.results["communication_heights"]
        self.assertEqual(len(heights), 1)
        saddle = [p for p in run.results["critical_points"] if p["type"] == "saddle"][0]
        self.assertEqual(heights[0]["value"], saddle["value"])
        self.assertLess(abs(heights[0]["on_grid"] - saddle["value"]), 0.02)
        areas = {b["minimum"][0] < 0: b["area"] for b in run.results["basins"]}
        self.assertLess(abs(areas[True] - 2 * (2 + saddle["position"][0])), 0.11)  # one cell
        self.assertLess(abs(sum(areas.values()) - 8), 1e-12)
        self.assertIn("out.vtp", run.files)

    def test_refusals(self):
        self.refused("fp-path", {k: v for k, v in BENT.items() if k != "start"}, "-start")
        self.refused("fp-path", dict(BENT, target_point="5,5"), "-target_point", "outside")
        self.refused("fp-path", dict(BENT, target_point="-1,0.5"), "-target_point", "rest point")
        self.refused("fp-path", dict(BENT, potential="x^2 + y^2"), "no saddle")
        self.refused("fp-path", dict(BENT, noise_level="-1"), "-noise_level")
        # infinite: the noise across vanishes at the target
        self.refused("fp-path", dict(drift="-x, -y", diffusion="0.1*(1-x^2), 0, 0.1",
                                     domain="-2,2,-2,2", target_point="1,0", start="0,0",
                                     cells="32,32", compile="never"), "noise", status=3)


if __name__ == "__main__":
    main()
