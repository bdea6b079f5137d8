"""Operations that put tensors together or take them apart: joins, stacks, splits and copies."""

from __future__ import annotations

from itertools import pairwise

from weighbridge.errors import LIMITS, Impossible, TooLarge
from weighbridge.formula import Dim, Expr, Num, floor, minus, plus, times, value
from weighbridge.layers._operation import (
    Extents,
    Operation,
    agreed,
    broadcast,
    extents,
    laid,
    position,
    reading,
    shown,
)
from weighbridge.layers._settings import whole
from weighbridge.layers.reshape import RepeatVector
from weighbridge.model import Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar

    from weighbridge.layers import Spelling
    from weighbridge.layers._settings import Extent, Ignored, Incoming, Size
    from weighbridge.model import Dims, Kind


class Joined(Operation):
    """Tensors side by side along an axis, whose sizes add up; the batch is axis 0."""

    axis: int

    def result(self, *shapes: Dims) -> Dims | None:
        together = " and ".join(map(shown, shapes))
        if len({len(shape) for shape in shapes}) > 1:
            raise Impossible(f"tensors of different numbers of axes cannot be joined: {together}")
        axis = position(self.axis, len(shapes[0]))
        columns = zip(*shapes, strict=True)
        where = f"{together} cannot be joined along axis {self.axis}"
        return tuple(
            plus(*sizes) if i == axis else agreed(where, *sizes) for i, sizes in enumerate(columns)
        )


class Stacked(Operation):
    """Tensors of one shape along a new axis."""

    axis: int = 0

    def result(self, *shapes: Dims) -> Dims | None:
        together = " and ".join(map(shown, shapes))
        if len({len(shape) for shape in shapes}) > 1:
            raise Impossible(f"tensors of different numbers of axes cannot be stacked: {together}")
        columns = zip(*shapes, strict=True)
        sizes = [agreed(f"{together} cannot be stacked", *column) for column in columns]
        axis = position(self.axis, len(sizes) + 1)
        return (*sizes[:axis], Dim("n", len(shapes), "tensors stacked"), *sizes[axis:])


class Split(Operation):
    """A tensor cut along an axis, into equal parts or into parts of the sizes given."""

    several: ClassVar[bool] = True

    axis: int = 0
    count: int | None = None
    """How many equal parts, where no sizes are given."""
    sizes: tuple[int | None, ...] | None = None
    """-1 takes what is left, ``None`` is not known."""

    def results(self, *shapes: Dims | None) -> tuple[Dims | None, ...]:
        count = self.count if self.sizes is None else len(self.sizes)
        shape = shapes[0] if shapes else None
        if count is None or shape is None:
            return (None,) * _bounded(count or 1)
        axis = position(self.axis, len(shape))
        lengths = self._lengths(shape[axis], _bounded(count))
        return tuple((*shape[:axis], length, *shape[axis + 1 :]) for length in lengths)

    def _lengths(self, length: Expr, count: int) -> tuple[Expr, ...]:
        known = value(length)
        if self.sizes is None:
            if known is not None and known % count:
                raise Impossible(f"an axis of {known} values cannot be split into {count} parts")
            return (floor(length, Dim("parts", count, "equal parts")),) * count
        taken = [Dim("n", size) for size in self.sizes if size != -1]
        rest = plus(length, *(minus(size) for size in taken))
        left = value(rest)
        if left is not None and (left < 0 or (left and -1 not in self.sizes)):
            raise Impossible(f"an axis of {known} values cannot be split into {self.sizes}")
        return tuple(rest if size == -1 else Dim("n", size) for size in self.sizes)


class Unstacked(Operation):
    """The slices of a tensor along an axis, one by one; the axis goes."""

    several: ClassVar[bool] = True

    axis: int = 0
    count: int | None = None
    """How many, where the source says so."""

    def results(self, *shapes: Dims | None) -> tuple[Dims | None, ...]:
        shape = shapes[0] if shapes else None
        if shape is None:
            return (None,) * _bounded(self.count or 1)
        axis = position(self.axis, len(shape))
        length = value(shape[axis])
        if length is not None and self.count not in (None, length):
            raise Impossible(f"an axis of {length} values gives no {self.count} slices")
        count = self.count if length is None else length
        if count is None:
            return (None,)
        return ((*shape[:axis], *shape[axis + 1 :]),) * _bounded(count)


def _bounded(count: int) -> int:
    if count > LIMITS.elements:
        raise TooLarge(f"a list of {count:,} tensors", hint=f"at most {LIMITS.elements:,}")
    return count


class Tiled(Operation):
    """A tensor repeated as a whole along each axis; axes of size 1 are put in front if need be."""

    multiples: Extents | None

    def result(self, *shapes: Dims) -> Dims | None:
        shape = shapes[0]
        if self.multiples is None:
            return None
        rank = max(len(shape), len(self.multiples))
        sizes = (Num(1),) * (rank - len(shape)) + shape
        copies = (Num(1),) * (rank - len(self.multiples)) + laid(self.multiples)
        return tuple(_copied(size, n) for size, n in zip(sizes, copies, strict=True))


class Repeated(Operation):
    """Each slice along an axis several times in a row; without an axis, each value."""

    count: int | Expr | None
    axis: int | None = None

    def result(self, *shapes: Dims) -> Dims | None:
        shape = shapes[0]
        (count,) = laid((self.count,))
        if self.axis is None:
            return (_copied(times(*(size for size in shape if value(size) != 1)), count),)
        axis = position(self.axis, len(shape))
        return (*shape[:axis], _copied(shape[axis], count), *shape[axis + 1 :])


def _copied(size: Expr, count: Expr) -> Expr:
    return count if value(size) == 1 else size if value(count) == 1 else times(size, count)


class Stretched(Operation):
    """A tensor broadcast to a given shape: sizes of 1 are stretched, axes put in front."""

    target: Extents | None

    def results(self, *shapes: Dims | None) -> tuple[Dims | None, ...]:
        if self.target is None:
            return (None,)
        wanted = laid(self.target)
        if not shapes or shapes[0] is None:
            return (wanted,)
        found = broadcast(shapes[0], wanted)
        grown = any(
            value(size) == 1 and value(new) not in (None, 1)
            for size, new in zip(wanted, found, strict=False)
        )
        if len(found) > len(wanted) or grown:
            raise Impossible(f"{shown(shapes[0])} cannot be stretched to {shown(wanted)}")
        return (found,)


# -- spellings -----------------------------------------------------------------------------------


def _keras_concatenate(xs: Incoming, axis: int = 0) -> Kind:
    return Joined(axis=axis, fixed=reading(xs))


def _tf_concat(values: Incoming, axis: int, name: Ignored = None) -> Kind:
    return _keras_concatenate(values, axis)


def _backend_concatenate(tensors: Incoming, axis: int = -1) -> Kind:
    return _keras_concatenate(tensors, axis)


def _keras_stack(x: Incoming, axis: int = 0) -> Kind:
    return Stacked(axis=axis, fixed=reading(x))


def _tf_stack(values: Incoming, axis: int = 0, name: Ignored = None) -> Kind:
    return _keras_stack(values, axis)


def _keras_split(x: Incoming, indices_or_sections: Size, axis: int = 0) -> Kind:
    given = indices_or_sections
    if not isinstance(given, list | tuple):
        return Split(count=whole(given, "indices_or_sections"), axis=axis, fixed=reading(x))
    places = [0, *(whole(place, "an index", least=0) for place in given)]
    sizes = [None if a is None or b is None else max(b - a, 0) for a, b in pairwise(places)]
    return Split(sizes=(*sizes, -1), axis=axis, fixed=reading(x))


def _tf_split(
    value: Incoming, num_or_size_splits: Size, axis: int = 0, num: Size = None,
    name: Ignored = None,
) -> Kind:  # fmt: skip
    given = num_or_size_splits
    if not isinstance(given, list | tuple):
        parts = whole(given, "num_or_size_splits")
        return Split(count=num if parts is None else parts, axis=axis, fixed=reading(value))
    sizes = tuple(whole(size, "a size", least=-1) for size in given)
    return Split(sizes=sizes, axis=axis, fixed=reading(value))


def _keras_unstack(x: Incoming, num: Size = None, axis: int = 0) -> Kind:
    return Unstacked(count=whole(num, "num"), axis=axis, fixed=reading(x))


def _tf_unstack(value: Incoming, num: Size = None, axis: int = 0, name: Ignored = None) -> Kind:
    return _keras_unstack(value, num, axis)


def _keras_tile(x: Incoming, repeats: Extent) -> Kind:
    return Tiled(multiples=extents(repeats, least=0), fixed=reading(x))


def _tf_tile(input: Incoming, multiples: Extent, name: Ignored = None) -> Kind:
    return _keras_tile(input, multiples)


def _backend_tile(x: Incoming, n: Extent) -> Kind:
    return _keras_tile(x, n)


def _keras_repeat(x: Incoming, repeats: Extent, axis: int | None = None) -> Kind:
    counts = extents(repeats, least=0) or (None,)
    if len(counts) > 1:
        return Unknown(native="repeat", because="each slice is repeated another number of times")
    return Repeated(count=counts[0], axis=axis, fixed=reading(x))


def _tf_repeat(
    input: Incoming, repeats: Extent, axis: int | None = None, name: Ignored = None
) -> Kind:
    return _keras_repeat(input, repeats, axis)


def _backend_repeat(x: Incoming, n: Size) -> Kind:
    return RepeatVector(count=whole(n, "n"))


def _backend_repeat_elements(x: Incoming, rep: Extent, axis: int) -> Kind:
    return _keras_repeat(x, rep, axis)


def _keras_broadcast_to(x: Incoming, shape: Extent) -> Kind:
    return Stretched(target=extents(shape), fixed=reading(x))


def _tf_broadcast_to(input: Incoming, shape: Extent, name: Ignored = None) -> Kind:
    return _keras_broadcast_to(input, shape)


SPELLINGS: dict[str, Spelling] = {
    "keras:ops.concatenate": _keras_concatenate,
    "keras:backend.concatenate": _backend_concatenate,
    "tf:concat": _tf_concat,
    "keras:ops.stack": _keras_stack,
    "keras:backend.stack": _keras_stack,
    "tf:stack": _tf_stack,
    "keras:ops.split": _keras_split,
    "tf:split": _tf_split,
    "keras:ops.unstack": _keras_unstack,
    "tf:unstack": _tf_unstack,
    "keras:ops.tile": _keras_tile,
    "keras:backend.tile": _backend_tile,
    "tf:tile": _tf_tile,
    "keras:ops.repeat": _keras_repeat,
    "keras:backend.repeat": _backend_repeat,
    "keras:backend.repeat_elements": _backend_repeat_elements,
    "tf:repeat": _tf_repeat,
    "keras:ops.broadcast_to": _keras_broadcast_to,
    "tf:broadcast_to": _tf_broadcast_to,
}
KINDS = (Joined, Stacked, Split, Unstacked, Tiled, Repeated, Stretched)
