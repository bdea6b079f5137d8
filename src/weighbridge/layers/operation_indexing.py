"""Operations that pick values out of a tensor or put some around it: slices, look-ups, padding."""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.formula import ONE, Dim, Expr, Num, plus, value
from weighbridge.layers import Samples, Untold
from weighbridge.layers._indexed import is_tensor, looked_up
from weighbridge.layers._operation import (
    Operation,
    agreed,
    has_samples,
    position,
    reading,
    shown,
)
from weighbridge.layers._settings import channels_first, whole
from weighbridge.model import Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar, TypeGuard

    from weighbridge.layers import Spelling
    from weighbridge.layers._settings import Extent, Ignored, Incoming, Size
    from weighbridge.model import Dims, Kind


class Sliced(Operation):
    """``x[…]``: along each axis one slice, a range of them, or all; the batch is axis 0."""

    index: tuple[object, ...]
    """Numbers, slices, a list of places, ``None`` for a new axis, ``...`` for axes not named."""

    def result(self, *shapes: Dims) -> Dims | None:
        shape = shapes[0]
        if any(map(is_tensor, self.index)):
            return looked_up(shape, self.index, shapes[1:])
        named = sum(item is not None and item is not ... for item in self.index)
        if named > len(shape) or self.index.count(...) > 1:
            raise Impossible(f"{shown(shape)} has no place for the index {self.index}")
        index = self.index if ... in self.index else (*self.index, ...)
        sizes = iter(shape)
        found: list[Expr] = []
        for item in index:
            if item is ...:
                found += (next(sizes) for _ in range(len(shape) - named))
            elif item is None:
                found.append(ONE)
            elif isinstance(item, slice):
                found.append(_taken(next(sizes), item))
            elif isinstance(item, int):
                _check_place(next(sizes), item)
            elif _is_row(item) and sum(map(_is_row, index)) == 1:
                next(sizes)
                found.append(Dim("n", len(item)))
            else:
                return None
        return tuple(found)


def _is_row(item: object) -> TypeGuard[list[int]]:
    """Whether an index is a list of places along one axis."""
    return isinstance(item, list) and all(isinstance(place, int) for place in item)


_WHOLE = (
    slice(None),
    slice(0, None),
    slice(None, None, 1),
    slice(0, None, 1),
    slice(None, None, -1),
)
"""All values of an axis, in their order or backwards."""


def _taken(size: Expr, part: slice) -> Expr:
    """How many values of an axis a slice takes."""
    if part in _WHOLE:
        return size
    if part == slice(-1, None) and not has_samples((size,)):
        return ONE
    length = value(size)
    if length is None or not all(_is_bound(end) for end in (part.start, part.stop, part.step)):
        return Dim("n", None)
    if part.step == 0:
        raise Impossible("a slice cannot go in steps of 0")
    return Dim("n", len(range(*part.indices(length))))


def _is_bound(end: object) -> bool:
    return end is None or isinstance(end, int)


def _check_place(size: Expr, place: int) -> None:
    length = value(size)
    if length is not None and not -length <= place < length:
        raise Impossible(f"an axis of {length} values has no place {place}")


class Gathered(Operation):
    """Slices of a table along one axis, looked up by their numbers: ``take``, ``gather``.

    The axis gives way to the axes of the numbers. No MACs: nothing is computed.
    """

    operands: ClassVar[int] = 2

    axis: int | None = 0
    """``None`` looks up single values."""
    shared: int = 0
    """Leading axes that table and numbers have in common."""

    def result(self, *shapes: Dims) -> Dims | None:
        table, places = shapes
        if self.axis is None:
            return places
        axis = position(self.axis, len(table))
        if not 0 <= self.shared <= min(axis, len(places)):
            raise Impossible(f"{shown(table)} and {shown(places)} share no {self.shared} axes")
        where = f"{shown(table)} looked up by {shown(places)}"
        pairs = zip(table, places[: self.shared], strict=False)
        common = tuple(agreed(where, *pair) for pair in pairs)
        return (*common, *table[self.shared : axis], *places[self.shared :], *table[axis + 1 :])


class OneHot(Operation):
    """Whole numbers turned into vectors that are 1 at one place and 0 elsewhere, on a new axis."""

    depth: int | None
    axis: int = -1

    def result(self, *shapes: Dims) -> Dims | None:
        shape = shapes[0]
        axis = position(self.axis, len(shape) + 1)
        return (*shape[:axis], Dim("n", self.depth, "classes"), *shape[axis:])


class Padded(Operation):
    """Values put before and after those along each axis."""

    widths: tuple[tuple[int | None, ...], ...] | None
    """A pair for each axis, batch included, or one for all."""

    def result(self, *shapes: Dims) -> Dims | None:
        shape = shapes[0]
        if self.widths is None:
            return None
        widths = self.widths * len(shape) if len(self.widths) == 1 else self.widths
        if len(widths) != len(shape):
            raise Impossible(f"{len(widths)} paddings for the {len(shape)} axes of {shown(shape)}")
        return tuple(
            plus(size, *map(_padding, pair)) for size, pair in zip(shape, widths, strict=True)
        )


def _padding(width: int | None) -> Expr:
    return Dim("p", None, "padding") if width is None else Num(width)


# -- spellings -----------------------------------------------------------------------------------


def _getitem(x: Incoming, key: object) -> Kind:
    index = tuple(key) if isinstance(key, list | tuple) else (key,)
    return Sliced(index=index, fixed=reading(x))


def _keras_slice(inputs: Incoming, start_indices: Extent, shape: Extent) -> Kind:
    if not isinstance(start_indices, list | tuple) or not isinstance(shape, list | tuple):
        return Unknown(native="slice", because="where it starts, or how far it goes, is not known")
    pairs = zip(start_indices, shape, strict=False)
    return Sliced(
        index=tuple(_from(start, length) for start, length in pairs), fixed=reading(inputs)
    )


def _from(start: object, length: object) -> slice:
    """A slice of ``length`` values; all that follow for -1 and for the number of samples."""
    if length in (-1, None) or isinstance(length, Samples):
        return slice(start, None)
    if not isinstance(start, int) or not isinstance(length, int):
        return slice(start, Untold("the end of a slice"))
    return slice(start, start + length)


def _tf_slice(input_: Incoming, begin: Extent, size: Extent, name: Ignored = None) -> Kind:
    return _keras_slice(input_, begin, size)


def _keras_take(x: Incoming, indices: Incoming, axis: int | None = None) -> Kind:
    return Gathered(axis=axis, fixed=reading(x, indices))


def _tf_gather(
    params: Incoming, indices: Incoming, validate_indices: Ignored = None,
    axis: int | None = None, batch_dims: int = 0, name: Ignored = None,
) -> Kind:  # fmt: skip
    axis = batch_dims if axis is None else axis
    return Gathered(axis=axis, shared=batch_dims, fixed=reading(params, indices))


def _tf_embedding_lookup(
    params: Incoming, ids: Incoming, max_norm: Ignored = None, name: Ignored = None
) -> Kind:
    return Gathered(fixed=reading(params, ids))


def _backend_gather(reference: Incoming, indices: Incoming) -> Kind:
    return Gathered(fixed=reading(reference, indices))


def _keras_one_hot(
    x: Incoming, num_classes: Size, axis: int = -1, dtype: Ignored = None, sparse: Ignored = False
) -> Kind:
    return OneHot(depth=whole(num_classes, "num_classes"), axis=axis, fixed=reading(x))


def _tf_one_hot(
    indices: Incoming, depth: Size, on_value: Ignored = None, off_value: Ignored = None,
    axis: int | None = None, dtype: Ignored = None, name: Ignored = None,
) -> Kind:  # fmt: skip
    return _keras_one_hot(indices, depth, -1 if axis is None else axis)


def _backend_one_hot(indices: Incoming, num_classes: Size) -> Kind:
    return _keras_one_hot(indices, num_classes)


def _keras_pad(x: Incoming, pad_width: Size, *_: Ignored, **__: Ignored) -> Kind:
    return Padded(widths=_pairs(pad_width), fixed=reading(x))


def _pairs(given: object) -> tuple[tuple[int | None, ...], ...] | None:
    """``3``, ``(1, 2)`` or ``((0, 0), (1, 2))`` as a pair for all axes or one for each."""
    if given is None:
        return None
    if isinstance(given, list | tuple) and given and isinstance(given[0], list | tuple):
        return tuple(map(_pair, given))
    return (_pair(given),)


def _pair(given: object) -> tuple[int | None, ...]:
    sizes = given if isinstance(given, list | tuple) else (given,)
    if len(sizes) not in (1, 2):
        raise Impossible(f"a padding must be one size or two, not {given!r}")
    pair = tuple(whole(size, "a padding", least=0) for size in sizes)
    return pair * 2 if len(pair) == 1 else pair


def _tf_pad(tensor: Incoming, paddings: Size, *_: Ignored, **__: Ignored) -> Kind:
    return Padded(widths=_pairs(paddings), fixed=reading(tensor))


def _backend_temporal_padding(x: Incoming, padding: Size = 1) -> Kind:
    return Padded(widths=((0, 0), _pair(padding), (0, 0)), fixed=reading(x))


def _backend_spatial_padding(
    x: Incoming, padding: Size = 1, data_format: str | None = None
) -> Kind:
    given = _pairs(padding)
    around = given if given is None or len(given) > 1 else given * 2
    head = 2 if channels_first(data_format) else 1
    tail = 2 - head
    widths = around and ((0, 0),) * head + around + ((0, 0),) * tail
    return Padded(widths=widths, fixed=reading(x))


SPELLINGS: dict[str, Spelling] = {
    "python:getitem": _getitem,
    "keras:ops.get_item": _getitem,
    "keras:ops.slice": _keras_slice,
    "tf:slice": _tf_slice,
    "keras:ops.take": _keras_take,
    "keras:backend.gather": _backend_gather,
    "tf:gather": _tf_gather,
    "tf:nn.embedding_lookup": _tf_embedding_lookup,
    "keras:ops.one_hot": _keras_one_hot,
    "keras:backend.one_hot": _backend_one_hot,
    "tf:one_hot": _tf_one_hot,
    "keras:ops.pad": _keras_pad,
    "keras:backend.temporal_padding": _backend_temporal_padding,
    "keras:backend.spatial_2d_padding": _backend_spatial_padding,
    "tf:pad": _tf_pad,
}
KINDS = (Sliced, Gathered, OneHot, Padded)
