"""Which values a picture shows, and where its colour bar has ticks."""
from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

LN10 = math.log(10)
ROUNDING = 1e-9  # values that differ by less, relative to their size, are one value


@dataclass(frozen=True)
class Scale:
    """Values from `low` to `high` (log10 of them where `log`), contours at `levels`, ticks with `labels`."""
    low: float
    high: float
    levels: np.ndarray
    ticks: np.ndarray
    labels: list[str]
    log: bool = False
    under: bool = False  # there are values below the range
    over: bool = False

    @property
    def extend(self) -> str:
        return {(False, False): "neither", (True, False): "min", (False, True): "max", (True, True): "both"}[
            self.under, self.over]


def nice_step(span: float, wanted: float) -> float:
    """1, 2 or 5 times a power of ten, about wanted of them over the span."""
    raw = span / wanted
    power = 10.0 ** math.floor(math.log10(raw))
    return min((m * power for m in (1, 2, 5, 10)), key=lambda step: abs(math.log(step / raw)))


def multiples(low: float, high: float, step: float) -> np.ndarray:
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return step * np.arange(first, last + 1)


def plain_text(value: float) -> str:
    text = f"{value:.10g}"
    if "e" in text:
        head, _, power = text.partition("e")
        base = "" if head == "1" else f"{head}" + r"\times"
        return f"${base}10^{{{int(power)}}}$"
    return text.replace("-", "−")


def linear(low: float, high: float, contours: float = 9, under: bool = False, over: bool = False) -> Scale:
    if not high - low > ROUNDING * max(abs(low), abs(high)):  # one value: a scale about it, so that ticks can be told apart
        pad = abs(high) * 0.5 or 1.0
        low, high = low - pad, high + pad
    step = nice_step(high - low, contours)
    floor = step * math.floor(low / step + 1e-9)
    if low - floor < 0.15 * step:  # so that the scale begins with a tick
        low = floor
    ticks = multiples(low, high, nice_step(high - low, 5))
    return Scale(low, high, multiples(low, high, step), ticks, [plain_text(t) for t in ticks], under=under, over=over)


def _mantissas(low: float, high: float, heads: tuple[float, ...]) -> np.ndarray:
    """log10 of these times powers of ten between low and high."""
    powers = np.arange(math.floor(low), math.ceil(high) + 1)
    all_of = (powers[:, None] + np.log10(heads)[None, :]).ravel()
    return all_of[(all_of >= low - 1e-9) & (all_of <= high + 1e-9)]


def _power_text(value: float) -> str:
    power = math.floor(value + 1e-9)
    head = round(10 ** (value - power))
    if -3 <= power <= 3:
        return f"{head * 10.0 ** power:.10g}"
    return f"$10^{{{power}}}$" if head == 1 else rf"${head}\times10^{{{power}}}$"


def logarithmic(low: float, high: float, under: bool = False, over: bool = False) -> Scale:
    """low and high are log10 of values."""
    if not high - low > ROUNDING * max(1.0, abs(low), abs(high)):
        low, high = low - 0.5, high + 0.5
    span = high - low
    if span >= 3:
        step = max(1, round(nice_step(span, 6)))
        ticks = multiples(low, high, step)
        levels = multiples(low, high, max(step / 2, 1) if span > 6 else 0.5)
        labels = [f"$10^{{{round(t)}}}$" for t in ticks]
    elif span >= 0.9:
        ticks, levels = _mantissas(low, high, (1, 2, 5)), _mantissas(low, high, (1, 1.4, 2, 3, 5, 7))
        labels = [_power_text(t) for t in ticks]
    else:  # less than a decade: ticks as of a linear scale, at their logarithms
        values = multiples(10 ** low, 10 ** high, nice_step(10 ** high - 10 ** low, 5)) if abs(high) < 290 else None
        if values is None or len(values) < 2 or values[0] <= 0:
            ticks = np.array([low, high])
            labels = [f"$10^{{{t:.4g}}}$" for t in ticks]
        else:
            ticks = np.log10(values)
            labels = [plain_text(v) for v in values]
        levels = ticks if values is None or len(values) < 2 else np.log10(multiples(10 ** low, 10 ** high, nice_step(
            10 ** high - 10 ** low, 10)))
    return Scale(low, high, levels, ticks, labels, log=True, under=under, over=over)


def of_density(log_values: np.ndarray, saddles: list[float]) -> Scale:
    """Of natural logarithms of a density: from its maximum to somewhat below the lowest saddle that is shown."""
    known = log_values[np.isfinite(log_values)]
    if known.size == 0:
        raise ValueError("no value to show is finite")
    high, least = float(known.max()), float(known.min())
    deep = min([s for s in saddles if math.isfinite(s)], default=high - 8)
    low = max(min(deep - 4, high - 8), least)
    return logarithmic(low / LN10, high / LN10, under=least < low)


def of_times(log_values: np.ndarray) -> Scale:
    """Of natural logarithms of times: from the longest down to where the way out is all but walked."""
    known = log_values[np.isfinite(log_values)]
    if known.size == 0:
        raise ValueError("no value to show is finite")
    high = float(known.max())
    walked, nearly = np.quantile(known, (0.02, 0.1))
    low = max(float(walked), high - max(1.3 * (high - float(nearly)), math.log(30)))
    low = min(low, high - 0.1)
    return logarithmic(low / LN10, high / LN10, under=float(known.min()) < low)


def of_heights(values: np.ndarray, saddles: list[float], energy: float | None) -> Scale:
    """Of a potential: from its minimum to some of `energy` (T) above the highest saddle."""
    known = values[np.isfinite(values)]
    if known.size == 0:
        raise ValueError("no value to show is finite")
    low, top = float(known.min()), float(known.max())
    inside = [s for s in saddles if low <= s <= top]
    if inside:
        above = max(4 * energy if energy else 0, 0.5 * (max(inside) - low))
        high = min(max(inside) + above, top)
    else:
        high = min(float(np.quantile(known, 0.6)), low + 20 * energy if energy else top)
    if not high > low:
        high = top
    return linear(low, high, 12, over=high < top)
