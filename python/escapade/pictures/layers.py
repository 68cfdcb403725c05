"""The layers of a map: colours with contours, sets, streamlines, points and lines, one key below all."""
from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Sequence

import numpy as np
from matplotlib import patheffects, rcParams
from matplotlib.artist import Artist
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, PathPatch
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import offset_copy

from . import expressions, style
from .labels import Units, pretty
from .raster import Raster, constants_of
from .scales import ROUNDING, Scale

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..result import Result

HALO = [patheffects.Stroke(linewidth=3.2, foreground="white"), patheffects.Normal()]


@dataclass
class Key:
    """What a picture's symbols mean, each once."""
    handles: list[Any] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def add(self, handle: Any, text: str) -> None:
        if text and text not in self.texts:
            self.handles.append(handle)
            self.texts.append(text)

    def put(self, axes: Axes) -> None:
        """Below the axes, where it hides nothing."""
        if not self.texts:
            return
        longest = max(len(re.sub(r"[${}^_]", "", re.sub(r"\\[a-zA-Z]+", "x", text))) for text in self.texts)
        size = rcParams["font.size"]
        fitting = int(72 * axes.figure.get_size_inches()[0] / (0.85 * size * (0.56 * longest + 4)))
        columns = min(1 if longest > 34 else 2 if longest > 16 else 3, fitting, len(self.texts))
        below = offset_copy(axes.transAxes, axes.figure, y=-4.2 * size, units="points")
        axes.legend(self.handles, self.texts, loc="upper center", bbox_to_anchor=(0.5, 0), bbox_transform=below,
                    ncol=max(1, columns), handlelength=1.8, columnspacing=1.6, borderaxespad=0.0)


def colours(axes: Axes, raster: Raster, values: np.ndarray, scale: Scale, colour_map: Any, contours: bool = True) -> Any:
    """Draws values (already log10 of them on a logarithmic scale); returns what a colour bar is made of."""
    image = axes.imshow(np.ma.masked_invalid(values), origin="lower", extent=raster.extent, cmap=colour_map,
                        vmin=scale.low, vmax=scale.high, interpolation="bilinear", aspect="auto", zorder=1)
    drawn = [image]
    inner = scale.levels[(scale.levels > scale.low) & (scale.levels < scale.high)]
    known = values[np.isfinite(values)]
    if contours and len(inner) and known.size and np.ptp(known) > ROUNDING * (scale.high - scale.low):
        lines = axes.contour(raster.x, raster.y, np.ma.masked_invalid(values), levels=inner, colors="black",
                             linewidths=0.5, alpha=0.45, linestyles="solid", zorder=2)
        drawn += artists_of(lines)
    cut_by_outline(axes, raster, drawn)
    return image


def artists_of(contours: Any) -> list[Any]:
    """What contours are drawn by: themselves from matplotlib 3.8 on, a collection a level before."""
    return [contours] if isinstance(contours, Artist) else list(contours.collections)


def cut_by_outline(axes: Axes, raster: Raster, drawn: Sequence[Any]) -> None:
    if raster.outline is None:
        return
    for artist in drawn:
        artist.set_clip_path(raster.outline, axes.transData)
    axes.add_patch(PathPatch(raster.outline, fill=False, edgecolor=style.SET_EDGE, linewidth=0.9, zorder=5))


def colour_bar(figure: Any, image: Any, axes: Any, scale: Scale, label: str) -> None:
    if isinstance(axes, list) and len(axes) == 1:
        axes = axes[0]
    if isinstance(axes, list):
        bar = figure.colorbar(image, ax=axes, extend=scale.extend, pad=0.02, aspect=26, fraction=0.06)
    else:  # as high as the axes, whatever their proportions
        bar = figure.colorbar(image, cax=axes.inset_axes([1.03, 0, 0.042, 1]), extend=scale.extend, extendfrac=0.04)
    bar.set_ticks(list(scale.ticks), labels=scale.labels)
    bar.ax.minorticks_off()
    bar.set_label(label)
    bar.outline.set_linewidth(0.6)


def frame(axes: Axes, raster_box: tuple[float, float, float, float], units: Units) -> None:
    """Limits, labels, and equal units on both axes unless that makes a strip."""
    x0, x1, y0, y1 = raster_box
    axes.set_xlim(x0, x1)
    axes.set_ylim(y0, y1)
    axes.set_xlabel(units.axis(0))
    axes.set_ylabel(units.axis(1))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    same = units.of.get(units.variables[0]) == units.of.get(units.variables[-1])
    ratio = (y1 - y0) / (x1 - x0)
    aspect = ratio if same and 0.45 <= ratio <= 1.6 else min(max(ratio, 0.62), 1.1) if same else 0.8
    axes.set_box_aspect(aspect)
    if getattr(axes.figure, "fits_its_map", False):
        width = axes.figure.get_size_inches()[0]
        axes.figure.set_size_inches(width, 1.5 + aspect * (width - 1.7))
        axes.figure.tall = aspect > 1.1


def sets(axes: Axes, result: Result, raster_box: tuple[float, float, float, float], text: str, key: Key,
         name: str, letters: str = "") -> bool:
    """Fills a set to its smooth border. False where its expression cannot be read here."""
    x = np.linspace(raster_box[0], raster_box[1], 400)
    y = np.linspace(raster_box[2], raster_box[3], 400)
    X, Y = np.meshgrid(x, y)
    variables = result.variables
    values = dict(constants_of(result), **{variables[0]: X})
    if len(variables) > 1:
        values[variables[1]] = Y
    try:
        level = np.broadcast_to(expressions.level(text, values), X.shape)
    except (expressions.CannotRead, TypeError, ValueError):
        return False
    if not (level > 0).any():
        return True
    axes.contourf(X, Y, level, levels=[0, np.inf], colors=[style.SET_FACE], zorder=3)
    axes.contour(X, Y, level, levels=[0], colors=style.SET_EDGE, linewidths=1.0, zorder=4)
    key.add(Patch(facecolor=style.SET_FACE, edgecolor=style.SET_EDGE, linewidth=0.8), f"{name}{pretty(text)}")
    if letters:
        inside = level > 0.5 * level.max()
        axes.text(X[inside].mean(), Y[inside].mean(), letters, ha="center", va="center", weight="bold", zorder=8,
                  path_effects=HALO)
    return True


def holes(axes: Axes, raster: Raster, values: np.ndarray) -> None:
    """What is no part of the domain, where no set of an expression covers it."""
    missing = np.where(np.isfinite(values), 0.0, 1.0)
    if missing.any() and not missing.all() and raster.outline is None:
        axes.contourf(raster.x, raster.y, missing, levels=[0.5, 1.5], colors=[style.SET_FACE], zorder=1.5)


def streams(axes: Axes, raster: Raster, along: np.ndarray, across: np.ndarray, key: Key, words: str, unit: str,
            least: float, where: np.ndarray | None = None) -> None:
    """Streamlines whose width grows with the field, up to its largest value `where` something happens (a mask of the
    raster, else everywhere); none below `least` or 1/300 of that."""
    size = np.hypot(along, across)
    known = size[np.isfinite(size) if where is None else where & np.isfinite(size)]
    largest = float(known.max()) if known.size else 0.0
    if not largest > least:
        return
    with np.errstate(invalid="ignore"):
        shown = size > max(least, largest / 300)
    along, across = np.where(shown, along, np.nan), np.where(shown, across, np.nan)
    width = 0.35 + 2.3 * np.sqrt(np.minimum(np.where(shown, size, 0) / largest, 1))
    drawn = axes.streamplot(raster.x, raster.y, np.ma.masked_invalid(along), np.ma.masked_invalid(across), density=1.1,
                            linewidth=width, color=style.INK, arrowsize=0.9, arrowstyle="-|>", zorder=5, minlength=0.06)
    rim = LineCollection(drawn.lines.get_segments(), linewidths=np.asarray(drawn.lines.get_linewidths()) + 1.2,
                         colors=(1, 1, 1, 0.55), zorder=4.5)
    axes.add_collection(rim, autolim=False)
    beyond = float(np.nanmax(size)) > 1.01 * largest
    for part in (1.0, 0.1):
        more = " and more" if beyond and part == 1 else ""
        key.add(Line2D([], [], color=style.INK, linewidth=0.35 + 2.3 * part ** 0.5),
                f"{words} {_two_digits(part * largest)}{unit}{more}")


def _two_digits(value: float) -> str:
    text = f"{value:.2g}"
    head, e, power = text.partition("e")
    return rf"${head}\times10^{{{int(power)}}}$" if e else text


def line(axes: Axes, points: np.ndarray, key: Key, words: str, colour: str = style.PATH, width: float = 2.0) -> None:
    axes.plot(points[:, 0], points[:, 1], color=colour, linewidth=width, zorder=6, solid_capstyle="round",
              path_effects=[patheffects.Stroke(linewidth=width + 1.8, foreground="white"), patheffects.Normal()])
    key.add(Line2D([], [], color=colour, linewidth=width), words)


_SHAPES = {"start": ("o", style.START), "minimum": ("o", "white"), "saddle": ("X", "white"), "maximum": ("^", "white"),
           "end": ("s", "white"), "stable_node": ("o", "white"), "stable_focus": ("o", "white"),
           "unstable_node": ("^", "white"), "unstable_focus": ("^", "white"), "center": ("D", "white")}


def points(axes: Axes, at: Sequence[Sequence[float]], kind: str, key: Key, words: str = "",
           names: Sequence[str] = ()) -> None:
    """Points of one kind, with their names beside them."""
    if len(at) == 0:
        return
    places = np.asarray(at, dtype=float).reshape(-1, 2)
    shape, face = _SHAPES.get(kind, ("o", "white"))
    look = dict(marker=shape, markersize=7.5, markerfacecolor=face, markeredgecolor="black", markeredgewidth=1.1)
    axes.plot(places[:, 0], places[:, 1], linestyle="none", zorder=7, clip_on=False, **look)
    key.add(Line2D([], [], linestyle="none", **look), words or kind.replace("_", " "))
    x0, x1 = axes.get_xlim()
    y0, y1 = axes.get_ylim()
    for place, name in zip(places, names):
        right, high = place[0] > x0 + 0.85 * (x1 - x0), place[1] > y0 + 0.88 * (y1 - y0)
        axes.annotate(name, place, xytext=(-7 if right else 7, -7 if high else 6), textcoords="offset points",
                      ha="right" if right else "left", va="top" if high else "bottom", zorder=8, path_effects=HALO)
