"""Calls that see where they stand: ``super()``, ``globals()``, ``locals()``, ``eval("…")``."""

from __future__ import annotations

import _ast as ast

from weighbridge.layers import Untold
from weighbridge.readers._python import calls, tree
from weighbridge.readers._python.values import Raised, Scope, Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from weighbridge.readers._python.run import Run

NAMES = ("super", "globals", "locals", "eval")
_LONGEST = 1_000
"""Characters of an expression that ``eval`` is given."""


def called(run: Run, node: ast.Call, scope: Scope) -> Callable[[], Value] | None:
    """What gives the value of the call ``node``; ``None`` where it is a call like any other."""
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if scope.holder(name) is not None:
        return None
    match name, node.args:
        case "super", []:
            return lambda: calls.nearest_super(run, scope)
        case "globals", []:
            return lambda: scope.module.names
        case "locals", []:
            return lambda: scope.names
        case "eval", [text]:
            return lambda: _written(run, text, scope)
    return None


def _written(run: Run, node: ast.expr, scope: Scope) -> Value:
    """The value of an expression in a text: it is followed like any other, nothing is run."""
    from weighbridge.readers._python.expressions import evaluate

    text = evaluate(run, node, scope)
    if not isinstance(text, str) or len(text) > _LONGEST:
        return run.unknown(node)
    before = run.joined(text, "the text of eval", "")
    run.charge(before)
    try:
        body = tree.parse("\n" * before + text.strip()).body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise Raised("SyntaxError", text) from None
    if len(body) != 1 or not isinstance(body[0], ast.Expr):
        raise Raised("SyntaxError", text)
    found = evaluate(run, body[0].value, scope)
    if isinstance(found, Untold) and isinstance(body[0].value, ast.Name):
        raise Raised("NameError", found.because)
    return found
