"""Pictures: all of each program's lies inside its figure, can be read, and looks as it did."""
import os
import pathlib
import resource
import subprocess
import sys

import matplotlib
import numpy as np
import pytest
from matplotlib.testing.compare import compare_images

import escapade
from conftest import CIRCLING, ROOT, WELL
from escapade.pictures import expressions, labels, scales

BASELINES = pathlib.Path(__file__).parent / "pictures"
EXIT = dict(WELL, exit="x > 0", start=[-1, 0])
LINE = dict(variables="x", potential="(x^2-1)^2/4", temperature=0.1, domain=[-2, 2], cells=64, compile="never")
DRIVEN = dict(variables="x", drift="x-x^3+0.2*cos(2*pi*t/10)", diffusion="D", parameters="D=0.1", domain=[-2, 2], cells=48,
              period=10, compile="never")
CASES = {
    "landscape": ("fp-landscape", WELL),
    "density": ("fp-stationary", CIRCLING),
    "tall_density": ("fp-stationary", dict(CIRCLING, domain=[-2, 2, -3, 3])),
    "exit_time": ("fp-exit", EXIT),
    "turned_exit_time": ("fp-exit", dict(EXIT, frame="30")),
    "rate": ("fp-rate", EXIT),
    "committor": ("fp-committor", dict(WELL, set_a="(x+1)^2+y^2 < 0.1", set_b="(x-1)^2+y^2 < 0.1", start=[0, 0])),
    "modes": ("fp-modes", dict(WELL, modes=4)),
    "evolution": ("fp-evolve", dict(EXIT, t_end=20, frames=8)),
    "moments": ("fp-evolve", dict(WELL, start=[-1, 0], t_end=2, frames=4)),
    "path": ("fp-path", EXIT),
    "trajectories": ("mc-exit", dict(EXIT, mc_paths=200, mc_save=3)),
    "histogram": ("mc-stationary", dict(WELL, mc_paths=20, mc_max_time=50)),
    "comparison": ("fp-crosscheck", dict(EXIT, mc_paths=500)),
    "mesh": ("fp-exit", dict(drift="0,0", diffusion=1, mesh=ROOT / "meshes" / "l_shape.msh", boundary="absorbing",
                             start=[-0.25, 0.25], refine=1)),
    "sweep": ("fp-exit", dict(EXIT, sweep={"temperature": [0.1, 0.15, 0.25]})),
    "driven_sweep": ("fp-stationary", dict(DRIVEN, sweep={"D": [0.05, 0.1, 0.2]})),
    "modes_of_a_line": ("fp-modes", dict(LINE, modes=3)),
    "drift": ("fp-landscape", dict(CIRCLING, drift=["x-x^3", "-y"], domain=[-4, 4, -4, 4])),
    "network": ("fp-network", dict(WELL, sets="A: (x+1)^2+y^2 < 0.1; B: (x-1)^2+y^2 < 0.1")),
}
pytestmark = pytest.mark.filterwarnings("ignore::escapade.Notice")


def texts_of(figure):
    return [text for text in figure.findobj(matplotlib.text.Text) if text.get_text().strip() and text.get_visible()]


def assert_can_be_read(figure):
    """Nothing is cut off, labels of one axis do not run into each other, colour bars have two ticks or more."""
    figure.canvas.draw()
    whole = figure.bbox
    # ticks beyond the limits are not drawn, and a shared axis has its labels once
    for axes in figure.findobj(matplotlib.axes.Axes):
        if not axes.get_visible():
            continue
        for axis, low, high in ((axes.xaxis, *sorted(axes.get_xlim())), (axes.yaxis, *sorted(axes.get_ylim()))):
            shown = [tick.label1 for tick in axis.get_major_ticks()
                     if low - 1e-9 <= tick.get_loc() <= high + 1e-9 and tick.label1.get_visible() and tick.label1.get_text()]
            boxes = [label.get_window_extent() for label in shown]
            for one, other in zip(boxes, boxes[1:]):
                assert not one.overlaps(other), [label.get_text() for label in shown]
            for box in boxes + [axis.label.get_window_extent()] * bool(axis.label.get_text()):
                assert whole.x0 - 1 <= box.x0 and box.x1 <= whole.x1 + 1, (axis, box, whole)
                assert whole.y0 - 1 <= box.y0 and box.y1 <= whole.y1 + 1, (axis, box, whole)
        legend = axes.get_legend()
        if legend:
            box = legend.get_window_extent()
            assert whole.x0 - 1 <= box.x0 and box.x1 <= whole.x1 + 1 and whole.y0 - 1 <= box.y0
    bars = [axes for axes in figure.findobj(matplotlib.axes.Axes) if axes.get_label() == "<colorbar>"
            or getattr(axes, "_colorbar", None)]
    for bar in bars:
        low, high = sorted(bar.get_ylim())
        assert sum(low - 1e-9 <= tick <= high + 1e-9 for tick in bar.get_yticks()) >= 2


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("text", [9, 15])
def test_every_picture_can_be_read(runs, name, text):
    program, options = CASES[name]
    assert_can_be_read(runs(program, **options).plot(text=text))


@pytest.mark.parametrize("name", ["density", "exit_time", "committor", "landscape", "mesh", "sweep", "evolution"])
def test_pictures_look_as_they_did(runs, name, tmp_path):
    program, options = CASES[name]
    made = tmp_path / f"{name}.png"
    runs(program, **options).plot(made, dpi=50)
    if os.environ.get("ESCAPADE_NEW_PICTURES"):
        BASELINES.mkdir(exist_ok=True)
        (BASELINES / made.name).write_bytes(made.read_bytes())
    assert compare_images(str(BASELINES / made.name), str(made), tol=6) is None


def test_formats(runs, tmp_path):
    r = runs("fp-stationary", **CIRCLING)
    for ending, begins in (("png", b"\x89PNG"), ("pdf", b"%PDF"), ("svg", b"<?xml")):
        file = tmp_path / f"out.{ending}"
        r.plot(file)
        assert file.read_bytes().startswith(begins)
    once = (tmp_path / "out.pdf").read_bytes()
    r.plot(tmp_path / "out.pdf")
    assert (tmp_path / "out.pdf").read_bytes() == once


def test_no_contours_of_rounding(runs):
    r = runs("fp-stationary", drift=["4*y", "0"], diffusion=0.1, domain=[0, 1, -0.5, 0.5], cells=[32, 32], compile="never",
             boundary="periodic,periodic,reflecting,reflecting")
    assert not [c for c in r.plot().axes[0].collections if c.get_alpha() == 0.45 and c.get_paths()]


def test_no_stream_lines_of_rounding(runs):
    """Of a potential there is no current."""
    def streams(r):
        return [text for text in texts_of(r.plot()) if text.get_text().startswith("current")]
    assert not streams(runs("fp-stationary", **WELL)) and streams(runs("fp-stationary", **CIRCLING))


def test_the_settings_of_the_user_do_no_harm(runs):
    """LaTeX that is asked for everywhere else is not needed here."""
    with matplotlib.rc_context({"text.usetex": True, "font.family": "no such font", "image.cmap": "jet"}):
        assert_can_be_read(runs("fp-exit", **EXIT).plot())


def test_units_reach_labels(runs):
    r = runs("fp-stationary", **CIRCLING)
    said = " ".join(text.get_text() for text in texts_of(r.plot(units="x=nm, y=nm, time=ns")))
    assert "$x$ (nm)" in said and "probability density (nm$^{-2}$)" in said and "nm$^{-1}$ ns$^{-1}$" in said
    with pytest.raises(escapade.BadInput, match="there is no 'z': give x, y, time"):
        r.plot(units="z=nm")
    with pytest.raises(escapade.BadInput, match="no NAME=UNIT"):
        r.plot(units="nm")


def test_one_field_alone(runs):
    r = runs("fp-exit", **dict(EXIT, exit="x > 0 or y > 1"))
    for name in r.fields:
        assert_can_be_read(r.plot(field=name))
    assert_can_be_read(runs("fp-stationary", **CIRCLING).plot(field="drift"))
    with pytest.raises(escapade.NoSuchName, match="there are mean_exit_time"):
        r.plot(field="density")


def test_one_dimension_is_a_curve(tmp_path):
    """As such runs write their fields: one row of cells."""
    import base64
    import json
    import struct
    import zlib
    density = np.exp(-np.linspace(-2, 2, 64)**2 * 4)
    block = zlib.compress(density.tobytes())
    data = (base64.b64encode(struct.pack("<4Q", 1, density.nbytes, 0, len(block))) + base64.b64encode(block)).decode()
    (tmp_path / "out.vti").write_text(
        '<?xml version="1.0"?>\n<VTKFile type="ImageData" byte_order="LittleEndian" header_type="UInt64">'
        '<ImageData WholeExtent="0 64 0 1 0 0" Origin="-2 0 0" Spacing="0.0625 1 1"><Piece Extent="0 64 0 1 0 0"><CellData>'
        f'<DataArray type="Float64" Name="density" format="binary">{data}</DataArray></CellData></Piece></ImageData></VTKFile>')
    (tmp_path / "out.json").write_text(json.dumps({
        "schema": 1, "program": "fp-stationary", "options": {"variables": "x", "domain": "-2,2"}, "results": {},
        "problem": {"variables": ["x"]}}))
    figure = escapade.load(tmp_path / "out").plot()
    assert_can_be_read(figure)
    assert np.allclose(figure.axes[0].lines[0].get_ydata(), density)


def test_in_one_dimension_potentials_are_heights_and_modes_have_their_eigenvalues(runs):
    axes = runs("fp-landscape", **LINE).plot().axes[0]
    assert axes.get_yscale() == "linear" and len(axes.lines) == 3  # the curve, minima, the maximum
    labels = [text.get_text() for text in runs("fp-modes", **LINE, modes=2).plot().axes[0].get_legend().get_texts()]
    assert labels[0].startswith(r"$\lambda_{1}$ = 0.03")


def test_a_sweep_shows_what_the_program_calls_its_headline(runs):
    """Of driven problems the amplitude of the mean, whose own mean is 0; no frame for a line that was not fitted."""
    program, options = CASES["driven_sweep"]
    r = runs(program, **options)
    figure = r.plot()
    axes, = figure.axes
    assert axes.get_ylabel() == "amplitude of the mean of $x$"
    amplitude = [entry["response"]["value"][0] for entry in r.summary["results"]["sweep"]]
    assert np.allclose(axes.lines[-1].get_ydata(), amplitude) and min(amplitude) > 0.05
    assert "fit" not in r.summary["results"]
    assert len(runs(CASES["sweep"][0], **CASES["sweep"][1]).plot().axes) == 2


def test_the_way_out_begins_at_the_start(runs):
    r = runs("fp-exit", **EXIT)
    assert np.hypot(*(np.array(r.summary["results"]["way_out"][0]) - [-1, 0])) < 0.15  # in the well's bottom
    ways = [line for line in r.plot().axes[0].lines if len(line.get_xdata()) > 5]
    assert np.allclose((ways[0].get_xdata()[0], ways[0].get_ydata()[0]), (-1, 0))


def test_arrows_are_as_wide_as_drift_is_where_something_happens(runs):
    """At the corners of the box it is 60, near the rest points of x - x^3 some 2."""
    program, options = CASES["drift"]
    widest, = [text for text in texts_of(runs(program, **options).plot()) if text.get_text().endswith("and more")]
    assert 1 < float(widest.get_text().split()[1]) < 8


def test_bands_on_logarithmic_axes_reach_as_far_down_as_up():
    from matplotlib.figure import Figure
    from escapade.pictures import curves
    axes = Figure().add_subplot()
    axes.set_yscale("log")
    y = np.array([1.0, 10.0, 50.0, 2.0])
    curves.with_band(axes, np.arange(4.0), y, np.array([0.01, 1.0, 200.0, 1e9]))
    corners = axes.collections[0].get_paths()[0].vertices
    low, high = (np.array([pick(corners[corners[:, 0] == k, 1]) for k in range(4)]) for pick in (np.min, np.max))
    assert np.allclose(low * high, y ** 2) and np.allclose(high, [1.02, 12, 450, 60])


def test_borders_of_cells_are_smooth_and_drawn_once():
    from escapade.pictures.common import borders
    steps = np.array([[0.1 * k, 0.1 * (k // 5)] for k in range(1, 60)])  # along cells, one up every five
    stairs = np.concatenate([[[a[0], a[1]], [b[0], a[1]]] for a, b in zip(steps, steps[1:])] + [steps[-1:]])
    stairs = stairs[np.concatenate([[True], np.any(np.diff(stairs, axis=0) != 0, axis=1)])]
    lines = borders([stairs, stairs[::-1]], (-1.0, 8.0, -1.0, 8.0))
    assert len(lines) == 1 and np.allclose(lines[0][[0, -1]], stairs[[0, -1]])
    slope = np.polyfit(stairs[:, 0], stairs[:, 1], 1)
    assert np.abs(lines[0][10:-10, 1] - np.polyval(slope, lines[0][10:-10, 0])).max() < 0.02


def test_a_logarithmic_range_has_a_logarithmic_axis(tmp_path):
    table = escapade.sweep("fp-exit", over={"k": "0.25:4:5:log", "temperature": [0.2, 0.3, 0.4]}, parameters="k=1",
                           potential="(x^2-1)^2/4 + k*y^2", domain=[-2, 2, -2, 2], cells=[16, 16], exit="x > 0",
                           start=[-1, 0], compile="never")
    figure = table.plot(tmp_path / "map.pdf")
    assert figure.axes[0].get_xscale() == "log" and figure.axes[0].get_yscale() == "linear"
    assert_can_be_read(figure)


def test_what_cannot_be_drawn_is_refused(runs, tmp_path):
    r = runs("fp-exit", **EXIT)
    with pytest.raises(escapade.BadInput, match=".png, .pdf or .svg"):
        r.plot(tmp_path / "out.gif")
    with pytest.raises(escapade.CannotWrite, match="No such file"):
        r.plot(tmp_path / "nowhere" / "out.png")
    with pytest.raises(escapade.BadInput, match="no frames"):
        r.film(tmp_path / "out.mp4")


def test_films(runs, tmp_path):
    program, options = CASES["evolution"]
    r = runs(program, **options)
    assert os.path.getsize(r.film(tmp_path / "out.gif")) > 10000
    assert sorted(os.listdir(tmp_path)) == ["out.gif"]


def test_sets_are_read_as_the_programs_read_them():
    values = {"x": np.array([-1.0, 0.0, 0.6]), "y": np.array([0.0, 2.0, 0.0]), "k": 0.5}
    assert list(expressions.level("x > k or y^2 >= 3", values) > 0) == [False, True, True]
    assert list(expressions.level("min(x, y) > -0.5", values) > 0) == [
        False, True, True]
    assert expressions.value("if(1 - 2, 3, 4) + 2^3", {}) == 12
    assert expressions.parts("a > 0.5 or b > 4") == ["a > 0.5", "b > 4"]
    with pytest.raises(expressions.CannotRead):
        expressions.level("F(x, y) > 1", values)
    with pytest.raises(expressions.CannotRead):
        expressions.value("__import__('os')", {})


def test_names_in_words_and_symbols():
    assert labels.symbol("theta1") == r"$\theta_{1}$" and labels.symbol("x") == "$x$"
    assert labels.words_of("exit_probability[x > 0]") == "probability to leave through x > 0"
    assert labels.pretty("x^2 + y^2>=1") == "x$^{2}$ + y$^{2}$ ≥ 1"


@pytest.mark.parametrize("low,high", [(0, 1), (-3, 1e-3), (5, 5), (1, 1 + 4e-15), (1e-12, 3e-12), (-2e6, 4e7)])
def test_linear_scales_have_two_ticks(low, high):
    scale = scales.linear(low, high)
    assert sum((scale.ticks >= scale.low) & (scale.ticks <= scale.high)) >= 2 and len(set(scale.labels)) == len(scale.labels)
    assert (np.diff(scale.levels) > 0).all()


@pytest.mark.parametrize("low,high", [(0, 9), (-400, 3), (1.1, 1.3), (2, 2), (-1e-16, 3e-16), (-300, -300 + 1e-13), (0.05, 2.4), (-0.001, 0.001)])
def test_logarithmic_scales_have_two_ticks(low, high):
    scale = scales.logarithmic(low, high)
    assert sum((scale.ticks >= scale.low - 1e-9) & (scale.ticks <= scale.high + 1e-9)) >= 2
    assert len(set(scale.labels)) == len(scale.labels) and (np.diff(scale.levels) > 0).all()


def test_plotting_a_run_is_quick_and_needs_no_display(runs):
    r = runs("fp-stationary", **CIRCLING)
    quiet = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY", "MPLBACKEND")}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([sys.executable, "-m", "escapade", "plot", r.path, "pdf"], capture_output=True, text=True,
                          env=dict(quiet, PYTHONPATH=str(ROOT / "python")), check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode == 0 and done.stdout == f"wrote {r.prefix}.pdf\n", done.stderr
    assert after.ru_utime - before.ru_utime < 2.5  # 1.2 s on a quiet machine


def test_the_command_refuses_in_one_line(tmp_path):
    for words, status, said in ((["plot", str(tmp_path / "no.json")], 2, "no such file"), (["draw"], 2, "usage"),
                                (["plot"], 2, "usage")):
        done = subprocess.run([sys.executable, "-m", "escapade", *words], capture_output=True, text=True, check=False,
                              env=dict(os.environ, PYTHONPATH=str(ROOT / "python")))
        assert done.returncode == status and said in done.stderr and len(done.stderr.splitlines()) == 1, done.stderr


def number(value, error=0.01):
    return {"value": value, "log": float(np.log(value)), "error": error * value, "log_error": error}


def test_two_sweeps_make_a_map(tmp_path):
    """As the programs write a product: each entry's values under `at`."""
    import json
    entries = [{"at": {"temperature": T, "k": k}, "grid": {}, "mean_exit_time": number(np.exp(k / T))}
               for k in (0.5, 1.0, 1.5) for T in (0.1, 0.15, 0.2, 0.3)]
    (tmp_path / "out.json").write_text(json.dumps({"schema": 1, "program": "fp-exit", "options": {}, "problem": {},
                                                   "results": {"sweep": entries}}))
    table = escapade.load(tmp_path / "out").table
    assert table.swept == ["temperature", "k"] and table["mean_exit_time"].shape == (12,)
    figure = table.plot()
    assert_can_be_read(figure)
    shown = figure.axes[0].collections[0].get_array().reshape(3, 4)
    assert np.allclose(shown[2, 0], 15 / np.log(10)) and np.allclose(shown[0, 3], 0.5 / 0.3 / np.log(10))


def test_networks_and_spectra(tmp_path):
    """By the contract of these programs."""
    import json
    rates = [[-0.3, 0.2, 0.1], [0.5, -0.5, 0.0], [0.05, 0.0, -0.05]]
    network = {"states": ["A", "B", "C"], "rates": {"value": rates, "error": (0.01 * np.abs(rates)).tolist()},
               "stationary_probability": {"value": [0.2, 0.1, 0.7], "error": [0.001] * 3}}
    f = np.linspace(0.01, 2, 40)
    spectrum = {"power_spectral_density": [[x, number(1 / (1 + x * x))] for x in f],
                "correlation": [[t, number(np.exp(-t))] for t in f]}
    for program, results in (("fp-network", network), ("fp-spectrum", spectrum)):
        (tmp_path / f"{program}.json").write_text(json.dumps({"schema": 1, "program": program, "options": {},
                                                              "problem": {}, "results": results}))
        assert_can_be_read(escapade.load(tmp_path / program).plot(tmp_path / f"{program}.png"))
