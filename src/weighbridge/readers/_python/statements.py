"""What the statements of the followed source do to its names."""

from __future__ import annotations

import _ast as ast

from weighbridge.layers import Untold
from weighbridge.readers._python import arithmetic, definitions, exceptions
from weighbridge.readers._python.calls import call
from weighbridge.readers._python.expressions import evaluate
from weighbridge.readers._python.objects import elements, expanse, proper, range_length, truth
from weighbridge.readers._python.skipping import PATIENCE, is_tiresome, skip
from weighbridge.readers._python.values import (
    Breaking,
    Class,
    Continuing,
    Function,
    Instance,
    Method,
    Native,
    Raised,
    Returning,
    Scope,
    Value,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from weighbridge.readers._python.run import Run


def execute(run: Run, body: list[ast.stmt], scope: Scope) -> None:
    """Follows the statements of ``body`` in order."""
    for node in body:
        run.step()
        run.here = node
        known = _EXECUTORS.get(type(node))
        if known is not None:
            known(run, node, scope)


# -- names ---------------------------------------------------------------------------------------


def bind(run: Run, target: ast.expr, value: Value, scope: Scope) -> None:
    """``target = value``."""
    match target:
        case ast.Name(id=name):
            scope.store(name, value)
        case ast.Tuple(elts=targets) | ast.List(elts=targets):
            _unpack(run, targets, value, scope)
        case ast.Starred(value=inner):
            bind(run, inner, value, scope)
        case ast.Attribute(value=owner, attr=name):
            set_attribute(run, evaluate(run, owner, scope), name, value)
        case ast.Subscript(value=owner, slice=key):
            _set_item(run, evaluate(run, owner, scope), evaluate(run, key, scope), value)


def _unpack(run: Run, targets: list[ast.expr], value: Value, scope: Scope) -> None:
    values = elements(run, value)
    star = next((i for i, t in enumerate(targets) if isinstance(t, ast.Starred)), None)
    if values is None:
        for target in targets:
            bind(run, target, run.unknown(target, run.snippet(target)), scope)
        return
    if len(values) < len(targets) - 1 or (star is None and len(values) != len(targets)):
        raise Raised("ValueError", f"{len(targets)} names for {len(values)} values")
    if star is not None:
        after = len(targets) - star - 1
        middle = values[star : len(values) - after]
        values = [*values[:star], middle, *values[len(values) - after :]]
    for target, part in zip(targets, values, strict=True):
        bind(run, target, part, scope)


def set_attribute(run: Run, owner: Value, name: str, value: Value) -> None:
    if isinstance(owner, Instance):
        setter = owner.cls.find(name)
        if isinstance(setter, Function) and setter.wrap == "property":
            if setter.setter is not None:
                call(run, Method(setter.setter, owner), [value], {}, run.here)
            return
        owner.names[name] = value
        if owner.native is not None:
            owner.native.assign(run, name, value)
    elif isinstance(owner, Native):
        owner.assign(run, name, value)
    elif isinstance(owner, Class):
        owner.names[name] = value
    elif isinstance(owner, Untold):
        run.world.attached(run, owner, name, value)


def _set_item(run: Run, owner: Value, key: Value, value: Value) -> None:
    expanse(run, key)
    if isinstance(owner, Native):
        put = owner.attribute(run, "__setitem__")
        if isinstance(put, Native):
            put.call(run, [key, value], {})
    if isinstance(owner, list | dict):
        try:
            owner[key] = value  # type: ignore[call-overload]  # a wrong key raises
        except (IndexError, TypeError, ValueError) as error:
            if not isinstance(key, Untold):
                raise Raised(type(error).__name__, str(error)) from None


def _assign(run: Run, node: ast.Assign, scope: Scope) -> None:
    value = evaluate(run, node.value, scope)
    for target in node.targets:
        bind(run, target, value, scope)


def _annotated(run: Run, node: ast.AnnAssign, scope: Scope) -> None:
    if node.value is not None:
        bind(run, node.target, evaluate(run, node.value, scope), scope)


def _augmented(run: Run, node: ast.AugAssign, scope: Scope) -> None:
    before, more = evaluate(run, _loading(node.target), scope), evaluate(run, node.value, scope)
    bind(run, node.target, _grown(run, node, before, more), scope)


def _grown(run: Run, node: ast.AugAssign, before: Value, more: Value) -> Value:
    sign = arithmetic.SIGNS[type(node.op)]
    if isinstance(before, list) and sign == "add":
        added = elements(run, more)
        before += [Untold("what is added to a list")] if added is None else added
        return before
    native = before.native if isinstance(before, Instance) else before
    grown = native.grown(run, sign, more) if isinstance(native, Native) else None
    return arithmetic.binary(run, sign, before, more, node) if grown is None else grown


def _loading(target: ast.expr) -> ast.expr:
    """A target as the expression that reads it."""
    match target:
        case ast.Name(id=name):
            reading: ast.expr = ast.Name(name, ast.Load())
        case ast.Attribute(value=value, attr=attr):
            reading = ast.Attribute(value, attr, ast.Load())
        case ast.Subscript(value=value, slice=key):
            reading = ast.Subscript(value, key, ast.Load())
        case _:
            return target
    for place in ("lineno", "col_offset", "end_lineno", "end_col_offset"):
        setattr(reading, place, getattr(target, place))
    return reading


def _expression(run: Run, node: ast.Expr, scope: Scope) -> None:
    evaluate(run, node.value, scope)


def _delete(run: Run, node: ast.Delete, scope: Scope) -> None:
    for target in node.targets:
        match target:
            case ast.Name(id=name):
                scope.names.pop(name, None)
            case ast.Subscript(value=owner, slice=key):
                _delete_item(evaluate(run, owner, scope), evaluate(run, key, scope))
            case ast.Attribute(value=owner, attr=name):
                _delete_attribute(run, evaluate(run, owner, scope), name)


def _delete_attribute(run: Run, owner: Value, name: str) -> None:
    if isinstance(owner, Instance):
        owner.names.pop(name, None)
        owner = owner.native
    if isinstance(owner, Native):
        owner.drop(run, name)


def _delete_item(held: Value, key: Value) -> None:
    if not isinstance(held, dict | list) or not proper(key):
        return
    try:
        del held[key]  # type: ignore[arg-type]  # a wrong key raises
    except (IndexError, KeyError, TypeError, ValueError) as error:
        raise Raised(type(error).__name__, str(error)) from None


def _global(run: Run, node: ast.Global, scope: Scope) -> None:
    scope.elsewhere |= dict.fromkeys(node.names, scope.module)


def _nonlocal(run: Run, node: ast.Nonlocal, scope: Scope) -> None:
    for name in node.names:
        holder = None if scope.outer is None else scope.outer.holder(name)
        if holder is not None:
            scope.elsewhere[name] = holder


# -- control flow --------------------------------------------------------------------------------


def _if(run: Run, node: ast.If, scope: Scope) -> None:
    known = truth(run, evaluate(run, node.test, scope))
    if known is None:
        skip(run, node, [*node.body, *node.orelse], scope, "the condition")
    else:
        execute(run, node.body if known else node.orelse, scope)


def _for(run: Run, node: ast.For | ast.AsyncFor, scope: Scope) -> None:
    iterated = evaluate(run, node.iter, scope)
    idle = isinstance(iterated, range) and range_length(iterated) > PATIENCE
    if isinstance(iterated, range) and idle:
        iterated = iterated[:PATIENCE]
    values = elements(run, iterated)
    if values is None:
        skip(run, node, [*node.body, *node.orelse], scope, "what the loop runs over")
        return
    before = run.steps
    for value in values:
        bind(run, node.target, value, scope)
        if not _round(run, node.body, scope):
            return
        if is_tiresome(run, node, before):
            idle = True
            break
    if idle:
        skip(run, node, node.body, scope, "the rest of many rounds over")
    execute(run, node.orelse, scope)


def _round(run: Run, body: list[ast.stmt], scope: Scope) -> bool:
    """One round of a loop; whether it goes on."""
    try:
        execute(run, body, scope)
    except Continuing:
        return True
    except Breaking:
        return False
    return True


def _while(run: Run, node: ast.While, scope: Scope) -> None:
    while True:
        run.step()
        known = truth(run, evaluate(run, node.test, scope))
        if known is None:
            skip(run, node, node.body, scope, "the condition")
            return
        if not known:
            execute(run, node.orelse, scope)
            return
        if not _round(run, node.body, scope):
            return


def _with(run: Run, node: ast.With | ast.AsyncWith, scope: Scope) -> None:
    for part in node.items:
        value = evaluate(run, part.context_expr, scope)
        if part.optional_vars is not None:
            bind(run, part.optional_vars, value, scope)
    execute(run, node.body, scope)


def _return(run: Run, node: ast.Return, scope: Scope) -> None:
    raise Returning(None if node.value is None else evaluate(run, node.value, scope))


def _break(run: Run, node: ast.Break, scope: Scope) -> None:
    raise Breaking


def _continue(run: Run, node: ast.Continue, scope: Scope) -> None:
    raise Continuing


def _match(run: Run, node: ast.Match, scope: Scope) -> None:
    from weighbridge.readers._python import patterns

    subject = evaluate(run, node.subject, scope)
    for case in node.cases:
        fits = patterns.fits(run, case.pattern, subject, scope)
        if fits and case.guard is not None:
            fits = truth(run, evaluate(run, case.guard, scope))
        if fits is None:
            skip(run, node, [s for c in node.cases for s in c.body], scope, "what is matched")
            return
        if fits:
            execute(run, case.body, scope)
            return


_EXECUTORS: dict[type, Callable[..., None]] = {
    ast.Assign: _assign, ast.AnnAssign: _annotated, ast.AugAssign: _augmented,
    ast.Expr: _expression, ast.Delete: _delete, ast.Global: _global, ast.Nonlocal: _nonlocal,
    ast.Import: definitions.import_, ast.ImportFrom: definitions.import_from,
    ast.FunctionDef: definitions.define, ast.AsyncFunctionDef: definitions.define,
    ast.ClassDef: definitions.define_class, ast.If: _if, ast.For: _for, ast.AsyncFor: _for,
    ast.While: _while, ast.Try: exceptions.try_, ast.Raise: exceptions.raise_, ast.With: _with,
    ast.AsyncWith: _with, ast.Assert: exceptions.assert_, ast.Return: _return, ast.Break: _break,
    ast.Continue: _continue, ast.Match: _match,
}  # fmt: skip
