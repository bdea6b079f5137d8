"""``functools`` in followed source: functions made of functions."""

from __future__ import annotations

from weighbridge.layers import Untold
from weighbridge.readers._python import calls
from weighbridge.readers._python.objects import elements
from weighbridge.readers._python.values import SCALARS, Builtin, Function, Native, Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from weighbridge.readers._python.run import Run
    from weighbridge.readers._python.values import Named


class Partial(Native):
    """``functools.partial``: a function with some arguments given."""

    def __init__(self, function: Value, values: list[Value], named: Named) -> None:
        self.function, self.values, self.named = function, values, named

    def call(self, run: Run, values: list[Value], named: Named) -> Value:
        return calls.call(run, self.function, [*self.values, *values], self.named | named, run.here)

    def attribute(self, run: Run, name: str) -> Value:
        known: dict[str, Value] = {
            "func": self.function, "args": tuple(self.values), "keywords": self.named,
            "__bool__": True,
        }  # fmt: skip
        return known[name] if name in known else super().attribute(run, name)


class PartialType(Native):
    """``functools.partial`` itself: to call, and to ask ``isinstance`` about."""

    @property
    def label(self) -> str:
        return "partial"

    def call(self, run: Run, values: list[Value], named: Named) -> Value:
        function, *rest = values
        if isinstance(function, Partial):
            return Partial(function.function, [*function.values, *rest], function.named | named)
        return Partial(function, rest, named)

    def holds(self, value: Value) -> bool | None:
        """Whether ``value`` is an instance, for ``isinstance``."""
        return isinstance(value, Partial)


def _reduce(run: Run, function: Value, values: Value, *start: Value) -> Value:
    listed = elements(run, values)
    if listed is None:
        return Untold("reduce(…)")
    result, *rest = [*start, *listed]
    for value in rest:
        result = calls.call(run, function, [result, value], {}, run.here)
    return result


class Remembered(Native):
    """A function behind ``functools.cache``: the same plain arguments give the same object."""

    def __init__(self, function: Function) -> None:
        self.function = function
        self.results: dict[tuple[object, ...], Value] = {}

    def call(self, run: Run, values: list[Value], named: Named) -> Value:
        plain = [*values, *(item for pair in sorted(named.items()) for item in pair)]
        if not all(isinstance(value, SCALARS) for value in plain):
            return calls.call(run, self.function, values, named, run.here)
        key = tuple((type(value), value) for value in plain)
        if key not in self.results:
            self.results[key] = calls.call(run, self.function, values, named, run.here)
        return self.results[key]


def _remembering(run: Run, function: Value = None, *values: Value, **named: Value) -> Value:
    """``lru_cache`` with or without arguments; a method keeps no memory, its object is new."""
    if not isinstance(function, Function):
        return Builtin("cache", lambda run, function, *_: _remembering(run, function))
    return function if function.scope.is_class else Remembered(function)


def _wraps(run: Run, wrapped: Value = None, *_: Value, **__: Value) -> Value:
    """``functools.wraps(function)``: a decorator that gives a wrapper the name of the function."""

    def named(run: Run, wrapper: Value, *_: Value) -> Value:
        if isinstance(wrapper, Function) and isinstance(wrapped, Function):
            wrapper.name = wrapped.name
        return wrapper

    return Builtin("wraps", named)


FUNCTOOLS: dict[str, Callable[..., Value]] = {
    "functools.reduce": _reduce, "functools.wraps": _wraps,
    "functools.lru_cache": _remembering, "functools.cache": _remembering,
}  # fmt: skip
