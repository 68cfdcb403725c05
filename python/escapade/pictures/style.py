"""How all pictures look: fonts, sizes, colours that colour-blind people can tell apart."""
from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.colors import Colormap, ListedColormap

INK, SET_FACE, SET_EDGE, PATH, START = "#202020", "#d9d9d9", "#404040", "#d55e00", "#d55e00"
#: Okabe and Ito's
LINES = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")


def settings(text: float) -> dict[str, Any]:
    """For matplotlib.rc_context: nothing of the user's own settings, fonts that come with matplotlib."""
    return {
        "font.family": "sans-serif", "font.sans-serif": ["DejaVu Sans"], "mathtext.fontset": "dejavusans",
        "text.usetex": False, "font.size": text, "axes.titlesize": text, "axes.labelsize": text,
        "xtick.labelsize": 0.87 * text, "ytick.labelsize": 0.87 * text, "legend.fontsize": 0.85 * text,
        "axes.linewidth": 0.8, "axes.edgecolor": INK, "axes.labelcolor": INK, "text.color": INK,
        "xtick.color": INK, "ytick.color": INK, "xtick.direction": "out", "ytick.direction": "out",
        "legend.frameon": False, "axes.grid": False, "image.interpolation": "nearest", "figure.facecolor": "white",
        "axes.facecolor": "white", "savefig.facecolor": "auto", "svg.fonttype": "path", "svg.hashsalt": "escapade",
        "pdf.fonttype": 42, "axes.unicode_minus": True, "axes.prop_cycle": _cycle(), "path.simplify": True,
        "lines.linewidth": 1.6, "axes.spines.top": True, "axes.spines.right": True, "hatch.linewidth": 0.5}


def _cycle() -> Any:
    from cycler import cycler
    return cycler(color=list(LINES))


def density_map() -> Colormap:
    """Dark where it is likely, to white below the range."""
    colours = colormaps["viridis_r"](np.linspace(0, 1, 256))
    fade = np.linspace(0, 1, 40)[:, None]
    colours[:40, :3] = (1 - fade) * 1.0 + fade * colours[:40, :3]
    out = ListedColormap(colours)
    out.set_under("white")
    out.set_bad((1, 1, 1, 0))
    return out


def plain_map() -> Colormap:
    """Of times: light where they are long."""
    out = colormaps["viridis"].copy()
    out.set_bad((1, 1, 1, 0))
    return out


def height_map() -> Colormap:
    """Of potentials and losses: dark valleys, white above the range."""
    colours = colormaps["viridis"](np.linspace(0, 1, 256))
    fade = np.linspace(0, 1, 40)[::-1, None]
    colours[-40:, :3] = (1 - fade) * 1.0 + fade * colours[-40:, :3]
    out = ListedColormap(colours)
    out.set_over("white")
    out.set_bad((1, 1, 1, 0))
    return out


def two_sided_map() -> Colormap:
    """Of committors and modes: white in the middle."""
    out = colormaps["RdBu_r"].copy()
    out.set_bad((1, 1, 1, 0))
    return out


