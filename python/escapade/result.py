"""What a run has left, as numbers and arrays."""
from __future__ import annotations

import json
import os
import re
import shlex
from functools import cached_property
from typing import TYPE_CHECKING, Any, Iterator, Mapping, Sequence

import numpy as np

from .checked import path_of, reading
from .errors import BadFile, BadInput, NoSuchName
from .fields import ENDINGS, Fields, file_with_prefix
from .number import Number, numbers_of
from .paths import Path, read_paths

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from .table import Table

#: of PREFIX.json; files of another one are refused
SCHEMA = 1
_PARTS = {"program": str, "version": str, "options": dict, "problem": dict, "grid": dict, "solver": dict, "ranks": int,
          "partial": bool, "results": dict}


class Frames(Sequence[Fields]):
    """The frames of an evolution, one Fields for each of `times`; read when they are asked for."""

    def __init__(self, paths: list[str], times: np.ndarray):
        self.paths, self.times = paths, times
        self._kept: dict[int, Fields] = {}

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, k: Any) -> Any:
        if isinstance(k, slice):
            return [self[i] for i in range(*k.indices(len(self)))]
        try:
            k = range(len(self))[k]
        except TypeError:
            raise BadInput(f"frames[{k!r}]: give the number of a frame, 0 to {len(self) - 1}") from None
        if k not in self._kept:
            self._kept[k] = Fields(self.paths[k])
        return self._kept[k]


class Result:
    """A run: `r["mean_exit_time"].value`, `.error`; `r.fields["density"]`; `r.plot("picture.pdf")`.

    `program`, `version`, `options` (texts, as given), `problem`, `grid`, `solver`, `ranks`, `partial`, and `summary`,
    all of PREFIX.json as it stands there. `output` is what the program printed and `notices` its warnings, where this
    process ran it.
    """

    def __init__(self, path: str, summary: Mapping[str, Any], output: str = "", notices: Sequence[str] = (),
                 keep: Any = None):
        self.path = path
        self.prefix = path[:-len(".json")]
        self.summary = summary
        self.output, self.notices = output, list(notices)
        self._keep = keep  # a temporary folder lives as long as the result
        self.program: str = summary["program"]
        self.version: str = summary.get("version", "")
        self.options: Mapping[str, str] = summary.get("options", {})
        self.problem: Mapping[str, Any] = summary.get("problem", {})
        self.grid: Mapping[str, Any] = summary.get("grid", {})
        self.solver: Mapping[str, Any] = summary.get("solver", {})
        self.ranks: int = summary.get("ranks", 1)
        self.partial: bool = summary.get("partial", False)
        self.results: Mapping[str, Any] = numbers_of(summary["results"])

    # ---- numbers

    def __getitem__(self, name: str) -> Any:
        if name not in self:
            raise NoSuchName(f"{self.path}: no result '{name}'; there are {', '.join(self.results)}")
        return self.results[name]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name in self.results

    def __iter__(self) -> Iterator[str]:
        return iter(self.results)

    def keys(self) -> list[str]:
        return list(self.results)

    @property
    def verdict(self) -> str | None:
        """agree, disagree or inconclusive, of fp-crosscheck; else None."""
        return self.results.get("verdict")

    @property
    def times(self) -> np.ndarray | None:
        """Times of the series of fp-evolve, shape (frames + 1,); else None."""
        times = self.results.get("times")
        return times if isinstance(times, np.ndarray) else None

    @cached_property
    def table(self) -> Table | None:
        """The runs of a sweep as columns of numbers; None where nothing was swept."""
        from .table import Table
        with reading(self.path):
            return Table(self) if "sweep" in self.summary["results"] else None

    # ---- fields

    @cached_property
    def fields(self) -> Fields:
        """The fields of the run; of an evolution those of its last frame."""
        if self.frames:
            return self.frames[-1]
        file = file_with_prefix(self.prefix)
        if file is None:
            raise BadFile(f"{self.prefix}.*: no file of fields beside {os.path.basename(self.path)}: {self._why_none()}")
        return self._kept_with(Fields(file))

    def _kept_with(self, fields: Fields) -> Fields:
        """Fields are read when they are asked for: a temporary folder must live as long as they do."""
        fields.keep = self._keep
        return fields

    def _why_none(self) -> str:
        if "sweep" in self.summary["results"]:
            return f"the runs of a sweep have theirs in {os.path.basename(self.prefix)}_0, _1, …: see .runs"
        if self.options.get("fields") == "none":
            return "-fields none was given"
        return f"{self.program} has written none, or they were moved"

    @property
    def has_fields(self) -> bool:
        return bool(self.frames) or file_with_prefix(self.prefix) is not None

    @cached_property
    def frames(self) -> Frames | None:
        """The frames of fp-evolve; None for other programs."""
        series = self.prefix + ".pvd"
        if not os.path.exists(series):
            return None
        with reading(series), open(series, encoding="utf-8") as stream:
            sets = re.findall(r'<DataSet timestep="([^"]*)"[^>]*file="([^"]*)"', stream.read())
            times = np.array([float(t) for t, _ in sets])
        folder = os.path.dirname(self.prefix)
        frames = Frames([os.path.join(folder, name) for _, name in sets], times)
        frames.keep = self._keep
        return frames

    @cached_property
    def runs(self) -> list[Fields]:
        """Fields of each run of a sweep."""
        found = []
        while (file := file_with_prefix(f"{self.prefix}_{len(found)}")) is not None:
            found.append(self._kept_with(Fields(file)))
        return found

    @property
    def x(self) -> np.ndarray | None:
        """Centres of the cells along x, shape (nx,); None on triangles and turned grids."""
        return self.fields.x

    @property
    def y(self) -> np.ndarray | None:
        """Centres of the cells along y, shape (ny,); None on triangles and turned grids."""
        return self.fields.y

    @property
    def X(self) -> np.ndarray | None:
        """x of all centres, shape (nx, ny), of turned grids too; None on triangles."""
        return self.fields.X

    @property
    def Y(self) -> np.ndarray | None:
        """y of all centres, shape (nx, ny); None on triangles."""
        return self.fields.Y

    @property
    def points(self) -> np.ndarray | None:
        """Centres of the cells on triangles, shape (cells, 2); None on grids."""
        return self.fields.points

    @property
    def variables(self) -> list[str]:
        """Names of the coordinates."""
        return list(self.problem.get("variables") or ["x", "y"])

    @cached_property
    def paths(self) -> list[Path]:
        """Trajectories that were saved, or most probable paths; empty where the run wrote none."""
        return read_paths(self.prefix + ".vtp") if os.path.exists(self.prefix + ".vtp") else []

    @cached_property
    def exits(self) -> Path | None:
        """Where and when trajectories left (data: `time`, `part`); None but for mc-exit."""
        file = self.prefix + "_exits.vtp"
        if not os.path.exists(file):
            return None
        found = read_paths(file)
        if not found:
            return None
        # each is a line of no length, so that viewers show it
        return Path(np.array([one.points[0] for one in found]),
                    {name: np.array([one.data[name][0] for one in found]) for name in found[0].data})

    @cached_property
    def files(self) -> list[str]:
        """The files that stand under the run's prefix."""
        folder, name = os.path.split(self.prefix)
        own = re.compile(re.escape(name) + r"(_\d+|_exits|_z|_fields)*\.\w+$")
        return sorted(os.path.join(folder, file) for file in os.listdir(folder or ".") if own.match(file))

    @property
    def command(self) -> str:
        """The command line of the run."""
        words = [self.program]
        for name, value in self.options.items():
            words += ["-" + name] + ([shlex.quote(value)] if value else [])
        return " ".join(words)

    # ---- pictures

    def plot(self, file: str | os.PathLike[str] | None = None, **how: Any) -> Figure:
        """The picture that -plot draws, also written to `file` (.png, .pdf, .svg) if one is given.

        how: `units` ("x=nm, y=nm, time=ns" or a dict), `field`, `size` (inches), `text` (points), `title`,
        `transparent`.
        """
        from . import pictures
        return pictures.draw(self, file, **how)

    def film(self, file: str | os.PathLike[str], **how: Any) -> str:
        """The frames of an evolution as .mp4 or .gif; needs ffmpeg (or, for .gif, Pillow)."""
        from .pictures import film
        return film.write(self, path_of("file", file), **how)

    def report(self, file: str | os.PathLike[str] | None = None) -> str:
        """One HTML page that stands alone (default: PREFIX.html); returns its name."""
        from . import report
        return report.write(self, None if file is None else path_of("file", file))

    def __repr__(self) -> str:
        lines = [f"<{self.program}: {self.path}{' (partial)' if self.partial else ''}"]
        lines += [f"  {name}: {value}" for name, value in self.results.items() if isinstance(value, Number)]
        return "\n".join(lines) + ">"


def load(path: str | os.PathLike[str], **more: Any) -> Result:
    """A former run, by its PREFIX.json (or PREFIX)."""
    name = path_of("path", path)
    if os.path.isdir(name):
        raise BadFile(f"{name}: is a folder; give PREFIX.json of a run")
    if not name.endswith(".json"):
        name += ".json"
    try:
        with open(name, encoding="utf-8") as stream:
            summary = json.load(stream)
    except FileNotFoundError:
        prefix = name[:-len(".json")]
        left = file_with_prefix(prefix) or next(
            (prefix + "_0000" + ending for ending in ENDINGS if os.path.exists(prefix + "_0000" + ending)), None)
        raise BadFile(f"{name}: there is no such file" + (
            f", but {left} is there: the run was stopped before its end; run again" if left else "")) from None
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        raise BadFile(f"{name}: not a whole JSON file: run again") from None
    except OSError as error:
        raise BadFile(f"{name}: cannot be read: {error.strerror}") from None
    if not isinstance(summary, dict) or "program" not in summary or "results" not in summary:
        raise BadFile(f"{name}: not written by a program of escapade (no \"program\" and \"results\" in it)")
    if summary.get("schema") != SCHEMA:
        raise BadFile(f"{name}: of version {summary.get('version', '?')} (schema {summary.get('schema')}); this "
                      f"package reads schema {SCHEMA}: run again, or use the package of that version")
    for key, kind in _PARTS.items():
        if key in summary and not isinstance(summary[key], kind):
            raise BadFile(f"{name}: damaged: its \"{key}\" is {type(summary[key]).__name__}, not {kind.__name__}: run again")
    if not all(isinstance(value, str) for value in summary.get("options", {}).values()):
        raise BadFile(f"{name}: damaged: its \"options\" are not all texts: run again")
    variables = summary.get("problem", {}).get("variables", [])
    if not isinstance(variables, list) or not all(isinstance(one, str) for one in variables):
        raise BadFile(f"{name}: damaged: the \"variables\" of its problem are not names: run again")
    with reading(name):
        return Result(name, summary, **more)
