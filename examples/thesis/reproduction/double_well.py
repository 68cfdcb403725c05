"""Appendix B: rate of escape from a double well in one dimension, in Kramers's limit and beyond."""
import math

from rows import Number, Row, fv, mc, verdict, within
from runs import Run

TITLE = "The double well: Appendix B, (3.16) to (3.21)"
TEXT = """V = (x² − 1)²/4 at temperature T, from the bottom x = −1 to the top x = 0. The thesis gives no
numbers here, but formulas with slips: with ω² = |V″| the rate is κ = √(V″(a)|V″(b)|)/(2π) e^(−ΔV/T), and the
mean time to the *top* is 1/(2κ), since half of those who reach the top return. Exact: the double integral of
(3.16) with e^(+V(y)/T) outside and e^(−V(z)/T) inside, dz up to y."""
V = "(x^2-1)^2/4"
CURVATURE_WELL, CURVATURE_TOP, BARRIER = 2.0, 1.0, 0.25


def temperatures(quick):
    return [0.1, 0.05, 0.02] if quick else [0.1, 0.05, 0.02, 0.01, 0.005]


def runs(quick, published):
    listed = "temperature=" + ",".join(str(t) for t in temperatures(quick))
    line = dict(variables="x", potential=V)
    common = dict(line, start="-1", exit="x > 0")
    cells = "1024" if quick else "4096"
    paths = 1000 if quick else 10000
    return {
        "well": Run("fp-exit", domain="-2,2", cells=cells, sweep=listed, **common),
        "well_moved": Run("fp-exit", domain="-3,2", cells="1280" if quick else "5120",
                          temperature=0.1, **common),
        "well_mc": Run("fp-crosscheck", domain="-2,2", cells=cells, temperature=0.1,
                       mc_paths=paths, mc_dt=0.005, **common),
        "well_ab": Run("fp-committor", domain="-2,2", cells=cells, temperature=0.05, **line,
                       set_a="x < -0.7", set_b="x > 0.7"),
        "well_splitting": Run("mc-splitting", domain="-2,2", temperature=0.02,
                              mc_paths=4000 if quick else 20000, mc_dt=0.0018, **common),
    }


def exact_log(T, intervals=20000):
    """log of (1/T) ∫_{−1}^0 e^{V/T} ∫_{−2}^y e^{−V/T} dz dy, by Simpson's rule inside Simpson's."""
    def v(x):
        return (x * x - 1)**2 / 4

    h = 2.0 / intervals
    inner, total = 0.0, 0.0
    for k in range(intervals):
        x = -2 + k * h
        left, middle, right = (math.exp(-v(x + s * h) / T) for s in (0, 0.5, 1))
        half = inner + h * (5 * left + 8 * middle - right) / 24
        after = inner + h * (left + 4 * middle + right) / 6
        if x >= -1 - 1e-12:
            out = [math.exp((v(x + s * h) - BARRIER) / T) for s in (0, 0.5, 1)]
            total += h * (out[0] * inner + 4 * out[1] * half + out[2] * after) / 6
        inner = after
    return math.log(total / T) + BARRIER / T


def kramers(T):
    """Rate of escape, Kramers."""
    return math.sqrt(CURVATURE_WELL * CURVATURE_TOP) / (2 * math.pi) * math.exp(-BARRIER / T)


def rows(r, published, quick):
    out, ratios = [], []
    listed = temperatures(quick)
    for T, one in zip(listed, r.sweep("well")):
        time = fv(one["mean_exit_time"])
        log_exact = exact_log(T)
        exact = Number(math.exp(log_exact), 1e-9 * math.exp(log_exact))
        sampled = None
        good = within(time.logarithm(), exact.logarithm(), 0)
        note = ""
        if T == 0.1:
            crossed = r.results("well_mc")["comparisons"]["mean_exit_time"]
            sampled, note = mc(crossed["mc"]), f"z of grid against trajectories {crossed['z']:+.2f}"
            good = good and abs(crossed["z"]) < 4
        if T == 0.02:
            rare = r.results("well_splitting")["mean_exit_time"]
            sampled = Number(rare["value"], rare["standard_error"])
            good = good and within(time, sampled, 0.04 * time.value)
            note = "trajectories: splitting, with 4 % allowed for its step and loops"
        out.append(Row("(3.16), (B.4)", f"mean time to the top, T = {T}", formula=exact, fv=time,
                       mc=sampled, verdict=verdict(good), note=note or "formula: quadrature"))
        ratios.append(math.exp(log_exact) * 2 * kramers(T))
    last, before = ratios[-1], ratios[-2]
    t1, t0 = listed[-1], listed[-2]
    limit = last + (last - before) * t1 / (t0 - t1)
    finest = r.sweep("well")[-1]["mean_exit_time"]
    measured = math.exp(finest.get("log_extrapolated", finest["log"]) + math.log(2 * kramers(t1)))
    out.append(Row("(3.21), (B.6)", f"2κτ at T = {t1}, κ of Kramers", formula=Number(1.0),
                   fv=Number(measured, measured * finest["log_error"]),
                   verdict=verdict(abs(measured - 1) < 4 * t1),
                   note=f"1 + O(T): at T = {t0} {before:.5f}, the straight line through both meets T = 0 at {limit:.5f}"))
    wrong = CURVATURE_WELL * CURVATURE_TOP / (2 * math.pi) * math.exp(-BARRIER / t1)
    factor = Number(1 / (2 * wrong) / (math.exp(exact_log(t1))))
    out.append(Row("(3.21)", "1/(2κ) with ω = V″ in the place of ω² = V″, over the exact time",
                   thesis=factor, formula=Number(1.0), verdict=verdict(abs(factor.value - 1) < 4 * t1),
                   expected="disagrees", note="slip: the exponent is right, the rate by √2 too large here"))
    one = fv(r.sweep("well")[0]["mean_exit_time"])
    once = Number(1 / kramers(0.1))
    out.append(Row("section 3", "1/κ as the mean time to the top, T = 0.1", thesis=once, fv=one,
                   verdict=verdict(abs(once.value / one.value - 1) < 0.5), expected="disagrees",
                   note="twice too long: the time to the top is 1/(2κ)"))
    rate = fv(r.results("well_ab")["rate_constant_ab"])
    formula = Number(kramers(0.05))
    out.append(Row("(B.6)", "rate from well to well, T = 0.05", formula=formula, fv=rate,
                   verdict=verdict(abs(rate.value / formula.value - 1) < 4 * 0.05),
                   note="from committors; Kramers up to O(T)"))
    moved = fv(r.results("well_moved")["mean_exit_time"])
    out.append(Row("check", "the same with all walls moved out by 1, T = 0.1", formula=one, fv=moved,
                   verdict=verdict(within(one, moved, 0)), note="walls do not matter"))
    return out


def pictures(r, album, published, quick):
    exact = album.table("well_exact", [(1 / T, exact_log(T, 4000)) for T in
                                       [1 / (8 + k * (192 if not quick else 44) / 60) for k in range(61)]])
    points = album.table("well_fv", [(1 / T, one["mean_exit_time"]["log"])
                                     for T, one in zip(temperatures(quick), r.sweep("well"))])
    slope, top = BARRIER, math.log(math.pi / math.sqrt(CURVATURE_WELL * CURVATURE_TOP))
    album.draw("appendix_b", "Double well: mean time to the top", "1/T", "log τ",
               f'plot "{exact}" w l lw 2 lc rgb "#117733" t "exact", '
               f'{slope}*x+{top} w l dt 2 lw 2 lc rgb "#cc6677" t "Kramers, 1/(2κ)", '
               f'"{points}" w p pt 7 ps 1.3 lc rgb "#332288" t "finite volumes"',
               "Appendix B: the exact mean time, Kramers's formula and finite volumes.")
