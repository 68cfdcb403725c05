"""Table 5.1 and Figures 5.1 to 5.4: data, loss, critical points, noise against Hessian."""
import math

import loss
from pictures import MAP
from rows import NOT_QUOTED, Number, Row, verdict, within
from runs import Run
from vtk_file import Cells

BOX = MAP + "set xrange [-9:3]; set yrange [-3:8]\n"
TITLE = "The landscape: Table 5.1, Figures 5.1 to 5.4"
TEXT = """Critical points of the loss on this example's data, found by `fp-landscape`. The thesis's own
random numbers are not known, so its data differ from these by their noise. Its Table 5.1 lists 2L."""


def runs(quick, published):
    cells = "192,192" if quick else "384,384"
    return {"landscape": Run("fp-landscape", "problem.yaml", "landscape.yaml", cells=cells)}


def critical(r):
    """(true minimum, spurious minimum, saddle)"""
    points = r.results("landscape")["critical_points"]
    minima = sorted((p for p in points if p["type"] == "minimum"), key=lambda p: -p["position"][0])
    saddles = [p for p in points if p["type"] == "saddle"]
    assert len(minima) == 2 and len(saddles) == 1, "two minima and a saddle are known"
    return minima[0], minima[1], saddles[0]


def rows(r, published, quick):
    true, spurious, saddle = critical(r)
    given = published["spurious_minimum"]
    out = []
    for k, letter in enumerate("ab"):
        value = Number(spurious["position"][k], 1e-6)
        quoted = Number(given["position"][k], given["rounding"])
        out.append(Row("Table 5.1", f"spurious minimum, {letter}", thesis=quoted, fv=value,
                       verdict=verdict(within(value, quoted, 0)),
                       note="thesis: one digit after the point, its own noise in the data"))
    stiff = Number(max(spurious["hessian_eigenvalues"]), 1e-3)
    quoted = published["largest_hessian_eigenvalue_inverse"]
    thesis = Number(1 / quoted["value"], quoted["rounding"] / quoted["value"]**2)
    out.append(Row("Table 5.1, (4.26)", "largest Hessian eigenvalue at the spurious minimum",
                   thesis=thesis, fv=stiff, verdict=verdict(within(stiff, thesis, 0)),
                   note="quoted as 0.007, its inverse, where a slope was meant: see the escape rate"))
    for k, letter in enumerate("ab"):
        value = Number(true["position"][k], 1e-6)
        quoted = Number(published["true_parameters"]["value"][k])
        out.append(Row("(5.2)", f"true minimum, {letter}", thesis=quoted, fv=value,
                       verdict=verdict(within(value, quoted, 0.1)),
                       note="(1, 5) made the data; their noise moves the minimum"))
    for name, p in (("spurious minimum", spurious), ("true minimum", true), ("saddle", saddle)):
        direct = loss.loss(*p["position"])
        value = Number(p["value"], 1e-9)
        out.append(Row("Table 5.1", f"L at the {name}", thesis=NOT_QUOTED, formula=Number(direct),
                       fv=value, verdict=verdict(within(value, Number(direct), 1e-9 * direct)),
                       note=f"formula: the sum over the data. As the thesis counts, 2L = {2 * direct:.6g}"))
        low, high = sorted(p["hessian_eigenvalues"])
        out.append(Row("Table 5.1", f"Hessian eigenvalues at the {name}", thesis=NOT_QUOTED,
                       fv=f"{low:.4f}, {high:.4f}"))
        low, high = p["noise_eigenvalues"]
        out.append(Row("Fig. 5.4", f"covariance of SGD's gradient B/(2L) at the {name}: eigenvalues",
                       thesis="figure, no number quoted", fv=f"{low:.4g}, {high:.4g}",
                       note=f"Frobenius norm of Σ − (2L/B)H*: {p['covariance_mismatch']:.6g}"))
    ratio = max(saddle["noise_eigenvalues"]) / max(spurious["hessian_eigenvalues"])
    out.append(Row("Fig. 5.4", "noise at the saddle over that of the model Σ = (2L/B)H*",
                   thesis="Σ = (2L/B)H* (4.5)", formula=Number(1.0), fv=Number(ratio),
                   verdict=verdict(ratio > 0.1), expected="disagrees",
                   note="at the saddle the mini-batch noise nearly vanishes: the model is of one well"))
    return out


def pictures(r, album, published, quick):
    true, spurious, saddle = critical(r)
    album.table("points", [p["position"] for p in (true, spurious, saddle)])
    data = album.table("data", loss.POINTS)
    grid = [-14 + 29 * k / 300 for k in range(301)]
    album.table("fits", [(x, loss.model(1, 5, x), *(loss.model(*p["position"], x)
                                                    for p in (true, spurious))) for x in grid])
    album.draw("fig_5_1", "Data and the models of both minima", "x", "y",
               f'plot "{data}" w p pt 6 ps 0.4 lc rgb "#aaaaaa" t "data", '
               '"fits.txt" u 1:2 w l lw 4 lc rgb "#88ccee" t "f(1, 5)", '
               '"" u 1:3 w l lw 1.5 lc rgb "#117733" t "true minimum", '
               '"" u 1:4 w l lw 2 lc rgb "#cc6677" t "spurious minimum"',
               "Figures 5.1 to 5.3: the data, the function that made them (5.2), the fits of both minima.")
    cells = Cells(r.file("landscape.vti"))
    field = album.field("loss", cells, "loss", lambda v: math.log10(v))
    album.draw("fig_5_3", "log_{10} L", "a", "b", BOX + f'splot "{field}" u 1:2:3 w pm3d notitle, '
               '"points.txt" u 1:2:(0) w p pt 7 ps 1.2 lc rgb "red" notitle',
               "Figures 5.1 to 5.3: the loss, with the two minima and the saddle.")
    field = album.field("mismatch", cells, "covariance_mismatch", lambda v: math.log10(v))
    album.draw("fig_5_4", "log_{10} ||Σ − (2L/B) H*||_F", "a", "b",
               BOX + f'splot "{field}" u 1:2:3 w pm3d notitle, '
               '"points.txt" u 1:2:(0) w p pt 7 ps 1.2 lc rgb "red" notitle',
               "Figure 5.4: how far the covariance of SGD's gradient is from the Hessian model.")
