"""What followed source asks of objects: ``isinstance``, ``hasattr``, ``type``, ``next``, …"""

from __future__ import annotations

from weighbridge.layers import Untold
from weighbridge.readers._python.objects import attribute, elements
from weighbridge.readers._python.statements import set_attribute
from weighbridge.readers._python.values import (
    CONTAINERS,
    SCALARS,
    Builtin,
    Class,
    Function,
    Instance,
    Method,
    Namespace,
    Native,
    Raised,
    Value,
)
from weighbridge.readers.dialects._records import Member
from weighbridge.readers.dialects._types import PlainType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from weighbridge.readers._python.run import Run


class Abstract(Native):
    """A class of ``collections.abc`` or ``numbers``, or another that is only asked about."""

    def __init__(self, name: str) -> None:
        self.name = name

    @property
    def label(self) -> str:
        return self.name

    def holds(self, value: Value) -> bool | None:
        """Whether ``value`` is an instance, for ``isinstance``."""
        import collections.abc
        import numbers

        if self.name == "FunctionType":
            return isinstance(value, Function | Builtin)
        if isinstance(value, Function | Method | Class):
            return self.name in ("Callable", "Hashable")
        sort = getattr(collections.abc, self.name, None) or getattr(numbers, self.name, None)
        if isinstance(value, (*SCALARS, *CONTAINERS)) and not isinstance(value, Native):
            return False if sort is None else isinstance(value, sort)
        return None


_ABSTRACT = (
    "Iterable", "Iterator", "Sequence", "MutableSequence", "Mapping", "MutableMapping", "Callable",
    "Collection", "Sized", "Hashable", "Set", "Number", "Integral", "Real", "FunctionType",
)  # fmt: skip


def abstract(path: str) -> Abstract | None:
    """What ``collections.abc.Iterable`` stands for, also by way of ``typing``."""
    area, _, name = path.rpartition(".")
    known = area in ("typing", "collections.abc", "collections", "numbers", "types")
    return Abstract(name) if known and name in _ABSTRACT else None


def _isinstance(run: Run, value: Value, sorts: Value) -> Value:
    answers = [_is_one(value, sort) for sort in (sorts if isinstance(sorts, tuple) else (sorts,))]
    return True if True in answers else Untold("isinstance(…)") if None in answers else False


def _is_one(value: Value, sort: Value) -> bool | None:
    if isinstance(value, Untold) or isinstance(sort, Untold):
        return None
    if isinstance(sort, PlainType):
        return isinstance(value, sort.sort)
    if isinstance(sort, Builtin) and sort.function is _type:
        return _is_type(value)
    if isinstance(value, Instance) or (isinstance(value, Member) and isinstance(sort, Class)):
        holds = None if isinstance(sort, Class) else getattr(sort, "holds", None)
        return sort in value.cls.mro() or (holds is not None and holds(value) is True)
    if isinstance(sort, Class):
        return False
    return getattr(sort, "holds", lambda _: None)(value)


def _is_type(value: Value) -> bool | None:
    """Whether ``value`` is a class; ``None`` for what a dialect provides and does not say."""
    if isinstance(value, Class | PlainType):
        return True
    if isinstance(value, Native):
        return True if hasattr(value, "found") else None if isinstance(value, Namespace) else False
    return False


def _issubclass(run: Run, cls: Value, sorts: Value) -> Value:
    asked = sorts if isinstance(sorts, tuple) else (sorts,)
    if isinstance(cls, Class) and not any(isinstance(sort, Untold) for sort in asked):
        return any(sort in cls.mro() for sort in asked)
    if _is_type(cls) and all(sort is cls or isinstance(sort, Class) for sort in asked):
        return cls in asked  # a class of a library comes from none of the file
    return Untold("issubclass(…)")


def _is_class(run: Run, value: Value) -> Value:
    known = _is_type(value)
    return Untold("isclass(…)") if known is None or isinstance(value, Untold) else known


def _type(run: Run, value: Value, *rest: Value) -> Value:
    if isinstance(value, Instance) and not rest:
        return value.cls
    return attribute(run, value, "__class__") if isinstance(value, Native) else Untold("type(…)")


def _getattr(run: Run, value: Value, name: Value, *default: Value) -> Value:
    if not isinstance(name, str):
        return Untold("getattr(…)")
    found = attribute(run, value, name)
    absent = isinstance(found, Untold) and not isinstance(value, Untold)
    return default[0] if default and absent and not _kept(value, name) else found


def _kept(value: Value, name: str) -> bool:
    """Whether an object has an attribute, known or not."""
    return isinstance(value, Instance) and name in value.names


def _hasattr(run: Run, value: Value, name: Value) -> Value:
    if not isinstance(name, str):
        return Untold("hasattr(…)")
    if isinstance(value, Instance | Class):
        return _kept(value, name) or not isinstance(attribute(run, value, name), Untold)
    if isinstance(value, Namespace):
        # A name that nobody here knows may still be one of that module.
        known = not isinstance(attribute(run, value, name), Untold | Namespace)
        return known or Untold(f"{value.label}.{name}")
    return value.has(run, name) if isinstance(value, Native) else Untold("hasattr(…)")


class Names(Native):
    """``dir(module)``, to look a name up in."""

    def __init__(self, value: Value) -> None:
        self.value = value

    def includes(self, run: Run, value: Value) -> Value:
        return _hasattr(run, self.value, value)


def _setattr(run: Run, owner: Value, name: Value, value: Value) -> Value:
    if isinstance(name, str):
        set_attribute(run, owner, name, value)
    return None


def _callable(run: Run, value: Value) -> Value:
    if isinstance(value, Untold):
        return value
    return isinstance(value, Function | Method | Class | Native)


# -- iterators -----------------------------------------------------------------------------------


class Remaining(Native):
    """``iter(values)``: what has not been taken yet."""

    def __init__(self, values: list[Value]) -> None:
        self.values = values

    @property
    def label(self) -> str:
        return "an iterator"

    def elements(self, run: Run) -> Iterator[Value]:
        rest, self.values = self.values, []
        return iter(rest)


def _iter(run: Run, values: Value) -> Value:
    if isinstance(values, Remaining):
        return values
    listed = elements(run, values)
    return Untold("iter(…)") if listed is None else Remaining(listed)


def _next(run: Run, values: Value, *default: Value) -> Value:
    """``next(iterator)``; a generator expression is asked once, for its first value."""
    listed = values.values if isinstance(values, Remaining) else elements(run, values)
    if listed is None:
        return Untold("next(…)")
    if not listed and not default:
        raise Raised("StopIteration", "")
    if not listed:
        return default[0]
    return listed.pop(0) if isinstance(values, Remaining) else listed[0]


ASKING: dict[str, Callable[..., Value]] = {
    "isinstance": _isinstance, "issubclass": _issubclass, "type": _type, "getattr": _getattr,
    "hasattr": _hasattr, "setattr": _setattr, "dir": lambda run, value: Names(value),
    "callable": _callable, "iter": _iter, "next": _next,
}  # fmt: skip
INSPECTED: dict[str, Callable[..., Value]] = {
    "inspect.isclass": _is_class,
    "inspect.isfunction": lambda run, value: isinstance(value, Function),
}
