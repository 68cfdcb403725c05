"""Escape over the saddle: slopes from finite volumes, minimum actions, the formula of Mori et al."""
import math

from fits import best_slope, log_times, slope
from landscape import critical
from loss import loss
from pictures import MAP
from rows import Number, Row, fv, mc, verdict, within
from runs import Run
from vtk_file import Cells, polyline

TITLE = "Escape over the saddle: (4.26), and the well-posed question behind Figure 5.7"
TEXT = """The exit set lies behind the saddle, a > 0.2 and b > 0, and walls stand where paths do not come; so
the barrier is that of the saddle. (A reflecting wall that cuts off the last stretch to the saddle lowers it:
noise that is oblique to the wall is thrown along it for free.) Slopes of log τ against 1/η between successive
learning rates, from values extrapolated to grid spacing 0 where three grids show order 2; an error is that of
the grids plus the change from the slope before, which measures the distance from weak noise. Action: `fp-
path`, from the spurious minimum to the best saddle, times η/B, beside its other method, the quasi-potential
on a grid. Mori: (1/h_e) log(L_s/L*) with either eigenvalue h_e of H*."""
BOX = {"hessian": "-7.5,0.5,-0.5,5.5", "covariance": "-7,0.5,-1,5"}
MOVED = {"hessian": "-8,0.6,-1.5,6.5", "covariance": "-7.5,0.55,-1.5,5.5"}
BASE = dict(exit="a > 0.2 and b > 0", start="-5.667,3.205")
# What a grid makes of the barrier depends on h/η alone, and at 10⁻⁶ no affordable grid resolves that. The error's
# leading term vanishes where one edge of the stencil is along the momentum p = D⁻¹(θ′ − b)/2 of the way out
# (docs/explanation/weak-noise.md). Measured by the noise, p keeps its direction along the whole way, MOMENTUM
# degrees (anticlockwise) from the stiff axis of H*. ALIGNED is the frame and the ratio of sides in which that direction and its conjugate are the
# stencil's edges (1, 0) and (−1, 1); a ratio a shade above the exact one, since a third edge of vanishing
# weight on the other side would open a way that is too cheap.
MOMENTUM = -6.55
ALIGNED = dict(frame="92.6837", cells="1160,400")
WEAK, OBLIQUE = [5e-5, 2e-5, 1e-5, 2e-6, 1e-6], [2e-6, 1e-6]


def rates(noise, quick):
    if noise == "hessian":
        return [1e-3, 5e-4, 2e-4, 1e-4] if quick else [1e-3, 5e-4, 2e-4, 1e-4, 5e-5, 2e-5, 1e-5]
    return [1e-2, 5e-3, 3e-3] if quick else [1e-2, 5e-3, 3e-3, 2e-3, 1e-3]


def runs(quick, published):
    out = {}
    for noise, box in BOX.items():
        sizes = {"hessian": "256,256", "covariance": "192,192"} if quick else \
            {"hessian": "768,768", "covariance": "448,448"}
        sweep = "learning_rate=" + ",".join(str(v) for v in rates(noise, quick))
        out[f"saddle_{noise}"] = Run("fp-exit", "problem.yaml", domain=box, cells=sizes[noise],
                                     sgd_noise=noise, sweep=sweep, **BASE)
        out[f"saddle_path_{noise}"] = Run("fp-path", "problem.yaml", domain=box, start=BASE["start"],
                                          cells="160,160" if quick else "400,400", sgd_noise=noise)
    if not quick:
        for name, grid, listed in (("saddle_weak", ALIGNED, WEAK), ("saddle_oblique", dict(cells="544,544"), OBLIQUE)):
            out[name] = Run("fp-exit", "problem.yaml", domain=BOX["hessian"],
                            sweep="learning_rate=" + ",".join(str(v) for v in listed), **grid, **BASE)
    out["saddle_near"] = Run("fp-exit", "problem.yaml", domain="-6.5,0.3,1.9,5.5", cells="320,320",
                             sweep="learning_rate=2e-4,1e-4", start=BASE["start"], exit="a > 0.2")
    out["saddle_moved"] = Run("fp-exit", "problem.yaml", domain=MOVED["hessian"], cells="256,256",
                              sweep="learning_rate=2e-4,1e-4", **BASE)
    out["saddle_rate"] = Run("fp-rate", "problem.yaml", domain=BOX["hessian"],
                             cells="128,128" if quick else "384,384",
                             sweep="learning_rate=" + ",".join(str(v) for v in rates("hessian", quick)[:4]), **BASE)
    out["saddle_crosscheck"] = Run("fp-crosscheck", "problem.yaml", domain="-11,0.6,-6,9", learning_rate=5e-3,
                                   cells="160,160" if quick else "320,320", mc_dt=4e-5,
                                   mc_paths=1000 if quick else 4000, **BASE)
    return out


def mori(landscape, which):
    _, well, saddle = landscape
    return math.log(saddle["value"] / well["value"]) / well["hessian_eigenvalues"][which]


def momentum_angle(way, hessian):
    """Direction of p along the way out, in degrees from the stiff axis of H* where lengths are measured by the
    noise, |p|²|q|² dt-weighted, q = p + D⁻¹b; and its spread."""
    (h11, h12), (_, h22) = hessian
    turn = 0.5 * math.atan2(2 * h12, h11 - h22)  # of the stiff axis
    half, middle = math.hypot((h11 - h22) / 2, h12), (h11 + h22) / 2
    scale = math.sqrt(middle + half), math.sqrt(middle - half)

    def seen(x, y):
        """Components along the stiff and the flat axis."""
        return math.cos(turn) * x + math.sin(turn) * y, -math.sin(turn) * x + math.cos(turn) * y

    total, first, second = 0.0, 0.0, 0.0
    for (a0, b0), (a1, b1) in zip(way, way[1:]):
        a, b, h = (a0 + a1) / 2, (b0 + b1) / 2, 1e-5
        slopes = seen((math.log(loss(a + h, b)) - math.log(loss(a - h, b))) / (2 * h),
                      (math.log(loss(a, b + h)) - math.log(loss(a, b - h))) / (2 * h))
        drift = [-c * s for c, s in zip(slopes, (1 / scale[0], 1 / scale[1]))]
        step = [c / s for c, s in zip(seen(a1 - a0, b1 - b0), scale)]
        speed, length = math.hypot(*drift), math.hypot(*step)
        if not speed > 0 or not length > 0:
            continue
        velocity = [c * speed / length for c in step]
        p = [(v - d) / 2 for v, d in zip(velocity, drift)]
        q = [(v + d) / 2 for v, d in zip(velocity, drift)]
        weight = (math.hypot(*p) * math.hypot(*q)) ** 2 * length / speed
        angle = math.degrees(math.atan2(p[1], p[0])) % 180  # p and −p are one direction
        angle -= 180 if angle > 90 else 0
        total, first, second = total + weight, first + weight * angle, second + weight * angle ** 2
    mean = first / total
    return mean, math.sqrt(max(second / total - mean ** 2, 0))


def rows(r, published, quick):
    out = []
    points = critical(r)
    quoted = published["largest_hessian_eigenvalue_inverse"]
    stiff, flat = sorted((mori(points, 0), mori(points, 1)))
    for noise in BOX:
        etas = rates(noise, quick)
        sweep = r.sweep(f"saddle_{noise}")
        logs = log_times(sweep)
        path = r.results(f"saddle_path_{noise}")
        action, other = fv(path["reduced_action"]), fv(path["reduced_quasi_potential"])
        for k, (eta, one) in enumerate(zip(etas, sweep)):
            time = fv(one["mean_exit_time"])
            note = ""
            if k:
                note = f"slope from the rate before: {slope(etas, logs, k)}"
            out.append(Row("Fig. 5.7", f"mean exit time over the saddle, {noise}, learning rate {eta}", fv=time,
                           note=note))
        best, pair = best_slope(etas, logs)
        tolerance = (0.03 if quick else 0.01) * action.value
        if noise == "hessian":
            thesis = Number(quoted["value"], quoted["rounding"])
            out.append(Row("Fig. 5.7", "slope of log τ against 1/η over the saddle", thesis=thesis, fv=best,
                           verdict=verdict(within(thesis, best, 0)), expected="disagrees",
                           note="the thesis's slope is the formula's with the stiff eigenvalue, and not this"))
        out.append(Row("Fig. 5.7", f"slope of log τ against 1/η, {noise}", formula=action, fv=best,
                       verdict=verdict(within(best, action, tolerance, 0)),
                       note=f"formula: minimum action; between {pair[0]} and {pair[1]}; tolerance {3 if quick else 1} %"))
        near = abs(other.value / action.value - 1)
        out.append(Row("Fig. 5.7", f"the two methods of fp-path, {noise}", formula=other, fv=action,
                       verdict=verdict(near < 0.02 or within(other, action, 0, 2)),
                       note=f"formula: quasi-potential on the grid; they differ by {100 * near:.2g} %, 2 % or its error allowed"))
        for name, value in (("stiff", stiff), ("flat", flat)):
            out.append(Row("(4.26)", f"slope with the {name} eigenvalue, {noise}", thesis=None,
                           formula=Number(value), fv=best,
                           verdict=verdict(abs(value / best.value - 1) < 0.02), expected="disagrees",
                           note="(1/h_e) log(L_s/L*); the way out is along no eigenvector of H*"))
    logarithm = math.log(points[2]["value"] / points[1]["value"])
    out.append(Row("(4.26)", "the quoted slope 0.007 and (1/h_e) log(L_s/L*)",
                   thesis=Number(quoted["value"], quoted["rounding"]), formula=Number(stiff),
                   note=f"0.007 is 1/h_e = {stiff / logarithm:.6f}: the logarithm, {logarithm:.4f}, is missing; "
                   "it is near 1 here, so the one digit quoted does not tell"))
    for eta, one in zip(rates("hessian", quick), r.sweep("saddle_rate")):
        rate = fv(one["escape_rate"])
        formula = one["formulas"]["mori"]
        log_ratio = formula["log"] - rate.log
        out.append(Row("(4.26)", f"escape rate, hessian, learning rate {eta}", formula=fv(formula), fv=rate,
                       verdict=verdict(abs(log_ratio) < 0.5), expected="disagrees",
                       note=f"formula over finite volumes: e^{log_ratio:.2f}"))
    angle, spread = momentum_angle(polyline(r.file("saddle_path_hessian.vtp"))[0], r.summary("saddle_path_hessian")["problem"]["hessian"])
    out.append(Row("Fig. 5.7", "direction of the momentum on the way out, degrees from the stiff axis, hessian",
                   formula=Number(MOMENTUM), fv=Number(angle, spread), verdict=verdict(abs(angle - MOMENTUM) < 1),
                   note="measured by the noise; weighted by what a grid's error depends on, error: its spread; "
                   "formula: what the grid of the slopes below is turned to"))
    if not quick:
        action = fv(r.results("saddle_path_hessian")["reduced_action"])
        for name, listed in (("saddle_weak", WEAK), ("saddle_oblique", OBLIQUE)):
            sweep = r.sweep(name)
            # those of the finest grid: at 10⁻⁶ the coarsest is too coarse to extrapolate from
            logs = [(one["mean_exit_time"]["log"], one["mean_exit_time"]["log_error"]) for one in sweep]
            for k in range(1, len(listed)):
                one = slope(listed, logs, k)
                grid = sweep[k]["grid"]
                resolved = name == "saddle_weak"
                out.append(Row("Fig. 5.7", f"slope between {listed[k - 1]} and {listed[k]}, hessian, "
                               + ("turned grid" if resolved else "grid in the noise's frame"),
                               formula=action, fv=one, verdict=verdict(abs(one.value / action.value - 1) < 0.01),
                               expected="agrees" if resolved else "disagrees",
                               note=f"{grid['cells'][0]} × {grid['cells'][1]} cells; drift over an edge up to "
                               f"{grid['largest_edge_drift_on_way_out']:.0f} times the noise" + (
                                   "; formula: minimum action, within 1 %" if resolved else
                                   ": not resolved, and the program says so")))
    a, b = (r.sweep(name)[k]["mean_exit_time"] for name, k in (("saddle_moved", 1), ("saddle_hessian", 3)))
    moved, still = (Number(x.get("log_extrapolated", x["log"]), x["log_error"]) for x in (a, b))
    out.append(Row("check", "log τ with all walls moved out, hessian, 10⁻⁴", formula=still, fv=moved,
                   verdict=verdict(within(moved, still, 0.1)), note="within 0.1, a thousandth of it: walls do not matter"))
    near = slope([2e-4, 1e-4], log_times(r.sweep("saddle_near")), 1)
    action = fv(r.results("saddle_path_hessian")["reduced_action"])
    out.append(Row("check", "slope with a wall at b = 1.9, above the saddle, hessian", formula=action, fv=near,
                   verdict=verdict(abs(near.value / action.value - 1) < 0.01), expected="disagrees",
                   note=f"{100 * (1 - near.value / action.value):.1f} % lower: a wall on the way out is part of the problem"))
    crossed = r.results("saddle_crosscheck")["comparisons"]["mean_exit_time"]
    out.append(Row("check", "time over the saddle at learning rate 0.005, hessian", fv=fv(crossed["fv"]),
                   mc=mc(crossed["mc"]), verdict=verdict(abs(crossed["z"]) < 4), note=f"z = {crossed['z']:+.2f}"))
    ratio = fv(r.results("saddle_path_covariance")["reduced_action"]).value / \
        fv(r.results("saddle_path_hessian")["reduced_action"]).value
    out.append(Row("section 5", "barrier to the saddle, covariance over hessian", formula=Number(1.0),
                   fv=Number(ratio), verdict=verdict(abs(ratio - 1) < 0.5), expected="disagrees",
                   note="formula: the model holds. The noise of the mini-batches nearly vanishes at the saddle: SGD stays far longer"))
    return out


def pictures(r, album, published, quick):
    etas = rates("hessian", quick)
    curve = album.table("saddle_fv", [(1 / e, log) for e, (log, _) in
                                      zip(etas, log_times(r.sweep("saddle_hessian")))])
    action = r.results("saddle_path_hessian")["reduced_action"]["value"]
    stiff, flat = sorted(mori(critical(r), k) for k in (0, 1))
    log0 = log_times(r.sweep("saddle_hessian"))[0][0]
    x0 = 1 / etas[0]
    album.draw("saddle_slopes", "Escape over the saddle, noise of the Hessian model", "1/η", "log τ",
               f'set yrange [0:{1.5 * action / etas[-1]}]\n'
               f'plot "{curve}" w p pt 7 ps 1.3 lc rgb "#332288" t "finite volumes", '
               + ", ".join(f'{log0}+{s}*(x-{x0}) w l lw 2 dt {d} lc rgb "{c}" t "{t}"' for s, d, c, t in (
                   (action, 1, "#117733", "minimum action"), (stiff, 2, "#cc6677", "Mori, stiff"),
                   (flat, 3, "#ddaa33", "Mori, flat"), (0.007, 4, "#888888", "0.007"))),
               "log τ over the saddle against 1/η: finite volumes follow the minimum action, neither eigenvalue.")
    files = []
    for noise in BOX:
        way = polyline(r.file(f"saddle_path_{noise}.vtp"))[0]
        files.append((noise, album.table(f"way_{noise}", way)))
    cells = Cells(r.file("landscape.vti"))
    field = album.field("loss_again", cells, "loss", lambda v: math.log10(v))
    album.table("points_again", [p["position"] for p in critical(r)])
    album.draw("ways_out", "Most probable ways out, on log_{10} L", "a", "b",
               MAP + "set xrange [-8:2]; set yrange [-2:7]\n"
               f'splot "{field}" u 1:2:3 w pm3d notitle, "points_again.txt" u 1:2:(0) w p pt 7 lc rgb "red" notitle, '
               + ", ".join(f'"{name}" u 1:2:(0) w l lw 3 lc rgb "{c}" t "{noise}"' for (noise, name), c in
                           zip(files, ("#ff2222", "#ffaa00"))),
               "Most probable ways from the spurious minimum over the saddle, for the Hessian model and for the covariance of SGD's gradient.")
