"""Comprehensions and generator expressions of the followed source."""

from __future__ import annotations

import _ast as ast

from weighbridge.readers._python.expressions import evaluate, hashable, is_key
from weighbridge.readers._python.objects import elements, expanse, truth
from weighbridge.readers._python.statements import bind
from weighbridge.readers._python.values import Scope, Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.readers._python.run import Run


class _Unknown(Exception):
    """How often a comprehension goes round cannot be told."""


def _rounds(run: Run, generators: list[ast.comprehension], outer: Scope) -> Iterator[Scope]:
    """A scope for each round, one after the other."""
    if not generators:
        run.charge(1)
        yield outer
        return
    first, *rest = generators
    values = elements(run, evaluate(run, first.iter, outer))
    if values is None:
        raise _Unknown
    inner = Scope(outer)
    for value in values:
        run.step()
        bind(run, first.target, value, inner)
        known = [truth(run, evaluate(run, test, inner)) for test in first.ifs]
        if None in known:
            raise _Unknown
        if all(known):
            yield from _rounds(run, rest, inner)


def comprehension(
    run: Run, node: ast.ListComp | ast.GeneratorExp | ast.SetComp | ast.DictComp, scope: Scope
) -> Value:
    """``[… for …]``, ``{… for …}``, ``{…: … for …}``; a generator expression is a list at once."""
    rounds = _rounds(run, node.generators, Scope(scope))
    try:
        if isinstance(node, ast.DictComp):
            pairs = [(evaluate(run, node.key, i), evaluate(run, node.value, i)) for i in rounds]
            expanse(run, [key for key, _ in pairs])
            return dict(pairs) if all(is_key(key) for key, _ in pairs) else run.unknown(node)
        values = [evaluate(run, node.elt, inner) for inner in rounds]
    except _Unknown:
        return run.unknown(node)
    return hashable(run, values, set) if isinstance(node, ast.SetComp) else values
