"""SGD on any loss of a row: solved, as a diffusion and by itself; many rows; the second-order equation; refusals."""
import math
import random
import resource

from running import ProgramTest, main


def labelled(rows, seed=3):
    """Two features and a label, -1 or 1."""
    draw = random.Random(seed)
    lines = ["u,v,label"]
    for _ in range(rows):
        u, v = draw.gauss(0, 1), draw.gauss(0, 1)
        label = 1 if draw.random() < 1 / (1 + math.exp(-(1.2 * u - 0.7 * v))) else -1
        lines.append(f"{u:.6f},{v:.6f},{label}")
    return "\n".join(lines) + "\n"


LOGISTIC = dict(variables="a,b", data="d.csv", sample_loss="log1p(exp(-label*(a*u + b*v)))", sgd_noise="covariance",
                learning_rate="0.05", batch_size="4", domain="0.2,2.2,-1.7,0.3", start="1.2,-0.7", cells="64,64")
PATHS = dict(mc_paths="64", mc_max_time="600")


def regression(rows=40):
    draw = random.Random(5)
    x = [draw.uniform(-1, 2) for _ in range(rows)]
    return x, [0.5 * v + 0.3 + draw.gauss(0, 0.4) for v in x]


def exact_covariance(x, y, eta, batch):
    """Of (a, b) in y = a x + b under SGD with batches drawn without replacement: the fixed point of
    C -> (I - eta H) C (I - eta H) + eta^2 s (<z z^T C z z^T> + <r^2 z z^T> - H C H), z = (x, 1), s = (N-B)/(N-1)/B."""
    n = len(x)
    mean = lambda f: sum(f(u, v) for u, v in zip(x, y)) / n
    xx, x1, xy, y1 = mean(lambda u, v: u * u), mean(lambda u, v: u), mean(lambda u, v: u * v), mean(lambda u, v: v)
    det = xx - x1 * x1
    a, b = (xy - x1 * y1) / det, (xx * y1 - x1 * xy) / det
    s = (n - batch) / (n - 1) / batch
    H = ((xx, x1), (x1, 1.0))
    mul = lambda p, q: tuple(tuple(sum(p[i][k] * q[k][j] for k in (0, 1)) for j in (0, 1)) for i in (0, 1))
    J = tuple(tuple((i == j) - eta * H[i][j] for j in (0, 1)) for i in (0, 1))
    C = ((0.0, 0.0), (0.0, 0.0))
    for _ in range(3000):
        drift, hch = mul(mul(J, C), J), mul(mul(H, C), H)
        more = [[0, 0], [0, 0]]
        for u, v in zip(x, y):
            z, r = (u, 1.0), a * u + b - v
            weight = sum(z[i] * C[i][j] * z[j] for i in (0, 1) for j in (0, 1)) + r * r
            for i in (0, 1):
                for j in (0, 1):
                    more[i][j] += weight * z[i] * z[j] / n
        C = tuple(tuple(drift[i][j] + eta * eta * s * (more[i][j] - hch[i][j]) for j in (0, 1)) for i in (0, 1))
    return a, b, C


class SampleLosses(ProgramTest):
    def test_logistic_regression_solved_as_a_diffusion_and_by_itself(self):
        files = {"d.csv": labelled(2000)}
        solved = self.done("fp-stationary", LOGISTIC, files=files)
        self.assertIn("the sums over 2000 rows are taken from", solved.error)
        algorithm = self.done("mc-stationary", dict(LOGISTIC, mc_scheme="sgd", **PATHS), files=files).results
        diffusion = self.done("mc-stationary", dict(LOGISTIC, mc_dt="0.05", **PATHS), files=files).results
        for k in (0, 1):
            value, error = (solved.results["covariance"][what][k][k] for what in ("value", "error"))
            for other in (algorithm, diffusion):
                allowed = 4 * other["covariance"]["standard_error"][k][k] + error + 0.02 * value
                self.assertLess(abs(other["covariance"]["value"][k][k] - value), allowed)

    def test_two_layers_with_cross_entropy(self):
        problem = dict(LOGISTIC, sample_loss="log1p(exp(-label*b*tanh(3*a*u)))", domain="0.1,1.5,0.2,2.2", start="0.6,1",
                       regularization="0.02*(a^2+b^2)", cells="96,96")
        files = {"d.csv": labelled(2000)}
        solved = self.done("fp-stationary", problem, files=files).results
        algorithm = self.done("mc-stationary", dict(problem, mc_scheme="sgd", mc_paths="64", mc_max_time="2000"),
                              files=files).results
        for k in (0, 1):
            value, error = (solved["mean"][what][k] for what in ("value", "error"))
            self.assertLess(abs(algorithm["mean"]["value"][k] - value),
                            4 * algorithm["mean"]["standard_error"][k] + error)
            value, error = (solved["covariance"][what][k][k] for what in ("value", "error"))
            self.assertLess(abs(algorithm["covariance"]["value"][k][k] - value),
                            4 * algorithm["covariance"]["standard_error"][k][k] + error)

    def test_sgd_itself_has_the_covariance_of_its_recursion(self):
        x, y = regression()
        rows = "x,y\n" + "".join(f"{u!r},{v!r}\n" for u, v in zip(x, y))
        a, b, C = exact_covariance(x, y, 0.2, 4)
        problem = dict(variables="a,b", data="d.csv", sample_loss="(a*x + b - y)^2/2", learning_rate="0.2", batch_size="4",
                       domain=f"{a - 3},{a + 3},{b - 3},{b + 3}", start=f"{a},{b}", mc_scheme="sgd", mc_paths="128",
                       mc_max_time="1000", cells="16,16")
        run = self.done("mc-stationary", problem, files={"d.csv": rows}).results
        for i in (0, 1):
            for j in (0, 1):
                self.assertLess(abs(run["covariance"]["value"][i][j] - C[i][j]),
                                4.5 * run["covariance"]["standard_error"][i][j])

    def test_the_second_order_equation_has_its_mean(self):
        """<x> = 0, <x^2> = 1: H = I, the mean decays like exp(-(1 + eta/2) t)."""
        rows = "x,y\n" + "-1,0\n1,0\n" * 20
        problem = dict(variables="a,b", data="d.csv", sample_loss="(a*x + b - y)^2/2 + 0.02", sgd_noise="isotropic",
                       temperature="0.2", learning_rate="0.4", domain="-2,2,-2,2", start="0.8,0.4", t_end="1", frames="1",
                       cells="48,48")
        for order, rate in ((1, 1.0), (2, 1.2)):
            last = self.done("fp-evolve", dict(problem, sme_order=str(order)), files={"d.csv": rows}).results["mean"][-1]
            for k, begin in ((0, 0.8), (1, 0.4)):
                self.assertLess(abs(last["value"][k] - begin * math.exp(-rate)), last["error"][k] + 1e-4)

    def test_many_rows(self):
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        run = self.done("fp-stationary", dict(LOGISTIC, cells="256,256"), files={"d.csv": labelled(100000)})
        self.assertEqual(run.summary["problem"]["sums_over_rows"]["rows"], 100000)
        self.assertLess(resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before, 15)
        draw = random.Random(1)
        rows = "x,y\n" + "".join(f"{draw.gauss(0, 1)},{draw.gauss(0, 1)}\n" for _ in range(100000))
        linear = dict(LOGISTIC, sample_loss="(a*u + b - v)^2/2", domain="-1,1,-1,1", start="0,0")
        run = self.done("fp-stationary", dict(linear, cells="256,256"), files={"d.csv": rows.replace("x,y", "u,v")})
        self.assertNotIn("sums_over_rows", run.summary["problem"])  # moments: exact

    def test_what_makes_no_sense_is_refused(self):
        files = {"d.csv": labelled(30)}
        small = dict(LOGISTIC, cells="16,16")
        self.refused("fp-stationary", dict(small, sgd_noise="gauss_newton"), "for least squares", files=files)
        self.refused("fp-stationary", dict(small, sample_loss="u^2"), "depends on neither a nor b", files=files)
        self.refused("fp-stationary", dict(small, sample_loss="a*w"), "'w'", files=files)
        self.refused("fp-stationary", dict(small, model="a*u"), "one kind of problem", files=files)
        self.refused("fp-stationary", dict(small, data="none.csv"), "none.csv", files=files)
        self.refused("fp-stationary", dict(small, variables="u,b", sample_loss="u*v+b"), "'u' is a column", files=files)
        bare = {name: value for name, value in small.items() if name != "data"}
        self.refused("fp-stationary", bare, "-data is missing", files=files)


if __name__ == "__main__":
    main()
