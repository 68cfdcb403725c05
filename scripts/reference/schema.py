"""JSON Schemas of problem files and of PREFIX.json."""
import json
import re

DIALECT = "http://json-schema.org/draft-07/schema#"
SCALAR = {"type": ["string", "number", "boolean"]}
NUMBER = {"type": ["number", "string"]}  # an expression of constants is one, too
NOT_IN_FILES = {"problem", "rerun", "help", "version", "citations"}

# Keys of `results` that hold numbers with errors, alone, in lists or by name; others hold what they hold.
MEASURED = """mean_exit_time exit_time_std exit_probability conditional_mean_exit_time moments escape_rate mean_exit_time_qsd
exit_probability_qsd rate rate_constant_ab probability_a committor mean covariance entropy_production_rate max_current
region_probability survival exited exit_time_density hazard_rate survival_decay_rate survival_integral relative_entropy action
action_by_minimisation reduced_action quasi_potential reduced_quasi_potential probability
observables mean_velocity effective_diffusion variance correlation_time""".split()
OBJECTS = ["comparisons", "formulas", "fit", "sum_rule"]
LISTS = ["critical_points", "communication_heights", "basins", "starts", "sweep", "times", "rest_points", "cycles"]
SERIES = ["power_spectral_density", "correlation"]  # [[at, number], ...]


def listed(items, option):
    schema = {"type": "array", "items": items, "minItems": 1}
    if option["count"]:
        schema["maxItems"] = option["count"]
    return schema


def value(option):
    kind = option["kind"]
    if kind in ("flag", "boolean"):
        return {"enum": [True, False, "true", "false", *option["words"]]}
    if kind == "choice":
        return {"enum": option["choices"]}
    if kind == "number":
        return NUMBER
    if kind == "integer":
        return {"type": ["integer", "string"]}
    if kind in ("numbers", "integers"):
        item = NUMBER if kind == "numbers" else {"type": ["integer", "string"]}
        return {"anyOf": [item, listed(item, option)]}
    inner = {"anyOf": [SCALAR, {"type": "array", "items": SCALAR}]} if option["separator"] == ";" else SCALAR
    return {"anyOf": [SCALAR, {"type": "array", "items": inner, "minItems": 1}]}


def described(option):
    text = option["help"] + (f" [{option['units']}]" if option["units"] else "")
    schema = {"description": text, **value(option)}
    if option["default"]:
        schema["default"] = option["default"]
    return schema


def of_solvers(table):
    return "^(" + "|".join(re.escape(prefix) for prefix in table["solver_prefixes"]) + ")"


def problem(table):
    return {"$schema": DIALECT, "title": "A problem file of escapade", "type": "object",
            "properties": {o["name"]: described(o) for o in table["options"] if o["name"] not in NOT_IN_FILES},
            "patternProperties": {of_solvers(table): {"type": ["string", "number", "boolean", "null", "array"]}},
            "additionalProperties": False}


DEFINITIONS = {
    "array_or_number": {"anyOf": [{"type": ["number", "null"]}, {"type": "array", "items": {"$ref": "#/definitions/array_or_number"}}]},
    "number": {
        "description": "a number or array with its error, or with the reason why none is known",
        "type": "object",
        "properties": {
            **{name: {"$ref": "#/definitions/array_or_number"} for name in
               ("value", "error", "standard_error", "log", "log_error", "order", "extrapolated", "extrapolated_error",
                "log_extrapolated", "log_extrapolated_error")},
            "error_unknown": {"type": "string"}, "samples": {"type": "integer", "minimum": 0}},
        "required": ["value"],
        "anyOf": [{"required": ["error"]}, {"required": ["standard_error"]}, {"required": ["error_unknown"]}]},
    "measured": {"anyOf": [{"$ref": "#/definitions/number"},
                           {"type": "array", "items": {"$ref": "#/definitions/measured"}},
                           {"type": "object", "not": {"required": ["value"]},
                            "additionalProperties": {"$ref": "#/definitions/measured"}}]},
}


def summary(table):
    results = {name: {"$ref": "#/definitions/measured"} for name in MEASURED}
    results.update({name: {"type": "object"} for name in OBJECTS})
    results.update({name: {"type": "array"} for name in LISTS})
    results["eigenvalues"] = {"type": ["array", "object"]}  # of fp-modes; of fp-network, by what they belong to
    pair = [{"type": "number"}, {"$ref": "#/definitions/number"}]
    results.update({name: {"type": "array", "items": {"type": "array", "items": pair, "minItems": 2, "maxItems": 2}}
                    for name in SERIES})
    options = {o["name"]: {"type": "string", "description": o["help"]} for o in table["options"]}
    of_run = {"type": "object", "properties": results}
    sweep = {"type": "array", "items": of_run}
    properties = {
        "schema": {"type": "integer", "minimum": 1}, "program": {"enum": [p["name"] for p in table["programs"]]},
        "version": {"type": "string"}, "commit": {"type": "string"}, "libraries": {"type": "object"},
        "seed": {"type": ["integer", "null"]}, "partial": {"type": "boolean"},
        "options": {"type": "object", "properties": options, "additionalProperties": {"type": "string"}},
        "problem": {"type": "object"}, "grid": {"type": "object"}, "solver": {"type": "object"},
        "ranks": {"type": "integer", "minimum": 1},
        "unused_options": {"type": "array", "items": {"enum": [o["name"] for o in table["options"]]}},
        "results": {"type": "object", "properties": {**results, "sweep": sweep}}}
    return {"$schema": DIALECT, "title": "PREFIX.json, the summary of a run of escapade", "type": "object",
            "properties": properties, "required": [name for name in properties if name not in ("partial", "libraries")],
            "definitions": DEFINITIONS}


def schemas(table):
    return {"escapade/schema/problem.schema.json": json.dumps(problem(table), indent=1) + "\n",
            "escapade/schema/results.schema.json": json.dumps(summary(table), indent=1) + "\n"}
