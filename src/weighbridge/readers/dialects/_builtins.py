"""Python's built-in functions and types, as far as files that build models use them."""

from __future__ import annotations

from weighbridge.layers import Untold
from weighbridge.readers._python import calls
from weighbridge.readers._python.objects import attribute, elements, expanse, truth
from weighbridge.readers._python.values import (
    CONTAINERS,
    SCALARS,
    Class,
    Function,
    Instance,
    Method,
    Native,
    Raised,
    Super,
    Value,
)
from weighbridge.readers.dialects._asking import ASKING
from weighbridge.readers.dialects._types import text, tried

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from weighbridge.readers._python.run import Run

_FAILS = (TypeError, ValueError, OverflowError, ZeroDivisionError)


def _length(run: Run, value: Value) -> Value:
    if isinstance(value, (*CONTAINERS, str, bytes, range)):
        return tried(len, value)
    if isinstance(value, Untold):
        return value
    own = attribute(run, value, "__len__")
    if isinstance(own, Native | Method | Function):
        return calls.call(run, own, [], {}, run.here)
    listed = elements(run, value)
    return Untold("a length") if listed is None else len(listed)


def _range(run: Run, *bounds: Value) -> Value:
    if not all(isinstance(bound, int) for bound in bounds):
        return next((b for b in bounds if isinstance(b, Untold)), Untold("a range"))
    try:
        return range(*(bound for bound in bounds if isinstance(bound, int)))
    except (ValueError, TypeError) as error:
        raise Raised(type(error).__name__, str(error)) from None


def _extreme(function: Callable[..., Value]) -> Callable[..., Value]:
    def make(run: Run, *values: Value, **named: Value) -> Value:
        listed = elements(run, values[0]) if len(values) == 1 else list(values)
        if (
            listed is None
            or named.keys() - {"default"}
            or not all(isinstance(v, SCALARS) for v in listed)
        ):
            return Untold(f"{function.__name__}(…)")
        return named["default"] if not listed and named else tried(function, listed)

    return make


def _sum(run: Run, values: Value, start: Value = 0) -> Value:
    from weighbridge.readers._python.arithmetic import binary

    listed = elements(run, values)
    if listed is None:
        return Untold("a sum")
    result = start
    for value in listed:
        result = binary(run, "add", result, value, run.here)  # type: ignore[arg-type]  # a call is being followed
    return result


def _scalar(function: Callable[..., Value]) -> Callable[..., Value]:
    def make(run: Run, *values: Value) -> Value:
        if not all(isinstance(value, SCALARS) for value in values):
            return Untold(f"{function.__name__}(…)")
        return tried(function, *values)

    return make


def _zip(run: Run, *columns: Value, **_: Value) -> Value:
    endless = [getattr(column, "first", None) for column in columns]
    listed = [None if e else elements(run, c) for e, c in zip(endless, columns, strict=True)]
    finite = [len(column) for column in listed if column is not None]
    if len(finite) + sum(map(bool, endless)) < len(columns) or not finite:
        return Untold("zip(…)") if columns else []
    listed = [e(min(finite)) if e else c for e, c in zip(endless, listed, strict=True)]
    return list(zip(*(column or () for column in listed), strict=False))


def _enumerate(run: Run, values: Value, start: Value = 0) -> Value:
    listed = elements(run, values)
    if listed is None or not isinstance(start, int):
        return Untold("enumerate(…)")
    return list(enumerate(listed, start))


def _map(run: Run, function: Value, *columns: Value) -> Value:
    rows = _zip(run, *columns)
    if not isinstance(rows, list):
        return rows
    return [calls.call(run, function, list(row), {}, run.here) for row in rows]


def _filter(run: Run, function: Value, values: Value) -> Value:
    listed = elements(run, values)
    if listed is None:
        return Untold("filter(…)")
    kept = (
        (v, v if function is None else calls.call(run, function, [v], {}, run.here)) for v in listed
    )
    return [value for value, test in kept if truth(run, test)]


def _sorted(run: Run, values: Value, **named: Value) -> Value:
    listed = elements(run, values)
    if listed is None:
        return Untold("sorted(…)")
    key = named.get("key")
    keys = listed if key is None else [calls.call(run, key, [v], {}, run.here) for v in listed]
    if not all(isinstance(k, (*SCALARS, tuple)) for k in keys):
        return Untold("sorted(…)")
    expanse(run, keys)
    order: list[int] = list(range(len(keys)))
    try:
        order.sort(key=lambda i: keys[i], reverse=bool(named.get("reverse")))  # type: ignore[arg-type, return-value]  # what cannot be compared raises
    except TypeError as error:
        raise Raised("TypeError", str(error)) from None
    return [listed[i] for i in order]


def _reversed(run: Run, values: Value) -> Value:
    listed = elements(run, values)
    return Untold("reversed(…)") if listed is None else listed[::-1]


def _quantified(stop: bool) -> Callable[..., Value]:
    def make(run: Run, values: Value) -> Value:
        listed = elements(run, values)
        known = [None] if listed is None else [truth(run, value) for value in listed]
        if stop in known:
            return stop
        return Untold("a truth value") if None in known else not stop

    return make


def _super(run: Run, owner: Value = None, receiver: Value = None) -> Value:
    return Super(owner, receiver) if isinstance(owner, Class) else Untold("super(…)")


def _nothing(run: Run, *values: Value, **named: Value) -> Value:
    return None


def _slice(run: Run, *bounds: Value) -> Value:
    known = [bound for bound in bounds if isinstance(bound, int) or bound is None]
    return slice(*known) if known and len(known) == len(bounds) else Untold("slice(…)")


def _variables(run: Run, value: Value) -> Value:
    """``vars(…)``."""
    if isinstance(value, Instance):
        return value.names
    return getattr(value, "values", Untold("vars(…)"))


def _letter(run: Run, code: Value) -> Value:
    return tried(chr, code) if isinstance(code, int) else Untold("chr(…)")


def _wrapped(wrap: str) -> Callable[..., Value]:
    """``property(function)`` in the body of a class."""

    def make(run: Run, function: Value, *_: Value) -> Value:
        if isinstance(function, Function):
            function.wrap = wrap
        return function

    return make


FUNCTIONS: dict[str, Callable[..., Value]] = {
    **ASKING,
    "len": _length, "range": _range, "max": _extreme(max), "min": _extreme(min), "sum": _sum,
    "abs": _scalar(abs), "round": _scalar(round), "divmod": _scalar(divmod), "zip": _zip,
    "enumerate": _enumerate, "map": _map, "filter": _filter, "sorted": _sorted,
    "reversed": _reversed, "any": _quantified(True), "all": _quantified(False),
    "super": _super, "print": _nothing, "repr": text, "display": _nothing,
    "chr": _letter, "vars": _variables, "slice": _slice,
    "ord": _scalar(ord), "hex": _scalar(hex), "bin": _scalar(bin),
    "property": _wrapped("property"), "staticmethod": _wrapped("staticmethod"),
    "classmethod": _wrapped("classmethod"),
}  # fmt: skip
