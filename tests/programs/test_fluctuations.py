"""Observables of fp-stationary, and motion along periodic axes."""
import math
import pathlib
import tempfile

from running import ProgramTest, main

SPRING = dict(drift="-x, -y", diffusion="1", domain="-8,8,-8,8", cells="64,64", compile="never")
TURNING = dict(SPRING, drift="-x + 2*y, -2*x - y")
WASHBOARD = dict(variables="x", drift="2*pi*sin(2*pi*x) + 8", diffusion="0.2", domain="0,1", boundary="periodic",
                 cells="512", compile="never")


def bessel(a):
    """I0(a) e^-a."""
    n = 400
    return sum(math.exp(a * (math.cos(2 * math.pi * k / n) - 1)) for k in range(n)) / n


class FluctuationTest(ProgramTest):
    def assert_within(self, number, exact, most):
        """Right within the stated error, which is at most this share."""
        self.assertLess(abs(number["value"] - exact), number["error"] + 1e-10, number)
        self.assertLess(number["error"], most * abs(exact), number)


class Observables(FluctuationTest):
    def test_of_a_spring_forget_as_hermite_polynomials_do(self):
        run = self.done("fp-stationary", dict(SPRING, domain="-10,10,-10,10", cells="80,80",
                                              observables="x: x; e: x^2 + y^2; c: x^3 - 3*x"))
        found = run.results["observables"]
        for name, variance, time in (("x", 1, 1), ("e", 4, 0.5), ("c", 6, 1 / 3)):
            self.assert_within(found[name]["variance"], variance, 0.05)
            self.assert_within(found[name]["correlation_time"], time, 0.05)
        self.assert_within(found["e"]["mean"], 2, 0.01)
        self.assertIn("correlation time of e", run.output)

    def test_that_turn_forget_faster_by_edges_and_by_flow(self):
        for transport, omega in (("edges", 2), ("flow", 30)):
            drift = f"-x + {omega}*y, -{omega}*x - y"
            found = self.done("fp-stationary", dict(SPRING, drift=drift, transport=transport,
                                                    observables="x: x; e: x^2 + y^2")).results["observables"]
            time = found["x"]["correlation_time"]
            self.assertLess(abs(time["value"] - 1 / (1 + omega**2)), time["error"])
            self.assertLess(time["error"], 0.01)
            self.assert_within(found["e"]["correlation_time"], 0.5, 0.06)

    def test_are_the_same_on_ranks_and_by_each_solver(self):
        line = dict(WASHBOARD, cells="96", observables="x: x; e: sin(2*pi*x)")
        one = self.done("fp-stationary", line).results["observables"]
        for more in (dict(ranks=2), dict(ranks=3)):
            other = self.done("fp-stationary", line, **more).results["observables"]
            for name in one:
                for key in one[name]:
                    self.assertLess(abs(other[name][key]["value"] - one[name][key]["value"]), 1e-7, (name, key, more))
        options = dict(TURNING, cells="24,24", transport="edges", observables="x: x; e: x^2 + y^2")
        one = self.done("fp-stationary", options).results["observables"]
        for solver in ("krylov", "multilevel"):
            other = self.done("fp-stationary", dict(options, solver=solver)).results["observables"]
            self.assertLess(abs(other["x"]["correlation_time"]["value"] - one["x"]["correlation_time"]["value"]), 1e-6)

    def test_within_wells_keep_their_digits_beside_rare_jumps(self):
        # y knows nothing of the jumps along x, which take e^25 times as long
        run = self.done("fp-stationary", dict(potential="(x^2-1)^2/4 + y^2/2", temperature="0.01", domain="-2,2,-1,1",
                                              cells="96,96", compile="never", observables="x: x; y: y"))
        found = run.results["observables"]
        self.assert_within(found["y"]["correlation_time"], 1, 0.02)
        self.assertGreater(found["x"]["correlation_time"]["value"], 1e11)

    def test_that_are_constant_have_no_correlation_time(self):
        found = self.done("fp-stationary", dict(SPRING, observables="three: 3")).results["observables"]["three"]
        self.assertEqual(found["variance"]["value"], 0)
        self.assertIsNone(found["correlation_time"]["value"])
        self.assertIn("constant", found["correlation_time"]["error_unknown"])

    def test_that_mean_nothing_are_refused_in_one_line(self):
        for text, says in (("x", "no ':'"), ("x: x +", "column 4"), ("a: x; a: y", "given twice"), ("a: x, y", "one expression"),
                           ("a: log(x)", "not a finite number"), ("exp: x", "reserved")):
            for ranks in (1, 2):
                run = self.done("fp-stationary", dict(SPRING, cells="16,16", observables=text), status=2, ranks=ranks)
                self.assertIn(says, run.error)


class Motion(FluctuationTest):
    def test_down_a_washboard_is_that_of_the_double_integral(self):
        # Reimann et al. 2001: V = cos 2πx, force 8, T = 1/5
        for ranks in (1, 2, 3):
            run = self.done("fp-stationary", WASHBOARD, ranks=ranks)
            found, left = run.results, run.summary["solver"]["certificate"]  # 0 of one rank's direct solve
            velocity, diffusion = found["mean_velocity"], found["effective_diffusion"]
            for number, exact in ((velocity["value"][0], 5.292430574), (diffusion["value"][0][0], 0.46268779588)):
                self.assertLess(abs(number / exact - 1), 2e-4)
            self.assertLess(abs(velocity["extrapolated"][0] - 5.292430575), 2e-9 + left * 5.3)
            self.assertLess(abs(velocity["value"][0] - 5.292430574), velocity["error"][0])
            self.assertLess(abs(diffusion["value"][0][0] - 0.46268779588), diffusion["error"][0][0])

    def test_over_high_barriers_is_small_to_all_digits(self):
        # D = T/I0(a)², a = 1/(2πT): 2e-28 of a noise of 5e-3
        T = 0.005
        exact = T / bessel(1 / (2 * math.pi * T))**2 * math.exp(-1 / (math.pi * T))
        found = self.done("fp-stationary", dict(WASHBOARD, drift="sin(2*pi*x)", diffusion=str(T), cells="1024")).results
        value, error = (found["effective_diffusion"][key][0][0] for key in ("value", "error"))
        self.assertLess(abs(value - exact), error)
        self.assertLess(error, 1e-3 * exact)

    def test_that_nothing_hinders_is_the_noise_itself(self):
        found = self.done("fp-stationary", dict(drift="1, 0.5", diffusion="0.3, 0.1, 0.4", domain="0,1,0,1", cells="24,24",
                                                boundary="periodic", frame="axes", compile="never")).results
        for row, exact in zip(found["effective_diffusion"]["value"], ((0.3, 0.1), (0.1, 0.4))):
            for value, right in zip(row, exact):
                self.assertLess(abs(value - right), 0.02)
        for value, right in zip(found["mean_velocity"]["value"], (1, 0.5)):
            self.assertLess(abs(value - right), 1e-12)

    def test_in_a_shear_between_walls_is_taylors(self):
        # u = U (y − ½): D = κ + U²/(120 κ)
        for ranks in (1, 2):
            found = self.done("fp-stationary", dict(drift="4*(y - 0.5), 0", diffusion="0.1", domain="0,1,0,1", cells="64,64",
                                                    boundary="periodic,periodic,reflecting,reflecting", transport="edges",
                                                    compile="never"), ranks=ranks).results
            diffusion = found["effective_diffusion"]
            self.assertLess(abs(diffusion["value"][0][0] - (0.1 + 16 / 12)), diffusion["error"][0][0])
            self.assertLess(diffusion["error"][0][0], 0.01)
            self.assertEqual(diffusion["value"][1], [0, 0])
            self.assertLess(abs(found["mean_velocity"]["value"][0]), found["mean_velocity"]["error"][0])


class Spectra(FluctuationTest):
    def test_of_a_spring_are_lorentzians(self):
        options = dict(SPRING, observable="x", frequencies="0:1:9", lags="0:3:4")
        for ranks in (1, 2, 3):
            run = self.done("fp-spectrum", dict(options, cells="64,64" if ranks == 1 else "24,24"), ranks=ranks)
            self.assertEqual(len(run.results["power_spectral_density"]), 9)
            for f, s in run.results["power_spectral_density"]:
                self.assert_within(s, 2 / (1 + (2 * math.pi * f)**2), 0.03 if ranks == 1 else 0.3)
            for t, c in run.results["correlation"]:
                self.assert_within(c, math.exp(-t), 0.06 if ranks == 1 else 0.5)
            self.assertLess(abs(run.results["sum_rule"]["difference"]), 1e-8)
            self.assertLess(abs(run.results["sum_rule"]["integral"] - 1), 1e-8)
        self.assertIn("out.csv", run.files)

    def test_of_a_turning_spring_have_its_peaks_by_edges_and_by_flow(self):
        # x + x²/2 − ½: C = e^−t cos ωt + e^−2t cos² ωt / 2
        def exact(f, omega):
            line = lambda rate, at: rate / (rate**2 + (2 * math.pi * f - at)**2) + rate / (rate**2 + (2 * math.pi * f + at)**2)
            return line(1, omega) + (line(2, 0) + line(2, 2 * omega)) / 4

        for transport, omega in (("edges", 1), ("flow", 6)):
            run = self.done("fp-spectrum", dict(SPRING, drift=f"-x + {omega}*y, -{omega}*x - y", cells="96,96", lags="0:2:5",
                                                observable="x + x^2/2", frequencies="0:2.5:26", transport=transport))
            for f, s in run.results["power_spectral_density"]:
                self.assert_within(s, exact(f, omega), 0.35)
            for t, c in run.results["correlation"]:
                right = math.exp(-t) * math.cos(omega * t) + math.exp(-2 * t) * math.cos(omega * t)**2 / 2
                self.assertLess(abs(c["value"] - right), c["error"] + 1e-12)
            self.assertLess(run.results["residual"], 1e-3)

    def test_that_grids_do_not_resolve_are_told(self):
        # the peak of van der Pol's oscillator at weak noise is sharper than what cells of 0.11 diffuse
        cycle = dict(variables="x,v", drift="v, 2*(1-x^2)*v-x", diffusion="0.02", domain="-3.5,3.5,-6,6", cells="64,64",
                     observable="x", compile="never")
        run = self.done("fp-spectrum", dict(cycle, frequencies="0.05:0.25:9"))
        self.assertIn("the spectrum is not resolved by the grids at ", run.error)
        self.assertIn("its peak among them", run.error)
        run = self.done("fp-spectrum", dict(cycle, frequencies="0.17:0.2:3"), status=3)
        self.assertIn("the spectrum at 0.17 ", run.error)
        self.assertIn("is not resolved by the grids", run.error)
        self.assertEqual(len(run.lines), 1)

    def test_are_checked_against_periodograms_of_trajectories(self):
        run = self.done("fp-crosscheck", dict(drift="-x,-2*y", diffusion="0.5", domain="-5,5,-5,5", cells="48,48",
                                              observable="x", frequencies="0:1:3", mc_paths="512", mc_max_time="200",
                                              compile="never"))
        found = {k: c for k, c in run.results["comparisons"].items() if k.startswith("power_spectral_density")}
        self.assertEqual(len(found), 3)
        for quantity, c in found.items():
            exact = 1 / (1 + (2 * math.pi * float(quantity.split()[-1]))**2)
            self.assertLess(abs(c["z"]), 4)
            self.assertLess(abs(c["mc"]["value"] - exact), 4 * c["mc"]["standard_error"] + 0.02 * exact)

    def test_windows_shorter_than_the_memory_show_what_the_chain_says(self):
        # dx = -0.01 x dt + ..., <x^2> = 1: a line of S at 0 that is far narrower than a window of 8
        run = self.done("fp-crosscheck", dict(variables="x", drift="-0.01*x", diffusion="0.01", domain="-8,8", cells="256",
                                              observable="x", frequencies="0.05:0.25:3", mc_paths="4096", mc_burn_in="500",
                                              mc_max_time="564", mc_dt="0.1", compile="never"))
        window, steps = 8.0, 4000
        for f in (0.05, 0.15, 0.25):
            seen = 0.0
            for k in range(steps):
                t = (k + 0.5) / steps
                shape = 2 / 3 * ((1 - t) * (1 + math.cos(2 * math.pi * t) / 2) + 3 / (4 * math.pi) * math.sin(2 * math.pi * t))
                seen += 2 * shape * math.exp(-0.01 * window * t) * math.cos(2 * math.pi * f * window * t) * window / steps
            c = run.results["comparisons"][f"power_spectral_density at {f:g}"]
            self.assertLess(abs(c["fv"]["value"] - seen), c["fv"]["error"] + 1e-6 * seen)
            self.assertLess(c["fv"]["error"], 0.02 * seen)
            self.assertLess(abs(c["z"]), 4)
            if f < 0.2:
                self.assertGreater(abs(seen * (0.01**2 + (2 * math.pi * f)**2) / 0.02 - 1), 0.5)  # not S(f)

    def test_of_a_sweep_stand_in_its_table(self):
        with tempfile.TemporaryDirectory() as folder:
            self.done("fp-spectrum", dict(SPRING, cells="32,8", observable="x", frequencies="0:0.5:2", sweep="k=1,2",
                                          drift="-k*x, -y", parameters="k=1", error_estimate="false"), folder=folder)
            text = (pathlib.Path(folder) / "out.csv").read_text()
        header, *rows = [line.split(",") for line in text.splitlines()]
        self.assertEqual(len(rows), 2)
        for row in rows:
            at = dict(zip(header, row))
            exact = 2 / float(at["k"])**2
            self.assertAlmostEqual(float(at["power_spectral_density[0]"]), exact, delta=0.1 * exact)
            self.assertGreater(float(at["power_spectral_density[0.5]"]), 0)

    def test_of_rare_jumps_begin_below_their_rate(self):
        # two states with the rate κ each way: S(0) = 2 C(0) × correlation time
        run = self.done("fp-spectrum", dict(variables="x", potential="(x^2-1)^2/4", temperature="0.02", domain="-2,2",
                                            cells="1024", compile="never", observable="x", frequencies="1e-9:10:21:log"))
        time, variance = run.results["correlation_time"]["value"], run.results["variance"]["value"]
        self.assertGreater(time, 1e5)
        for f, s in run.results["power_spectral_density"]:
            if f < 1e-3:
                lorentzian = 2 * variance * time / (1 + (2 * math.pi * f * time)**2)
                self.assertLess(abs(s["value"] / lorentzian - 1), 0.05, f)

    def test_are_those_of_direct_solves(self):
        # 9 cells of a reflecting line: (M + iω)⁻¹ by complex elimination
        def direct(f):
            n, h, T = 9, 4 / 9, 0.5
            x = [-2 + (k + 0.5) * h for k in range(n)]
            v = [t * t / 2 for t in x]
            rate = lambda a, b: T / h**2 * ((v[b] - v[a]) / T / math.expm1((v[b] - v[a]) / T))
            pi = [math.exp(-u / T) for u in v]
            pi = [p / sum(pi) for p in pi]
            g = [t**3 for t in x]
            mean = sum(p * u for p, u in zip(pi, g))
            g = [u - mean for u in g]
            m = [[0j] * n + [complex(u)] for u in g]
            for a in range(n):
                m[a][a] += 2j * math.pi * f
                for b in (a - 1, a + 1):
                    if 0 <= b < n:
                        m[a][a] += rate(a, b)
                        m[a][b] -= rate(a, b)
            for a in range(n):
                for b in range(n):
                    if b != a:
                        share = m[b][a] / m[a][a]
                        m[b] = [q - share * r for q, r in zip(m[b], m[a])]
            return 2 * sum(p * u * m[a][n] / m[a][a] for a, (p, u) in enumerate(zip(pi, g))).real

        run = self.done("fp-spectrum", dict(variables="x", potential="x^2/2", temperature="0.5", domain="-2,2", cells="9",
                                            compile="never", observable="x^3", frequencies="0.01:0.5:12:log"))
        for f, s in run.results["power_spectral_density"]:
            self.assertLess(abs(s["value"] / direct(f) - 1), 1e-9, f)

    def test_that_mean_nothing_are_refused_in_one_line(self):
        good = dict(SPRING, cells="16,16", observable="x", frequencies="0:1:5")
        for change, says in ((dict(observable="3"), "constant"), (dict(observable="x, y"), "one expression"),
                             (dict(observable="sqrt(x)"), "not a finite number"), (dict(frequencies="1"), "no range"),
                             (dict(frequencies="-1:1:5"), "0 or above"), (dict(frequencies="1:1:5"), "not above"),
                             (dict(frequencies="0:1:5:log"), "above 0"), (dict(frequencies="0:1000:5"), "grid's resolution")):
            for ranks in (1, 2):
                run = self.done("fp-spectrum", dict(good, **change), status=2, ranks=ranks)
                self.assertIn(says, run.error)
        for missing in ("observable", "frequencies"):
            run = self.done("fp-spectrum", {k: v for k, v in good.items() if k != missing}, status=2)
            self.assertIn(f"-{missing} is missing", run.error)


if __name__ == "__main__":
    main()
