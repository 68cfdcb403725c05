"""Pictures of results, by matplotlib: no display and no LaTeX are needed."""
from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING, Any, Mapping

from ..checked import path_of, positive, reading, text as text_or_none
from ..errors import BadInput, CannotWrite

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ..result import Result

ONE_MAP = (6.6, 6.2)  # inches; its height follows the map
ONE_CURVE = (6.6, 5.0)
FORMATS = ("png", "pdf", "svg")


def why_nothing(result: Result) -> str:
    """Why there is no picture of a run; empty where there is one."""
    from .programs import DRAWN
    from .table import draw_table
    if result.program not in DRAWN and "sweep" not in result.summary["results"]:
        return f"there is nothing to draw in {result.program}"
    return ""


def draw(result: Result, file: str | os.PathLike[str] | None = None, units: str | Mapping[str, str] | None = None,
         field: str | None = None, size: tuple[float, float] | None = None, text: float = 11.0,
         title: str | None = None, transparent: bool = False, dpi: float = 200) -> Figure:
    """The picture of a run as a matplotlib figure, also written to `file` if one is given.

    units   "x=nm, y=nm, time=ns" or a dict; by default the run's own -units
    field   a field to draw in place of the program's own picture; of a sweep: the result
    size    inches; text: points
    """
    try:
        import matplotlib
        from matplotlib.backends.backend_agg import FigureCanvasAgg
    except ImportError:
        raise BadInput("pictures need matplotlib (Debian: python3-matplotlib)") from None
    from . import style
    from .figure import make, show_all_of
    from .labels import units_of
    if why := why_nothing(result):
        raise BadInput(why)
    _check(file, field, size, text, title, dpi)
    ending = os.path.splitext(os.fspath(file))[1].lower().lstrip(".") if file is not None else ""
    if file is not None and ending not in FORMATS:
        raise BadInput(f"'{os.fspath(file)}': a picture is .png, .pdf or .svg")
    words = units_of(result, units)
    with matplotlib.rc_context(style.settings(text)):
        wanted = size or _size_of(result, field)
        figure = make(wanted, dpi, size is None and wanted == ONE_MAP)
        FigureCanvasAgg(figure)
        with reading(result.path):
            _fill(figure, result, words, field)
        if title:
            figure.suptitle(title)
        show_all_of(figure)
        if file is not None:
            save(figure, os.fspath(file), ending, transparent, dpi)
    return figure


def _check(file: Any, field: Any, size: Any, text: Any, title: Any, dpi: Any) -> None:
    if file is not None:
        path_of("file", file)
    text_or_none("field", field)
    text_or_none("title", title)
    positive("text", text)
    positive("dpi", dpi)
    if size is not None:
        if not isinstance(size, (tuple, list)) or len(size) != 2:
            raise BadInput(f"size={size!r}: give width and height in inches, such as (6.6, 6.2)")
        for side in size:
            positive("size", side)


def _size_of(result: Result, field: str | None) -> tuple[float, float]:
    from .line import MAIN
    from .programs import SIZES
    if "sweep" in result.summary["results"]:
        from .table import has_line
        table = result.table
        return (10.5, 4.8) if table is not None and has_line(table, field or table.first) else (6.4, 5.2)
    if result.program == "fp-modes" and field is None and len(result.variables) != 1:  # one row of maps, or two
        found = len(result.summary["results"].get("eigenvalues", []))
        return {1: (7.6, 6.2), 2: (9.5, 4.6), 3: (10.5, 3.8)}.get(found, SIZES["fp-modes"])
    if len(result.variables) == 1 and (field is not None or result.program in MAIN):
        return ONE_CURVE
    return SIZES.get(result.program, ONE_MAP) if field is None else ONE_MAP


def _fill(figure: Figure, result: Result, words: Any, field: str | None) -> None:
    from .line import MAIN, draw_line
    from .programs import DRAWN
    from .table import draw_table
    if "sweep" in result.summary["results"]:
        draw_table(figure, result, words, field)
    elif len(result.variables) == 1 and (field is not None or result.program in MAIN):
        draw_line(figure, result, words, field)
    elif field is not None:
        from .single import draw_field
        draw_field(figure, result, words, field)
    else:
        try:
            DRAWN[result.program](figure, result, words)
        except ValueError as error:
            raise BadInput(f"{result.path}: {error}") from None


def save(figure: Figure, file: str, ending: str, transparent: bool, dpi: float) -> None:
    """Written whole or not at all."""
    data = io.BytesIO()
    metadata = {"pdf": {"CreationDate": None}, "svg": {"Date": None}}.get(ending)
    figure.savefig(data, format=ending, dpi=dpi, transparent=transparent, metadata=metadata)
    temporary = file + ".part"
    try:
        with open(temporary, "wb") as stream:
            stream.write(data.getvalue())
        os.replace(temporary, file)
    except OSError as error:
        if os.path.exists(temporary):
            os.remove(temporary)
        raise CannotWrite(f"{file}: {error.strerror}") from None
