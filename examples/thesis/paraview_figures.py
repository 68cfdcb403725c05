"""Draws the report's fields with ParaView: a state that can be opened, and a PNG, for each figure.

    pvbatch examples/thesis/paraview_figures.py REPORT_FOLDER [FIGURE ...]

REPORT_FOLDER is what `reproduce` wrote; FIGURE one of those below, all without any. Writes
REPORT_FOLDER/paraview/FIGURE.png and FIGURE.pvsm. Without a display, put `xvfb-run -a` before it.
"""
import pathlib
import sys

from paraview import simple as pv

# figure: field file, field, logarithm to base 10?, vector field, path drawn over it
FIGURES = {
    "fig_5_3": ("landscape.vti", "loss", True, None, None),
    "fig_5_4": ("landscape.vti", "covariance_mismatch", True, None, None),
    "fig_5_7": ("saddle_hessian_0.vts", "log_mean_exit_time", False, None, "saddle_path_hessian.vtp"),
    "fig_5_8": ("rest_isotropic_0.vti", "log_density", False, None, None),
    "fig_5_9": ("rest.vts", "log_density", False, "current", None),
    "ways_out": ("landscape.vti", "loss", True, None, "saddle_path_covariance.vtp"),
}
SHOWN = 25  # nats of a logarithm below its maximum: the tails would use up all colours


def opened(name):
    reader = {".vti": pv.XMLImageDataReader, ".vts": pv.XMLStructuredGridReader,
              ".vtp": pv.XMLPolyDataReader}[name.suffix]
    source = reader(FileName=[str(name)])
    source.UpdatePipeline()
    return source


def with_values(source, field):
    """The cells that have a value: a threshold keeps no NaN."""
    kept = pv.Threshold(Input=source, Scalars=["CELLS", field], ThresholdMethod="Between")
    kept.LowerThreshold, kept.UpperThreshold = source.CellData[field].GetRange()
    kept.UpdatePipeline()
    return kept


def colour(kept, view, field, decades):
    shown = pv.Show(kept, view)
    shown.SetRepresentationType("Surface")
    pv.ColorBy(shown, ("CELLS", field))
    table = pv.GetColorTransferFunction(field)
    table.ApplyPreset("Viridis (matplotlib)", True)
    low, high = kept.CellData[field].GetRange()
    table.RescaleTransferFunction(max(low, high - SHOWN) if field == "log_density" else low, high)
    if decades:
        table.MapControlPointsToLogSpace()
        table.UseLogScale = 1
    bar = pv.GetScalarBar(table, view)
    bar.Title, bar.ComponentTitle = field.replace("_", " "), ""
    bar.TitleColor = bar.LabelColor = [0, 0, 0]
    shown.SetScalarBarVisibility(view, True)
    shown.Ambient, shown.Diffuse = 1, 0


def arrows(kept, view, vector, size):
    """Directions alone: a current's length spans many decades."""
    unit = pv.Calculator(Input=pv.CellDatatoPointData(Input=kept), ResultArrayName="direction",
                         Function=f"norm({vector})")
    heads = pv.Glyph(Input=unit, GlyphType="Arrow", GlyphMode="Uniform Spatial Distribution (Surface Sampling)")
    heads.OrientationArray, heads.ScaleArray = ["POINTS", "direction"], ["POINTS", "direction"]
    heads.ScaleFactor, heads.MaximumNumberOfSamplePoints = 0.03 * size, 700
    in_front(pv.Show(heads, view), size)


def in_front(shown, size):
    shown.ColorArrayName = ["POINTS", ""]
    shown.AmbientColor = shown.DiffuseColor = [1, 1, 1]
    shown.Ambient, shown.Diffuse, shown.LineWidth = 1, 0, 3
    # ParaView names it Translation from 5.13 on, and refuses the older name
    shift = "Translation" if "Translation" in shown.ListProperties() else "Position"
    setattr(shown, shift, [0, 0, 0.1 * size])


def draw(runs, out, figure):
    name, field, decades, vector, path = FIGURES[figure]
    pv.ResetSession()
    view = pv.CreateView("RenderView")
    view.ViewSize, view.OrientationAxesVisibility = [1200, 900], 0
    view.UseColorPaletteForBackground, view.Background = 0, [1, 1, 1]
    view.InteractionMode, view.CameraParallelProjection = "2D", 1
    kept = with_values(opened(runs / name), field)
    colour(kept, view, field, decades)
    x0, x1, y0, y1 = kept.GetDataInformation().GetBounds()[:4]
    size = max(x1 - x0, y1 - y0)
    if vector:
        arrows(kept, view, vector, size)
    if path:
        in_front(pv.Show(opened(runs / path), view), size)
    pv.Render(view)  # the first one moves the camera
    middle = [(x0 + x1) / 2 + 0.1 * size, (y0 + y1) / 2]
    view.CameraFocalPoint, view.CameraPosition = [*middle, 0], [*middle, 10 * size]
    view.CameraParallelScale = 0.56 * size
    pv.SaveScreenshot(str(out / f"{figure}.png"), view, ImageResolution=[1200, 900])
    pv.SaveState(str(out / f"{figure}.pvsm"))
    print(f"{out / figure}.png")


def main(arguments):
    if not arguments or any(name not in FIGURES for name in arguments[1:]):
        sys.exit(__doc__ + "\nFigures: " + ", ".join(FIGURES))
    folder = pathlib.Path(arguments[0]).resolve()
    out = folder / "paraview"
    out.mkdir(exist_ok=True)
    for figure in arguments[1:] or FIGURES:
        draw(folder / "runs", out, figure)


main(sys.argv[1:])
