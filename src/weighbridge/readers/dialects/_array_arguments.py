"""What array functions are given: arrays, shapes, axes, indices, each out of a followed value."""

from __future__ import annotations

from weighbridge.errors import LIMITS
from weighbridge.layers import Samples, Untold
from weighbridge.readers._python.values import Native, Raised, Value
from weighbridge.readers.dialects import _array_dtypes as dtypes
from weighbridge.readers.dialects._array import Array, Contents, Number, Unclear, affordable
from weighbridge.readers.dialects._array_index import Masked, Picked
from weighbridge.readers.dialects._array_shapes import (
    RANK,
    Size,
    Sizes,
    agreed_shape,
    bounded,
    checked,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import EllipsisType

    from weighbridge.readers._python.run import Run
    from weighbridge.readers.dialects._array_index import Key, Part

PLAIN = (bool, int, float, complex, str, bytes, type(None))
"""What a single element can be."""
_SHARE = 2
"""What a run may have spent on elements, in ``LIMITS.elements``, before data are given up."""
_MANY = 1_000
"""Numbers in one argument that are looked at."""


class NewAxis(Native):
    """``np.newaxis``, which is ``None``: a dialect cannot answer with that itself."""

    nothing = True
    """Operations take it for ``None``."""


NEW_AXIS = NewAxis()


def unclear(what: str, value: Value = None) -> Unclear:
    """Says that ``what`` is not known, by the reason that ``value`` gives if it has one."""
    return Unclear(value if isinstance(value, Untold) else Untold(what))


def charged(run: Run, elements: int) -> None:
    """Charges for data that are looked through; a file that has too many is not stopped.

    Data beyond a part of the budget are not known any more, so that the rest of it is left for the
    model.
    """
    if elements > LIMITS.elements or run.elements + elements > _SHARE * LIMITS.elements:
        raise Unclear(Untold("more data than are followed"))
    run.charge(elements)


def as_array(run: Run, value: Value, depth: int = 0) -> Array:
    """``np.asarray(value)``; raises ``Unclear`` where not even the number of axes is known."""
    if isinstance(value, Array):
        return value
    if isinstance(value, PLAIN):
        dtype = dtypes.of_values([value])
        return Array((), dtype, dtypes.stored([value], dtype))
    if isinstance(value, Number | Samples):
        return Array(())
    if isinstance(value, range):
        return _of_range(run, value)
    if isinstance(value, tuple | list) and depth < RANK:
        return _nested(run, value, depth)
    raise unclear("what an array is made of", value)


def _of_range(run: Run, value: range) -> Array:
    try:
        length = len(value)
    except OverflowError as error:
        raise Raised("OverflowError", str(error)) from None
    contents = tuple(value) if affordable(run, (length,)) else None
    return Array((length,), "int64", contents and dtypes.stored(contents, "int64"))


def _nested(run: Run, items: list[Value] | tuple[Value, ...], depth: int) -> Array:
    charged(run, len(items))
    if all(isinstance(item, PLAIN) for item in items):
        dtype = dtypes.of_values(items)
        few = affordable(run, (len(items),))
        return Array((len(items),), dtype, dtypes.stored(items, dtype) if few else None)
    parts = [as_array(run, item, depth + 1) for item in items]
    inner = agreed_shape([part.sizes for part in parts], "the parts of an array differ in shape")
    dtype = dtypes.together(part.dtype for part in parts)
    return Array(checked((len(items), *inner)), dtype, joined(run, parts, dtype))


def joined(run: Run, parts: list[Array], dtype: str | None) -> Contents | None:
    """The contents of ``parts`` one after the other, where all are known and few."""
    known = [part.contents for part in parts if part.contents is not None]
    if len(known) < len(parts) or not affordable(run, (sum(map(len, known)),)):
        return None
    return dtypes.stored((value for contents in known for value in contents), dtype)


def arrays_of(run: Run, value: Value) -> list[Array]:
    """A list or tuple of arrays, or the parts of one along its first axis."""
    if isinstance(value, Array):
        return [value.view(value.sizes[1:])] * _counted(run, value)
    if not isinstance(value, tuple | list):
        raise unclear("arrays that are not known", value)
    charged(run, len(value))
    return [as_array(run, item) for item in value]


def _counted(run: Run, value: Array) -> int:
    if not value.sizes or not isinstance(value.sizes[0], int):
        raise unclear("how many arrays there are", value.sizes[0] if value.sizes else None)
    charged(run, value.sizes[0])
    return value.sizes[0]


# -- numbers -------------------------------------------------------------------------------------


def whole(value: Value) -> int:
    """A whole number that has to be known."""
    match value:
        case int():
            return int(value)
        case Array(sizes=(), contents=(int() as number,)):
            return int(number)
        case float() | str():
            told = f"{type(value).__name__!r} object cannot be interpreted as an integer"
            raise Raised("TypeError", told)
    raise unclear("a whole number", value)


def size_of(value: Value) -> Size:
    """A size, which need not be known."""
    if isinstance(value, Untold):
        return value
    if value is None:
        raise Raised("TypeError", "'NoneType' object cannot be interpreted as an integer")
    return whole(value)


def shape_of(run: Run, value: Value, open_sizes: bool = False) -> Sizes:
    """A shape: one size or a sequence of sizes. With ``open_sizes`` one may be −1.

    Raises ``Unclear`` where it is unknown whether it is one size or several.
    """
    if isinstance(value, Number | Samples):
        return (value,)
    if isinstance(value, Untold):
        raise Unclear(value)
    if isinstance(value, Array):
        return _shape_in(value)
    if isinstance(value, tuple | list):
        charged(run, len(value))
        sizes = tuple(size_of(size) for size in value)
    else:
        sizes = (size_of(value),)
    return bounded(sizes) if open_sizes else checked(sizes)


def _shape_in(array: Array) -> Sizes:
    if array.contents is None:
        raise unclear("a shape out of an array")
    return checked(tuple(size_of(size) for size in array.contents))


def numbers(value: Value) -> list[int]:
    """One whole number or several."""
    if isinstance(value, Array) and value.contents is not None:
        value = list(value.contents)
    if not isinstance(value, tuple | list):
        return [whole(value)]
    if len(value) > _MANY:
        raise unclear("many numbers")
    return [whole(item) for item in value]


def axes(value: Value) -> list[int] | None:
    """One axis or several; ``None`` stands for all."""
    return None if value is None else numbers(value)


def flag(value: Value) -> bool:
    """A setting that is on or off."""
    if isinstance(value, int | float | str | None):
        return bool(value)
    raise unclear("a setting", value)


# -- indices -------------------------------------------------------------------------------------


def index_of(run: Run, key: Value) -> Key:
    """What stands between the brackets of ``x[…]``."""
    parts = key if isinstance(key, tuple) else (key,)
    if len(parts) > 2 * RANK:
        raise Raised("IndexError", "too many indices for an array")
    return tuple(_part(run, part) for part in parts)


def _part(run: Run, part: Value) -> Part | EllipsisType:
    if part is None or part is NEW_AXIS:
        return None
    if part is ...:
        return ...
    if isinstance(part, slice):
        return slice(*(_bound(bound) for bound in (part.start, part.stop, part.step)))
    if isinstance(part, bool):
        raise unclear("a truth value as an index")
    if isinstance(part, int):
        return part
    if isinstance(part, float | str):
        raise Raised("IndexError", "only whole numbers, slices and arrays of them are indices")
    return _array_part(as_array(run, part))


def _array_part(array: Array) -> Picked | Masked:
    if array.dtype == "bool" and array.sizes:
        return Masked(array.sizes)
    empty = array.sizes == (0,)
    if empty or not array.sizes or dtypes.is_whole(array.dtype):
        return Picked(array.sizes)
    if array.dtype in (None, "bool"):
        raise unclear("an index that may be places or truth values")
    raise Raised("IndexError", "arrays used as indices must be of whole numbers or truth values")


def _bound(value: Value) -> int | Untold | None:
    return None if value is None else size_of(value)
