"""A sweep as a table: a dict of arrays, one entry a run."""
from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterator, Mapping

import numpy as np

from .errors import NoSuchName
from .number import Number, is_number

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from .result import Result

_NOT_RESULTS = ("at", "grid", "solver", "table")


def _flat(item: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Number objects in an entry with their names; lists (starts) numbered from 0."""
    if is_number(item) and isinstance(item.get("value"), list):
        yield from _parts(item, name)
    elif is_number(item):
        yield name, item
    elif isinstance(item, Mapping):
        for key, part in item.items():
            if key == "eigenvalues" and isinstance(part, list):  # fp-modes has their errors beside them
                yield from _parts({"value": part, "error": item.get("eigenvalue_errors")}, "eigenvalues")
            else:
                yield from _flat(part, f"{name}[{key}]" if name else key)
    elif isinstance(item, list) and item and all(is_number(part) for part in item):
        for k, part in enumerate(item):
            yield f"{name}[{k}]", part


def _parts(vector: Mapping[str, Any], name: str) -> Iterator[tuple[str, Any]]:
    """The parts of a vector or matrix as numbers: name[0], name[1][0]."""
    for k, value in enumerate(vector["value"]):
        part = {"value": value}
        for key in ("error", "standard_error", "log", "log_error"):
            values = vector.get(key)
            if isinstance(values, list) and k < len(values):
                part[key] = values[k]
        if isinstance(value, list):
            yield from _parts(part, f"{name}[{k}]")
        else:
            yield f"{name}[{k}]", part


class Table(Mapping[str, np.ndarray]):
    """Columns of shape (runs,): the swept values under their names; each result under its own, its error under
    `NAME_error`, its logarithm under `NAME_log` and `NAME_log_error`. `numbers` holds them as Number.

    `swept` names what was swept, `fit` is the straight line of log(first result) against 1/value.
    """

    def __init__(self, result: Result):
        self.result = result
        entries = result.summary["results"]["sweep"]
        self.fit: Mapping[str, Any] | None = result.summary["results"].get("fit")
        self.swept = _names(result, entries)
        self._columns = {name: np.array([float(entry.get("at", entry)[name]) for entry in entries])
                         for name in self.swept}
        self.numbers: dict[str, Number] = {}
        self._add_results([{key: part for key, part in entry.items() if key not in (*_NOT_RESULTS, *self.swept)}
                           for entry in entries])

    def _add_results(self, entries: list[Mapping[str, Any]]) -> None:
        rows = [dict(_flat(entry, "")) for entry in entries]
        names = list(dict.fromkeys(name for row in rows for name in row))
        for name in names:
            number = Number([row.get(name, {"value": None}) for row in rows])
            if number.value is None and number.log is None:
                continue
            self.numbers[name] = number
            for end, column in (("", number.value), ("_error", number.error), ("_log", number.log),
                                ("_log_error", number.log_error)):
                if column is not None:
                    self._columns[name + end] = column

    def __getitem__(self, name: str) -> np.ndarray:
        if name not in self._columns:
            raise NoSuchName(f"{self.result.path}: no column '{name}'; there are {', '.join(self._columns)}")
        return self._columns[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)

    @property
    def first(self) -> str:
        """Name of the result that pictures show: what the program calls its headline, else its first one; not one
        that is 0 within its error throughout while others are not."""
        headline = self.result.summary["results"].get("headline") or str((self.fit or {}).get("of", ""))[len("log "):]
        names = sorted(self.numbers, key=lambda name: name != headline and not name.startswith(f"{headline}["))
        return next((name for name in names if self._differs_from_0(name)), names[0] if names else "")

    def _differs_from_0(self, name: str) -> bool:
        number = self.numbers[name]
        if number.value is None:
            return True
        error = np.zeros(np.shape(number.value)) if number.error is None else np.nan_to_num(number.error)
        return bool(np.any(np.abs(np.nan_to_num(number.value)) > 2 * error))

    def plot(self, file: Any = None, **how: Any) -> Figure:
        """Curve with error bars (one sweep) or map (two)."""
        return self.result.plot(file, **how)

    def __repr__(self) -> str:
        return f"<sweep of {', '.join(self.swept)}: {len(self[self.swept[0]])} runs; {', '.join(self.numbers)}>"


def _names(result: Result, entries: list[Mapping[str, Any]]) -> list[str]:
    if entries and "at" in entries[0]:
        return list(entries[0]["at"])
    text = result.options.get("sweep", "")
    return [text.partition("=")[0].strip().lstrip("-")]
