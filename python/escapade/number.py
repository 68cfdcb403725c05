"""Numbers with their errors, as the programs print them."""
from __future__ import annotations

import math
from typing import Any, Iterator, Mapping, Sequence

import numpy as np

_KEYS = ("value", "log", "error", "log_error", "standard_error", "samples", "order", "extrapolated",
         "extrapolated_error", "log_extrapolated", "log_extrapolated_error", "step_error")


def is_number(item: Any) -> bool:
    """Whether a part of PREFIX.json is a number object (or a vector or matrix of numbers)."""
    return isinstance(item, Mapping) and "value" in item and ("error" in item or "standard_error" in item
                                                              or "log" in item)


def _plain(item: Any) -> Any:
    """A float, or an array of floats in which null is NaN; None where there is nothing."""
    if item is None:
        return item
    if isinstance(item, (bool, str)):
        raise ValueError(f"{item!r} where a number belongs")
    if isinstance(item, (int, float)):
        return float(item)
    return np.array(item, dtype=float)


class Number:
    """A number, a vector, a matrix, or a list of these, with errors.

    `value`   float, or array of shape (2,), (2, 2), (n,), (n, 2), (n, 2, 2); None (NaN in arrays) where
              it over- or underflows: `log` then holds its natural logarithm
    `error`   of the same shape; the standard error of trajectories; None where it is not known
    `log`, `log_error`   natural logarithm and its error, where the number is positive
    `extrapolated`, `extrapolated_error`, `order`   of a clean sequence of grids, else None
    `samples`            of trajectories, else None
    `error_unknown`      why no error can be told, else ""

    Units are those of the problem: whatever time and length its drift is in.
    """

    def __init__(self, raw: Mapping[str, Any] | Sequence[Mapping[str, Any]]):
        self.raw = raw
        if isinstance(raw, Mapping):
            parts = {key: _plain(raw.get(key)) for key in _KEYS}
            self.error_unknown = str(raw.get("error_unknown", ""))
        else:
            parts = {key: _stacked([_plain(one.get(key)) for one in raw]) for key in _KEYS}
            self.error_unknown = next((str(one["error_unknown"]) for one in raw if one.get("error_unknown")), "")
        self.value, self.log, self.log_error = parts["value"], parts["log"], parts["log_error"]
        self.standard_error, self.samples = parts["standard_error"], parts["samples"]
        self.error = parts["error"] if parts["error"] is not None else parts["standard_error"]
        self.order, self.step_error = parts["order"], parts["step_error"]
        self.extrapolated, self.extrapolated_error = parts["extrapolated"], parts["extrapolated_error"]
        self.log_extrapolated = parts["log_extrapolated"]
        self.log_extrapolated_error = parts["log_extrapolated_error"]
        if self.log_error is None and isinstance(raw, Mapping) and raw.get("log_standard_error") is not None:
            self.log_error = float(raw["log_standard_error"])

    @property
    def is_list(self) -> bool:
        """Whether this holds one number for each time, start or swept value."""
        return not isinstance(self.raw, Mapping)

    def __float__(self) -> float:
        if isinstance(self.value, float):
            return self.value
        if self.value is None and self.log is not None:
            raise OverflowError(f"exp({self.log:.17g}) does not fit a float: use .log")
        raise TypeError("this is not one number: use .value, an array")

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        return np.asarray(np.nan if self.value is None else self.value, dtype=dtype)

    def __len__(self) -> int:
        if self.is_list:
            return len(self.raw)
        if isinstance(self.value, np.ndarray):
            return len(self.value)
        raise TypeError("one number has no length")

    def __getitem__(self, k: int) -> Any:
        if self.is_list:
            return Number(self.raw[k])
        if isinstance(self.value, np.ndarray):
            return self.value[k]
        raise TypeError("one number has no parts")

    def __iter__(self) -> Iterator[Any]:
        return (self[k] for k in range(len(self)))

    def __str__(self) -> str:
        if isinstance(self.value, np.ndarray) and self.value.size <= 4 and not self.is_list:
            errors = np.broadcast_to(np.nan if self.error is None else self.error, self.value.shape)
            return "[" + ", ".join(with_error(v, e) for v, e in zip(self.value.flat, errors.flat)) + "]"
        if isinstance(self.value, np.ndarray):
            return f"{' x '.join(str(n) for n in self.value.shape)} numbers"
        if self.value is None:
            return "unknown" if self.log is None else f"exp({with_error(self.log, self.log_error)})"
        return with_error(self.value, self.error)

    def __repr__(self) -> str:
        return f"<{self}>"


def _stacked(parts: list[Any]) -> Any:
    """One array of all; missing ones are NaN. None where all are missing."""
    shape = next((np.shape(part) for part in parts if part is not None), None)
    if shape is None:
        return None
    return np.array([np.full(shape, np.nan) if part is None else part for part in parts], dtype=float)


def with_error(value: float, error: float | None) -> str:
    """Such as 30.81 ± 0.02: the error to its first digit, or two where that one is a 1."""
    if error is None or not math.isfinite(error) or not math.isfinite(value):
        return f"{value:.6g}"
    if error <= 0 or value == 0 or error < 1e-12 * abs(value):
        return f"{value:.12g} ± {error:.1g}"
    place = math.floor(math.log10(error))
    if error / 10.0 ** place < 2:
        place -= 1
    size = math.floor(math.log10(abs(value)))
    if -11 <= place <= 0 and -4 <= size < 7:
        return f"{value:.{-place}f} ± {error:.{-place}f}"
    if error >= abs(value):
        return f"{value:.2g} ± {error:.2g}"
    power = f"e{size:+03d}"
    digits = max(size - place, 0)
    return f"({value / 10.0 ** size:.{digits}f} ± {error / 10.0 ** size:.{digits}f}){power}"


def numbers_of(item: Any) -> Any:
    """A part of PREFIX.json with all number objects in it as Number; lists of numbers as one Number, plain
    lists of floats as arrays."""
    if is_number(item):
        return Number(item)
    if isinstance(item, Mapping):
        return {key: numbers_of(part) for key, part in item.items()}
    if isinstance(item, list):
        if item and all(is_number(part) for part in item):
            same = len({np.shape(_plain(part.get("value"))) for part in item if part.get("value") is not None}) <= 1
            return Number(item) if same else [Number(part) for part in item]
        if item and all(isinstance(part, (int, float)) and not isinstance(part, bool) for part in item):
            return np.array(item, dtype=float)
        return [numbers_of(part) for part in item]
    return item
