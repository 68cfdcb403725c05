"""One HTML page that stands alone: what was asked, what came out, and the picture."""
from __future__ import annotations

import base64
import html
import io
import os
import re
import subprocess
from typing import TYPE_CHECKING, Any, Iterator

import numpy as np

from .checked import reading
from .errors import BadInput, CannotWrite, Error
from .number import Number

if TYPE_CHECKING:
    from .result import Result

_STYLE = """
body { font: 16px/1.5 system-ui, "DejaVu Sans", sans-serif; color: #202020; background: #fff; max-width: 60rem;
       margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin-bottom: 0.2rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
pre { background: #f4f4f4; padding: 0.7rem 1rem; overflow-x: auto; white-space: pre-wrap; font-size: 0.87rem; }
table { border-collapse: collapse; } th { font-weight: 600; }
td, th { text-align: left; padding: 0.25rem 1.2rem 0.25rem 0; border-bottom: 1px solid #ddd; vertical-align: top; }
td.number { font-variant-numeric: tabular-nums; white-space: nowrap; }
figure { margin: 1rem 0; } figure svg, figure img { max-width: 100%; height: auto; }
.equation { font-size: 1.1rem; margin: 0.4rem 0 0.4rem 1.5rem; font-family: "DejaVu Serif", Georgia, serif; }
.small { color: #555; font-size: 0.87rem; }
"""


def write(result: Result, file: str | None = None) -> str:
    """Writes the page and returns its name (default: PREFIX.html)."""
    name = file or result.prefix + ".html"
    with reading(result.path):
        text = page(result)
    temporary = name + ".part"
    try:
        with open(temporary, "w", encoding="utf-8") as stream:
            stream.write(text)
        os.replace(temporary, name)
    except OSError as error:
        if os.path.exists(temporary):
            os.remove(temporary)
        raise CannotWrite(f"{name}: {error.strerror}") from None
    return name


def page(result: Result) -> str:
    """The page as text."""
    parts = [_section("Problem", _problem(result)), _section("Results", _results(result)),
             _section("Picture", _picture(result)), _section("Command", f"<pre>{html.escape(result.command)}</pre>"),
             _section("Grid and solver", _facts(result)), _section("Files", _files(result)),
             _section("To cite", _citations(result))]
    title = f"{result.program}: {os.path.basename(result.prefix)}"
    partial = "<p><strong>Stopped before its end: what follows is of the part that is whole.</strong></p>"
    return ("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
            "<meta name=\"viewport\" content=\"width=device-width\">"
            f"<title>{html.escape(title)}</title><style>{_STYLE}</style></head><body>\n"
            f"<h1>{html.escape(title)}</h1><p class=\"small\">escapade {html.escape(result.version)}, commit "
            f"{html.escape(str(result.summary.get('commit', 'unknown')))}</p>\n"
            + (partial if result.partial else "") + "\n".join(filter(None, parts)) + "</body></html>\n")


def _section(title: str, content: str) -> str:
    return f"<h2>{title}</h2>\n{content}\n" if content else ""


# ---- the problem in mathematics

def formula(text: str) -> str:
    """An expression in HTML: powers raised, products as thin spaces, minus signs as such."""
    out = html.escape(text).replace("-", "−").replace("**", "^")
    out = re.sub(r"\^\(([^()]*)\)", r"<sup>\1</sup>", out)
    out = re.sub(r"\^(−?[\w.]+)", r"<sup>\1</sup>", out)
    out = re.sub(r"\s*\*\s*", "\u2009", out)
    return re.sub(r"\b([A-Za-z])\b(?!\()", r"<i>\1</i>", out)


def _equation(left: str, right: str) -> str:
    return f"<p class=\"equation\">{left} = {right}</p>"


def _problem(result: Result) -> str:
    options, variables = result.options, result.variables
    state = ", ".join(f"<i>{html.escape(name)}</i>" for name in variables)
    lines = []
    if "potential" in options:
        lines += [_equation("d<b>θ</b>", "−∇<i>V</i> d<i>t</i> + √(2<i>T</i>) d<b>W</b>"),
                  _equation(f"<i>V</i>({state})", formula(options["potential"]))]
        if "temperature" in options:
            swept = result.table is not None and "temperature" in result.table.swept
            lines.append(_equation("<i>T</i>", "as swept below" if swept else formula(options["temperature"])))
    elif "drift" in options:
        lines += [_equation("d<b>θ</b>", "<b>b</b> d<i>t</i> + √(2<b>D</b>) d<b>W</b>"),
                  _equation(f"<b>b</b>({state})", f"({formula(options['drift'])})")]
        for name, letter in (("diffusion", "<b>D</b>"), ("noise", "<b>σ</b>")):
            if name in options:
                lines.append(_equation(letter, formula(options[name])))
    elif "loss" in options or "model" in options or "sample_loss" in options:
        lines.append(_equation("<b>θ</b><sub><i>n</i>+1</sub>", "<b>θ</b><sub><i>n</i></sub> − <i>η</i> ∇<i>L</i> over a "
                               "batch"))
        for name, letter in (("loss", f"<i>L</i>({state})"), ("model", "<i>f</i>"), ("sample_loss", "<i>ℓ</i>")):
            if name in options:
                lines.append(_equation(letter, formula(options[name])))
    rows = [(name.replace("_", " "), value) for name, value in options.items()
            if name not in ("potential", "temperature", "drift", "diffusion", "noise", "loss", "model", "sample_loss",
                            "output", "plot", "csv", "problem")]
    return "".join(lines) + _table([(html.escape(name), html.escape(value)) for name, value in rows], ("option", "value"))


def _table(rows: list[tuple[str, ...]], header: tuple[str, ...]) -> str:
    if not rows:
        return ""
    head = "".join(f"<th>{one}</th>" for one in header)
    cells = [[f"<td{' class=number' if k else ''}>{one}</td>" for k, one in enumerate(row)] for row in rows]
    body = "".join("<tr>" + "".join(row) + "</tr>" for row in cells)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


# ---- results

def _flat(name: str, item: Any, variables: list[str]) -> Iterator[tuple[str, Number, tuple[int, ...]]]:
    """Numbers with their names and the index of a part of a vector, matrix or list."""
    if isinstance(item, Number):
        shape = np.shape(item.value if item.value is not None else item.log)
        for index in np.ndindex(*shape) if shape else [()]:
            yield name, item, index
    elif isinstance(item, dict):
        for key, part in item.items():
            yield from _flat(f"{name}[{key}]" if name else key, part, variables)
    elif isinstance(item, list):
        for k, part in enumerate(item):
            yield from _flat(f"{name}[{k}]", part, variables)


def _part(name: str, number: Number, index: tuple[int, ...], result: Result) -> str:
    from .pictures.labels import words_of
    words = html.escape(re.sub(r"\$\^\{(.*?)\}\$", r"^\1", words_of(name)))
    where = list(index)
    if number.is_list and where:
        k = where.pop(0)
        words += f", <i>t</i> = {result.times[k]:.6g}" if result.times is not None else f", start {k + 1}"
    names = [result.variables[k] if k < len(result.variables) else str(k + 1) for k in where]
    return words + (" " + ", ".join(f"<i>{html.escape(one)}</i>" for one in names) if names else "")


def _one(value: Any, error: Any, log: Any, log_error: Any) -> str:
    from .number import with_error
    finite = value is not None and np.isfinite(value)
    if finite:
        return with_error(float(value), None if error is None or not np.isfinite(error) else float(error))
    if log is not None and np.isfinite(log):
        return f"exp({with_error(float(log), None if log_error is None else float(log_error))})"
    return "unknown"


def _at(array: Any, index: tuple[int, ...]) -> Any:
    return None if array is None else np.asarray(array)[index] if np.shape(array) else array


def _results(result: Result) -> str:
    if result.table is not None:
        return _sweep(result)
    rows = []
    for name, number, index in _flat("", dict(result.results), result.variables):
        value = _one(*(_at(part, index) for part in (number.value, number.error, number.log, number.log_error)))
        limit = _at(number.extrapolated, index)
        beside = ""
        if limit is not None and np.isfinite(limit):
            beside = _one(limit, _at(number.extrapolated_error, index), None, None)
        rows.append((_part(name, number, index, result), value, beside or html.escape(number.error_unknown)))
    if len(rows) > 120:
        return _table(rows[:120], ("quantity", "value", "limit of fine grids")) + (
            f"<p class=\"small\">and {len(rows) - 120} more in {html.escape(os.path.basename(result.path))}</p>")
    if result.verdict:
        rows.insert(0, ("verdict", html.escape(result.verdict), ""))
    return _table(rows, ("quantity", "value", "limit of fine grids"))


def _sweep(result: Result) -> str:
    from .pictures.labels import words_of
    table = result.table
    assert table is not None
    names = [name for name in table.numbers if "probability" not in name][:4] or list(table.numbers)[:4]
    rows = []
    for k in range(len(table[table.swept[0]])):
        row = [f"{table[name][k]:.6g}" for name in table.swept]
        for name in names:
            number = table.numbers[name]
            row.append(_one(*(_at(part, (k,)) for part in (number.value, number.error, number.log, number.log_error))))
        rows.append(tuple(row))
    header = tuple(html.escape(name) for name in table.swept) + tuple(html.escape(words_of(name)) for name in names)
    fit = ""
    if table.fit:
        from .number import with_error
        fit = (f"<p>{html.escape(table.fit['of'])} = {table.fit['intercept']:.6g} + "
               f"({with_error(table.fit['slope'], table.fit.get('slope_standard_error'))}) · "
               f"{html.escape(table.fit['against'])}</p>")
    return _table(rows, header) + fit


def _picture(result: Result) -> str:
    from . import pictures
    try:
        if pictures.why_nothing(result):
            return ""
        figure = result.plot()
    except Error as error:
        return f"<p class=\"small\">No picture: {html.escape(str(error))}</p>"
    data = io.BytesIO()
    figure.savefig(data, format="png", dpi=150)
    return (f"<figure><img alt=\"picture of the results\" src=\"data:image/png;base64,"
            f"{base64.b64encode(data.getvalue()).decode()}\"></figure>")


def _facts(result: Result) -> str:
    rows = []
    for part in (result.grid, result.solver):
        for name, value in part.items():
            if isinstance(value, (str, int, float)) and not isinstance(value, bool):
                text = f"{value:.6g}" if isinstance(value, float) else str(value)
                rows.append((html.escape(name.replace("_", " ")), html.escape(text)))
            elif isinstance(value, list) and len(value) == 2 and all(isinstance(one, (int, float)) for one in value):
                rows.append((html.escape(name.replace("_", " ")), " × ".join(f"{one:.6g}" for one in value)))
    rows.append(("ranks", str(result.ranks)))
    libraries = ", ".join(f"{name} {number}" for name, number in result.summary.get("libraries", {}).items())
    return _table(rows, ("", "")) + f"<p class=\"small\">{html.escape(libraries)}</p>"


def _files(result: Result) -> str:
    return "<ul>" + "".join(f"<li>{html.escape(os.path.basename(name))}, {os.path.getsize(name) / 1000:.0f} kB</li>"
                            for name in result.files) + "</ul>"


def _citations(result: Result) -> str:
    from .programs import environment, find_program
    try:
        done = subprocess.run([find_program(result.program), "-citations"], env=environment(), capture_output=True,
                              text=True, timeout=10, check=False)
    except (BadInput, OSError, subprocess.TimeoutExpired):
        return ""
    return f"<pre>{html.escape(done.stdout.strip())}</pre>" if done.returncode == 0 else ""
