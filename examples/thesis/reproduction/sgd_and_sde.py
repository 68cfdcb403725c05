"""Tables 5.2 and 5.3: where SGD and its diffusions end, from six starting points, and how fast."""
import math
import re

from landscape import critical
from rows import NOT_QUOTED, Number, Row, far, fv, mc, verdict
from runs import Run

TITLE = "SGD against the SDE from six starting points: Tables 5.2 and 5.3, Figures 5.5 and 5.6"
TEXT = """The thesis's six points are not quoted in this project; these six are ours, three in each basin.
Learning rate 10⁻⁴, batch size 1. A run ends within 0.5 of one of the two minima. Iterations are time over η,
for SGD itself (`mc-exit -mc_scheme sgd`), for the SDE with the covariance of its noise, both ± standard
error, and for the Hessian model by finite volumes and by Euler steps, Δt = η everywhere. `mc-sgd` gives final
points: a run has converged when the means over two successive windows of 1000 iterations differ by less than
0.05. An Euler step is stable while η‖∇b‖ < 2, and the noise lets the mean loss grow without bound if η h² > 2
under D = (η/B) L H*² (η h > 2 under (η/B) L H*), h the largest eigenvalue of H*."""
STARTS = [(-7, 2), (-4, 5), (-2, 0.5), (0.5, 2), (2, 6), (0.5, 7)]
BASIN = ["spurious"] * 3 + ["true"] * 3
ETA, STEEP = 1e-4, 3e-3
PARTS = {"spurious": "(a+5.66667)^2+(b-3.2052)^2 < 0.25", "true": "(a-1.06877)^2+(b-4.9889)^2 < 0.25"}
LIST = "; ".join(f"{a},{b}" for a, b in STARTS)
OPEN = "-1000,1000,-1000,1000"  # no wall to throw a diverging path back


def runs(quick, published):
    common = dict(exit=" or ".join(PARTS.values()), starts=LIST)
    paths = dict(common, mc_paths=200 if quick else 4000, mc_max_time=5)
    out = {
        "six_fv": Run("fp-exit", "problem.yaml", domain="-9,3,-3,8", learning_rate=ETA,
                      cells="128,128" if quick else "384,384", **common),
        "six_model": Run("mc-exit", "problem.yaml", domain="-9,3,-3,8", learning_rate=ETA, mc_dt=ETA, **paths),
        "six_sgd": Run("mc-exit", "problem.yaml", domain=OPEN, mc_scheme="sgd", learning_rate=ETA, **paths),
        "six_sde": Run("mc-exit", "problem.yaml", domain=OPEN, sgd_noise="covariance", mc_dt=ETA,
                       learning_rate=ETA, **paths),
        "six_final": Run("mc-sgd", "problem.yaml", starts=LIST, domain="-9,3,-3,8", learning_rate=ETA,
                         mc_paths=50 if quick else 500, mc_tolerance=0.05, mc_max_time=5),
        "six_squared": Run("mc-exit", "problem.yaml", domain=OPEN, sgd_noise="hessian_squared", learning_rate=ETA,
                           mc_dt=ETA, may_fail=True, **dict(paths, mc_paths=10000)),
        "six_steep_sgd": Run("mc-exit", "problem.yaml", domain=OPEN, mc_scheme="sgd", learning_rate=STEEP,
                             may_fail=True, **dict(paths, mc_paths=1000)),
        "six_steep_sde": Run("mc-exit", "problem.yaml", domain=OPEN, sgd_noise="covariance", mc_dt=STEEP,
                             learning_rate=STEEP, may_fail=True, **dict(paths, mc_paths=1000)),
        "six_steep_model": Run("mc-exit", "problem.yaml", domain=OPEN, mc_dt=STEEP, learning_rate=STEEP,
                               may_fail=True, **dict(paths, mc_paths=200)),
    }
    if not quick:
        out["six_squared_short"] = Run("mc-exit", "problem.yaml", domain=OPEN, sgd_noise="hessian_squared",
                                       learning_rate=ETA, mc_dt=ETA / 4, may_fail=True, **dict(paths, mc_paths=8000))
    return out


def diverged(r, name):
    """How many paths diverged; the program refuses an answer then."""
    state = r.state(name)
    found = re.search(r"(\d+) trajectories diverged", state["message"])
    return int(found.group(1)) if found else 0


def iterations(number):
    return Number(number.value / ETA, number.error / ETA)


def rows(r, published, quick):
    out = []
    true, spurious, _ = critical(r)
    ends = {"true": true["position"], "spurious": spurious["position"]}
    grid, model, sgd, sde = (r.results(name) for name in ("six_fv", "six_model", "six_sgd", "six_sde"))
    final = r.results("six_final")["starts"]
    for k, (start, basin) in enumerate(zip(STARTS, BASIN)):
        a, b = (iterations(mc(one["mean_exit_time"][k])) for one in (sde, sgd))
        share = [one["exit_probability"][PARTS[basin]][k]["value"] for one in (sde, sgd)]
        ratio = b.value / a.value
        out.append(Row("Tables 5.2, 5.3", f"iterations of SGD from {start} to within 0.5 of the {basin} minimum, SDE as formula",
                       thesis=NOT_QUOTED, formula=a, mc=b,
                       verdict=verdict(min(share) > 0.99 and abs(ratio - 1) < 0.15),
                       note=f"share that ends there: SDE {share[0]:.4f}, SGD {share[1]:.4f}; SGD over SDE {ratio:.3f}; within 15 %"))
        grid_time = iterations(fv(grid["mean_exit_time"][k]))
        model_time = iterations(mc(model["mean_exit_time"][k]))
        allowed = 0.05 * grid_time.value
        out.append(Row("Tables 5.2, 5.3", f"iterations from {start}, Hessian model", thesis=NOT_QUOTED, fv=grid_time,
                       mc=model_time, verdict=verdict(far(grid_time, model_time, allowed) < 4),
                       note=f"z = {far(grid_time, model_time, allowed):.2f}, with 5 % for Δt = η"))
        one = final[k]
        end = one["final_point"]
        spread = max(e if e is not None else 0 for e in end["std"])
        distance = math.dist(end["value"], ends[basin])
        steps = one["iterations"]["quantiles"]
        out.append(Row("Tables 5.2, 5.3", f"final point of SGD from {start}", thesis=NOT_QUOTED,
                       formula=", ".join(f"{v:.3f}" for v in ends[basin]),
                       mc=", ".join(f"{v:.3f} (spread {s:.3f})" for v, s in zip(end["value"], end["std"])),
                       verdict=verdict(distance < max(0.15, spread)),
                       note=f"{one['converged_runs']} of {end['samples']} converged, {one['diverged']} diverged; iterations: "
                       f"median {steps['0.5']:.0f}, 5 to 95 %: {steps['0.05']:.0f} to {steps['0.95']:.0f}"))
    stiff = max(spurious["hessian_eigenvalues"])
    cases = [
            ("six_sgd", f"SGD, learning rate {ETA}", False, "no path of any start diverges"),
            ("six_squared", f"SDE with D = (η/B) L H*², learning rate {ETA}, Δt = η", True,
             f"of 60000. η h² = {ETA * stiff**2:.2f} > 2: tails so heavy that the mean loss grows without bound; a path thrown far "
             "out overshoots in one step"),
            ("six_steep_sgd", f"SGD, learning rate {STEEP}", True,
             "steps on single samples with curvature above 2/η, near a = 0"),
            ("six_steep_sde", f"SDE with the covariance, Δt = η = {STEEP}", True, "η‖∇b‖ > 2 where noise throws the path"),
            ("six_steep_model", f"SDE with the Hessian model, Δt = η = {STEEP}", False,
             f"η h = {STEEP * stiff:.2f} < 2, and its noise is smaller where the loss is steep")]
    if not quick:
        cases.insert(2, ("six_squared_short", "the same with Δt = η/4", True,
                         "of 48000. Shorter steps do not help: it is the law's tails, not the scheme"))
    for name, what, expected, why in cases:
        count = diverged(r, name)
        out.append(Row("Tables 5.2, 5.3", f"paths that diverge: {what}", formula="some" if expected else "none",
                       mc=str(count) if count else "none", verdict=verdict((count > 0) == expected), note=why))
    return out


def pictures(r, album, published, quick):
    parts = []
    for k, one in enumerate(r.results("six_final")["starts"]):
        name = album.table(f"final_{k}", [run[:2] for run in one["runs"]])
        parts.append(f'"{name}" w p pt 6 ps 0.7 lc {k + 1} t "from ({STARTS[k][0]}, {STARTS[k][1]})"')
    album.table("six_starts", STARTS)
    album.draw("fig_5_5", "SGD: final points of runs from six starts", "a", "b",
               "set xrange [-9:3]; set yrange [-1:8]; set key outside right top\nplot " + ", ".join(parts) +
               ', "six_starts.txt" w p pt 9 ps 1.5 lc rgb "black" t "starts"',
               "Figures 5.5 and 5.6: where runs of SGD end; the spread is the noise left in the well.")
