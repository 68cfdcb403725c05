"""Rows of the report: numbers with errors, and verdicts."""
import math

AGREES, DISAGREES, OURS = "agrees", "disagrees", "ours"


class Number:
    """value ± error; for what a double cannot hold, log ± log_error."""

    def __init__(self, value=None, error=None, log=None, log_error=None):
        self.value, self.error, self.log, self.log_error = value, error, log, log_error
        if log is None and value is not None and value > 0:
            self.log = math.log(value)
            self.log_error = error / value if error is not None else None

    def logarithm(self):
        return Number(self.log, self.log_error)

    def json(self):
        return {"value": self.value, "error": self.error, "log": self.log,
                "log_error": self.log_error}

    def __str__(self):
        if self.value is None or abs(self.value) > 1e15:
            return "e^" + plain(self.log, self.log_error, True)
        return plain(self.value, self.error)


def plain(value, error, bracket=False):
    """Digits up to the second one of the error."""
    if error is None:
        return f"{value:.6g}"
    if error == 0:
        return f"{value:.8g} ± 0"
    places = 1 - math.floor(math.log10(error)) if math.isfinite(error) else 3
    size = max(abs(value), error)
    if 1e-4 <= size < 1e7:
        digits = max(0, places)
        text = f"{value:.{digits}f} ± {error:.{digits}f}"
        return f"({text})" if bracket else text
    power = math.floor(math.log10(size))
    digits = max(0, min(15, places + power))
    return f"({value / 10**power:.{digits}f} ± {error / 10**power:.{digits}f})e{power:+03d}"


def fv(entry, i=None, j=None):
    """A number of a finite-volume summary, or a component of a vector or matrix."""
    value, error = entry["value"], entry.get("error")
    for k in (i, j):
        if k is not None:
            value, error = value[k], error[k] if error is not None else None
    if i is not None:
        return Number(value, error)
    return Number(value, error, entry.get("log"), entry.get("log_error"))


def mc(entry, i=None, j=None):
    """A number of a trajectory summary: value ± standard error."""
    value, error = entry["value"], entry["standard_error"]
    for k in (i, j):
        if k is not None:
            value, error = value[k], error[k]
    return Number(value, error)


def far(a, b, extra=0.0):
    """|a − b| in units of their errors, `extra` being added to the errors."""
    error = math.hypot(a.error or 0, b.error or 0, extra)
    difference = abs(a.value - b.value)
    return difference / error if error > 0 else (0.0 if difference == 0 else math.inf)


def within(a, b, tolerance, sigmas=4.0):
    """Whether a and b agree to `tolerance` (absolute) or to 4 of their combined errors."""
    difference = abs(a.value - b.value)
    return difference <= tolerance or far(a, b) <= sigmas


def verdict(good):
    return AGREES if good else DISAGREES


class Row:
    """One line. `expected` is the verdict that must come out: ours against ours must agree, and
    the thesis must disagree where its formula is known to be wrong."""

    def __init__(self, where, what, *, thesis=None, formula=None, fv=None, mc=None, verdict=OURS,
                 expected=None, note=""):
        self.where, self.what, self.thesis, self.formula = where, what, thesis, formula
        self.fv, self.mc, self.verdict, self.note = fv, mc, verdict, note
        self.expected = expected or (AGREES if verdict != OURS else OURS)

    def good(self):
        return self.verdict == self.expected

    def json(self):
        def one(x):
            return x.json() if isinstance(x, Number) else x

        return {"where": self.where, "what": self.what, "thesis": one(self.thesis),
                "formula": one(self.formula), "finite_volumes": one(self.fv),
                "monte_carlo": one(self.mc), "verdict": self.verdict, "expected": self.expected,
                "note": self.note}


NOT_QUOTED = "no number quoted"
