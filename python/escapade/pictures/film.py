"""The frames of an evolution as a film."""
from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Any

from ..checked import positive
from ..errors import BadInput, CannotWrite
from . import layers, series, style
from .labels import Units, units_of
from .raster import box_of

if TYPE_CHECKING:
    from ..result import Result


def write(result: Result, file: str, units: Any = None, per_second: int = 10, text: float = 11.0) -> str:
    """PREFIX.mp4 (ffmpeg) or .gif (ffmpeg or Pillow) with one picture a frame. Returns its name."""
    import matplotlib
    from matplotlib import animation
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    frames = result.frames
    if not frames:
        raise BadInput(f"{result.path}: no frames for a film; fp-evolve writes them")
    positive("per_second", per_second)
    positive("text", text)
    ending = os.path.splitext(file)[1].lower()
    if ending not in (".mp4", ".gif"):
        raise BadInput(f"'{file}': a film is .mp4 or .gif")
    if not shutil.which("ffmpeg") and ending == ".mp4":
        raise BadInput(f"'{file}': .mp4 needs the program ffmpeg; install it, or write a .gif")
    writer = (animation.FFMpegWriter(fps=per_second, extra_args=["-pix_fmt", "yuv420p"] if ending == ".mp4" else [])
              if shutil.which("ffmpeg") else animation.PillowWriter(fps=per_second))
    words = units_of(result, units)
    with matplotlib.rc_context(style.settings(text)):
        figure = Figure(figsize=(6.4, 5.6), layout="constrained")
        FigureCanvasAgg(figure)
        box = box_of(result, frames[0])
        drawn = [series.frame_values(frame, box, 260)[1] for frame in frames]
        scale = series.common_scale(result, drawn[1:] or drawn)  # at the start all is in one cell
        raster, values = series.frame_values(frames[0], box, 260)
        axes = figure.add_subplot()
        layers.frame(axes, box, words)
        image = layers.colours(axes, raster, values, scale, style.density_map(), contours=False)
        if result.options.get("exit"):
            layers.sets(axes, result, box, result.options["exit"], layers.Key(), "")
        layers.colour_bar(figure, image, axes, scale, "probability density" + Units.brackets(words.field("1/area")))
        title = axes.set_title(" ")
        figure.canvas.draw()
        figure.set_layout_engine("none")  # nothing moves from frame to frame
        temporary = f"{os.path.splitext(file)[0]}.part{ending}"
        try:
            with writer.saving(figure, temporary, dpi=150):
                for frame, one in zip(frames, drawn):
                    image.set_data(one)
                    title.set_text(series.time_text(frame.time or 0.0, words))
                    writer.grab_frame()
            os.replace(temporary, file)
        except OSError as error:
            raise CannotWrite(f"{file}: {error.strerror or error}") from None
    return file
