"""The names of numpy that are followed."""

from __future__ import annotations

from importlib import import_module

from weighbridge.layers import Untold
from weighbridge.readers.dialects._array import Array, ArrayFunction
from weighbridge.readers.dialects._array_arguments import NEW_AXIS, as_array, whole
from weighbridge.readers.dialects._array_dtypes import ArrayClass, ElementType, given, known
from weighbridge.readers.dialects._array_shapes import axis_of, count

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from weighbridge.readers._python.run import Run
    from weighbridge.readers._python.values import Value


def _overwritten(run: Run, a: Value, *_: Value, **__: Value) -> Value:
    """``np.fill_diagonal(a, 1)`` and other functions that write into what they are given."""
    if isinstance(a, Array):
        a.written()
    return None


def _shape(run: Run, a: Value) -> Value:
    return as_array(run, a).sizes


def _ndim(run: Run, a: Value) -> Value:
    return len(as_array(run, a).sizes)


def _size(run: Run, a: Value, axis: Value = None) -> Value:
    sizes = as_array(run, a).sizes
    return count(sizes) if axis is None else sizes[axis_of(whole(axis), len(sizes))]


def _dtype(run: Run, dtype: Value) -> Value:
    found = given(dtype)
    return Untold("an element type") if found is None else ElementType(found)


def _nothing(run: Run, *_: Value, **__: Value) -> Value:
    return None


_OWN: dict[str, Callable[..., Value]] = {
    **dict.fromkeys(("fill_diagonal", "put", "copyto", "place", "putmask"), _overwritten),
    "ndim": _ndim, "shape": _shape, "size": _size, "dtype": _dtype, "set_printoptions": _nothing,
    "seterr": _nothing,
}  # fmt: skip
FAMILIES = ("making", "shaping", "numbers", "reducing", "joining")
"""Modules of functions, each imported when the ones before it have not the name wanted."""


def function(name: str) -> Callable[..., Value] | None:
    """The function ``numpy.<name>``; ``None`` if it is not followed."""
    if name.startswith("random."):
        from weighbridge.readers.dialects._array_random import FUNCTIONS

        return FUNCTIONS.get(name.removeprefix("random."))
    if name in _OWN:
        return _OWN[name]
    for family in FAMILIES:
        module = import_module(f"weighbridge.readers.dialects._array_{family}")
        if name in module.FUNCTIONS:
            found: Callable[..., Value] = module.FUNCTIONS[name]
            return found
    return None


def named(name: str) -> Value | None:
    """What ``numpy.<name>`` stands for; ``None`` for a module or a name that is not followed."""
    match name:
        case "newaxis":
            return NEW_AXIS
        case "ndarray":
            return ArrayClass(Array)
        case "random" | "linalg":
            return None
    dtype = known(name)
    if dtype is not None:
        return ElementType(dtype)
    found = function(name)
    return None if found is None else ArrayFunction(f"np.{name}", found)
