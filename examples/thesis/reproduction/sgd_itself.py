"""What SGD itself does: its exits against both diffusions."""
import math

from landscape import critical
from rows import Number, Row, far, fv, mc, verdict, within
from runs import Run
from sgd_action import least_action

TITLE = "SGD itself against its two diffusions"
TEXT = """Exits through b = 4 or a = 0.5, walls far off, batch size 1: the algorithm on the data against the
diffusions with its own covariance (`covariance`) and with the model (`hessian`). SGD is seen once a step, so
it leaves later than a path that is watched all the time; and its large deviations are those of single
samples, not of a Gaussian with their covariance, so that even the slopes of the two differ as η → 0:
`sgd_action.py` finds the least action of either."""
BOX = dict(domain="-13,0.6,-8,4.2", exit="a > 0.5 or b > 4", start="-5.667,3.205")


def rates(quick):
    return [2e-3, 1e-3] if quick else [2e-3, 1e-3, 7e-4, 5e-4]


def runs(quick, published):
    sweep = "learning_rate=" + ",".join(str(v) for v in rates(quick))
    return {
        "own_covariance": Run("fp-exit", "problem.yaml", sgd_noise="covariance", sweep=sweep,
                              cells="96,96" if quick else "256,256", **BOX),
        "own_hessian": Run("fp-exit", "problem.yaml", sweep=sweep,
                           cells="128,128" if quick else "256,256", **BOX),
        "own_sgd": Run("mc-exit", "problem.yaml", mc_scheme="sgd", mc_paths=1000 if quick else 10000,
                       sweep=sweep, **BOX),
        "own_sde": Run("mc-exit", "problem.yaml", sgd_noise="covariance", learning_rate=2e-3, mc_dt=5e-5,
                       mc_paths=500 if quick else 4000, **BOX),
    }


def rows(r, published, quick):
    out = []
    swept = zip(rates(quick), r.sweep("own_covariance"), r.sweep("own_hessian"), r.sweep("own_sgd"))
    logs = []
    for eta, own, model, direct in swept:
        c, h, s = fv(own["mean_exit_time"]), fv(model["mean_exit_time"]), mc(direct["mean_exit_time"])
        out.append(Row("section 5", f"SGD's mean exit time, learning rate {eta}, against the Hessian model",
                       formula=h, fv=c, mc=s, verdict=verdict(abs(s.value / h.value - 1) < 0.5), expected="disagrees",
                       note="formula: hessian; grid: covariance. SGD over covariance "
                       f"{s.value / c.value:.2f}, over hessian {s.value / h.value:.2f}"))
        logs.append((c.log, c.log_error, s.log, s.log_error, h.log))
    sampled, grid = mc(r.results("own_sde")["mean_exit_time"]), fv(r.sweep("own_covariance")[0]["mean_exit_time"])
    out.append(Row("check", "covariance at 0.002: grid against trajectories of the SDE", fv=grid, mc=sampled,
                   verdict=verdict(far(grid, sampled, 0.02 * grid.value) < 4), note="2 % allowed for the time step"))
    start = critical(r)[1]["position"]
    actions = {}
    for gaussian in (True, False):
        coarse, fine = (least_action(start, 4.0, n, gaussian) for n in (4, 8))
        actions[gaussian] = Number(fine + (fine - coarse) / 3, abs(fine - coarse) / 3)
    ratio = actions[False].value / actions[True].value
    out.append(Row("section 5", "least action to b = 4 times η: SGD's own steps against Gaussian ones", formula=actions[True],
                   fv=actions[False], verdict=verdict(abs(ratio - 1) < 0.02), expected="disagrees",
                   note=f"from the cumulants of single samples; {100 * (ratio - 1):.1f} % higher: "
                   "the diffusion with its covariance cannot have SGD's exit times"))
    if quick:
        return out
    pair = rates(quick)[-2:]
    (c0, e0, s0, f0, _), (c1, e1, s1, f1, _) = logs[-2:]
    d, root = 1 / pair[1] - 1 / pair[0], math.log(pair[0] / pair[1]) / 2  # τ ∝ √η e^(S/η)
    diffusion = Number((c1 - c0 + root) / d, math.hypot(e0, e1) / d)
    itself = Number((s1 - s0 + root) / d, math.hypot(f0, f1) / d)
    where = f"between {pair[0]} and {pair[1]}"
    out.append(Row("section 5", "slope of log τ/√η against 1/η, covariance", formula=actions[True], fv=diffusion,
                   verdict=verdict(within(diffusion, actions[True], 0.03 * actions[True].value)),
                   note=f"formula: least action with Gaussian steps; {where}; tolerance 3 % or 4 errors"))
    out.append(Row("section 5", "slope of log τ/√η against 1/η, SGD itself", formula=actions[False], mc=itself,
                   verdict=verdict(within(itself, actions[False], 0.03 * actions[False].value)),
                   note=f"formula: least action with SGD's steps; {where}; tolerance 3 % or 4 errors"))
    out.append(Row("section 5", "the same slope against the action of Gaussian steps", formula=actions[True], mc=itself,
                   verdict=verdict(far(itself, actions[True]) < 4), expected="disagrees",
                   note=f"{far(itself, actions[True]):.1f} standard errors apart"))
    return out


def pictures(r, album, published, quick):
    parts = []
    for k, (name, title) in enumerate((("own_covariance", "covariance, finite volumes"),
                                       ("own_hessian", "hessian, finite volumes"), ("own_sgd", "SGD itself"))):
        table = album.table(name, [(1 / e, one["mean_exit_time"]["log"]) for e, one in
                                   zip(rates(quick), r.sweep(name))])
        parts.append(f'"{table}" w lp pt 7 lw 2 lc {k + 1} t "{title}"')
    album.draw("sgd_itself", "Leaving through b = 4", "1/η", "log τ", "plot " + ", ".join(parts),
               "SGD itself against the diffusion with its covariance and against the Hessian model.")
