"""Imports, functions and classes of the followed source."""

from __future__ import annotations

import _ast as ast

from weighbridge.layers import Untold
from weighbridge.readers._python.calls import call
from weighbridge.readers._python.expressions import evaluate, function
from weighbridge.readers._python.modules import Imported, imported
from weighbridge.readers._python.values import (
    Class,
    Function,
    Method,
    Namespace,
    Native,
    Scope,
    Value,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.readers._python.run import Run


_WRAPS = {
    "property": "property",
    "cached_property": "property",
    "getter": "property",
    "deleter": "property",
    "staticmethod": "staticmethod",
    "classmethod": "classmethod",
}


def import_(run: Run, node: ast.Import, scope: Scope) -> None:
    """``import tensorflow as tf``."""
    for alias in node.names:
        whole = imported(run, alias.name, 0, node)
        root = alias.name.partition(".")[0]
        if alias.asname:
            scope.store(alias.asname, whole or run.world.resolve(alias.name))
        else:
            scope.store(root, imported(run, root, 0, node) or run.world.resolve(root))


def import_from(run: Run, node: ast.ImportFrom, scope: Scope) -> None:
    """``from keras import layers``, ``from keras.layers import *``."""
    beside = imported(run, node.module or "", node.level, node)
    module = "." * node.level + (node.module or "")
    for alias in node.names:
        if alias.name == "*":
            scope.module.stars.append(beside or Namespace(module))
        elif beside is not None:
            beside.part(run, alias.name)  # may be imported for what it registers
            scope.store(alias.asname or alias.name, Imported(beside, alias.name))
        else:
            scope.store(alias.asname or alias.name, run.world.resolve(f"{module}.{alias.name}"))


def define(run: Run, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> None:
    """``def``."""
    made = function(run, node, scope)
    scope.store(node.name, _decorated(run, made, node.decorator_list, scope))


def _decorated(run: Run, made: Function | Class, decorators: list[ast.expr], scope: Scope) -> Value:
    """The definition after its decorators; one that is not known is passed through."""
    result: Value = made
    for decorator in reversed(decorators):
        match decorator:
            case ast.Attribute(attr="setter", value=ast.Name(id=name)):
                getter = scope.names.get(name)
                if isinstance(getter, Function) and isinstance(made, Function):
                    getter.setter = made
                    result = getter
                continue
            case ast.Name(id=name) | ast.Attribute(attr=name) if name in _WRAPS:
                if isinstance(made, Function):
                    made.wrap = _WRAPS[name]
                continue
        wrapper = evaluate(run, decorator, scope)
        if isinstance(wrapper, Native | Function | Method | Class):
            wrapped = call(run, wrapper, [result], {}, decorator)
            result = result if isinstance(wrapped, Untold) or wrapped is None else wrapped
    return result


def define_class(run: Run, node: ast.ClassDef, scope: Scope) -> None:
    """``class``: the body is followed in a scope of its own."""
    from weighbridge.readers._python.statements import execute

    bases = [evaluate(run, base, scope) for base in node.bases]
    inner = Scope(scope, is_class=True)
    execute(run, node.body, inner)
    cls = Class(node.name, bases, inner.names, node.lineno)
    inner.owner = cls
    pairs = zip(node.bases, bases, strict=True)
    strange = (where for where, base in pairs if isinstance(base, Untold | Namespace))
    cls.unknown_base = next(strange, None)
    cls.annotated = [
        part.target.id
        for part in node.body
        if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name)
    ]
    made = _decorated(run, cls, node.decorator_list, scope)
    completed = getattr(cls.foreign, "defined", None)
    scope.store(node.name, completed(run, cls) if completed and made is cls else made)
