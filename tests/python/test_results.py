"""Runs from Python: numbers, fields, tables, and what is refused."""
import json
import math
import os
import shutil
import subprocess
import sys
import time

import numpy as np
import pytest

import escapade
from escapade import vtk_blocks
from conftest import CIRCLING, ROOT, WELL

EXIT = dict(WELL, exit="x > 0", start=[-1, 0])


def test_mean_exit_time_is_a_number_with_an_error(runs):
    time = runs("fp-exit", **EXIT)["mean_exit_time"]
    assert abs(time.value - 30.821302) < time.error  # the exact value, by quadrature
    assert float(time) == time.value and time.log == pytest.approx(math.log(time.value))
    assert runs("fp-exit", **EXIT)["exit_probability"]["x > 0"].value == 1


def test_several_starts_are_one_list_of_numbers(runs):
    time = runs("fp-exit", **dict(WELL, exit="x > 0"), starts=[[-1, 0], [-0.5, 0.2]])["mean_exit_time"]
    assert time.value.shape == time.error.shape == (2,)
    assert time[0].value == time.value[0] > time[1].value


def test_dicts_are_tables_and_units_too(tmp_path):
    axis = np.linspace(-2, 2, 21)
    lines = ["x,y,v"] + [f"{x},{y},{(x * x - 1)**2 / 4 + y * y / 2}" for y in axis for x in axis]
    (tmp_path / "well.csv").write_text("\n".join(lines))
    r = escapade.run("fp-exit", table={"F": tmp_path / "well.csv"}, units={"x": "nm", "time": "ns"},
                     **dict(EXIT, potential="F(x,y)", domain=[-1.9, 1.9, -1.9, 1.9]))
    assert r.summary["options"]["units"] == "x=nm,time=ns"
    assert r["mean_exit_time"].value > 0


def test_what_overflows_has_its_logarithm():
    time = escapade.run("fp-exit", **dict(EXIT, temperature=3e-4, cells=[128, 16]), accept_unresolved=True)["mean_exit_time"]
    assert time.value is None and time.log > 710
    with pytest.raises(OverflowError, match="log"):
        float(time)


def test_fields_lie_at_their_coordinates(runs):
    r = runs("fp-stationary", **CIRCLING)
    drift = r.fields["drift"]
    assert drift.shape == (48, 48, 2) and r.fields["diffusion"].shape == (48, 48, 3)
    assert r.x.shape == (48,) and r.X.shape == (48, 48)
    assert np.allclose(drift[..., 0], r.X - r.X**3 + r.Y)
    assert np.all(r.X == r.x[:, None]) and np.all(r.Y == r.y[None, :])
    assert r.fields.units("density") == "1/area"


@pytest.mark.parametrize("more", [dict(frame="30"), dict(grade="auto"), dict(frame="30", grade="auto")])
def test_turned_and_graded_grids_have_centres_in_the_plane(runs, more):
    r = runs("fp-stationary", **WELL, **more)
    inside = np.isfinite(r.fields["density"])
    near = 0.05 if "grade" in more else 1e-9  # graded cells have their points beside their middles, by h^2
    assert np.allclose(r.fields["drift"][..., 0][inside], (r.X - r.X**3)[inside], atol=near)
    assert np.allclose(r.fields["drift"][..., 1][inside], -r.Y[inside], atol=near)
    assert (r.x is None) == ("frame" in more)


def test_triangles_have_points(runs):
    r = runs("fp-exit", drift="0,0", diffusion=1, mesh=ROOT / "meshes" / "l_shape.msh", boundary="absorbing",
             start=[-0.25, 0.25], refine=1)
    assert r.x is None and r.X is None
    assert r.points.shape == (len(r.fields["mean_exit_time"]), 2)
    k = np.argmin(np.hypot(*(r.points - [-0.25, 0.25]).T))
    assert r.fields["mean_exit_time"][k] == pytest.approx(0.144, abs=0.01)


@pytest.mark.parametrize("more", [dict(), dict(frame="30")])
def test_pieces_of_several_ranks_make_one_field(runs, more):
    one, two = (runs("fp-stationary", **CIRCLING, **more, ranks=n) for n in (1, 2))
    assert two.path != one.path and os.path.exists(two.prefix + "_1" + (".vts" if more else ".vti"))
    for name in ("density", "current", "drift"):
        assert np.allclose(one.fields[name], two.fields[name], atol=1e-5, equal_nan=True)
    assert np.allclose(one.X, two.X, atol=1e-12)


def test_pieces_of_a_mesh_make_one_field(runs):
    options = dict(drift="0,0", diffusion=1, mesh=ROOT / "meshes" / "disc.msh", boundary="absorbing", start=[0, 0])
    one, two = (runs("fp-exit", **options, ranks=n) for n in (1, 2))
    order = [np.lexsort(np.round(r.points, 9).T) for r in (one, two)]
    assert np.allclose(one.points[order[0]], two.points[order[1]])
    assert np.allclose(one.fields["mean_exit_time"][order[0]], two.fields["mean_exit_time"][order[1]], rtol=1e-5)


def test_an_evolution_is_a_series(runs):
    r = runs("fp-evolve", **WELL, exit="x > 1", start=[-1, 0], t_end=4, frames=4)
    assert np.allclose(r.times, [0, 1, 2, 3, 4]) and len(r.frames) == 5
    assert r["survival"].value.shape == (5,) and r["mean"].value.shape == (5, 2)
    area = np.diff(r.x[:2])[0] * np.diff(r.y[:2])[0]
    for k, frame in enumerate(r.frames):
        assert frame.time == r.times[k]
        assert np.nansum(frame["density"]) * area == pytest.approx(r["survival"].value[k], rel=1e-6)


def test_paths_and_exits(runs):
    r = runs("mc-exit", **EXIT, mc_paths=50, mc_save=3)
    assert len(r.paths) == 3 and np.allclose(r.paths[0].points[0], [-1, 0])
    assert np.all(np.diff(r.paths[0].data["time"]) > 0)
    assert r.exits.points.shape == (50, 2) and np.allclose(r.exits.points[:, 0], 0, atol=1e-6)
    assert r["mean_exit_time"].samples == 50


def test_a_sweep_is_a_table():
    t = escapade.sweep("fp-exit", over={"temperature": [0.1, 0.2, 0.3]}, **dict(EXIT, temperature=None))
    assert np.allclose(t["temperature"], [0.1, 0.2, 0.3]) and t.swept == ["temperature"]
    assert t["mean_exit_time"].shape == t["mean_exit_time_error"].shape == (3,)
    assert np.all(np.diff(t["mean_exit_time"]) < 0) and t.fit["slope"] == pytest.approx(0.25, abs=0.05)
    assert len(t.result.runs) == 3 and t.first == "mean_exit_time"


def test_problem_files_and_parameters(tmp_path):
    (tmp_path / "well.yaml").write_text("potential: k*(x^2-1)^2/4 + y^2/2\ntemperature: 0.1\ndomain: -2,2,-2,2\n"
                                        "cells: 48,48\nstart: -1,0\nexit: x > 0\n")
    r = escapade.run("fp-exit", tmp_path / "well.yaml", parameters={"k": 1.0}, output=tmp_path / "run")
    assert r["mean_exit_time"].value == pytest.approx(30.8, rel=0.02)
    again = escapade.load(tmp_path / "run")
    assert again["mean_exit_time"].value == r["mean_exit_time"].value and "-parameters" in again.command


def test_disagreement_is_a_result(runs):
    r = runs("fp-crosscheck", **EXIT, mc_paths=200, mc_dt=0.5, mc_bridge=False)
    assert r.verdict in ("agree", "disagree", "inconclusive")


def test_refusals_carry_the_line_of_the_program():
    with pytest.raises(escapade.BadInput, match="^fp-exit: .*domain is missing"):
        escapade.run("fp-exit", drift="x,y", diffusion=1)
    with pytest.raises(escapade.NotTrusted, match="^fp-exit: "):
        escapade.run("fp-exit", **dict(EXIT, temperature=1e-3, cells=[16, 16]))
    with pytest.raises(escapade.CannotWrite, match="^fp-exit: "):
        escapade.run("fp-exit", **EXIT, output="/nowhere/at/all")
    with pytest.raises(escapade.BadInput, match="fp-nothing"):
        escapade.run("fp-nothing")
    with pytest.raises(escapade.BadInput, match="ranks"):
        escapade.run("fp-exit", ranks=0)


def test_a_missing_name_names_those_that_exist(runs):
    r = runs("fp-exit", **EXIT)
    with pytest.raises(escapade.NoSuchName, match="no field 'density'; there are mean_exit_time"):
        r.fields["density"]
    with pytest.raises(KeyError, match="exit_time_std"):
        r["rate"]


def test_bad_files_are_refused_in_one_line(runs, tmp_path):
    r = runs("fp-stationary", **CIRCLING, ranks=2)
    for file in r.files:
        shutil.copy(file, tmp_path)
    prefix = str(tmp_path / os.path.basename(r.prefix))

    def refused(what, action=lambda: escapade.load(prefix).fields):
        with pytest.raises(escapade.BadFile) as caught:
            action()
        assert what in str(caught.value) and "\n" not in str(caught.value)

    os.remove(prefix + "_1.vti")
    refused("1 of its 2 pieces")
    cut = open(prefix + "_0.vti", "rb").read()[:20000]
    open(prefix + "_0.vti", "wb").write(cut)
    refused("cut short", lambda: escapade.Fields(prefix + "_0.vti"))
    open(prefix + "_0.vti", "wb").close()
    refused("empty", lambda: escapade.Fields(prefix + "_0.vti"))
    summary = dict(r.summary, schema=99, version="7.1")
    open(prefix + ".json", "w").write(json.dumps(summary))
    refused("version 7.1")
    open(prefix + ".json", "w").write("{")
    refused("not a whole JSON")
    os.remove(prefix + ".json")
    refused("the run was stopped before its end")
    refused("there is no such file", lambda: escapade.load(tmp_path / "other"))
    refused("is a folder; give PREFIX.json", lambda: escapade.load(tmp_path))
    assert str(escapade.Number({"value": float("nan"), "error": 1.0})) == "nan"


def test_progress_is_passed_on():
    said = []
    escapade.run("mc-exit", **dict(EXIT, temperature=0.05), mc_paths=3000, progress=said.append)
    assert any("%" in line or line.strip() for line in said)


def test_import_needs_numpy_alone_and_is_quick():
    code = ("import sys, time; sys.path.insert(0, sys.argv[1]); import numpy; t = time.process_time(); import escapade; "
            "print(time.process_time() - t); assert not [m for m in sys.modules if m.startswith(('vtk', 'matplotlib'))]")
    done = subprocess.run([sys.executable, "-c", code, str(ROOT / "python")], capture_output=True, text=True, check=True)
    assert float(done.stdout) < 0.1  # numpy itself takes the other 0.1 s


def test_blocks_of_lz4_are_read_without_its_library():
    lz4 = pytest.importorskip("lz4.block")
    rng = np.random.default_rng(3)
    for data in (b"", b"a" * 70000, rng.bytes(5000), np.repeat(rng.integers(0, 9, 400), 50).tobytes(),
                 bytes(range(256)) * 30):
        block = lz4.compress(data, store_size=False)
        assert vtk_blocks.slowly_unpacked(block) == data
        for cut in {1, len(block) // 2, len(block) - 1} - {len(block)}:
            try:
                assert vtk_blocks.slowly_unpacked(block[:cut]) != data or not data
            except vtk_blocks.Damaged:
                pass


def test_large_fields_are_read_quickly(tmp_path):
    big = np.random.default_rng(1).random((64, 2048 * 32))
    import base64, struct, zlib
    blocks = [zlib.compress(row.tobytes(), 5) for row in big]
    header = struct.pack(f"<{3 + len(blocks)}Q", len(blocks), big[0].nbytes, 0, *map(len, blocks))
    data = (base64.b64encode(header) + base64.b64encode(b"".join(blocks))).decode()
    (tmp_path / "big.vti").write_text(
        '<?xml version="1.0"?>\n<VTKFile type="ImageData" byte_order="LittleEndian" header_type="UInt64">'
        '<ImageData WholeExtent="0 2048 0 2048 0 0" Origin="0 0 0" Spacing="1 1 1"><Piece Extent="0 2048 0 2048 0 0">'
        f'<CellData><DataArray type="Float64" Name="density" format="binary">{data}</DataArray></CellData>'
        '</Piece></ImageData></VTKFile>')
    began = time.process_time()
    field = escapade.Fields(tmp_path / "big.vti")["density"]
    assert time.process_time() - began < 1
    assert np.array_equal(field.T.ravel(), big.ravel())


DAMAGES = (("results",), 3), (("options",), []), (("options", "exit"), 4), (("problem",), None), (("ranks",), "two"), \
    (("results", "mean_exit_time", "value"), "none"), (("results", "mean_exit_time", "value"), [1, [2]]), \
    (("problem", "variables"), 5), (("program",), {})


def test_summaries_of_other_kinds_are_refused_in_one_line(runs, tmp_path):
    r = runs("fp-exit", **EXIT)
    for place, value in DAMAGES:
        summary = json.loads(json.dumps(r.summary))
        part = summary
        for key in place[:-1]:
            part = part[key]
        part[place[-1]] = value
        (tmp_path / "out.json").write_text(json.dumps(summary))
        with pytest.raises(escapade.BadFile) as caught:
            escapade.load(tmp_path / "out")
        assert "damaged" in str(caught.value) and "\n" not in str(caught.value)
    for text in ("[" * 100000, "null", "[]", "3"):
        (tmp_path / "out.json").write_text(text)
        with pytest.raises(escapade.BadFile):
            escapade.load(tmp_path / "out")


def test_damaged_files_of_fields_are_refused_in_one_line(runs, tmp_path):
    text = open(runs("fp-exit", **EXIT).prefix + ".vti", "rb").read()
    for old, new in ((b'type="Float64"', b'type="Float63"'), (b"WholeExtent=\"0 48", b"WholeExtent=\"0 zz"),
                     (b'Origin="', b'Origin="x'), (b'NumberOfComponents="', b'NumberOfComponents="x'),
                     (b' Name="mean_exit_time"', b''), (b"Piece Extent=\"0 48", b"Piece Extent=\"0 47")):
        damaged = text.replace(old, new)
        if damaged == text:
            continue
        (tmp_path / "bad.vti").write_bytes(damaged)
        with pytest.raises(escapade.BadInput) as caught:
            fields = escapade.Fields(tmp_path / "bad.vti")
            fields["mean_exit_time"], fields.x
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("wrong", [
    lambda r: escapade.load(3), lambda r: escapade.Fields(None), lambda r: escapade.run(3),
    lambda r: escapade.run("fp-exit", ranks=True), lambda r: escapade.run("fp-exit", ranks=1.5),
    lambda r: escapade.run("fp-exit", 7), lambda r: escapade.run("fp-exit", output=7), lambda r: escapade.run("fp-exit", drift=object()),
    lambda r: escapade.run("fp-exit", drift="x\0y"), lambda r: escapade.sweep("fp-exit", over=[1, 2]),
    lambda r: r.plot(3), lambda r: r.plot(size="large"), lambda r: r.plot(size=(1, 0)), lambda r: r.plot(text="big"),
    lambda r: r.plot(title=5), lambda r: r.plot(field=5), lambda r: r.plot(units=5), lambda r: r.plot(dpi=-1),
    lambda r: r.report(5), lambda r: r.film(5)])
def test_arguments_of_wrong_types_are_refused_in_one_line(runs, wrong):
    r = runs("fp-exit", **EXIT)
    with pytest.raises(escapade.BadInput) as caught:
        wrong(r)
    assert "\n" not in str(caught.value)
