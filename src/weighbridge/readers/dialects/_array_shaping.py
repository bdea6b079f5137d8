"""Functions that lay the elements of one array out anew: reshape, transpose, repeat, pad, …"""

from __future__ import annotations

from weighbridge.layers import Untold
from weighbridge.readers.dialects import _array_shapes as shapes
from weighbridge.readers.dialects._array import Array, finished, transposed
from weighbridge.readers.dialects._array_arguments import (
    as_array,
    axes,
    numbers,
    shape_of,
    unclear,
    whole,
)
from weighbridge.readers.dialects._array_shapes import Size, Sizes, refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from weighbridge.readers._python.run import Run
    from weighbridge.readers._python.values import Value

_ROWS_AND_COLUMNS = 2


def reshape(
    run: Run, a: Value, shape: Value = None, order: Value = "C", newshape: Value = None, **_: Value
) -> Value:
    """``np.reshape(a, shape)``."""
    array = as_array(run, a)
    target = shape_of(run, newshape if shape is None else shape, open_sizes=True)
    sizes = shapes.reshaped(array.sizes, target)
    return array.laid(sizes) if order == "C" else array.view(sizes)


def method_reshape(run: Run, a: Value, *shape: Value, order: Value = "C", **_: Value) -> Value:
    """``a.reshape(2, 3)`` or ``a.reshape((2, 3))``."""
    return reshape(run, a, shape[0] if len(shape) == 1 else shape, order)


def ravel(run: Run, a: Value, order: Value = "C") -> Value:
    """``np.ravel(a)``."""
    return reshape(run, a, -1, order)


def flatten(run: Run, a: Value, order: Value = "C") -> Value:
    """``a.flatten()``: a copy."""
    array = as_array(run, a)
    contents = array.contents if order == "C" else None
    return Array((shapes.count(array.sizes),), array.dtype, contents, array.classes)


def transpose(run: Run, a: Value, axes: Value = None) -> Value:
    """``np.transpose(a, axes)``."""
    array = as_array(run, a)
    wanted = None if axes is None else numbers(axes)
    return transposed(run, array, shapes.ordered(len(array.sizes), wanted))


def method_transpose(run: Run, a: Value, *axes: Value) -> Value:
    """``a.transpose(0, 2, 1)`` or ``a.transpose((0, 2, 1))``."""
    wanted = axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes or None
    return transpose(run, a, wanted)


def swapaxes(run: Run, a: Value, axis1: Value, axis2: Value) -> Value:
    """``np.swapaxes(a, axis1, axis2)``."""
    array = as_array(run, a)
    order = list(range(len(array.sizes)))
    first, second = (shapes.axis_of(whole(axis), len(order)) for axis in (axis1, axis2))
    order[first], order[second] = second, first
    return transposed(run, array, tuple(order))


def _moveaxis(run: Run, a: Value, source: Value, destination: Value) -> Value:
    array = as_array(run, a)
    return transposed(
        run, array, shapes.moved(len(array.sizes), numbers(source), numbers(destination))
    )


def expand_dims(run: Run, a: Value, axis: Value) -> Value:
    """``np.expand_dims(a, axis)``."""
    array = as_array(run, a)
    return array.laid(shapes.expanded(array.sizes, numbers(axis)))


def squeeze(run: Run, a: Value, axis: Value = None) -> Value:
    """``np.squeeze(a)``; an axis of unknown size may or may not go."""
    array = as_array(run, a)
    places = axes(axis)
    if places is None:
        unknown = next((size for size in array.sizes if isinstance(size, Untold)), None)
        if unknown is not None:
            raise unclear("a squeezed array", unknown)
        places = [i for i, size in enumerate(array.sizes) if size == 1]
    return array.laid(shapes.squeezed(array.sizes, places))


def _at_least(rank: int) -> Callable[..., Value]:
    """``np.atleast_2d`` and its like: new axes in front, of three also one behind."""

    def deepen(run: Run, *arys: Value) -> Value:
        arrays = [as_array(run, value) for value in arys]
        found = [array.laid(deepened(array.sizes, rank)) for array in arrays]
        return found[0] if len(found) == 1 else tuple(found)

    return deepen


def deepened(sizes: Sizes, rank: int) -> Sizes:
    """With axes of size 1 until there are ``rank``: in front, of three also one behind."""
    if len(sizes) >= rank:
        return sizes
    if rank == 3 and sizes:  # noqa: PLR2004  # numpy's own rule for three axes
        return (*((1,) if len(sizes) == 1 else ()), *sizes, 1)
    return (1,) * (rank - len(sizes)) + sizes


# -- more of the same ----------------------------------------------------------------------------


def repeat(run: Run, a: Value, repeats: Value, axis: Value = None) -> Value:
    """``np.repeat(a, repeats, axis)``; without an axis of the elements in a row."""
    array = as_array(run, a)
    sizes, place = shapes.along(array.sizes, None if axis is None else whole(axis))
    if isinstance(repeats, int):
        longer = _multiple(sizes[place], repeats)
    elif isinstance(repeats, Untold):
        longer = Untold("how often an array is repeated")
    else:
        longer = _repeated(sizes[place], numbers(repeats))
    return Array(shapes.checked((*sizes[:place], longer, *sizes[place + 1 :])), array.dtype)


def _multiple(size: Size, factor: Size) -> Size:
    if isinstance(factor, int) and factor < 0:
        raise refused("repeats may not contain negative values.")
    return size if factor == 1 else shapes.count((size, factor))


def _repeated(size: Size, repeats: list[int]) -> Size:
    if len(repeats) == 1:
        return _multiple(size, repeats[0])
    shapes.agreed((size, len(repeats)), "there must be a number of repeats for each element")
    if any(number < 0 for number in repeats):
        raise refused("repeats may not contain negative values.")
    return sum(repeats)


def tile(run: Run, A: Value, reps: Value) -> Value:  # noqa: N803  # numpy's name
    """``np.tile(A, reps)``."""
    array = as_array(run, A)
    times: Sizes = shape_of(run, reps)
    rank = max(len(times), len(array.sizes))
    sizes = (1,) * (rank - len(array.sizes)) + array.sizes
    times = (1,) * (rank - len(times)) + times
    longer = tuple(_multiple(size, factor) for size, factor in zip(sizes, times, strict=True))
    return Array(shapes.checked(longer), array.dtype)


def pad(run: Run, array: Value, pad_width: Value, mode: Value = "constant", **_: Value) -> Value:
    """``np.pad(array, pad_width)``: one width, a pair, or a pair for each axis."""
    found = as_array(run, array)
    widths = as_array(run, pad_width)
    rank = len(found.sizes)
    shapes.agreed_shape(
        [shapes.broadcast(widths.sizes, (rank, 2)), (rank, 2)], "pad_width does not fit the array"
    )
    if widths.contents is None:
        return Array(tuple(Untold("a padded size") for _ in found.sizes), found.dtype)
    pairs = _pairs(list(widths.contents), widths.sizes, rank)
    if any(number < 0 for pair in pairs for number in pair):
        raise refused("index can't contain negative values")
    sizes = tuple(
        shapes.total((size, *pair)) for size, pair in zip(found.sizes, pairs, strict=True)
    )
    return Array(shapes.checked(sizes), found.dtype)


def _pairs(contents: list[object], sizes: Sizes, rank: int) -> list[list[int]]:
    """Values before and after each axis."""
    flat = [whole(number) for number in contents]
    if sizes == (rank, 2):
        return [flat[2 * axis : 2 * axis + 2] for axis in range(rank)]
    if sizes == (rank, 1):
        return [[width, width] for width in flat]
    return [flat * 2 if len(flat) == 1 else flat] * rank


def _broadcast_to(run: Run, array: Value, shape: Value) -> Value:
    found, sizes = as_array(run, array), shape_of(run, shape)
    together = shapes.broadcast(found.sizes, sizes)
    shapes.agreed_shape([together, sizes], "the array cannot be broadcast to that shape")
    return found.view(sizes)


def same_shape(run: Run, a: Value, *_: Value, **__: Value) -> Value:
    """A function that moves elements about within their shape: ``np.flip``, ``np.roll``."""
    array = as_array(run, a)
    return finished(run, Array(array.sizes, array.dtype, None, array.classes))


def take(run: Run, a: Value, indices: Value, axis: Value = None, **_: Value) -> Value:
    """``np.take(a, indices, axis)``."""
    array, picked = as_array(run, a), as_array(run, indices)
    if axis is None:
        return finished(run, Array(picked.sizes, array.dtype))
    place = shapes.axis_of(whole(axis), len(array.sizes))
    sizes = (*array.sizes[:place], *picked.sizes, *array.sizes[place + 1 :])
    return finished(run, Array(shapes.checked(sizes), array.dtype))


FUNCTIONS: dict[str, Callable[..., Value]] = {
    "reshape": reshape, "ravel": ravel, "transpose": transpose, "permute_dims": transpose,
    "swapaxes": swapaxes, "moveaxis": _moveaxis,
    "expand_dims": expand_dims, "squeeze": squeeze, "atleast_1d": _at_least(1),
    "atleast_2d": _at_least(2), "atleast_3d": _at_least(3),
    "repeat": repeat, "tile": tile, "pad": pad, "broadcast_to": _broadcast_to,
    "flip": same_shape, "fliplr": same_shape, "flipud": same_shape, "roll": same_shape,
    "tril": same_shape, "triu": same_shape, "take": take,
}  # fmt: skip
