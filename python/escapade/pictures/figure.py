"""A figure that shows itself in notebooks without pyplot."""
from __future__ import annotations

import io

from matplotlib.figure import Figure


class Picture(Figure):
    """matplotlib's Figure, with the PNG that notebooks ask for."""

    fits_its_map = tall = False

    def _repr_png_(self) -> bytes:
        data = io.BytesIO()
        self.savefig(data, format="png", dpi=110)
        return data.getvalue()


def show_all_of(figure: Figure) -> None:
    """Widens the figure of a tall map over whose edge the layout has pushed labels: it measures them too early."""
    if not figure.tall:
        return
    for _ in range(3):
        figure.draw_without_rendering()
        box, (width, height) = figure.get_tightbbox(figure.canvas.get_renderer()), figure.get_size_inches()
        cut = max(-box.x0, box.x1 - width)
        if cut < 0.01:
            return
        figure.set_size_inches(width + 2 * cut, height)


def make(size: tuple[float, float], dpi: float, fits_its_map: bool) -> Figure:
    """`fits_its_map`: one map alone gives the figure its height."""
    figure = Picture(figsize=size, dpi=dpi, layout="constrained")
    figure.fits_its_map = fits_its_map
    return figure
