"""Noise that vanishes at a wall, noise of rank one, and noise that nobody asks for."""
import math

from running import ProgramTest, main

CIR = dict(variables="x,v", drift="-x, 0.09-v", diffusion="0.05,0,v/2", domain="-2,2,0,4", compile="never")
OSCILLATOR = dict(variables="q,v", drift="v,-q-3*v", diffusion="0,0,1", domain="-2,2,-2,2", start="0,0",
                  cells="48,48", compile="never")
ROWS = "x,y\n" + "".join(f"{0.1 * k - 1:.2f},{math.tanh(0.1 * k - 1) + 0.3 * math.sin(7 * k):.6f}\n" for k in range(21))
TANH = dict(variables="a,b", model="b*tanh(a*x)", data="d.csv", target="y", learning_rate="0.05", batch_size="2",
            domain="-0.5,2.5,-0.5,2.5", cells="32,32", compile="never")


class Walls(ProgramTest):
    def test_most_of_the_mass_in_the_first_cell(self):
        for cells in ("16,64", "16,256"):
            r = self.done("fp-stationary", dict(CIR, cells=cells)).results
            # of the gamma density cut off at 4: 0.0899525, 0.0447904
            for value, error, right in ((r["mean"]["value"][1], r["mean"]["error"][1], 0.0899525),
                                        (r["covariance"]["value"][1][1], r["covariance"]["error"][1][1], 0.0447904)):
                self.assertLess(abs(value - right), 1.5 * error, cells)
                self.assertLess(abs(value - right), 0.01 * right, cells)

    def test_the_value_for_cells_of_no_size_is_doubted(self):
        # nothing makes the error a series in h^2 beside such a wall; the gamma density's variance
        run = self.done("fp-stationary", dict(variables="x,v", drift="-x, 0.5996*(0.7297-v)", diffusion="0.4827, 0, 0.614506*v",
                                              domain="-4.585,4.585,0,26.35", cells="32,128", compile="never"))
        c = {key: item[1][1] if isinstance(item, list) else item for key, item in run.results["covariance"].items()}
        if c.get("extrapolated") is not None:
            self.assertLess(abs(c["extrapolated"] - 0.74784030), 3 * c["extrapolated_error"])
            self.assertGreater(c["extrapolated_error"], 0.03 * abs(c["extrapolated"] - c["value"]))

    def test_ranks_agree(self):
        means = [self.done("fp-stationary", dict(CIR, cells="16,48"), ranks=n).results["mean"]["value"][1] for n in (1, 2, 3)]
        for mean in means[1:]:
            self.assertAlmostEqual(mean, means[0], delta=1e-7)

    def test_alleles_until_the_first_is_lost(self):
        alleles = dict(drift="0,0", diffusion="x*(1-x)/2, -x*y/2, y*(1-y)/2", domain="0,1,0,1", exit="x+y > 1",
                       start="0.3333,0.3333", cells="96,96", compile="never")
        off = []
        for cells in ("48,48", "96,96"):
            t = self.done("fp-exit", dict(alleles, boundary="absorbing", cells=cells)).results["mean_exit_time"]
            off.append(abs(t["value"] - 0.575364))
        self.assertLess(off[1], 0.01)
        self.assertLess(off[1], 0.6 * off[0])
        self.done("fp-exit", alleles)

    def test_noise_along_an_axis_in_a_corner(self):
        self.done("fp-exit", dict(drift="0,0", diffusion="1, y, y*(1+y)", domain="0,1,0,1", boundary="absorbing",
                                  start="0.3,0.3", cells="64,64", compile="never"))


class NobodyAsks(ProgramTest):
    def test_of_a_loss_that_is_negative_beyond_the_exit(self):
        loss = dict(loss="0.02+x^2/2-x^3/3+y^2/2", sgd_noise="hessian", minimum="0,0", learning_rate="0.2", batch_size="1",
                    domain="-2,2,-2,2", exit="x>1.5", start="0,0", cells="64,64", compile="never")
        r = self.done("fp-path", loss).results
        self.assertAlmostEqual(r["action"]["value"], 11.168, delta=0.01)
        self.assertLess(abs(r["quasi_potential"]["value"] - 11.168), 0.3)


class RankOne(ProgramTest):
    def test_paths_of_a_particle(self):
        r = self.done("fp-path", dict(OSCILLATOR, target_point="1,0")).results
        self.assertLess(abs(r["action"]["value"] - 1.5), r["action"]["error"])
        self.assertLess(r["action"]["error"], 0.01)
        # out of q < 0.8: along q at rest costs 3 q²/2
        r = self.done("fp-path", dict(OSCILLATOR, exit="q > 0.8", cells="96,96")).results
        self.assertLess(abs(r["action"]["value"] - 1.5 * 0.64), r["action"]["error"])
        self.assertLess(r["action"]["error"], 0.01)

    def test_sgd_is_told_what_works(self):
        for noise in ("covariance", "gauss_newton"):
            options = dict(TANH, sgd_noise=noise)
            run = self.run_of("fp-stationary", options)
            if run.status:
                self.assertIn("-noise_floor", run.error)
                self.assertNotIn("-frame noise", run.error)
            floor = self.done("fp-stationary", dict(options, noise_floor="1e-4", accept_unresolved="true"), files={"d.csv": ROWS})
            self.assertEqual(floor.summary["problem"]["noise_floor"], 1e-4)

    def run_of(self, program, options):
        from running import Run
        return Run(program, options, files={"d.csv": ROWS})

    def test_without_noise_the_drift_decides(self):
        batch = dict(TANH, model="a*x + b", sgd_noise="covariance", batch_size="21", domain="-2,2,-2,2", exit="a > 0.5",
                     start="-1,0.5")
        r = self.done("fp-exit", batch, files={"d.csv": ROWS}).results
        self.assertEqual(r["exit_time_std"]["value"], 0)
        # mean of x is 0, of x² 11/30: a' = -11/30 (a - a*)
        rows = [tuple(map(float, line.split(","))) for line in ROWS.split()[1:]]
        spread = sum(x * x for x, _ in rows) / 21
        rest = sum(x * y for x, y in rows) / 21 / spread
        self.assertLess(abs(r["mean_exit_time"]["value"] - math.log((rest + 1) / (rest - 0.5)) / spread), 1e-6)
        self.refused("fp-exit", dict(batch, exit="a < -1.5"), "no noise", "-start", files={"d.csv": ROWS})

    def test_splitting_is_refused_before_it_runs(self):
        self.refused("mc-splitting", dict(TANH, sgd_noise="gauss_newton", exit="a > 2.4", start="1,1", domain="-3,3,-3,3"),
                     "-noise_floor", files={"d.csv": ROWS})

    def test_a_floor_is_added_to_every_kind_of_problem(self):
        closed = dict(domain="-3,3,-3,3", cells="48,48", compile="never")
        for kind, variance in ((dict(potential="x^2/2 + y^2/2", temperature="0.1"), 0.15),
                               (dict(drift="-x, -y", diffusion="0.1"), 0.15),
                               (dict(drift="-x, -y", noise="0.3, 0, 0, 0.3"), 0.14)):
            r = self.done("fp-stationary", dict(closed, **kind, noise_floor="0.05")).results
            self.assertAlmostEqual(r["covariance"]["value"][0][0], variance, delta=0.003)


main()
