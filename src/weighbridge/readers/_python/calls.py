"""Calling what the followed source calls: its functions and classes, natives of dialects."""

from __future__ import annotations

import _ast as ast

from weighbridge.errors import LIMITS, Impossible, TooLarge
from weighbridge.layers import Untold
from weighbridge.readers._python import tree
from weighbridge.readers._python.containers import Fresh
from weighbridge.readers._python.values import (
    Builtin,
    Class,
    Function,
    Instance,
    Method,
    Named,
    Native,
    Raised,
    Returning,
    Scope,
    Super,
    Unending,
    Value,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.readers._python.run import Run


def call(
    run: Run, function: Value, values: list[Value], named: Named, node: ast.AST | None
) -> Value:
    """``function(*values, **named)``; ``Untold`` where the function is not known."""
    before, run.here = run.here, node or run.here
    try:
        return _call(run, function, values, named)
    except Impossible as error:
        raise error.at(run.place(node), run.excerpt(node)) from None
    finally:
        run.here = before


def _call(run: Run, function: Value, values: list[Value], named: Named) -> Value:
    match function:
        case Method():
            return _followed(run, function.function, [function.receiver, *values], named)
        case Function():
            return _followed(run, function, values, named)
        case Class():
            return instantiate(run, function, values, named)
        case Builtin():
            return _builtin(run, function, values, named)
        case Native():
            return function.call(run, values, named)
        case Instance():
            return _call_instance(run, function, values, named)
        case Untold():
            return run.world.unknown(run, function, values, named)
    return Untold(f"a call of {function!r}"[:60])


def _followed(run: Run, function: Function, values: list[Value], named: Named) -> Value:
    """What a function of the file returns; given tensors, at least an unknown one."""
    result = follow(run, function, values, named)
    if type(result) is Untold:
        return run.world.unknown(run, result, values, named)
    return result


def _builtin(run: Run, function: Builtin, values: list[Value], named: Named) -> Value:
    try:
        return function.call(run, values, named)
    except (TypeError, ValueError, OverflowError):
        # Arguments it does not take: what Python would say of them is not ours to tell.
        return Untold(f"{function.name} with these arguments")


def _call_instance(run: Run, instance: Instance, values: list[Value], named: Named) -> Value:
    own = instance.cls.find("__call__")
    if isinstance(own, Function):
        return follow(run, own, [instance, *values], named)
    if instance.native is not None:
        return instance.native.call(run, values, named)
    if instance.cls.unknown_base is not None:
        base = run.snippet(instance.cls.unknown_base)
        run.note(f"the base class {base} is not known", instance.cls.unknown_base)
    return run.world.unknown(run, Untold(f"{instance.cls.name}(…)"), values, named)


def follow(run: Run, function: Function, values: list[Value], named: Named) -> Value:
    """What a function of the file returns for these arguments."""
    if run.depth >= LIMITS.depth:
        raise TooLarge(
            f"calls nest deeper than {LIMITS.depth}",
            run.place(run.here),
            "a function that calls itself without end",
            run.excerpt(run.here),
        )
    scope = Scope(function.scope)
    scope.owner = function.owner
    bind_arguments(run, function, values, named, scope)
    arguments = function.node.args.posonlyargs + function.node.args.args
    if function.owner is not None and arguments and function.wrap != "staticmethod":
        scope.receiver = scope.names.get(arguments[0].arg)
    run.depth += 1
    try:
        return _body(run, function, scope)
    finally:
        run.depth -= 1


def _body(run: Run, function: Function, scope: Scope) -> Value:
    from weighbridge.readers._python.expressions import evaluate
    from weighbridge.readers._python.statements import execute

    if isinstance(function.node, ast.Lambda):
        return evaluate(run, function.node.body, scope)
    if function.yields is None:
        function.yields = _yields(function.node)
    if function.yields:
        return Generator(function.name, function.node.body, scope)
    try:
        execute(run, function.node.body, scope)
    except Returning as returned:
        return returned.value
    return None


class Generator(Native):
    """What a function with ``yield`` returns: its body is followed when it is iterated over."""

    def __init__(self, name: str, body: list[ast.stmt], scope: Scope) -> None:
        self.name, self.body, self.scope = name, body, scope
        self.scope.yielded = []

    @property
    def label(self) -> str:
        return self.name

    def elements(self, run: Run) -> Iterator[Value] | None:
        from weighbridge.readers._python.statements import execute

        self.scope.yielded = []
        try:
            execute(run, self.body, self.scope)
        except Returning:
            pass
        except Unending:
            return None
        return iter(self.scope.yielded)


def _yields(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(isinstance(inner, ast.Yield | ast.YieldFrom) for inner in tree.within(node.body))


# -- arguments -----------------------------------------------------------------------------------


def bind_arguments(
    run: Run, function: Function, values: list[Value], named: Named, scope: Scope
) -> None:
    """Fills ``scope`` with the arguments, as Python binds them."""
    arguments = function.node.args
    positional = [arg.arg for arg in arguments.posonlyargs + arguments.args]
    _defaults(function, positional, scope)
    for name, value in zip(positional, values, strict=False):
        scope.names[name] = value
    extra = values[len(positional) :]
    if arguments.vararg is not None:
        scope.names[arguments.vararg.arg] = tuple(extra)
    elif extra:
        raise Raised(
            "TypeError", f"{function.name} takes {len(positional)} arguments, got {len(values)}"
        )
    _bind_named(function, named, set(positional[: len(values)]), scope)
    given = {*positional[: len(values)], *named}
    for name in [*positional, *(arg.arg for arg in arguments.kwonlyargs)]:
        if "**" in named and name not in given:
            scope.names[name] = named["**"]  # may be among what is not known
        elif name not in scope.names or isinstance(scope.names[name], _Absent):
            raise Raised("TypeError", f"{function.name} needs the argument {name!r}")


class _Absent(Untold):
    """A keyword-only argument without a default."""


def _defaults(function: Function, positional: list[str], scope: Scope) -> None:
    first = len(positional) - len(function.defaults)
    scope.names.update(zip(positional[first:], function.defaults, strict=True))
    keyword_only = function.node.args.kwonlyargs
    nodes = function.node.args.kw_defaults
    for arg, node, value in zip(keyword_only, nodes, function.named_defaults, strict=True):
        scope.names[arg.arg] = _Absent("no value") if node is None else value


def _bind_named(function: Function, named: Named, taken: set[str], scope: Scope) -> None:
    arguments = function.node.args
    accepted = {arg.arg for arg in arguments.args + arguments.kwonlyargs}
    rest: dict[Value, Value] = {}
    for name, value in named.items():
        if name in taken:
            raise Raised("TypeError", f"{function.name} got {name!r} twice")
        if name in accepted:
            scope.names[name] = value
        elif arguments.kwarg is not None:
            rest[value if name == "**" else name] = value
        elif name != "**":
            raise Raised("TypeError", f"{function.name} has no argument {name!r}")
    if arguments.kwarg is not None:
        scope.names[arguments.kwarg.arg] = rest


# -- classes -------------------------------------------------------------------------------------


def instantiate(run: Run, cls: Class, values: list[Value], named: Named) -> Value:
    """A new object of a class of the file, its ``__init__`` followed."""
    instance = Instance(cls)
    foreign = cls.foreign
    founder = getattr(foreign, "found", None)
    if founder is not None:
        founder(run, instance)
    elif cls.unknown_base is not None:
        because = f"its base class {run.snippet(cls.unknown_base)} is not known"
        run.world.adopted(run, instance, because)
    maker = next((c for c in cls.mro() if isinstance(c, Class) and _makes(c)), None)
    own = None if maker is None else maker.names.get("__init__")
    if isinstance(own, Function):
        follow(run, own, [instance, *values], named)
    elif maker is not None:
        fill_fields(run, instance, maker, values, named)
    elif instance.native is not None:
        call(run, instance.native.attribute(run, "__init__"), values, named, run.here)
    return instance


def _makes(cls: Class) -> bool:
    """Whether a class itself says how its objects are made, by code or by its fields."""
    return isinstance(cls.names.get("__init__"), Function) or cls.fields is not None


def fill_fields(
    run: Run, instance: Instance, cls: Class, values: list[Value], named: Named
) -> None:
    """What the ``__init__`` of the dataclass ``cls`` does to ``instance``."""
    fields = cls.fields or []
    given = dict(zip(fields, values, strict=False)) | named
    for field in fields:
        default = cls.find(field)
        if field not in given and default is None and field not in cls.names:
            raise Raised("TypeError", f"{cls.name} needs {field!r}")
        if isinstance(default, Fresh) and field not in given:
            default = call(run, default.factory, [], {}, run.here)
        instance.names[field] = given.get(field, default)
    after = instance.cls.find("__post_init__")
    if isinstance(after, Function):
        follow(run, after, [instance], {})


def nearest_super(run: Run, scope: Scope) -> Value:
    """``super()`` without arguments, from the method that encloses ``scope``."""
    method: Scope | None = scope
    while method is not None and method.owner is None:
        method = method.outer
    if method is None or method.owner is None:
        return Untold("super()")
    return Super(method.owner, method.receiver)
