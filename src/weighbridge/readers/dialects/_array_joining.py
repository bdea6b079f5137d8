"""Functions that make one array out of several, and several out of one."""

from __future__ import annotations

from weighbridge.readers.dialects import _array_dtypes as dtypes
from weighbridge.readers.dialects import _array_shapes as shapes
from weighbridge.readers.dialects._array import Array
from weighbridge.readers.dialects._array_arguments import (
    arrays_of,
    as_array,
    charged,
    joined,
    size_of,
    unclear,
    whole,
)
from weighbridge.readers.dialects._array_shaping import deepened

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from weighbridge.readers._python.run import Run
    from weighbridge.readers._python.values import Value

_ROWS_AND_COLUMNS = 2
_PIECES = 1_000
"""Parts of one array that are followed."""


def concatenate(run: Run, arrays: Value, axis: Value = 0, **_: Value) -> Value:
    """``np.concatenate(arrays, axis)``; with ``axis=None`` of their elements in a row."""
    parts = arrays_of(run, arrays)
    if axis is None:
        parts = [part.laid((shapes.count(part.sizes),)) for part in parts]
    return _joined(run, parts, 0 if axis is None else whole(axis))


def _joined(run: Run, parts: list[Array], axis: int) -> Array:
    sizes = shapes.concatenated([part.sizes for part in parts], axis)
    dtype = dtypes.together(part.dtype for part in parts)
    contents = joined(run, parts, dtype) if axis in (0, -len(sizes)) else None
    classes = {part.classes for part in parts}
    return Array(sizes, dtype, contents, classes.pop() if len(classes) == 1 else None)


def stack(run: Run, arrays: Value, axis: Value = 0, **_: Value) -> Value:
    """``np.stack(arrays, axis)``."""
    parts = arrays_of(run, arrays)
    sizes = shapes.stacked([part.sizes for part in parts], whole(axis))
    dtype = dtypes.together(part.dtype for part in parts)
    return Array(sizes, dtype, joined(run, parts, dtype) if whole(axis) == 0 else None)


def vstack(run: Run, tup: Value, **_: Value) -> Value:
    """``np.vstack(tup)``: rows on top of each other."""
    parts = arrays_of(run, tup)
    return _joined(run, [part.laid(deepened(part.sizes, 2)) for part in parts], 0)


def _hstack(run: Run, tup: Value, **_: Value) -> Value:
    parts = [part.laid(part.sizes or (1,)) for part in arrays_of(run, tup)]
    return _joined(run, parts, 0 if parts and len(parts[0].sizes) == 1 else 1)


def _dstack(run: Run, tup: Value) -> Value:
    parts = arrays_of(run, tup)
    return _joined(run, [part.laid(deepened(part.sizes, 3)) for part in parts], 2)


def _column_stack(run: Run, tup: Value) -> Value:
    parts = [
        part if len(part.sizes) >= _ROWS_AND_COLUMNS else part.laid((shapes.count(part.sizes), 1))
        for part in arrays_of(run, tup)
    ]
    return _joined(run, parts, 1)


def _append(run: Run, arr: Value, values: Value, axis: Value = None) -> Value:
    return concatenate(run, [as_array(run, arr), as_array(run, values)], axis)


def _splitter(evenly: bool, columns: bool = False) -> Callable[..., Value]:
    """``np.split`` and its like; ``hsplit`` cuts columns, of a mere row its elements."""

    def split(run: Run, ary: Value, indices_or_sections: Value, axis: Value = 0) -> Value:
        array = as_array(run, ary)
        rank = len(array.sizes)
        place = shapes.axis_of(min(rank - 1, 1) if columns else whole(axis), rank)
        if isinstance(indices_or_sections, int) and indices_or_sections <= _PIECES:
            cuts = shapes.divided(array.sizes[place], indices_or_sections, evenly)
        else:
            cuts = [size_of(cut) for cut in _listed(indices_or_sections)]
        charged(run, len(cuts))
        bounds = zip([None, *cuts], [*cuts, None], strict=True)
        every = (slice(None),) * place
        return [array.item(run, (*every, slice(*bound))) for bound in bounds]

    return split


def _listed(value: Value) -> list[Value]:
    if isinstance(value, Array) and value.contents is not None:
        return list(value.contents)
    if isinstance(value, tuple | list):
        return list(value)
    raise unclear("the pieces of an array", value)


FUNCTIONS: dict[str, Callable[..., Value]] = {
    "concatenate": concatenate, "concat": concatenate, "stack": stack, "vstack": vstack,
    "row_stack": vstack, "hstack": _hstack, "dstack": _dstack, "column_stack": _column_stack,
    "append": _append, "split": _splitter(evenly=True), "array_split": _splitter(evenly=False),
    "hsplit": _splitter(evenly=True, columns=True), "vsplit": _splitter(evenly=True),
}  # fmt: skip
