"""Python's built-in types in followed source: ``int(…)``, ``list(…)``, and ``isinstance``."""

from __future__ import annotations

from weighbridge.errors import LIMITS
from weighbridge.layers import Untold
from weighbridge.readers._python.objects import elements, expanse, truth
from weighbridge.readers._python.values import SCALARS, Builtin, Raised, Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from weighbridge.readers._python.run import Run

_FAILS = (TypeError, ValueError, OverflowError, ZeroDivisionError)


class PlainType(Builtin):
    """``int``, ``list``, …: a function that makes one, and a type to ask ``isinstance`` about."""

    def __init__(self, name: str, function: Callable[..., Value], sort: type) -> None:
        super().__init__(name, function)
        self.sort = sort


def _number(sort: type) -> Callable[..., Value]:
    def make(run: Run, value: Value = 0, *rest: Value) -> Value:
        if not isinstance(value, SCALARS) or len(str(value)[: LIMITS.digits + 1]) > LIMITS.digits:
            return value if isinstance(value, Untold) else Untold(f"{sort.__name__}(…)")
        return tried(sort, value, *rest)

    return make


def tried(function: Callable[..., Value], *values: Value) -> Value:
    """``function(*values)``; what Python would raise, as an exception of the followed code."""
    try:
        return function(*values)
    except _FAILS as error:
        raise Raised(type(error).__name__, str(error)) from None


def text(run: Run, value: Value = "", *rest: Value) -> Value:
    """``str(value)``."""
    if isinstance(value, bool | int) and len(bin(value)) > LIMITS.digits:
        return Untold("a long number")
    return str(value) if isinstance(value, SCALARS) else Untold("a text")


def _truth(run: Run, value: Value = False) -> Value:
    known = truth(run, value)
    return Untold("a truth value") if known is None else known


def _sequence(sort: type) -> Callable[..., Value]:
    def make(run: Run, values: Value = ()) -> Value:
        listed = elements(run, values)
        if listed is None:
            return (
                Untold(f"{sort.__name__} of an unknown")
                if not isinstance(values, Untold)
                else values
            )
        expanse(run, listed)
        return tried(sort, listed)

    return make


def _dict(run: Run, pairs: Value = (), **named: Value) -> Value:
    result: dict[Value, Value] = {}
    if isinstance(pairs, dict):
        run.handle(pairs)
        return result | pairs | named
    listed = elements(run, pairs)
    if listed is None:
        return Untold("a dict")
    for pair in listed:
        match pair:
            case (key, value) | [key, value] if isinstance(key, SCALARS):
                result[key] = value
            case _:
                return Untold("a dict")
    return result | named


TYPES: dict[str, tuple[Callable[..., Value], type]] = {
    "int": (_number(int), int), "float": (_number(float), float), "str": (text, str),
    "bool": (_truth, bool), "list": (_sequence(list), list), "tuple": (_sequence(tuple), tuple),
    "set": (_sequence(set), set), "frozenset": (_sequence(frozenset), frozenset),
    "dict": (_dict, dict),
}  # fmt: skip
