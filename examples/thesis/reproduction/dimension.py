"""(4.26) and (4.29): rates where the formula of Mori et al. must hold, and the dimension's bound."""
import math

from rows import Number, Row, fv, mc, verdict, within
from runs import Run

TITLE = "Where the rate formula holds: aligned landscapes, n = 1 and 2, and the bound (4.29)"
TEXT = """The formula of Mori et al. (arXiv:2105.09557), κ = √(h_e|h_s|)/(2π) · (L*/L_s)^(B/(ηh_e) + 1 − n/2),
supposes a well whose escape is along an eigenvector of H* and n stiff directions. Two losses made so, with
the same profile along x: L = c + (x² − 1)²/4 + y² (n = 2, H* = 2 I) and L = c + (x² − 1)²/4 + εy²/2 (n = 1,
the other direction flat), c = 0.05, ε = 10⁻⁴, saddle at the origin, exit behind it at x = 0.6: τ = 1/κ. The
second part moves in n dimensions in L = L* + r²/2 with D = T L I, p ∝ L^−(1 + 1/T), as a process of r alone:
p gathers in the minimum as L* → 0 only if n < n_c = 2 (1 + 1/T), with 1/T in the place of B/(ηh)."""
C, H, TOP = 0.05, 2.0, 1.0
START = dict(minimum="-1,0", start="-1,0", exit="x > 0.6")
LOSS = {1: f"{C}+(x^2-1)^2/4+5e-5*y^2", 2: f"{C}+(x^2-1)^2/4+y^2"}
CORE = 0.1  # radius
LOG_RATIO = math.log((C + 0.25) / C)


def rates(quick):
    return [0.2, 0.1, 0.05] if quick else [0.2, 0.1, 0.05, 0.02, 0.01]


def cores(quick):
    """(n, L*) of the second part."""
    return [(n, level) for n in ((3, 5) if quick else (2, 3, 5, 6)) for level in ((1e-2, 1e-6) if quick else (1e-2, 1e-4, 1e-6))]


def radial(n, level):
    """u = log r in n dimensions, T = 1; y is a second coordinate that does nothing."""
    return Run("fp-stationary", drift="-1+T*(n-2)*(Ls+exp(2*x)/2)*exp(-2*x), -y",
               diffusion="T*(Ls+exp(2*x)/2)*exp(-2*x), 0, 1", parameters=f"T=1,n={n},Ls={level}",
               domain="-12,0,-4,4", cells="768,8", regions=f"core: x < {math.log(CORE)}")


def runs(quick, published):
    listed = "learning_rate=" + ",".join(str(v) for v in rates(quick))
    out = {
        "mori_1": Run("fp-rate", loss=LOSS[1], batch_size=1, domain="-2.4,2.4,-2,2",
                      cells="256,16" if quick else "768,16", sweep=listed, **START),
        "mori_2": Run("fp-rate", loss=LOSS[2], batch_size=1, domain="-2.4,2.4,-2,2",
                      cells="192,160" if quick else "512,384", sweep=listed, **START),
        "mori_2_moved": Run("fp-rate", loss=LOSS[2], batch_size=1, domain="-2.8,2.4,-2.5,2.5", cells="208,200",
                            learning_rate=rates(quick)[1], **START),
        "mori_2_mc": Run("fp-crosscheck", loss=LOSS[2], batch_size=1, domain="-2.4,2.4,-2,2", cells="192,160",
                         learning_rate=0.2, mc_paths=1000 if quick else 8000, mc_dt=0.01, **START),
    }
    for n, level in cores(quick):
        out[f"radial_{n}_{level}"] = radial(n, level)
    return out


def mori_log_time(eta, n):
    """log of 1/κ"""
    return (math.log(2 * math.pi / math.sqrt(H * TOP)) + (1 / (eta * H) + 1 - n / 2) * LOG_RATIO)


def core_mass(n, level, steps=20000):
    """∫ r^(n−1) L^−2 dr below r = 0.1, of that between the grid's ends."""
    ends = (-12.0, math.log(CORE), 0.0)

    def integral(low, high):
        h = (high - low) / steps
        total = 0.0
        for k in range(steps + 1):
            u = low + k * h
            weight = 1 if k in (0, steps) else 4 if k % 2 else 2
            total += weight * math.exp(n * u) / (level + math.exp(2 * u) / 2)**2
        return total * h / 3

    inside = integral(ends[0], ends[1])
    return inside / (inside + integral(ends[1], ends[2]))


def rows(r, published, quick):
    out = []
    for n in (1, 2):
        points = []
        for eta, one in zip(rates(quick), r.sweep(f"mori_{n}")):
            time = one["mean_exit_time_qsd"]
            points.append((eta, time.get("log_extrapolated", time["log"]), time["log_error"], fv(time)))
        for (eta, log, error, time) in points:
            ratio = math.exp(log - mori_log_time(eta, n))
            sampled, note, good = None, f"τ over the formula: {ratio:.4f}", True
            if n == 2 and eta == 0.2:
                crossed = r.results("mori_2_mc")["comparisons"]["mean_exit_time"]
                sampled, good = mc(crossed["mc"]), abs(crossed["z"]) < 4
                note += f"; trajectories and grid, both from (−1, 0): z = {crossed['z']:+.2f}"
            out.append(Row("(4.26)", f"mean exit time, n = {n}, learning rate {eta}",
                           formula=Number(math.exp(mori_log_time(eta, n))), fv=time, mc=sampled,
                           verdict=verdict(good and abs(ratio - 1) < 6 * eta), note=note))
        (e0, l0, d0, _), (e1, l1, d1, _) = points[-2:]
        slope = Number((l1 - l0) / (1 / e1 - 1 / e0), math.hypot(d0, d1) / (1 / e1 - 1 / e0))
        formula = Number(LOG_RATIO / H)
        out.append(Row("(4.26)", f"slope of log τ against 1/η, n = {n}", formula=formula, fv=slope,
                       verdict=verdict(abs(slope.value / formula.value - 1) < 0.01),
                       note=f"(B/h) log(L_s/L*), between learning rates {e0} and {e1}; tolerance 1 %"))
        f0, f1 = (math.exp(l - mori_log_time(e, n)) for e, l in ((e0, l0), (e1, l1)))
        limit = f1 + (f1 - f0) * e1 / (e0 - e1)
        out.append(Row("(4.26)", f"prefactor, n = {n}: τ over the formula, straight line to η = 0",
                       formula=Number(1.0), fv=Number(limit, math.hypot(d0, d1)),
                       verdict=verdict(abs(limit - 1) < (0.05 if quick else 0.01)),
                       note=f"{f0:.4f} at {e0}, {f1:.4f} at {e1}; tolerance {5 if quick else 1} %"))
    moved = fv(r.results("mori_2_moved")["mean_exit_time_qsd"])
    still = fv(r.sweep("mori_2")[1]["mean_exit_time_qsd"])
    out.append(Row("check", f"walls moved out by 0.4 and 0.5, n = 2, learning rate {rates(quick)[1]}",
                   formula=still, fv=moved, verdict=verdict(within(moved, still, 1e-3 * still.value)),
                   note="within 0.1 % or the errors"))
    masses = {}
    for n, level in cores(quick):
        mass = fv(r.results(f"radial_{n}_{level}")["region_probability"]["core"])
        exact = Number(core_mass(n, level))
        masses[n, level] = mass.value
        out.append(Row("(4.29)", f"probability of r < 0.1, n = {n}, L* = {level}", formula=exact, fv=mass,
                       verdict=verdict(within(mass, exact, 5e-3 * exact.value)),
                       note="n_c = 4; formula: ∫ r^(n−1) L^(−1−1/T) dr; within 0.5 %"))
    for n in sorted({n for n, _ in cores(quick)}):
        gathers = masses[n, 1e-6] > 0.9
        out.append(Row("(4.29)", f"gathers in the minimum as L* → 0: n = {n}, n_c = 4",
                       formula="yes" if n < 4 else "no", fv="yes" if gathers else "no",
                       verdict=verdict(gathers == (n < 4)),
                       note=f"probability {masses[n, 1e-2]:.4f} of r < 0.1 at L* = 0.01, {masses[n, 1e-6]:.4f} at 10⁻⁶"))
    return out


def pictures(r, album, published, quick):
    files = []
    for n in (1, 2):
        files.append(album.table(f"mori_{n}", [
            (1 / eta, one["mean_exit_time_qsd"]["log"]) for eta, one in
            zip(rates(quick), r.sweep(f"mori_{n}"))]))
    curve = ", ".join(f'{LOG_RATIO / H}*x+{mori_log_time(1e300, n)} w l lw 2 lc {n} t "Mori et al., n = {n}", '
                      f'"{files[n - 1]}" w p pt 7 lc {n} t "finite volumes, n = {n}"' for n in (1, 2))
    album.draw("aligned", "Escape in aligned landscapes", "1/η", "log τ", "plot " + curve,
               "(4.26) where it must hold: one slope, prefactors that differ by (L_s/L*)^{1/2}.")
