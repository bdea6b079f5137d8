"""Element types of arrays, as far as they decide what a followed program does."""

from __future__ import annotations

from weighbridge.layers import Untold
from weighbridge.readers._python.values import Builtin, Namespace, Native, Raised, Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from weighbridge.readers._python.run import Run
    from weighbridge.readers._python.values import Named

_BYTES = {
    "bool": 1, "int8": 1, "int16": 2, "int32": 4, "int64": 8, "uint8": 1, "uint16": 2, "uint32": 4,
    "uint64": 8, "float16": 2, "float32": 4, "float64": 8, "complex64": 8, "complex128": 16,
}  # fmt: skip
_OTHER_NAMES = {
    "int": "int64", "float": "float64", "double": "float64", "single": "float32", "half": "float16",
    "bool_": "bool", "int_": "int64", "float_": "float64", "uint": "uint64", "intp": "int64",
    "i4": "int32", "i8": "int64", "u1": "uint8", "f2": "float16", "f4": "float32", "f8": "float64",
    "object": "object", "object_": "object", "O": "object", "str": "str", "str_": "str",
    "complex": "complex128", "long": "int64", "byte": "int8", "ubyte": "uint8",
}  # fmt: skip
_PYTHON = {bool: "bool", int: "int64", float: "float64", complex: "complex128", str: "str"}
_WIDENED = ("bool", "int64", "float64", "complex128")


def known(name: str) -> str | None:
    """The type that ``name`` is one of the names of; ``None`` if it is none we know."""
    return name if name in _BYTES else _OTHER_NAMES.get(name)


def given(value: Value, otherwise: str | None = None) -> str | None:
    """The type that an argument ``dtype`` names; ``otherwise`` where none is given."""
    match value:
        case None:
            return otherwise
        case str():
            return known(value)
        case ElementType():
            return value.type_name
        case Namespace():
            return known(value.path.rpartition(".")[2])
        case Builtin():
            return known(value.name)
    return None


def of_values(values: Iterable[object]) -> str | None:
    """The type of an array made of these plain values."""
    sorts = {type(value) for value in values}
    if not sorts:
        return "float64"
    if sorts == {str}:
        return "str"
    names = {_PYTHON.get(sort, "object") for sort in sorts}
    if "object" in names:
        return "object"
    return None if "str" in names else max(names, key=_WIDENED.index)


def together(names: Iterable[str | None]) -> str | None:
    """The type of what comes out of several arrays; ``None`` where it takes numpy's own tables."""
    distinct = set(names)
    if len(distinct) == 1:
        return distinct.pop()
    distinct -= {"bool"}
    if len(distinct) == 1:
        return distinct.pop()
    if distinct <= {"float16", "float32", "float64"}:
        return max(distinct, key=lambda name: _BYTES[name or ""])
    numbers = all(name is not None and name in _BYTES for name in distinct)
    return "float64" if "float64" in distinct and numbers and not _complex(distinct) else None


def _complex(names: set[str | None]) -> bool:
    return any(name is not None and name.startswith("complex") for name in names)


def is_whole(name: str | None) -> bool:
    """Whether elements of this type are whole numbers."""
    return name is not None and name.startswith(("int", "uint"))


def is_fraction(name: str | None) -> bool:
    """Whether elements of this type are floating-point numbers."""
    return name is not None and name.startswith("float")


def stored(values: Iterable[object], name: str | None) -> tuple[object, ...] | None:
    """``values`` as an array of the type holds them; ``None`` where they are not of that type.

    Whole numbers too large for their type, which numpy wraps around, are not followed.
    """
    listed = tuple(values)
    if name is None or (name not in _SORTS and name not in _BYTES):
        return None
    if not all(isinstance(value, _SORTS.get(name, int | float)) for value in listed):
        return None
    if is_fraction(name):
        return _fractions(listed, name)
    return _whole(listed, name) if is_whole(name) else listed


_SORTS: dict[str, type] = {
    "bool": bool, "str": str, "object": object, "complex64": complex, "complex128": complex,
}  # fmt: skip


def _fractions(values: tuple[object, ...], name: str) -> tuple[object, ...] | None:
    """Rounded to as many bits as the type has."""
    import struct

    form = "<" + {"float16": "e", "float32": "f", "float64": "d"}[name]
    try:
        return tuple(struct.unpack(form, struct.pack(form, value))[0] for value in values)
    except (OverflowError, struct.error):
        return None


def _whole(values: tuple[object, ...], name: str) -> tuple[object, ...] | None:
    """Unless one is too large."""
    bits = 8 * _BYTES[name] - (name[0] == "i")
    low = -(2**bits) if name[0] == "i" else 0
    found = tuple(value for value in values if isinstance(value, int) and low <= value < 2**bits)
    return tuple(map(int, found)) if len(found) == len(values) else None


class ElementType(Native):
    """``np.float32``, ``x.dtype``: a type to compare with, and to convert numbers."""

    def __init__(self, type_name: str) -> None:
        self.type_name = type_name

    @property
    def label(self) -> str:
        return self.type_name

    def attribute(self, run: Run, name: str) -> Value:
        match name:
            case "name" | "__name__":
                return self.type_name
            case "itemsize":
                return _BYTES.get(self.type_name, Untold("an element's bytes"))
            case "type":
                return self
        return Untold(f"{self.type_name}.{name}")

    def call(self, run: Run, values: list[Value], named: Named) -> Value:
        from weighbridge.readers.dialects._array_making import cast_number

        return cast_number(run, values[0] if values else 0, self.type_name)

    def operate(self, run: Run, operator: str, other: Value, reflected: bool) -> Value:
        if operator not in ("eq", "ne"):
            return Untold(f"{operator} of element types")
        name = given(other)
        if name is None:
            return False if other is None else Untold("a comparison of element types")
        return (name == self.type_name) is (operator == "eq")


class ArrayClass(Native):
    """``np.ndarray``: something to ask ``isinstance`` about."""

    def __init__(self, sort: type) -> None:
        self.sort = sort

    def holds(self, value: Value) -> bool:
        """Whether ``value`` is an array."""
        return isinstance(value, self.sort)


def float_of(text: object) -> float:
    """The number that a text spells, as ``np.float64("3.5")`` reads it."""
    if not isinstance(text, str | int | float):
        raise Raised("TypeError", f"a number cannot be made of {text!r}"[:80])
    try:
        return float(text)
    except (ValueError, OverflowError) as error:
        raise Raised(type(error).__name__, str(error)) from None
