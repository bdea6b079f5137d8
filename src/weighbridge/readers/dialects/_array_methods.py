"""What an array answers when asked for an attribute or a method."""

from __future__ import annotations

from weighbridge.layers import Untold
from weighbridge.readers.dialects._array import Array, finished, length, transposed
from weighbridge.readers.dialects._array_arguments import shape_of
from weighbridge.readers.dialects._array_dtypes import ElementType
from weighbridge.readers.dialects._array_shapes import count, refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from weighbridge.readers._python.run import Run
    from weighbridge.readers._python.values import Value


# -- attributes ----------------------------------------------------------------------------------


def _dtype(run: Run, array: Array) -> Value:
    return Untold("an array's element type") if array.dtype is None else ElementType(array.dtype)


def _backwards(run: Run, array: Array) -> Value:
    return transposed(run, array, tuple(range(len(array.sizes)))[::-1])


def _truth(run: Run, array: Array) -> Value:
    size = count(array.sizes)
    if isinstance(size, int) and size != 1:
        raise refused(f"the truth value of an array of {size} elements is ambiguous")
    return bool(array.contents[0]) if array.contents else Untold("the truth value of an array")


def _flat(run: Run, array: Array) -> Value:
    return array.laid((count(array.sizes),))


PROPERTIES: dict[str, Callable[[Run, Array], Value]] = {
    "shape": lambda run, array: array.sizes, "ndim": lambda run, array: len(array.sizes),
    "size": lambda run, array: count(array.sizes), "dtype": _dtype, "T": _backwards,
    "flat": _flat, "real": lambda run, array: array, "__bool__": _truth,
}  # fmt: skip


# -- methods -------------------------------------------------------------------------------------


def _len(run: Run, array: Array) -> Value:
    return length(array)


def _tolist(run: Run, array: Array) -> Value:
    if array.contents is None:
        return Untold("what is in an array")
    if not array.sizes:
        return array.contents[0]
    parts = list(array.elements(run) or ())
    return [_tolist(run, part) if isinstance(part, Array) else part for part in parts]


def _item(run: Run, array: Array, *place: Value) -> Value:
    if place:
        flat = array.laid((count(array.sizes),)) if len(place) == 1 else array
        return flat.item(run, place)
    size = count(array.sizes)
    if isinstance(size, int) and size != 1:
        raise refused("can only convert an array of size 1 to a Python scalar")
    return finished(run, Array((), array.dtype, array.contents))


def _itself(run: Run, array: Array, *_: Value, **__: Value) -> Value:
    return array


def _written(run: Run, array: Array, *_: Value, **__: Value) -> Value:
    """A method that changes what is in the array."""
    array.written()
    return None


def _resize(run: Run, array: Array, *shape: Value, **_: Value) -> Value:
    array.sizes = shape_of(run, shape[0] if len(shape) == 1 else shape)
    array.written()
    return None


_OWN: dict[str, Callable[..., Value]] = {
    "tolist": _tolist, "item": _item, "numpy": _itself, "toarray": _itself, "__len__": _len,
    "resize": _resize,
    **dict.fromkeys((
        "__setitem__", "fill", "sort", "put", "itemset", "partition", "byteswap",
    ), _written),
}  # fmt: skip
_SHARED = (
    "sum", "prod", "max", "min", "mean", "std", "var", "any", "all", "ptp", "argmax", "argmin",
    "cumsum", "cumprod", "argsort", "round", "clip", "dot", "conj", "ravel", "swapaxes", "squeeze",
    "repeat", "take", "copy",
)  # fmt: skip
"""Methods that are the functions of numpy of that name."""


def method(name: str) -> Callable[..., Value] | None:
    """The function behind ``array.<name>()``; ``None`` if it is not followed."""
    if name in _OWN:
        return _OWN[name]
    if name in _SHARED:
        from weighbridge.readers.dialects._numpy_names import function

        return function(name)
    if name == "astype":
        from weighbridge.readers.dialects._array_making import astype

        return astype
    if name not in ("reshape", "transpose", "flatten"):
        return None
    from weighbridge.readers.dialects import _array_shaping as shaping

    own: dict[str, Callable[..., Value]] = {
        "reshape": shaping.method_reshape,
        "transpose": shaping.method_transpose,
        "flatten": shaping.flatten,
    }
    return own[name]
