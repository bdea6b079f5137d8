"""``match`` statements of the followed source."""

from __future__ import annotations

import _ast as ast

from weighbridge.layers import Untold
from weighbridge.readers._python.values import SCALARS, Scope, Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.readers._python.run import Run


def fits(run: Run, pattern: ast.pattern, value: Value, scope: Scope) -> bool | None:
    """Whether ``value`` matches, binding names on the way; ``None`` where that cannot be told."""
    from weighbridge.readers._python.expressions import evaluate

    match pattern:
        case ast.MatchAs(pattern=None, name=name):
            if name:
                scope.store(name, value)
            return True
        case ast.MatchOr(patterns=choices):
            results = [fits(run, choice, value, scope) for choice in choices]
            return True if True in results else None if None in results else False
        case ast.MatchValue(value=node):
            return _equal(value, evaluate(run, node, scope))
        case ast.MatchSingleton(value=wanted):
            return None if isinstance(value, Untold) else value is wanted
        case ast.MatchSequence(patterns=parts) if isinstance(value, tuple | list):
            if any(isinstance(part, ast.MatchStar) for part in parts):
                return None
            if len(parts) != len(value):
                return False
            results = [fits(run, p, v, scope) for p, v in zip(parts, value, strict=True)]
            return False if False in results else None if None in results else True
    return None


def _equal(value: Value, wanted: Value) -> bool | None:
    if isinstance(value, SCALARS) and isinstance(wanted, SCALARS):
        return value == wanted
    return None
