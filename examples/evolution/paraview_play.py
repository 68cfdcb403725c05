"""Steps through a .pvd in ParaView as its play button does, and checks every frame.

    pvbatch examples/evolution/paraview_play.py PREFIX.pvd [FRAME.png]

The density of each frame must be there, nowhere negative, and, where nothing leaves, integrate to 1. Draws the last
frame to FRAME.png. Without a display, put `xvfb-run -a` before it.
"""
import sys

from paraview import simple as pv

series = pv.PVDReader(FileName=sys.argv[1])
scene = pv.GetAnimationScene()
series.UpdatePipelineInformation()
scene.UpdateAnimationUsingDataTimeSteps()
scene.PlayMode = "Snap To TimeSteps"
times = list(series.TimestepValues)
if len(times) < 2 or times != sorted(times):
    sys.exit(f"{sys.argv[1]}: times {times}")
for time in times:
    scene.AnimationTime = time  # where the play button goes next
    series.UpdatePipeline(time)
    low, high = series.CellData["density"].GetRange()
    whole = pv.IntegrateVariables(Input=series)
    whole.UpdatePipeline(time)
    mass = whole.CellData["density"].GetRange()[0]
    print(f"t = {time:.6g}: density from {low:.3g} to {high:.3g}, mass {mass:.9f}")
    if low < 0 or abs(mass - 1) > 1e-9:
        sys.exit(f"frame at t = {time}: negative density, or mass {mass} instead of 1")
    pv.Delete(whole)
if len(sys.argv) > 2:
    view = pv.CreateRenderView(ViewSize=[600, 500])
    view.ViewTime = times[-1]
    display = pv.Show(series, view)
    pv.ColorBy(display, ("CELLS", "density"))
    view.ResetCamera()
    pv.Render(view)
    pv.SaveScreenshot(sys.argv[2], view)
