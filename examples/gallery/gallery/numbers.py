"""Numbers in the summaries of the programs, with their errors."""
import dataclasses
import decimal
import math


@dataclasses.dataclass
class Number:
    value: float
    error: float
    sampled: bool = False  # by trajectories: the error is a standard error


EXACT = 1e-9  # of numbers that state no error, such as rest points: relative, or absolute below 1


def at(results, path):
    """The number at a path of keys; in vectors and matrices the indices follow the key."""
    node = results
    for key in path:
        if isinstance(node, dict) and isinstance(key, int):
            node = {name: list(node[name])[key] if isinstance(node[name], list) else node[name] for name in node}
        else:
            node = node[key]
    return node


def number(results, wanted):
    """The number that an entry of expected.json asks for."""
    if "eigenvalue" in wanted:
        k, part = wanted["eigenvalue"]
        return Number(abs(results["eigenvalues"][k][part]), results["eigenvalue_errors"][k][part])
    node = at(results, wanted["at"])
    if not isinstance(node, dict):
        return Number(node, EXACT * max(1.0, abs(node)))
    if wanted.get("formula"):  # the value of a formula has no error
        return Number(node["value"], EXACT * abs(node["value"]))
    value, error = ("log", "log_error") if wanted.get("log") else ("value", "error")
    if error in node:
        got = Number(node[value], node[error])
    else:
        got = Number(node[value], node["log_standard_error" if wanted.get("log") else "standard_error"], True)
    if got.value is None or got.error is None:
        return got
    if "minus" in wanted:
        other = number(results, {"at": wanted["minus"]})
        got = Number(got.value - other.value, got.error + other.error, got.sampled)
    if "times" in wanted:
        got = Number(got.value * wanted["times"], got.error * abs(wanted["times"]), got.sampled)
    return got


def rounding(text):
    """Half a unit of the last digit of a published number."""
    exponent = decimal.Decimal(text).as_tuple().exponent
    return 0.5 * 10.0**exponent


def shown(value, error):
    """Value and error, the error with two digits."""
    if error is None or not math.isfinite(error) or error <= 0:
        return f"{value:.6g}"
    if abs(value) >= 1e6 or (value != 0 and abs(value) < 1e-4 and error < 1e-4):
        exponent = math.floor(math.log10(max(abs(value), error)))
        scale = 10.0**exponent
        return f"({shown(value / scale, error / scale)})e{exponent:+03d}"
    if error < 1e-9 * max(abs(value), 1e-3):
        return f"{value:.10g} ± {error:.0e}"
    digits = max(0, 1 - math.floor(math.log10(error)))
    return f"{value:.{digits}f} ± {error:.{digits}f}"
