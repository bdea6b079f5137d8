"""What a process that ran somebody's code hands back: a model as data, or what went wrong.

Written as JSON: a table of weighbridge's own values, each a class and its fields, where a field may
be a plain value, a tuple, or a row further up. So only such values can come back, nothing is called
but their constructors, and no bytes cost more memory than a few times their number.
"""

from __future__ import annotations

import sys

from weighbridge._record import Record
from weighbridge.errors import LIMITS, Malformed, TooLarge, WeighbridgeError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.model import Model

    Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

HEADER = 8
"""Bytes before an answer that tell its length."""
_ODD = (
    TypeError, ValueError, AttributeError, LookupError, ArithmeticError, AssertionError,
    RecursionError, WeighbridgeError,
)  # fmt: skip
"""What values may raise that are made of anything."""
_ROOMS = ("errors", "formula", "layers", "model", "readers")
"""Where the values of a model are defined."""


class Failure(Record):
    """An error of the other process: the name of its class, and what it says."""

    sort: str
    what: str
    where: str = ""
    hint: str = ""
    excerpt: str = ""


def packed(answer: Model | Failure) -> bytes:
    """``answer``, with its length before it. Raises ``TypeError`` if it holds anything else."""
    import json

    table = _Table()
    table.row(answer)
    content = json.dumps([list(table.classes), table.rows], separators=(",", ":")).encode()
    return len(content).to_bytes(HEADER, "big") + content


def length(header: bytes) -> int:
    """The length that ``header`` tells. Raises ``TooLarge``."""
    announced = int.from_bytes(header, "big")
    if announced > LIMITS.answer_bytes:
        most = LIMITS.answer_bytes >> 20
        raise TooLarge(f"the description of the model that was made takes more than {most} MiB")
    return announced


def unpacked(content: bytes) -> Model | Failure:
    """The answer. Raises ``Malformed`` for what ``packed`` has not written."""
    import json

    from weighbridge.model import Model

    try:
        classes, rows = json.loads(content)
        answer = _made([_class(name) for name in classes], rows)
    except _ODD as error:
        raise _unsound(f"{type(error).__name__}: {error}") from None
    if not isinstance(answer, (Model, Failure)):
        raise _unsound(f"it is a {type(answer).__name__}")
    return answer


def _unsound(why: str) -> Malformed:
    hint = "does it write to file descriptors that it has not opened?"
    return Malformed(f"what the code that was run handed back is no model: {why}", hint=hint)


# -- writing -------------------------------------------------------------------------------------


class _Table:
    """Values of weighbridge as rows; one that is met again is written once."""

    def __init__(self) -> None:
        self.classes: dict[str, int] = {}
        self.rows: list[list[Json]] = []
        self._seen: dict[int, tuple[int, object]] = {}
        """Row and value by identity: values that are equal may yet differ, as shapes do."""

    def row(self, value: object) -> int:
        """The number of the row of ``value``, one of weighbridge's."""
        if id(value) not in self._seen:
            sort, fields = _parts(value)
            row = [self.classes.setdefault(sort, len(self.classes)), *map(self.field, fields)]
            self.rows.append(row)
            self._seen[id(value)] = len(self.rows) - 1, value
        return self._seen[id(value)][0]

    def field(self, value: object) -> Json:
        """``value`` as JSON. What frameworks derive from plain values becomes plain."""
        if value is None or isinstance(value, (bool, float)):
            return value
        if isinstance(value, str):
            return str(value)
        if _is_ours(type(value)):
            return {"row": self.row(value)}
        if isinstance(value, tuple):
            return list(map(self.field, value))
        if value is Ellipsis:
            return {"dots": None}
        if isinstance(value, slice):
            return {"slice": list(map(self.field, (value.start, value.stop, value.step)))}
        if isinstance(value, complex):
            return {"complex": [value.real, value.imag]}
        if hasattr(value, "__index__") and not isinstance(value, type):
            return int(value.__index__())
        sort = type(value)
        raise TypeError(f"the model read holds a {sort.__module__}.{sort.__qualname__}")


def _is_ours(sort: type) -> bool:
    """Whether values of ``sort`` are weighbridge's: records, and shapes that know their batch."""
    return sort.__module__.startswith("weighbridge.") and issubclass(sort, (Record, tuple))


def _parts(value: object) -> tuple[str, tuple[object, ...]]:
    """The name of the class, and what its constructor takes."""
    sort = type(value)
    fields = value.__reduce__()[1] if isinstance(value, Record) else value.__getnewargs__()  # type: ignore[attr-defined]  # tuples have it
    return f"{sort.__module__}:{sort.__qualname__}", fields


# -- reading -------------------------------------------------------------------------------------


def _class(name: str) -> type:
    module, _, sort = str(name).partition(":")
    package, _, room = module.partition(".")
    if package != "weighbridge" or room.partition(".")[0] not in _ROOMS:
        raise LookupError(name)
    try:
        __import__(module)
    except ImportError:
        raise LookupError(name) from None
    found = vars(sys.modules[module])[sort]
    if not (isinstance(found, type) and _is_ours(found)):
        raise LookupError(name)
    return found


def _made(classes: list[type], rows: list[list[Json]]) -> object:
    """The value of the last row."""
    made: list[object] = []

    def value(field: Json) -> object:
        if isinstance(field, list):
            return tuple(map(value, field))
        if not isinstance(field, dict):
            return field
        ((sort, content),) = field.items()
        match sort, content:
            case "row", int(number) if number >= 0:
                return made[number]
            case "dots", None:
                return ...
            case "slice", [start, stop, step]:
                return slice(value(start), value(stop), value(step))
            case "complex", [float(real), float(imaginary)]:
                return complex(real, imaginary)
        raise ValueError(sort)

    for number, *fields in rows:
        made.append(classes[number](*map(value, fields)))  # type: ignore[index]  # or else no answer
    return made[-1]
