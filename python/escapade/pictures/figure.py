"""A figure that shows itself in notebooks without pyplot."""
from __future__ import annotations

import io

from matplotlib.figure import Figure


class Picture(Figure):
    """matplotlib's Figure, with the PNG that notebooks ask for."""

    fits_its_map = False

    def _repr_png_(self) -> bytes:
        data = io.BytesIO()
        self.savefig(data, format="png", dpi=110)
        return data.getvalue()


def make(size: tuple[float, float], dpi: float, fits_its_map: bool) -> Figure:
    """`fits_its_map`: one map alone gives the figure its height."""
    figure = Picture(figsize=size, dpi=dpi, layout="constrained")
    figure.fits_its_map = fits_its_map
    return figure
