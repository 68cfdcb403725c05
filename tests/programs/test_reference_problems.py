#!/usr/bin/env python3
"""Reference problems of the weak-noise limit, against exact values worked out here.

Each answer must lie within three times its stated error of the exact one, and within the bound that
is given beside it. Derivations stand at the functions."""
import math

from running import ProgramTest, main

DOUBLE_WELL = dict(potential="(x^2-1)^2/4 + y^2/2", domain="-2,2,-2,2", exit="x > 0", start="-1,0")
MUELLER_BROWN = ("-200*exp(-(x-1)^2-10*y^2) - 100*exp(-x^2-10*(y-0.5)^2)"
                 " - 170*exp(-6.5*(x+0.5)^2+11*(x+0.5)*(y-1.5)-6.5*(y-1.5)^2)"
                 " + 15*exp(0.7*(x+1)^2+0.6*(x+1)*(y-1)+0.7*(y-1)^2)")


def log_exit_time(t, n=200000):
    """log of (1/T) int_{-1}^0 e^{U(y)/T} int_{-2}^y e^{-U(z)/T} dz dy, U = (x^2-1)^2/4, by the
    trapezoidal rule on 2n intervals with Richardson's step; the y direction does not matter."""
    def rule(m):
        h, top, inner, outer, before = 2 / m, 0.25, 0.0, 0.0, None
        u = [((-2 + i * h) ** 2 - 1) ** 2 / 4 for i in range(m + 1)]
        for i in range(m + 1):
            if i:
                inner += 0.5 * h * (math.exp(-u[i] / t) + math.exp(-u[i - 1] / t))
            if 2 * i >= m:
                f = math.exp((u[i] - top) / t) * inner
                if before is not None:
                    outer += 0.5 * h * (f + before)
                before = f
        return outer
    return math.log((4 * rule(2 * n) - rule(n)) / 3 / t) + 0.25 / t


def entire_exponential_integral(z):
    """Ei(z) - log z - gamma = sum z^k / (k k!)."""
    term, total = 1.0, 0.0
    for k in range(1, 500):
        term *= z / k
        total += term / k
    return total


class ReferenceProblems(ProgramTest):
    def results(self, program, **options):
        return self.done(program, options).results

    def covered(self, number, exact, bound, log=False):
        value, error = (number["log"], number["log_error"]) if log else (number["value"], number["error"])
        self.assertLessEqual(abs(value - exact), 3 * error + 1e-12, f"stated error {error}, value {value}")
        self.assertLessEqual(abs(value - exact), bound)

    def test_double_well_from_moderate_to_vanishing_noise(self):
        for t in (0.1, 0.005, 0.002, 0.0005):
            with self.subTest(t=t):
                exact = log_exit_time(t)
                tau = self.results("fp-exit", temperature=t, cells="512,512", **DOUBLE_WELL)["mean_exit_time"]
                self.covered(tau, exact, 0.02, log=True)
                self.assertLess(abs(tau["log_extrapolated"] - exact), 1e-3)

    def test_well_with_curved_cut_exit_in_two_frames(self):
        # Drift -x in the disc r < 1: tau(0) = int_0^1 (e^{r^2/2T} - 1)/r dr = Ein(1/2T)/2.
        for t in (0.3, 0.05, 0.01):
            for frame in ("axes", "30"):
                with self.subTest(t=t, frame=frame):
                    tau = self.results("fp-exit", drift="-x, -y", diffusion=t, domain="-1.1,1.1,-1.1,1.1",
                              cells="96,96", exit="x^2 + y^2 > 1", start="0,0",
                              frame=frame)["mean_exit_time"]
                    self.covered(tau, math.log(0.5 * entire_exponential_integral(0.5 / t)), 0.02, log=True)

    def test_rotated_ornstein_uhlenbeck_process(self):
        # A = [[1, .8], [-.6, 1.5]], D = 0.05 [[1, .9], [.9, 1]]: A S + S A^T = 2 D, entropy
        # production tr(D S^-1 ... ) = tr(A^T D^-1 A S) - tr A.
        a, d = [[1, 0.8], [-0.6, 1.5]], [[0.05, 0.045], [0.045, 0.05]]
        # unknowns sxx, sxy, syy of the Lyapunov equation, by Cramer's rule
        m = [[2 * a[0][0], 2 * a[0][1], 0],
             [a[1][0], a[0][0] + a[1][1], a[0][1]],
             [0, 2 * a[1][0], 2 * a[1][1]]]
        r = [2 * d[0][0], 2 * d[0][1], 2 * d[1][1]]

        def det(q):
            return (q[0][0] * (q[1][1] * q[2][2] - q[1][2] * q[2][1])
                    - q[0][1] * (q[1][0] * q[2][2] - q[1][2] * q[2][0])
                    + q[0][2] * (q[1][0] * q[2][1] - q[1][1] * q[2][0]))
        s = []
        for k in range(3):
            q = [row[:] for row in m]
            for i in range(3):
                q[i][k] = r[i]
            s.append(det(q) / det(m))
        dd = d[0][0] * d[1][1] - d[0][1] ** 2
        di = [[d[1][1] / dd, -d[0][1] / dd], [-d[0][1] / dd, d[0][0] / dd]]
        cov = [[s[0], s[1]], [s[1], s[2]]]
        w = [[sum(a[k][i] * di[k][l] * a[l][j] for k in range(2) for l in range(2)) for j in range(2)]
             for i in range(2)]
        entropy = sum(w[i][j] * cov[j][i] for i in range(2) for j in range(2)) - a[0][0] - a[1][1]
        errors = []
        for n in (64, 128, 256):
            out = self.results("fp-stationary", drift="-(x + 0.8*y), -(-0.6*x + 1.5*y)", diffusion="0.05, 0.045, 0.05",
                      domain="-1.6,1.6,-1.6,1.6", cells=f"{n},{n}")
            errors.append(abs(out["entropy_production_rate"]["value"] - entropy))
        self.assertLess(errors[2], 0.01 * entropy)
        self.assertGreater(math.log2(errors[0] / errors[1]), 1.8)
        self.assertGreater(math.log2(errors[1] / errors[2]), 1.9)
        (xx, xy), (_, yy) = out["covariance"]["value"]
        for got, exact in zip((xx, xy, yy), s):
            self.assertLess(abs(got - exact), 0.01 * abs(s[0]))

    def test_mueller_brown_rate(self):
        # 0.004914: Metzner, Schuette, Vanden-Eijnden's landscape at beta = 0.1, finite elements.
        out = self.results("fp-committor", potential=MUELLER_BROWN, temperature=10, domain="-1.8,1.4,-0.6,2.2",
                  cells="256,224", set_a="(x+0.558)^2+(y-1.441)^2 < 0.01",
                  set_b="(x-0.623)^2+(y-0.028)^2 < 0.01")
        self.assertLess(abs(out["rate"]["value"] / 0.004914 - 1), 5e-3)
        self.assertLess(out["flux_spread"], 1e-10)

    def test_escape_rate_times_mean_time_is_one(self):
        for t in (0.1, 0.005, 0.0005):
            out = self.results("fp-rate", temperature=t, cells="128,128", **DOUBLE_WELL)
            self.assertLess(abs(out["rate_times_mean_time"] - 1), 1e-12)

    def test_a_range_that_the_last_solve_alone_needs_is_told(self):
        # exit times fit into double; the time spent in each cell on the way out does not
        run = self.done("fp-exit", dict(DOUBLE_WELL, temperature="0.001", cells="1024,128", error_estimate="false"))
        self.assertIn("range needs long double", run.error)
        self.assertEqual(run.summary["solver"]["precision"], "long double")

    def test_exponents_beyond_every_number_format(self):
        # Barrier 0.25/T = 12500 nats: e^12500 leaves long double too.
        tau = self.results("fp-exit", temperature=2e-5, cells="256,16",
                  **dict(DOUBLE_WELL, domain="-1.5,1.5,-1,1"))["mean_exit_time"]
        self.assertIsNone(tau["value"])
        self.assertLess(abs(tau["log"] - 12500), 3 * tau["log_error"] + 20)
        self.assertLess(tau["log_error"], 100)


main()
