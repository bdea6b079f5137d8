"""Frozen, slotted value types that cost nothing to define.

``dataclasses`` of the standard library takes 20 ms to import and 0.8 ms for each frozen class it
generates code for (Python 3.11); the whole command line has 45 ms. A ``Record`` means the same to
a type checker and reads the same, but shares one set of methods instead of generating them. Only a
class of which very many records are made gets a constructor of its own, which is twice as fast.
"""

from __future__ import annotations

from _operator import attrgetter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, ClassVar, TypeVar

    from typing_extensions import dataclass_transform

    R = TypeVar("R", bound="Record")
else:

    def dataclass_transform(**_: object) -> object:
        """Means something to type checkers only."""
        return lambda cls: cls


__all__ = ["Record", "dataclass_transform", "replace"]


class _RecordType(type):
    """Turns the annotations of a class body into slots, fields and defaults."""

    __match_args__: tuple[str, ...]
    _puts: tuple[Callable[[object, object], None], ...]
    _fields_at: dict[str, int]
    _all: Callable[[Record], tuple[object, ...]]

    def __new__(
        mcs, name: str, bases: tuple[type, ...], body: dict[str, Any], **rest: object
    ) -> _RecordType:
        own = [
            field
            for field, annotation in body.get("__annotations__", {}).items()
            if not str(annotation).startswith("ClassVar")
        ]
        fields: dict[str, None] = {}
        defaults: dict[str, object] = {}
        for base in reversed(bases):
            fields |= dict.fromkeys(getattr(base, "__match_args__", ()))
            defaults |= getattr(base, "_defaults", {})
        body["__slots__"] = tuple(field for field in own if field not in fields)
        defaults |= {field: body.pop(field) for field in own if field in body}
        body["__match_args__"] = (*fields, *body["__slots__"])
        body["_defaults"] = defaults
        if bases:
            body.setdefault("__init__", Record.__init__)
        made = super().__new__(mcs, name, bases, body, **rest)
        made._puts = tuple(getattr(made, field).__set__ for field in made.__match_args__)
        made._fields_at = {field: place for place, field in enumerate(made.__match_args__)}
        made._all = attrgetter(*made.__match_args__) if len(made._puts) > 1 else _few
        return made


def _few(record: Record) -> tuple[object, ...]:
    """The fields of a record that has one or none, of which ``attrgetter`` makes no tuple."""
    return tuple([getattr(record, field) for field in record.__match_args__])


@dataclass_transform(frozen_default=True)
class Record(metaclass=_RecordType):
    """A value: its annotated attributes are its fields, set once, compared by content."""

    __match_args__: ClassVar[tuple[str, ...]]
    _defaults: ClassVar[dict[str, object]]
    _puts: ClassVar[tuple[Callable[[object, object], None], ...]]
    """What sets each field, past the lock of ``__setattr__``."""
    _fields_at: ClassVar[dict[str, int]]
    _all: ClassVar[Callable[[object], tuple[object, ...]]]
    """The fields of a record, in their order."""

    def __init__(self, *values: object, **named: object) -> None:
        sort = type(self)
        _made[sort] = _made.get(sort, 0) + 1
        if _made[sort] == _OFTEN:
            sort.__init__ = _constructor(sort)  # type: ignore[method-assign]  # as dataclasses do
        if named or len(values) != len(sort._puts):
            values = _completed(sort, values, named)
        for put, value in zip(self._puts, values, strict=True):
            put(self, value)
        self.__post_init__()

    def __post_init__(self) -> None:
        """Checks the fields; a kind with impossible settings raises here."""

    def __setattr__(self, field: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__}.{field} cannot be changed")

    def __delattr__(self, field: str) -> None:
        raise AttributeError(f"{type(self).__name__}.{field} cannot be removed")

    def __eq__(self, other: object) -> bool:
        return self is other or (type(self) is type(other) and _content(self) == _content(other))

    def __hash__(self) -> int:
        return hash((type(self).__name__, *_content(self)))

    def __repr__(self) -> str:
        pairs = (f"{field}={getattr(self, field)!r}" for field in self.__match_args__)
        return f"{type(self).__name__}({', '.join(pairs)})"

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return type(self), _content(self)


def _completed(
    sort: type[Record], values: tuple[object, ...], named: dict[str, object]
) -> tuple[object, ...]:
    """A value for each field of ``sort``, in order, defaults filled in. Raises ``TypeError``."""
    fields = sort.__match_args__
    if not values and len(given := {**sort._defaults, **named}) == len(fields):
        try:
            return tuple([given[field] for field in fields])
        except KeyError:
            pass  # said below
    if len(values) > len(fields):
        raise TypeError(f"{sort.__name__} has {len(fields)} fields, got {len(values)}")
    rest = fields[len(values) :]
    given = {**sort._defaults, **named}
    if not named.keys() <= set(rest) or not given.keys() >= set(rest):
        odd = [field for field in rest if field not in given]
        odd += [field for field in named if field not in rest]
        raise TypeError(f"{sort.__name__}: missing, unknown or given twice: {', '.join(odd)}")
    return (*values, *[given[field] for field in rest])


_made: dict[type[Record], int] = {}
"""Records by class, until it has a constructor of its own."""
_OFTEN = 150
"""From so many records on, writing a constructor takes less time than it saves."""


def _constructor(sort: type[Record]) -> Callable[..., None]:
    """What makes records of ``sort`` and no other class, written out for its fields."""
    fields, defaults = sort.__match_args__, sort._defaults
    required = sum(field not in defaults for field in fields)
    if any(field in defaults for field in fields[:required]):
        return sort.__init__  # Python has no such arguments.
    names: dict[str, Any] = {f"put_{f}": put for f, put in zip(fields, sort._puts, strict=True)}
    names |= {f"default_{field}": value for field, value in defaults.items()}
    given = [f"{f}=default_{f}" if f in defaults else f for f in fields]
    body = [f"put_{field}(self, {field})" for field in fields]
    if sort.__post_init__ is not Record.__post_init__ or not body:
        body.append("self.__post_init__()")
    exec(f"def __init__({', '.join(['self', *given])}):\n    " + "\n    ".join(body), names)
    return names["__init__"]  # type: ignore[no-any-return]  # the function just written


def _content(record: Record) -> tuple[object, ...]:
    return type(record)._all(record)


def replace(record: R, **changes: object) -> R:
    """A copy of ``record`` with some fields changed. Raises ``TypeError`` where it has no such."""
    sort = type(record)
    values = list(sort._all(record))
    try:
        for field, value in changes.items():
            values[sort._fields_at[field]] = value
    except KeyError:
        odd = [field for field in changes if field not in sort._fields_at]
        raise TypeError(f"{sort.__name__} has no {', '.join(odd)}") from None
    return sort(*values)
