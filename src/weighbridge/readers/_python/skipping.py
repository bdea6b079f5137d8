"""Code whose turn nobody can tell: passed over, with what it could have changed made unknown."""

from __future__ import annotations

import _ast as ast

from weighbridge.errors import LIMITS
from weighbridge.readers._python import tree
from weighbridge.readers._python.containers import Several
from weighbridge.readers._python.values import Class, Instance, Namespace, Native, Returning, Scope

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.layers import Untold
    from weighbridge.readers._python.run import Run

PATIENCE = 5_000
"""Rounds of a loop over numbers, after which the rest of it is passed over."""
_SHARE = 10
"""A loop that only computes may take a tenth of the steps that are left."""
_COMPUTING = {
    "abs", "bool", "divmod", "enumerate", "float", "int", "len", "list", "max", "min", "range",
    "reversed", "round", "set", "sorted", "str", "sum", "tuple", "zip",
}  # fmt: skip
_KEEPING = {"append", "extend", "add", "get", "setdefault", "items", "keys", "values", "index"}
_GROWS = {"add", "append", "extend", "insert", "add_module", "update", "setdefault"}


def skip(run: Run, node: ast.stmt, body: list[ast.stmt], scope: Scope, what: str) -> None:
    """Passes over ``body`` because ``what`` is not known.

    Names it assigns become unknown, lists and models it adds to get an unknown entry, and a
    ``return`` in it makes the function's result unknown. Code that touches nothing the model hangs
    on (logging, saving, training) leaves no trace.
    """
    test = getattr(node, "test", getattr(node, "iter", getattr(node, "subject", node)))
    why = run.unknown(test, f"{what} {run.snippet(test)}")
    declared: list[ast.expr] = []
    for part in body:
        for inner in tree.walk(part):
            if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
                _forget(run, inner.id, why, scope)
            elif inner in declared:
                continue
            elif isinstance(inner, ast.Attribute) and isinstance(inner.ctx, ast.Store):
                run.note(f"{why.because} is not known; {run.snippet(inner)} keeps its value", test)
            elif isinstance(inner, ast.Assign) and isinstance(inner.value, ast.Call):
                declared += _declare(run, inner, inner.value.func, why, scope)
            elif isinstance(inner, ast.Subscript) and isinstance(inner.ctx, ast.Store):
                _rewrite(run, inner, why, scope)
            elif isinstance(inner, ast.Call):
                _grow(run, inner, why, scope)
    if _returns(body):
        raise Returning(why)


def is_tiresome(run: Run, loop: ast.For | ast.AsyncFor, before: int) -> bool:
    """Whether a loop, begun at step ``before``, has taken long and can make no layer.

    Tables of positions are filled by such loops, which take millions of steps for no count.
    """
    share = (LIMITS.steps - before) // _SHARE
    return run.steps - before > share and all(map(_only_computes, loop.body))


def _only_computes(statement: ast.stmt) -> bool:
    for inner in tree.walk(statement):
        match inner:
            case ast.Call(func=ast.Name(id=name)) if name in _COMPUTING:
                continue
            case ast.Call(func=ast.Attribute(value=ast.Name(), attr=name)) if name in _KEEPING:
                continue
            case ast.Call() | ast.Attribute(ctx=ast.Store()):
                return False
    return True


def _forget(run: Run, name: str, why: Untold, scope: Scope) -> None:
    """A name that may or may not have been assigned anew; definitions and models are kept."""
    before = scope.names.get(name)
    if isinstance(before, Native):
        scope.store(name, before.passed_over(run, name, why))
    elif not isinstance(before, Instance | Class):
        scope.store(name, why)
    else:
        run.note(f"{why.because} is not known; {name} stays what it was before", run.here)


def _declare(
    run: Run, node: ast.Assign, maker: ast.expr, why: Untold, scope: Scope
) -> Iterator[ast.expr]:
    """``self.block = Block(…)`` in passed-over code: a model may have one more part.

    Yields the targets that had no layer before and are now unknown.
    """
    from weighbridge.readers._python.expressions import evaluate
    from weighbridge.readers._python.statements import set_attribute

    if not isinstance(maker, ast.Name | ast.Attribute):
        return
    made_by = evaluate(run, maker, scope)
    if not isinstance(made_by, Native | Class) or isinstance(made_by, Namespace):
        return
    for target in node.targets:
        match target:
            case ast.Attribute(value=ast.Name() as holder, attr=attr):
                owner = evaluate(run, holder, scope)
                held = owner.names.get(attr) if isinstance(owner, Instance) else owner
                if not isinstance(held, Native | Instance | Class):
                    here, run.here = run.here, node
                    set_attribute(run, owner, attr, type(why)(why.because))
                    run.here = here
                    yield target


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
                owner.append(Several(why.because))
            elif isinstance(owner, dict):
                owner[why] = why  # an entry of an unknown name
            elif isinstance(owner, Native):
                grow = owner.attribute(run, attr)
                if isinstance(grow, Native):
                    grow.call(run, [why], {})


def _returns(body: list[ast.stmt]) -> bool:
    return any(isinstance(inner, ast.Return) for inner in tree.within(body))
