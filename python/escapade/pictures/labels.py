"""Words and units of axes, colour bars and numbers."""
from __future__ import annotations

import re
from typing import TYPE_CHECKING, Mapping, Sequence

from ..errors import BadInput

if TYPE_CHECKING:
    from ..result import Result

_GREEK = ("alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi "
          "omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega").split()
WORDS = {
    "density": "probability density", "log_density": "probability density",
    "quasi_stationary_density": "quasi-stationary density", "mean_exit_time": "mean exit time",
    "log_mean_exit_time": "mean exit time", "exit_time_std": "standard deviation of the exit time",
    "exit_probability": "probability to leave", "escape_rate": "escape rate", "mean_exit_time_qsd": "mean exit time",
    "rate": "transition rate", "rate_constant_ab": "rate constant from A to B", "probability_a": "probability of A",
    "committor_forward": "committor: chance of B before A", "committor_backward": "chance of A last, not B",
    "reactive_density": "density of reactive paths", "potential": "potential", "loss": "loss",
    "quasi_potential": "quasi-potential", "action": "action", "reduced_action": "reduced action",
    "entropy_production_rate": "entropy production rate", "max_current": "largest current", "mean": "mean",
    "covariance": "covariance", "survival": "survival probability", "hazard_rate": "hazard rate",
    "learning_rate": "learning rate", "batch_size": "batch size", "temperature": "temperature",
    "entropy_production": "entropy production", "current_curl": "curl of the current", "basin": "basin of attraction",
    "probability": "probability", "noise_floor": "noise floor", "entropy_production_of_current":
    "entropy production of the current", "response": "amplitude of the mean",
    "covariance_mismatch": "mismatch of noise and curvature"}
_OF_VARIABLES = ("mean", "covariance", "response", "mean_velocity", "effective_diffusion")
_LETTERS = {"temperature": "T", "learning_rate": r"\eta", "batch_size": "B", "mean_exit_time": r"\tau",
            "escape_rate": "k", "rate": "k"}


def words_of(name: str, variables: Sequence[str] = ()) -> str:
    """A name of a result or a field, in words: exit_probability[x > 0] too, mean[0] with the variable's name."""
    head, _, rest = name.partition("[")
    plain = WORDS.get(head, head.replace("_", " "))
    part = rest.rstrip("]")
    parts = part.split("][")
    if head in _OF_VARIABLES and all(k.isdigit() and int(k) < len(variables) for k in parts):
        if head == "covariance" and len(set(parts)) == 1:
            plain, parts = "variance", parts[:1]
        return f"{plain} of {', '.join(symbol(variables[int(k)]) for k in parts)}"
    if head.startswith("exit_probability") and part and not part.isdigit():
        return f"probability to leave through {pretty(part)}"
    return plain + (f" ({pretty(part)})" if part else "")


def letter_of(name: str) -> str:
    """Such as T for temperature; a parameter's own name."""
    return f"${_LETTERS[name]}$" if name in _LETTERS else symbol(name)


def symbol(name: str) -> str:
    """A variable's name as TeX: theta1 as a θ with the index 1, longer words upright."""
    found = re.fullmatch(r"([A-Za-z]+?)_?(\d*)", name)
    if not found:
        return name.replace("_", " ")
    head, index = found[1], found[2]
    body = "\\" + head if head in _GREEK else head if len(head) == 1 else r"\mathrm{" + head + "}"
    return f"${body}_{{{index}}}$" if index else f"${body}$"


def pretty(text: str) -> str:
    """A condition as it is set: x >= 0 with one sign, powers raised, * as a dot. Words of the problem stay."""
    if len(text) > 60 or "$" in text or "\\" in text:
        return text if len(text) <= 60 else text[:57] + "…"
    if text.startswith("side "):
        return text
    text = re.sub(r"\s*(>=|<=|>|<)\s*", r" \1 ", text)
    out = text.replace(">=", "≥").replace("<=", "≤").replace("-", "−")
    out = re.sub(r"(?:\^|\*\*)\(?([0-9.]+)\)?", r"$^{\1}$", out)
    return out.replace("*", " ")


class Units:
    """Of the variables and of time: "x=nm, y=nm, time=ns". Empty ones are left out of the labels."""

    def __init__(self, given: str | Mapping[str, str] | None, variables: list[str]):
        if given is not None and not isinstance(given, (str, Mapping)):
            raise BadInput(f"units={given!r}: give a text such as \"{variables[0]}=nm, time=ns\", or a dict")
        parts = ({str(name): str(unit) for name, unit in given.items()} if isinstance(given, Mapping)
                 else _read(given or "", variables))
        unknown = [name for name in parts if name not in (*variables, "time", "energy")]
        if unknown:
            raise BadInput(f"-units: there is no '{unknown[0]}': give {', '.join(variables)}, time, energy")
        self.variables = variables
        self.of = parts

    def axis(self, k: int) -> str:
        """Label of an axis."""
        name = self.variables[k] if k < len(self.variables) else ""
        return symbol(name) + self.brackets(self.of.get(name, ""))

    @staticmethod
    def brackets(unit: str) -> str:
        return f" ({tex_unit(unit)})" if unit else ""

    def time(self, words: str = "time") -> str:
        return words + self.brackets(self.of.get("time", ""))

    def field(self, kind: str) -> str:
        """A field's unit from its kind in files, such as 1/area or 1/(length time); "" where it is not known."""
        lengths = [self.of.get(name, "") for name in self.variables]
        time, length = self.of.get("time", ""), lengths[0] if len(set(lengths)) == 1 else ""
        if kind in ("time", "1/time"):
            return time and (time if kind == "time" else f"{time}^-1")
        area = [f"{length}^-2"] if length else [f"{one}^-1" for one in lengths if one]
        if kind == "1/area" and all(lengths):
            return " ".join(area)
        if kind == "1/(area time)" and all(lengths) and time:
            return " ".join(area + [f"{time}^-1"])
        if kind == "1/(length time)" and length and time:
            return f"{length}^-1 {time}^-1"
        if kind == "energy":
            return self.of.get("energy", "")
        return ""


def _read(text: str, variables: list[str]) -> dict[str, str]:
    out = {}
    for item in filter(None, (part.strip() for part in text.split(","))):
        name, equals, unit = item.partition("=")
        if not equals or not unit.strip():
            raise BadInput(f"-units \"{text}\": '{item}' is no NAME=UNIT; give e.g. "
                           f"\"{variables[0]}=nm, time=ns\"")
        out[name.strip()] = unit.strip()
    return out


def tex_unit(unit: str) -> str:
    """nm^-1 ns^-1 with raised powers."""
    return re.sub(r"\^(-?\d+)", r"$^{\1}$", unit)


def units_of(result: Result, given: str | Mapping[str, str] | None) -> Units:
    return Units(given if given is not None else result.options.get("units"), result.variables)
