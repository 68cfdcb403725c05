"""Draw a file of fields with ParaView: log density in colour, stream lines of the current.

    pvbatch scripts/paraview_picture.py FIELDS.vti|FIELDS.vts PICTURE.png [SCALAR [VECTOR]]

SCALAR is `log_density` and VECTOR `current` unless given. Without a display, put
`xvfb-run -a` before it. Cells without a value (NaN) are left out.
"""

import sys

from paraview import simple as pv

SHOWN = 25  # nats of a logarithm below its maximum: the tails would use up all colours
LINES = 18  # pieces of stream lines along the longer side


def opened(name):
    readers = {"vti": pv.XMLImageDataReader, "vts": pv.XMLStructuredGridReader,
               "pvti": pv.XMLPartitionedImageDataReader,
               "pvts": pv.XMLPartitionedStructuredGridReader}
    reader = readers.get(name.rsplit(".", 1)[-1])
    if reader is None:
        sys.exit(f"{name}: a file of fields ends in .vti, .vts, .pvti or .pvts")
    source = reader(FileName=[name])
    source.UpdatePipeline()
    return source


def variables(source):
    """The names of the two coordinates, as the file has them."""
    names = pv.servermanager.Fetch(source).GetFieldData().GetAbstractArray("variables")
    return [names.GetValue(0), names.GetValue(1)] if names else ["x", "y"]


def with_values(source, scalar):
    """The cells that have a value: a threshold keeps no NaN."""
    kept = pv.Threshold(Input=source, Scalars=["CELLS", scalar], ThresholdMethod="Between")
    kept.LowerThreshold, kept.UpperThreshold = source.CellData[scalar].GetRange()
    kept.UpdatePipeline()
    return kept


def colour(kept, view, scalar):
    shown = pv.Show(kept, view)
    shown.SetRepresentationType("Surface")
    pv.ColorBy(shown, ("CELLS", scalar))
    table = pv.GetColorTransferFunction(scalar)
    table.ApplyPreset("Viridis (matplotlib)", True)
    low, high = kept.CellData[scalar].GetRange()
    if scalar.startswith("log_"):
        low = max(low, high - SHOWN)
    table.RescaleTransferFunction(low, high)
    bar = pv.GetScalarBar(table, view)
    bar.Title, bar.ComponentTitle = scalar.replace("_", " "), ""
    bar.Orientation, bar.WindowLocation = "Vertical", "Any Location"
    bar.Position, bar.ScalarBarLength, bar.ScalarBarThickness = [0.88, 0.2], 0.6, 24
    bar.TitleColor = bar.LabelColor = [0, 0, 0]
    bar.TitleFontSize = bar.LabelFontSize = 20
    bar.AutomaticLabelFormat, bar.LabelFormat, bar.RangeLabelFormat = 0, "%.3g", "%.3g"
    shown.SetScalarBarVisibility(view, True)
    shown.Ambient, shown.Diffuse = 1, 0  # or the colours are not the bar's
    return shown


def label_axes(shown, names):
    grid = shown.DataAxesGrid
    grid.GridAxesVisibility = 1
    grid.XTitle, grid.YTitle, grid.ZTitle = names[0], names[1], ""
    for axis in "XYZ":
        setattr(grid, f"{axis}TitleColor", [0, 0, 0])
        setattr(grid, f"{axis}LabelColor", [0, 0, 0])
        setattr(grid, f"{axis}TitleFontSize", 22)
        setattr(grid, f"{axis}LabelFontSize", 18)
    grid.GridColor = [0, 0, 0]
    grid.ZAxisUseCustomLabels = 1
    grid.AxesToLabel = 3  # left and below


def draw_streams(kept, view, vector):
    """Pieces of stream lines through evenly spread points, with a head that points forward."""
    points = pv.CellDatatoPointData(Input=kept)
    # the direction only: the current's length spans many decades
    unit = pv.Calculator(Input=points, ResultArrayName="direction", Function=f"norm({vector})")
    x0, x1, y0, y1 = kept.GetDataInformation().GetBounds()[:4]
    size = max(x1 - x0, y1 - y0)
    across = max(2, round(LINES * (x1 - x0) / size))
    along = max(2, round(LINES * (y1 - y0) / size))
    dx, dy = (x1 - x0) / across, (y1 - y0) / along
    seeds = pv.Plane(
        Origin=[x0 + dx / 2, y0 + dy / 2, 0],
        Point1=[x1 - dx / 2, y0 + dy / 2, 0],
        Point2=[x0 + dx / 2, y1 - dy / 2, 0],
        XResolution=across - 1,
        YResolution=along - 1,
    )
    lines = pv.StreamTracerWithCustomSource(
        Input=unit, SeedSource=seeds, Vectors=["POINTS", "direction"]
    )
    lines.MaximumStreamlineLength = 1.4 * size / LINES
    lines.UpdatePipeline()
    if lines.GetDataInformation().GetNumberOfCells() == 0:
        sys.exit(f"no stream line of '{vector}' could be drawn")
    at_seeds = pv.ResampleWithDataset(SourceDataArrays=unit, DestinationMesh=seeds)
    heads = pv.Glyph(Input=at_seeds, GlyphType="Cone", GlyphMode="All Points")
    heads.OrientationArray, heads.ScaleArray = ["POINTS", "direction"], ["POINTS", "direction"]
    heads.VectorScaleMode = "Scale by Magnitude"  # none where there is no current
    heads.ScaleFactor = 0.3 * size / LINES
    for part in (lines, heads):
        shown = pv.Show(part, view)
        shown.ColorArrayName = ["POINTS", ""]  # one colour
        shown.AmbientColor = shown.DiffuseColor = [1, 1, 1]
        shown.LineWidth, shown.Ambient, shown.Diffuse = 1.8, 1, 0
        # ParaView names it Translation from 5.13 on, and refuses the older name
        shift = "Translation" if "Translation" in shown.ListProperties() else "Position"
        setattr(shown, shift, [0, 0, size])  # in front of the colours


def main(arguments):
    if not 2 <= len(arguments) <= 4:
        sys.exit(__doc__)
    name, picture = arguments[:2]
    scalar = arguments[2] if len(arguments) > 2 else "log_density"
    vector = arguments[3] if len(arguments) > 3 else "current"
    source = opened(name)
    for field in (scalar, vector):
        if field not in source.CellData.keys():
            sys.exit(f"{name}: no field '{field}'; there are: {', '.join(source.CellData.keys())}")
    view = pv.CreateView("RenderView")
    view.ViewSize, view.OrientationAxesVisibility = [1200, 900], 0
    view.UseColorPaletteForBackground, view.Background = 0, [1, 1, 1]
    view.InteractionMode, view.CameraParallelProjection = "2D", 1
    kept = with_values(source, scalar)
    shown = colour(kept, view, scalar)
    label_axes(shown, variables(source))
    draw_streams(kept, view, vector)
    x0, x1, y0, y1 = kept.GetDataInformation().GetBounds()[:4]
    pv.Render(view)  # the first one moves the camera
    half = max(0.56 * (y1 - y0), 0.5 * (x1 - x0))  # of the view's height
    middle = [(x0 + x1) / 2 + 0.06 * half, (y0 + y1) / 2 - 0.04 * half]
    view.CameraFocalPoint, view.CameraPosition = [*middle, 0], [*middle, 20 * half]
    view.CameraParallelScale = half
    pv.SaveScreenshot(picture, view, ImageResolution=[1200, 900])


main(sys.argv[1:])
