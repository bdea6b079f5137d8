"""Follows a whole file and picks the model that is meant."""

from __future__ import annotations

import sys

from weighbridge.errors import Malformed, NotFound, TooLarge
from weighbridge.layers import Untold
from weighbridge.model import Origin
from weighbridge.readers._python import calls
from weighbridge.readers._python.expressions import evaluate
from weighbridge.readers._python.modules import at_last, enlist, top
from weighbridge.readers._python.run import Run
from weighbridge.readers._python.values import Class, Function, Raised, Value
from weighbridge.readers.dialects import World

TYPE_CHECKING = False
if TYPE_CHECKING:
    import _ast as ast

    from weighbridge.model import Model
    from weighbridge.readers import Source

_FRAMES = 12_000
"""Python frames the follower may use: a call of the file takes about a dozen."""


def follow_file(text: str, source: Source, location: str) -> Model:
    """The model that ``text`` builds.

    Raises ``Malformed`` for what is no Python, ``TooLarge`` for what does not end, ``Impossible``
    for layers that cannot be, ``NotFound`` where no model is built.
    """
    run = Run(text, location, World(), source.text if source.is_file else "")
    if source.is_file:
        enlist(run, source.text)
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _FRAMES))
    try:
        tree = run.parse()
        top(run, tree.body, run.scope)
        return _chosen(run, source)
    except Raised as raised:
        fault = raised.node or run.here
        where, excerpt = run.place(fault), run.excerpt(fault)
        raise Malformed(f"the model raises {raised}", where, "", excerpt) from None
    except RecursionError:
        where, excerpt = run.place(run.here), run.excerpt(run.here)
        raise TooLarge("nested too deeply to be followed", where, "", excerpt) from None
    finally:
        sys.setrecursionlimit(before)


def follow_line(source: Source) -> Model:
    """The model that one line of notation describes: its parts in a row, or the one it makes."""
    import _ast as ast

    run = Run(source.text.strip(), "the notation", World())
    body = run.parse().body
    if len(body) != 1 or not isinstance(body[0], ast.Expr):
        place = body[1] if len(body) > 1 else body[0] if body else None
        hint = "such as 'Conv2D(6, 5) > Flatten() > Dense(10)'; longer models go into a file"
        raise Malformed("not one line of layers", run.place(place), hint, run.excerpt(place))
    chain = body[0].value
    try:
        run.here = chain
        parts = [evaluate(run, part, run.scope) for part in _links(run, chain)]
    except Raised as raised:
        fault = raised.node or run.here
        where, excerpt = run.place(fault), run.excerpt(fault)
        raise Malformed(f"cannot be read: {raised}", where, "", excerpt) from None
    for dialect in run.world.made():
        found = dialect.row(run, source, parts)
        if found is not None:
            return found(Origin("notation", source.text, producer=dialect.producer))
    unknown = next((part for part in parts if isinstance(part, Untold)), None)
    what = f"no layer: {unknown.because}" if unknown else "no layer of a framework"
    raise NotFound(
        what, hint="layers are written as in Keras: Conv2D(6, 5) > Flatten() > Dense(10)"
    )


def _links(run: Run, chain: ast.expr) -> list[ast.expr]:
    """The parts of ``a > b > c``."""
    import _ast as ast

    if not isinstance(chain, ast.Compare):
        return [chain]
    for operator in chain.ops:
        if not isinstance(operator, ast.Gt):
            raise Malformed("layers are chained with >", run.place(chain), "", run.excerpt(chain))
    return [chain.left, *chain.comparators]


def _chosen(run: Run, source: Source) -> Model:
    origin = Origin("python", run.location)
    named = _named(run, source.select) if source.select else None
    for dialect in run.world.made():
        found = dialect.model(run, source, named)
        if found is not None:
            return found(Origin(origin.format, origin.location, producer=dialect.producer))
    if source.select:
        why = f": {named.because}" if isinstance(named, Untold) else ""
        what = f"{source.select} in {run.location} is no model{why}"
        raise NotFound(what, run.location, _names_hint(run))
    raise NotFound(
        f"{run.location} builds no model",
        hint="; ".join(f.message for f in run.findings[:2])
        or "expected a Keras Sequential, functional or subclassed model",
    )


def _named(run: Run, name: str) -> Value:
    """What NAME of ``FILE.py:NAME`` stands for: a function is called, a class is made."""
    value = at_last(run, run.scope.names.get(name))
    if value is None:
        raise NotFound(f"no {name} in {run.location}", run.location, _names_hint(run))
    if isinstance(value, Function):
        return called(run, value, None)
    if isinstance(value, Class):
        return made(run, value)
    return value


def _names_hint(run: Run) -> str:
    own = [
        name for name, v in run.scope.names.items() if not isinstance(v, str | int | float | Untold)
    ]
    return f"it defines {', '.join(own[:12])}" if own else ""


def called(run: Run, function: Function, shape: Value) -> Value:
    """What a function of the file returns when called with its defaults.

    Arguments it needs are unknown, but for one named like an input shape where the user gave one.
    """
    arguments = function.node.args
    needed = [arg.arg for arg in arguments.posonlyargs + arguments.args]
    needed = needed[: len(needed) - len(function.defaults)]
    values = [
        shape if shape is not None and "shape" in name else Untold(f"the argument {name}")
        for name in needed
    ]
    try:
        return calls.call(run, function, values, {}, function.node)
    except Raised as raised:
        run.note(f"{function.name} raises {raised}", raised.node or function.node)
        return Untold(f"{function.name}()")


def made(run: Run, cls: Class) -> Value:
    """An object of a class of the file, with its defaults; arguments it needs are unknown."""
    start = cls.find("__init__")
    values: list[Value] = []
    if isinstance(start, Function):
        arguments = [arg.arg for arg in start.node.args.args[1:]]
        needed = arguments[: len(arguments) - len(start.defaults)]
        values = [Untold(f"the argument {name} of {cls.name}") for name in needed]
    try:
        return calls.call(run, cls, values, {}, run.here)
    except Raised as raised:
        run.note(f"{cls.name}() raises {raised}", raised.node or run.here)
        return Untold(f"{cls.name}()")
