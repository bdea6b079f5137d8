"""Exceptions of the followed source: raised, caught, asserted."""

from __future__ import annotations

import _ast as ast

from weighbridge.errors import Impossible
from weighbridge.layers import Untold
from weighbridge.readers._python.expressions import evaluate
from weighbridge.readers._python.objects import truth
from weighbridge.readers._python.values import Breaking, Continuing, Raised, Returning, Scope

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.readers._python.run import Run


def try_(run: Run, node: ast.Try, scope: Scope) -> None:
    """``try`` with its handlers: exceptions of the followed code are caught by it alone."""
    from weighbridge.readers._python.statements import execute

    try:
        _guarded(run, node, scope)
    except (Raised, Returning, Breaking, Continuing):
        execute(run, node.finalbody, scope)
        raise
    execute(run, node.finalbody, scope)


def _guarded(run: Run, node: ast.Try, scope: Scope) -> None:
    """The body of a ``try`` and what catches its exceptions."""
    from weighbridge.readers._python.statements import execute

    try:
        execute(run, node.body, scope)
    except (Raised, Impossible) as error:
        raised = error if isinstance(error, Raised) else Raised("TypeError", error.what)
        kinds = {raised.kind} if raised is error else _REFUSALS
        handler = next((h for h in node.handlers if _catches(h, kinds)), None)
        if handler is None:
            raise
        if handler.name:
            scope.store(handler.name, Untold(f"the exception {raised.kind}"))
        execute(run, handler.body, scope)
    else:
        execute(run, node.orelse, scope)


_REFUSALS = {"TypeError", "ValueError", "RuntimeError"}
"""What a library raises for arguments it does not take."""


def _catches(handler: ast.ExceptHandler, kinds: set[str]) -> bool:
    if handler.type is None:
        return True
    sorts = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    names = {getattr(sort, "id", getattr(sort, "attr", "")) for sort in sorts}
    return bool(names & {*kinds, "Exception", "BaseException", "LookupError"})


def raise_(run: Run, node: ast.Raise, scope: Scope) -> None:
    """``raise``."""
    match node.exc:
        case ast.Call(func=sort, args=[first, *_]):
            message = evaluate(run, first, scope)
        case sort:
            message = ""
    name = getattr(sort, "id", getattr(sort, "attr", "an exception"))
    raise Raised(name, message if isinstance(message, str) else "", node)


def assert_(run: Run, node: ast.Assert, scope: Scope) -> None:
    """``assert``: fails only where the condition is known to be false."""
    if truth(run, evaluate(run, node.test, scope)) is False:
        raise Raised("AssertionError", run.snippet(node.test), node)
