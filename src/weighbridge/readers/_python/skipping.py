"""Code whose turn nobody can tell: passed over, with what it could have changed made unknown."""

from __future__ import annotations

import _ast as ast

from weighbridge.readers._python import tree
from weighbridge.readers._python.values import Class, Instance, Native, Returning, Scope

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.layers import Untold
    from weighbridge.readers._python.run import Run

_GROWS = {"add", "append", "extend", "insert", "add_module", "update", "setdefault"}


def skip(run: Run, node: ast.stmt, body: list[ast.stmt], scope: Scope, what: str) -> None:
    """Passes over ``body`` because ``what`` is not known.

    Names it assigns become unknown, lists and models it adds to get an unknown entry, and a
    ``return`` in it makes the function's result unknown. Code that touches nothing the model hangs
    on (logging, saving, training) leaves no trace.
    """
    test = getattr(node, "test", getattr(node, "iter", getattr(node, "subject", node)))
    why = run.unknown(test, f"{what} {run.snippet(test)}")
    for part in body:
        for inner in tree.walk(part):
            if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
                _forget(run, inner.id, why, scope)
            elif isinstance(inner, ast.Attribute) and isinstance(inner.ctx, ast.Store):
                run.note(f"{why.because} is not known; {run.snippet(inner)} keeps its value", test)
            elif isinstance(inner, ast.Subscript) and isinstance(inner.ctx, ast.Store):
                _rewrite(run, inner, why, scope)
            elif isinstance(inner, ast.Call):
                _grow(run, inner, why, scope)
    if _returns(body):
        raise Returning(why)


def _forget(run: Run, name: str, why: Untold, scope: Scope) -> None:
    """A name that may or may not have been assigned anew; definitions and models are kept."""
    before = scope.names.get(name)
    if isinstance(before, Native):
        scope.store(name, before.passed_over(run, name, why))
    elif not isinstance(before, Instance | Class):
        scope.store(name, why)
    else:
        run.note(f"{why.because} is not known; {name} stays what it was before", run.here)


def _rewrite(run: Run, node: ast.Subscript, why: Untold, scope: Scope) -> None:
    """``table[key] = …`` in passed-over code: nobody can tell what the table holds."""
    if isinstance(node.value, ast.Name):
        holder = scope.holder(node.value.id)
        if holder is not None and not isinstance(holder.names[node.value.id], Instance | Class):
            holder.names[node.value.id] = why


def _grow(run: Run, node: ast.Call, why: Untold, scope: Scope) -> None:
    """``model.add(…)`` or ``layers.append(…)`` in passed-over code: one entry nobody knows."""
    match node.func:
        case ast.Attribute(value=ast.Name(id=name), attr=attr) if attr in _GROWS:
            holder = scope.holder(name)
            owner = None if holder is None else holder.names[name]
            if isinstance(owner, list):
                owner.append(why)
            elif isinstance(owner, dict):
                owner[why] = why  # an entry of an unknown name
            elif isinstance(owner, Native):
                grow = owner.attribute(run, attr)
                if isinstance(grow, Native):
                    grow.call(run, [why], {})


def _returns(body: list[ast.stmt]) -> bool:
    return any(isinstance(inner, ast.Return) for inner in tree.within(body))
