"""Figures 5.8 to 5.10: stationary density and current, and how wrong the approximate formula is."""
import math

import loss
from pictures import MAP
from rows import Number, Row, fv, mc, verdict, within
from runs import Run
from vtk_file import Cells

TITLE = "At rest: stationary density, current and histograms, Figures 5.8 to 5.10"
TEXT = """For isotropic noise D = T L I the density is L^−(1 + 1/T) exactly and nothing flows. For D = (η/B) L
H* the formula L^−(1 + B/(ηh)) is an approximation, with h one eigenvalue of H*: which one changes the answer,
and it has no current. True density, current and entropy production at learning rate 10⁻³ around the spurious
minimum; occupation of the two wells at 3·10⁻³. Histograms have one standard error, not 20 paths. The distance
of two densities is half the integral of |p − q|, between 0 and 1."""
WELL = dict(domain="-9,-1,-1,7", learning_rate=1e-3)
BOTH, WIDER = "-9,3,-3,8", "-11,4,-5,10"
WELLS = "spurious: a < -0.5; true: a > -0.5"
EDGES = [-6.75 + 0.25 * k for k in range(11)]
TEMPERATURES = [1, 0.5, 0.25, 0.1]
ETA = 3e-3


def strips():
    parts = [f"s0: a < {EDGES[0]}"]
    parts += [f"s{k}: a > {EDGES[k - 1]} and a < {EDGES[k]}" for k in range(1, len(EDGES))]
    return "; ".join(parts + [f"s{len(EDGES)}: a > {EDGES[-1]}"])


def runs(quick, published):
    fine = "128,128" if quick else "320,320"
    steps = dict(mc_dt=2e-4 if quick else 1e-4, mc_max_time=2 if quick else 4, start="-5.667,3.205")
    return {
        "rest": Run("fp-stationary", "problem.yaml", cells=fine, regions=strips(), **WELL),
        "rest_moved": Run("fp-stationary", "problem.yaml", domain="-9.6,-0.9,-1.6,7.6", learning_rate=1e-3,
                          cells="144,144" if quick else "352,352"),
        "rest_mc": Run("fp-crosscheck", "problem.yaml", cells=fine, regions=strips(),
                       mc_paths=512 if quick else 4096, **WELL, **steps),
        "rest_isotropic": Run("fp-stationary", "problem.yaml", domain=BOTH, cells="96,96" if quick else "192,192",
                              sgd_noise="isotropic", regions=WELLS,
                              sweep="temperature=" + ",".join(str(t) for t in TEMPERATURES)),
        "two_hessian": Run("fp-stationary", "problem.yaml", domain=BOTH, learning_rate=ETA, regions=WELLS,
                           cells="192,192" if quick else "512,512"),
        "two_wider": Run("fp-stationary", "problem.yaml", domain=WIDER, learning_rate=ETA, regions=WELLS,
                         cells="256,256" if quick else "680,680"),
        "two_gauss_newton": Run("fp-stationary", "problem.yaml", domain=BOTH, learning_rate=2e-2, regions=WELLS,
                                sgd_noise="gauss_newton", cells="96,96" if quick else "256,256"),
    }


def log_loss(cells):
    """log L at the centres of the cells that carry a value: {(i, j): log L}"""
    name = "density"
    return {(i, j): math.log(loss.loss(*cells.centre(i, j))) for j in range(cells.ny) for i in range(cells.nx)
            if math.isfinite(cells.value(name, i, j))}


def against_formula(cells, logs, phi):
    """Distance of the density from L^−φ on the same cells, and the formula's variances."""
    low = min(logs.values())
    weight = {at: math.exp(-phi * (v - low)) for at, v in logs.items()}
    total = sum(weight.values())
    mass = {at: cells.value("density", *at) for at in logs}
    whole = sum(mass.values())
    distance = sum(abs(mass[at] / whole - weight[at] / total) for at in logs) / 2
    mean, square = [0.0, 0.0], [0.0, 0.0]
    for at, w in weight.items():
        for k, x in enumerate(cells.centre(*at)):
            mean[k] += w * x / total
            square[k] += w * x * x / total
    return distance, [square[k] - mean[k]**2 for k in (0, 1)]


def exactness(r, k, T):
    """Largest departure of the isotropic log density from −(1 + 1/T) log L + constant."""
    cells = Cells(r.file(f"rest_isotropic_{k}.vti"))
    off = [cells.value("log_density", i, j) + (1 + 1 / T) * math.log(loss.loss(*cells.centre(i, j)))
           for j in range(cells.ny) for i in range(cells.nx)]
    logs = [cells.value("log_density", i, j) for j in range(cells.ny) for i in range(cells.nx)]
    return (max(off) - min(off)) / 2, max(logs) - min(logs)


def occupation(r, phi):
    """log of the probability of the spurious well over that of the true one, for L^−φ on the grid of
    the landscape."""
    cells = Cells(r.file("landscape.vti"))
    sums = [0.0, 0.0]
    low = math.log(1.4)
    for j in range(cells.ny):
        for i in range(cells.nx):
            side = cells.centre(i, j)[0] > -0.5
            sums[side] += math.exp(-phi * (math.log(cells.value("loss", i, j)) - low))
    return math.log(sums[0] / sums[1])


def ratio(entry):
    """log P(spurious)/P(true) of a run"""
    p = entry["region_probability"]
    a, b = fv(p["spurious"]), fv(p["true"])
    return Number(a.log - b.log, math.hypot(a.log_error, b.log_error))


def rows(r, published, quick):
    out = []
    for k, (T, one) in enumerate(zip(TEMPERATURES, r.sweep("rest_isotropic"))):
        off, span = exactness(r, k, T)
        out.append(Row("Figs. 5.8–5.10", f"isotropic, T = {T}: largest departure of log p from −(1 + 1/T) log L",
                       thesis="formula", formula=Number(0.0), fv=f"{off:.1e} of {span:.0f} nats",
                       verdict=verdict(off <= 1e-12 * span),
                       note=f"entropy production {one['entropy_production_rate']['value']:.1e}; tolerance 10⁻¹² of the range"))
    rest = r.results("rest")
    crossed = r.results("rest_mc")["comparisons"]
    for k, letter in enumerate("ab"):
        z = crossed[f"mean {letter}"]
        out.append(Row("Figs. 5.8–5.10", f"mean of {letter}, hessian, learning rate 0.001", fv=fv(rest["mean"], k),
                       mc=mc(z["mc"]), verdict=verdict(abs(z["z"]) < 4), note=f"z = {z['z']:+.2f}"))
    well = Cells(r.file("rest.vts"))
    logs = log_loss(well)
    low, high = 19.401941, 142.883549
    compared = {name: against_formula(well, logs, 1 + 1 / (1e-3 * h)) for name, h in (("flat", low), ("stiff", high))}
    for k, letter in enumerate("ab"):
        variance, z = fv(rest["covariance"], k, k), crossed[f"covariance {letter},{letter}"]
        out.append(Row("Figs. 5.8–5.10", f"variance of {letter}", fv=variance, mc=mc(z["mc"]),
                       verdict=verdict(abs(z["z"]) < 4), note=f"z = {z['z']:+.2f}"))
        for name, (_, formula) in compared.items():
            out.append(Row("Figs. 5.8–5.10", f"variance of {letter} by the formula, {name} eigenvalue",
                           formula=Number(formula[k]), fv=variance,
                           verdict=verdict(abs(formula[k] / variance.value - 1) < 0.05), expected="disagrees",
                           note=f"formula over true {formula[k] / variance.value:.3f}"))
    for name, (distance, _) in compared.items():
        out.append(Row("Figs. 5.8–5.10", f"distance of the true density from the formula, {name} eigenvalue",
                       formula=Number(0.0), fv=Number(distance), verdict=verdict(distance < 0.02),
                       expected="disagrees", note="half of the integral of |p − q|"))
    production = fv(rest["entropy_production_rate"])
    out.append(Row("Figs. 5.8–5.10", "entropy production rate, hessian, learning rate 0.001",
                   formula=Number(0.0), fv=production,
                   verdict=verdict(abs(production.value) < 4 * production.error), expected="disagrees",
                   note=f"formula: that of any density L^−φ. The true one circulates: largest current {fv(rest['max_current'])}"))
    worst = max((abs(c["z"]), name) for name, c in crossed.items() if name.startswith("region"))
    out.append(Row("Figs. 5.8–5.10", f"histogram of a in {len(EDGES) + 1} strips: largest |z|", fv="see picture",
                   mc=Number(worst[0]), verdict=verdict(worst[0] < 4),
                   note=f"grid against {'512' if quick else '4096'} paths; the thesis had {published['histogram_paths']['value']}"))
    moved = r.results("rest_moved")
    for k, letter in enumerate("ab"):
        a, b = fv(moved["covariance"], k, k), fv(rest["covariance"], k, k)
        out.append(Row("check", f"variance of {letter} with the walls moved out", formula=b, fv=a,
                       verdict=verdict(within(a, b, 2e-4)), note="within 0.0002: walls do not matter"))
    for T, one in zip(TEMPERATURES, r.sweep("rest_isotropic")):
        measured, formula = ratio(one), Number(occupation(r, 1 + 1 / T), 0.02)
        out.append(Row("Figs. 5.8–5.10", f"log P(spurious)/P(true), isotropic, T = {T}", formula=formula, fv=measured,
                       verdict=verdict(within(measured, formula, 0.05)), note="formula: integrals of L^−(1 + 1/T)"))
    measured, wider = ratio(r.results("two_hessian")), ratio(r.results("two_wider"))
    for name, h in (("flat", low), ("stiff", high)):
        formula = Number(occupation(r, 1 + 1 / (ETA * h)))
        out.append(Row("Figs. 5.8–5.10", f"log P(spurious)/P(true), hessian, learning rate {ETA}, formula with the {name} eigenvalue",
                       formula=formula, fv=measured, verdict=verdict(abs(formula.value - measured.value) < 0.2),
                       expected="disagrees", note="H* of the spurious well in both wells, as the model says"))
    out.append(Row("check", "the same ratio with the walls moved out by 1 to 2", formula=measured, fv=wider,
                   verdict=verdict(within(measured, wider, 0.1)), note="within 0.1 or the errors"))
    out.append(Row("Figs. 5.8–5.10", "log P(spurious)/P(true), gauss_newton, learning rate 0.02",
                   fv=ratio(r.results("two_gauss_newton")), note="the noise that follows the place, not one well"))
    return out


def pictures(r, album, published, quick):
    well = Cells(r.file("rest.vts"))
    top = max(v for v in well.data["log_density"][1] if math.isfinite(v))
    field = album.field("rest_log", well, "log_density", lambda v: max(v - top, -15), 1 if quick else 2)
    arrows, step = [], max(1, well.nx // 30)
    for j in range(step // 2, well.ny, step):
        for i in range(step // 2, well.nx, step):
            flow, here = well.value("current", i, j), well.value("log_density", i, j)
            size = math.hypot(flow[0], flow[1])
            if math.isfinite(here) and here > top - 12 and size > 0:
                x, y = well.centre(i, j)
                arrows.append((x, y, 0, 0.16 * flow[0] / size, 0.16 * flow[1] / size, 0))
    album.table("rest_arrows", arrows)
    album.draw("fig_5_9", "At rest around the spurious minimum: log p and direction of the current", "a", "b",
               MAP + "set xrange [-8.5:-2.5]; set yrange [0.2:6]\n"
               f'splot "{field}" u 1:2:3 w pm3d notitle, "rest_arrows.txt" w vectors head filled lc rgb "white" notitle',
               "Figures 5.8 to 5.10: density of the Hessian model at learning rate 10⁻³; it circulates.")
    rest, crossed = r.results("rest")["region_probability"], r.results("rest_mc")["comparisons"]
    high = 142.883549
    logs = log_loss(well)
    lowest = min(logs.values())
    sums, total = [0.0] * (len(EDGES) + 1), 0.0
    for at, v in logs.items():
        w = math.exp(-(1 + 1 / (1e-3 * high)) * (v - lowest))
        a = well.centre(*at)[0]
        sums[sum(a > e for e in EDGES)] += w
        total += w
    lines = []
    for k in range(1, len(EDGES)):
        m = crossed[f"region_probability s{k}"]["mc"]
        lines.append(((EDGES[k - 1] + EDGES[k]) / 2, rest[f"s{k}"]["value"], m["value"], m["standard_error"],
                      sums[k] / total))
    name = album.table("strips", lines)
    album.draw("fig_5_10", "Probability of strips of width 0.25", "a", "probability",
               f'set style fill solid 0.3; set yrange [0:0.27]\nplot "{name}" u 1:2 w boxes lc rgb "#88ccee" t "finite volumes", '
               '"" u 1:3:(2*$4) w yerrorbars pt 7 lw 2 lc rgb "#882255" t "trajectories ± 2 standard errors", '
               '"" u 1:5 w lp pt 5 lc rgb "#999933" t "formula, stiff eigenvalue"',
               "Figures 5.8 to 5.10: histogram with error bars, grid, and the approximate formula.")
    overview(album)


def overview(album):
    """Rest, circulation and escape side by side: the picture of the project's README."""
    if not (album.folder / "way_hessian.txt").exists():
        return  # the escape over the saddle was left out
    album.draw("overview", "", "a", "b", "unset title\n" + MAP + '''set terminal pngcairo size 1500,620 font "Sans,14" background "white"
set output "overview.png"
set multiplot layout 1,2 margins 0.05,0.93,0.13,0.92 spacing 0.11,0
set title "At rest: log of the density, direction of the current"
set xrange [-8.5:-2.5]; set yrange [0.2:6]
splot "rest_log.txt" u 1:2:3 w pm3d notitle, "rest_arrows.txt" w vectors head filled lc rgb "white" notitle
set title "Escape: most probable ways out, on log_{10} of the loss"
set xrange [-8:2]; set yrange [-2:7]; set key bottom left
splot "loss_again.txt" u 1:2:3 w pm3d notitle, "points_again.txt" u 1:2:(0) w p pt 7 ps 1.3 lc rgb "white" notitle, \\
  "way_hessian.txt" u 1:2:(0) w l lw 3 lc rgb "#ff2222" t "noise of the Hessian model", \\
  "way_covariance.txt" u 1:2:(0) w l lw 3 lc rgb "#ffaa00" t "covariance of SGD's gradients"
unset multiplot''',
               "Rest, circulation and escape of stochastic gradient descent at the spurious minimum.")
