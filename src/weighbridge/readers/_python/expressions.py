"""What an expression of the followed source stands for."""

from __future__ import annotations

import _ast as ast

from weighbridge.errors import LIMITS
from weighbridge.layers import Untold
from weighbridge.readers._python import arithmetic, calls, strings, surroundings, tree
from weighbridge.readers._python.modules import Imported
from weighbridge.readers._python.objects import attribute, elements, expanse, item, truth
from weighbridge.readers._python.values import Function, Native, Scope, Unending, Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from weighbridge.readers._python.run import Run


_MANY = 2_000
"""Values a generator may yield; one that feeds training yields for ever."""


def evaluate(run: Run, node: ast.expr, scope: Scope) -> Value:
    """The value of ``node``; ``Untold`` where it cannot be told."""
    run.steps += 1
    if run.steps > LIMITS.steps:
        run.step()
    known = _EVALUATORS.get(type(node))
    if known is None:
        return run.unknown(node)
    value = known(run, node, scope)
    if type(value) is Untold and "(line" not in value.because:
        return run.unknown(node, value.because)
    return value


def _constant(run: Run, node: ast.Constant, scope: Scope) -> Value:
    return node.value


def _name(run: Run, node: ast.Name, scope: Scope) -> Value:
    if node.id in scope.names and not scope.elsewhere:
        # Most names are local, and most of what is evaluated are names.
        found = scope.names[node.id]
        if type(found) is not Imported:
            return found
    return run.lookup(node.id, scope)


def _attribute(run: Run, node: ast.Attribute, scope: Scope) -> Value:
    return attribute(run, evaluate(run, node.value, scope), node.attr)


def _call(run: Run, node: ast.Call, scope: Scope) -> Value:
    if isinstance(node.func, ast.Name) and node.func.id in surroundings.NAMES:
        called = surroundings.called(run, node, scope)
        if called is not None:
            return called()
    function = evaluate(run, node.func, scope)
    values = _spread(run, node.args, scope)
    named: dict[str, Value] = {}
    for keyword in node.keywords:
        value = evaluate(run, keyword.value, scope)
        if keyword.arg is not None:
            named[keyword.arg] = value
        elif isinstance(value, dict):
            named |= {"**" if isinstance(k, Untold) else str(k): v for k, v in value.items()}
        else:
            named["**"] = run.unknown(node, f"**{run.snippet(keyword.value)}")
    starred = [part for part in node.args if isinstance(part, ast.Starred)]
    hidden = next((v for v in values if starred and isinstance(v, Untold)), None)
    if hidden is not None and not isinstance(function, Native):
        return run.world.unknown(run, hidden, values, named)
    return calls.call(run, function, values, named, node)


def _spread(run: Run, nodes: list[ast.expr], scope: Scope) -> list[Value]:
    """The values of a list display or of arguments, with ``*rest`` spread out.

    One unknown value stands for as many as an unknown ``*rest`` may have.
    """
    values: list[Value] = []
    for node in nodes:
        if not isinstance(node, ast.Starred):
            values.append(evaluate(run, node, scope))
            continue
        spread = elements(run, evaluate(run, node.value, scope))
        values += [run.unknown(node)] if spread is None else spread
    run.charge(len(values))
    return values


def _tuple(run: Run, node: ast.Tuple, scope: Scope) -> Value:
    return tuple(_spread(run, node.elts, scope))


def _list(run: Run, node: ast.List, scope: Scope) -> Value:
    return _spread(run, node.elts, scope)


def _set(run: Run, node: ast.Set, scope: Scope) -> Value:
    return hashable(run, _spread(run, node.elts, scope), set)


def _dict(run: Run, node: ast.Dict, scope: Scope) -> Value:
    result: dict[Value, Value] = {}
    for key_node, value_node in zip(node.keys, node.values, strict=True):
        value = evaluate(run, value_node, scope)
        if key_node is not None:
            key = evaluate(run, key_node, scope)
            expanse(run, key)
            if not is_key(key):
                return run.unknown(key_node)
            result[key] = value
        elif isinstance(value, dict):
            run.handle(value)
            result |= value
        else:
            return run.unknown(node)
    run.charge(len(result))
    return result


def is_key(value: Value) -> bool:
    """Whether ``value`` can be in a set, or name an entry of a dict."""
    try:
        hash(value)
    except TypeError:
        return False
    return not isinstance(value, Untold)


def hashable(run: Run, values: list[Value], build: Callable[[list[Value]], Value]) -> Value:
    """A set of ``values``, unless one of them cannot be in a set or is untold."""
    expanse(run, values)
    return build(values) if all(map(is_key, values)) else Untold("a set of unknown values")


def _binary(run: Run, node: ast.BinOp, scope: Scope) -> Value:
    left, right = evaluate(run, node.left, scope), evaluate(run, node.right, scope)
    return arithmetic.binary(run, arithmetic.SIGNS[type(node.op)], left, right, node)


def _unary(run: Run, node: ast.UnaryOp, scope: Scope) -> Value:
    value = evaluate(run, node.operand, scope)
    if isinstance(node.op, ast.Not):
        known = truth(run, value)
        return Untold(run.snippet(node)) if known is None else not known
    return arithmetic.unary(run, type(node.op), value, node)


def _boolean(run: Run, node: ast.BoolOp, scope: Scope) -> Value:
    stops_at = isinstance(node.op, ast.Or)
    value: Value = None
    for part in node.values:
        value = evaluate(run, part, scope)
        known = truth(run, value)
        if known is None or known is stops_at:
            return value
    return value


def _compare(run: Run, node: ast.Compare, scope: Scope) -> Value:
    left = evaluate(run, node.left, scope)
    for operator, part in zip(node.ops, node.comparators, strict=True):
        right = evaluate(run, part, scope)
        result = arithmetic.compare(run, type(operator), left, right)
        if len(node.ops) == 1:
            return result
        known = truth(run, result)
        if known is not True:
            return result
        left = right
    return True


def _conditional(run: Run, node: ast.IfExp, scope: Scope) -> Value:
    known = truth(run, evaluate(run, node.test, scope))
    if known is None:
        why = run.unknown(node.test, f"the condition {run.snippet(node.test)}")
        run.note(f"{why.because} is not known", node.test)
        return run.world.unknown(run, why, _named_in(run, node, scope), {})
    return evaluate(run, node.body if known else node.orelse, scope)


def _named_in(run: Run, node: ast.expr, scope: Scope) -> list[Value]:
    """What the names in an expression stand for."""
    names = dict.fromkeys(n.id for n in tree.walk(node) if isinstance(n, ast.Name))
    holders = [(name, scope.holder(name)) for name in names]
    return [holder.names[name] for name, holder in holders if holder and name in holder.names]


def _subscript(run: Run, node: ast.Subscript, scope: Scope) -> Value:
    value = evaluate(run, node.value, scope)
    return item(run, value, evaluate(run, node.slice, scope), node)


def _slice(run: Run, node: ast.Slice, scope: Scope) -> Value:
    parts = (part and evaluate(run, part, scope) for part in (node.lower, node.upper, node.step))
    return slice(*parts)


def _lambda(run: Run, node: ast.Lambda, scope: Scope) -> Value:
    return function(run, node, scope)


def function(
    run: Run, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, scope: Scope
) -> Function:
    """The function that ``node`` defines, its defaults evaluated."""
    defaults = [evaluate(run, default, scope) for default in node.args.defaults]
    named = [
        Untold("no default") if default is None else evaluate(run, default, scope)
        for default in node.args.kw_defaults
    ]
    return Function(node, scope, defaults, named)


def _joined(run: Run, node: ast.JoinedStr, scope: Scope) -> Value:
    text = ""
    for part in node.values:
        if isinstance(part, ast.Constant):
            text += str(part.value)
            continue
        if not isinstance(part, ast.FormattedValue):
            return run.unknown(node)
        value = evaluate(run, part.value, scope)
        form = "" if part.format_spec is None else evaluate(run, part.format_spec, scope)
        spelled = strings.formatted(run, value, form, part.conversion)
        if not isinstance(spelled, str):
            return run.unknown(node)
        text += spelled
    run.charge(len(text))
    return text


def _named(run: Run, node: ast.NamedExpr, scope: Scope) -> Value:
    value = evaluate(run, node.value, scope)
    scope.store(node.target.id, value)
    return value


def _yield(run: Run, node: ast.Yield | ast.YieldFrom, scope: Scope) -> Value:
    value = None if node.value is None else evaluate(run, node.value, scope)
    inner: Scope | None = scope
    while inner is not None and inner.yielded is None:
        inner = inner.outer
    if inner is None or inner.yielded is None:
        return None
    more = elements(run, value) if isinstance(node, ast.YieldFrom) else [value]
    inner.yielded += [run.unknown(node)] if more is None else more
    if len(inner.yielded) > _MANY:
        raise Unending
    return None


def _comprehension(
    run: Run, node: ast.ListComp | ast.GeneratorExp | ast.SetComp | ast.DictComp, scope: Scope
) -> Value:
    from weighbridge.readers._python.comprehensions import comprehension

    return comprehension(run, node, scope)


def _starred(run: Run, node: ast.Starred, scope: Scope) -> Value:
    return evaluate(run, node.value, scope)


def _await(run: Run, node: ast.Await, scope: Scope) -> Value:
    return evaluate(run, node.value, scope)


_EVALUATORS: dict[type, Callable[..., Value]] = {
    ast.Constant: _constant, ast.Name: _name, ast.Attribute: _attribute, ast.Call: _call,
    ast.Tuple: _tuple, ast.List: _list, ast.Set: _set, ast.Dict: _dict, ast.BinOp: _binary,
    ast.UnaryOp: _unary, ast.BoolOp: _boolean, ast.Compare: _compare, ast.IfExp: _conditional,
    ast.Subscript: _subscript, ast.Slice: _slice, ast.Lambda: _lambda, ast.JoinedStr: _joined,
    ast.NamedExpr: _named, ast.ListComp: _comprehension, ast.GeneratorExp: _comprehension,
    ast.SetComp: _comprehension, ast.DictComp: _comprehension, ast.Starred: _starred,
    ast.Await: _await, ast.Yield: _yield, ast.YieldFrom: _yield,
}  # fmt: skip
