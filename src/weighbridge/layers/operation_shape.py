"""Operations that lay the same values out anew: reshaping, moving, adding and dropping axes."""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.formula import ONE, value
from weighbridge.layers._operation import (
    Operation,
    axes,
    extents,
    has_samples,
    position,
    reading,
    shown,
)
from weighbridge.layers._reshaped import Reshaped
from weighbridge.layers.reshape import Flatten

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.layers import Spelling
    from weighbridge.layers._settings import Extent, Ignored, Incoming
    from weighbridge.model import Dims, Kind


class Transposed(Operation):
    """All axes in another order, the batch among them; reversed where no order is given."""

    order: tuple[int, ...] | None = None

    def result(self, *shapes: Dims) -> Dims | None:
        shape = shapes[0]
        rank = len(shape)
        order = range(rank)[::-1] if self.order is None else self.order
        places = [position(axis, rank) for axis in order]
        if sorted(places) != list(range(rank)):
            raise Impossible(f"{self.order} is no order of the {rank} axes of {shown(shape)}")
        return tuple(shape[place] for place in places)


class SwappedAxes(Operation):
    """Two axes in each other's place."""

    first: int
    second: int

    def result(self, *shapes: Dims) -> Dims | None:
        shape = shapes[0]
        first, second = position(self.first, len(shape)), position(self.second, len(shape))
        swapped = list(shape)
        swapped[first], swapped[second] = shape[second], shape[first]
        return tuple(swapped)


class MovedAxes(Operation):
    """Some axes at other places, the others around them in their order."""

    source: tuple[int, ...]
    destination: tuple[int, ...]

    def result(self, *shapes: Dims) -> Dims | None:
        shape = shapes[0]
        source = [position(axis, len(shape)) for axis in self.source]
        destination = [position(axis, len(shape)) for axis in self.destination]
        if not len(set(source)) == len(set(destination)) == len(source) == len(destination):
            raise Impossible(
                f"axes {self.source} of {shown(shape)} cannot move to {self.destination}"
            )
        order = [i for i in range(len(shape)) if i not in source]
        for place, axis in sorted(zip(destination, source, strict=True)):
            order.insert(place, axis)
        return tuple(shape[i] for i in order)


class ExpandedAxis(Operation):
    """New axes of size 1; their places are counted in what comes out."""

    axes: tuple[int, ...]

    def result(self, *shapes: Dims) -> Dims | None:
        shape = shapes[0]
        rank = len(shape) + len(self.axes)
        new = {position(axis, rank) for axis in self.axes}
        if len(new) < len(self.axes):
            raise Impossible(f"an axis is named twice: {self.axes}")
        sizes = iter(shape)
        return tuple(ONE if i in new else next(sizes) for i in range(rank))


class SqueezedAxes(Operation):
    """Axes of size 1 dropped: those named, or all."""

    axes: tuple[int, ...] | None = None
    lenient: bool = False
    """Whether axes named that have another size stay, as in PyTorch."""

    def result(self, *shapes: Dims) -> Dims | None:
        shape = shapes[0]
        if self.axes is None:
            unclear = any(value(size) is None and not has_samples((size,)) for size in shape)
            return None if unclear else tuple(size for size in shape if value(size) != 1)
        gone = {position(axis, len(shape)) for axis in self.axes}
        if self.lenient:
            return self._left(shape, gone)
        for axis in gone:
            if value(shape[axis]) not in (None, 1):
                raise Impossible(
                    f"axis {axis} of {shown(shape)} has {value(shape[axis])} values, not 1"
                )
        return tuple(size for i, size in enumerate(shape) if i not in gone)

    def _left(self, shape: Dims, named: set[int]) -> Dims | None:
        if any(value(shape[i]) is None and not has_samples((shape[i],)) for i in named):
            return None
        return tuple(size for i, size in enumerate(shape) if i not in named or value(size) != 1)


# -- spellings -----------------------------------------------------------------------------------


def _keras_reshape(x: Incoming, newshape: Extent) -> Kind:
    return Reshaped(target=extents(newshape, least=-1), fixed=reading(x))


def _tf_reshape(tensor: Incoming, shape: Extent, name: Ignored = None) -> Kind:
    return _keras_reshape(tensor, shape)


def _backend_reshape(x: Incoming, shape: Extent) -> Kind:
    return _keras_reshape(x, shape)


def _in_one_row(x: Incoming) -> Kind:
    return Reshaped(target=(-1,), fixed=reading(x))


def _backend_batch_flatten(x: Incoming) -> Kind:
    return Flatten()


def _keras_transpose(x: Incoming, axes: object = None) -> Kind:
    return Transposed(order=_order(axes), fixed=reading(x))


def _tf_transpose(
    a: Incoming, perm: object = None, conjugate: Ignored = False, name: Ignored = None
) -> Kind:
    return _keras_transpose(a, perm)


def _backend_permute_dimensions(x: Incoming, pattern: object) -> Kind:
    return _keras_transpose(x, pattern)


def _order(given: object) -> tuple[int, ...] | None:
    return axes(given)


def _keras_swapaxes(x: Incoming, axis1: int, axis2: int) -> Kind:
    return SwappedAxes(first=axis1, second=axis2, fixed=reading(x))


def _keras_moveaxis(x: Incoming, source: object, destination: object) -> Kind:
    return MovedAxes(
        source=axes(source) or (), destination=axes(destination) or (), fixed=reading(x)
    )


def _tf_matrix_transpose(a: Incoming, name: Ignored = None, conjugate: Ignored = False) -> Kind:
    return _keras_swapaxes(a, -2, -1)


def _keras_expand_dims(x: Incoming, axis: object) -> Kind:
    return ExpandedAxis(axes=axes(axis) or (), fixed=reading(x))


def _tf_expand_dims(input: Incoming, axis: object, name: Ignored = None) -> Kind:
    return _keras_expand_dims(input, axis)


def _backend_expand_dims(x: Incoming, axis: object = -1) -> Kind:
    return _keras_expand_dims(x, axis)


def _keras_squeeze(x: Incoming, axis: object = None) -> Kind:
    return SqueezedAxes(axes=axes(axis), fixed=reading(x))


def _tf_squeeze(input: Incoming, axis: object = None, name: Ignored = None) -> Kind:
    return _keras_squeeze(input, axis)


SPELLINGS: dict[str, Spelling] = {
    "keras:ops.reshape": _keras_reshape,
    "keras:ops.ravel": _in_one_row,
    "keras:ops.transpose": _keras_transpose,
    "keras:ops.swapaxes": _keras_swapaxes,
    "keras:ops.moveaxis": _keras_moveaxis,
    "keras:ops.expand_dims": _keras_expand_dims,
    "keras:ops.squeeze": _keras_squeeze,
    "keras:backend.reshape": _backend_reshape,
    "keras:backend.flatten": _in_one_row,
    "keras:backend.batch_flatten": _backend_batch_flatten,
    "keras:backend.transpose": _keras_transpose,
    "keras:backend.permute_dimensions": _backend_permute_dimensions,
    "keras:backend.expand_dims": _backend_expand_dims,
    "keras:backend.squeeze": _keras_squeeze,
    "tf:reshape": _tf_reshape,
    "tf:transpose": _tf_transpose,
    "tf:linalg.matrix_transpose": _tf_matrix_transpose,
    "tf:expand_dims": _tf_expand_dims,
    "tf:squeeze": _tf_squeeze,
}
KINDS = (Reshaped, Transposed, SwappedAxes, MovedAxes, ExpandedAxis, SqueezedAxes)
