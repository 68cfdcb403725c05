"""Expressions of a problem as numpy functions, for what pictures show of them: sets with smooth borders."""
from __future__ import annotations

import ast
import math
import operator
from typing import Any, Callable, Mapping

import numpy as np

Values = Mapping[str, Any]


def _step(a: Any) -> Any:
    return np.where(np.asarray(a) >= 0, 1.0, 0.0)


def _erf(a: Any) -> Any:
    return np.vectorize(math.erf)(a)


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "exp": np.exp, "log": np.log, "log10": np.log10, "log1p": np.log1p, "expm1": np.expm1, "sqrt": np.sqrt,
    "cbrt": np.cbrt, "abs": np.abs, "sign": np.sign, "min": np.minimum, "max": np.maximum, "step": _step,
    "sin": np.sin, "cos": np.cos, "tan": np.tan, "asin": np.arcsin, "acos": np.arccos, "atan": np.arctan,
    "atan2": np.arctan2, "sinh": np.sinh, "cosh": np.cosh, "tanh": np.tanh, "erf": _erf,
    "erfc": lambda a: 1 - _erf(a), "sigmoid": lambda a: 1 / (1 + np.exp(-np.asarray(a))),
    "if_": lambda c, a, b: np.where(np.asarray(c) > 0, a, b)}
_BINARY = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
           ast.Pow: operator.pow}


class CannotRead(Exception):
    """The text holds something that is not known here (a table, say)."""


def _tree(text: str) -> ast.expr:
    words = text.strip().replace("^", "**").replace("if(", "if_(").replace("if (", "if_(")
    try:
        return ast.parse(words, mode="eval").body
    except SyntaxError:
        raise CannotRead(text) from None


def _value(node: ast.expr, values: Values) -> Any:
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        return float(node.value)
    if isinstance(node, ast.Name):
        if node.id in values:
            return values[node.id]
        if node.id == "pi":
            return math.pi
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        inner = _value(node.operand, values)
        return -inner if isinstance(node.op, ast.USub) else inner
    if isinstance(node, ast.BinOp) and type(node.op) in _BINARY:
        return _BINARY[type(node.op)](_value(node.left, values), _value(node.right, values))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _FUNCTIONS:
        return _FUNCTIONS[node.func.id](*(_value(argument, values) for argument in node.args))
    if isinstance(node, (ast.Compare, ast.BoolOp)):
        return _level(node, values)
    raise CannotRead(ast.unparse(node))


def _level(node: ast.expr, values: Values) -> Any:
    """Positive inside the set, negative outside, smooth across its border."""
    if isinstance(node, ast.BoolOp):
        parts = [_level(part, values) for part in node.values]
        join = np.maximum if isinstance(node.op, ast.Or) else np.minimum
        out = parts[0]
        for part in parts[1:]:
            out = join(out, part)
        return out
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        left, right = _value(node.left, values), _value(node.comparators[0], values)
        if isinstance(node.ops[0], (ast.Gt, ast.GtE)):
            return left - right
        if isinstance(node.ops[0], (ast.Lt, ast.LtE)):
            return right - left
    raise CannotRead(ast.unparse(node))


def value(text: str, values: Values) -> Any:
    """An expression's value. CannotRead where it holds what is not known here."""
    with np.errstate(all="ignore"):
        return _value(_tree(text), values)


def level(text: str, values: Values) -> Any:
    """A set's level function: positive inside."""
    with np.errstate(all="ignore"):
        return _level(_tree(text), values)


def parts(text: str) -> list[str]:
    """The operands of a set's top-level `or`."""
    node = _tree(text)
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
        return [ast.unparse(part).replace("**", "^") for part in node.values]
    return [text.strip()]


def parameters(text: str) -> dict[str, float]:
    """-parameters as numbers; those that cannot be read are left out."""
    out: dict[str, float] = {}
    for item in text.split(","):
        name, _, expression = item.partition("=")
        try:
            out[name.strip()] = float(value(expression, out))
        except (CannotRead, TypeError, ValueError):
            continue
    return out
