"""PyTorch's operations that put tensors together or take them apart: cat, stack, chunk, repeat."""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.formula import ONE, Dim, value
from weighbridge.layers import Samples
from weighbridge.layers._operation import (
    Operation,
    broadcast,
    extents,
    position,
    reading,
    shown,
)
from weighbridge.layers._settings import whole
from weighbridge.layers.operation_joining import (
    Joined,
    Repeated,
    Split,
    Stacked,
    Tiled,
    Unstacked,
)
from weighbridge.layers.operation_torch_shape import listed
from weighbridge.model import Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar

    from weighbridge.layers import Spelling
    from weighbridge.layers._settings import Extent, Ignored, Incoming, Size
    from weighbridge.model import Dims, Kind


class Aligned(Joined):
    """Tensors of few axes given some of size 1 in front, then joined along one.

    Rows are joined side by side, single values become rows of one.
    """

    least: int = 1
    """Axes that each has at least."""

    def result(self, *shapes: Dims) -> Dims | None:
        wide = [(ONE,) * (self.least - len(shape)) + shape for shape in shapes]
        axis = min(self.axis, max(map(len, wide)) - 1)
        return Joined(axis=axis).result(*wide)


class Pieces(Operation):
    """A tensor cut along an axis into pieces of one length, of which the last may be shorter."""

    several: ClassVar[bool] = True

    axis: int = 0
    length: int | None = None
    count: int | None = None
    """How many pieces at most, where no length is given; they then are as equal as can be."""
    even: bool = False
    """Whether there are just as many, the first ones longer by one value if need be."""

    def results(self, *shapes: Dims | None) -> tuple[Dims | None, ...]:
        shape = shapes[0] if shapes else None
        if shape is None:
            return (None,) * (self.count or 1)
        axis = position(self.axis, len(shape))
        lengths = self._lengths(value(shape[axis]))
        if lengths is None:
            opened = (*shape[:axis], Dim("n", None), *shape[axis + 1 :])
            return (opened,) * self.count if self.count else (None,)
        return tuple((*shape[:axis], Dim("n", n), *shape[axis + 1 :]) for n in lengths)

    def _lengths(self, size: int | None) -> list[int] | None:
        if size is None or (self.length is None and self.count is None):
            return None
        if self.even and self.count:
            more = size % self.count
            return [size // self.count + (i < more) for i in range(self.count)]
        length = self.length or -(-size // (self.count or 1)) or 1
        return [min(length, size - start) for start in range(0, size, length)] or [0]


class Grid(Operation):
    """Rows of coordinates, each spread over all axes: as many tensors as rows, of one shape."""

    several: ClassVar[bool] = True

    columns_first: bool = False
    """Whether the second row goes along the first axis."""

    def results(self, *shapes: Dims | None) -> tuple[Dims | None, ...]:
        if not shapes or None in shapes:
            return (None,) * (len(shapes) or 1)
        lengths = [self._length(shape or ()) for shape in shapes]
        if self.columns_first:
            lengths[:2] = lengths[:2][::-1]
        return (tuple(lengths),) * len(shapes)

    def _length(self, shape: Dims) -> Dim:
        if len(shape) > 1:
            raise Impossible(f"a row of coordinates has one axis, not {shown(shape)}")
        return shape[0] if shape else Dim("n", 1)  # type: ignore[return-value]  # sizes of what comes in


class Stretches(Operation):
    """All tensors stretched to the one shape that fits them all."""

    several: ClassVar[bool] = True

    def results(self, *shapes: Dims | None) -> tuple[Dims | None, ...]:
        known = [shape for shape in shapes if shape is not None]
        common = broadcast(*known) if len(known) == len(shapes) > 0 else None
        return (common,) * (len(shapes) or 1)


# -- spellings -----------------------------------------------------------------------------------


def _cat(tensors: Incoming, dim: int = 0, **_: Ignored) -> Kind:
    return Joined(axis=dim, fixed=reading(tensors))


def _stack(tensors: Incoming, dim: int = 0, **_: Ignored) -> Kind:
    return Stacked(axis=dim, fixed=reading(tensors))


def _hstack(tensors: Incoming, **_: Ignored) -> Kind:
    return Aligned(axis=1, fixed=reading(tensors))


def _vstack(tensors: Incoming, **_: Ignored) -> Kind:
    return Aligned(axis=0, least=2, fixed=reading(tensors))


def _split(tensor: Incoming, split_size_or_sections: Size, dim: int = 0) -> Kind:
    given = split_size_or_sections
    if isinstance(given, list | tuple):
        sizes = tuple(whole(size, "a length", least=0) for size in given)
        return Split(axis=dim, sizes=sizes, fixed=reading(tensor))
    return Pieces(axis=dim, length=whole(given, "split_size"), fixed=reading(tensor))


def _split_method(self: Incoming, split_size: Size, dim: int = 0) -> Kind:
    return _split(self, split_size, dim)


def _split_with_sizes(input: Incoming, split_sizes: Size, dim: int = 0) -> Kind:
    return _split(input, split_sizes, dim)


def _chunk(input: Incoming, chunks: Size, dim: int = 0) -> Kind:
    return Pieces(axis=dim, count=whole(chunks, "chunks"), fixed=reading(input))


def _tensor_split(input: Incoming, indices_or_sections: object, dim: int = 0) -> Kind:
    if not isinstance(indices_or_sections, int):
        return Unknown(native="tensor_split", because="it is cut at places")
    count = whole(indices_or_sections, "sections")
    return Pieces(axis=dim, count=count, even=True, fixed=reading(input))


def _unbind(input: Incoming, dim: int = 0) -> Kind:
    return Unstacked(axis=dim, fixed=reading(input))


def _repeat(input: Incoming, *repeats: Extent) -> Kind:
    return Tiled(multiples=extents(listed(repeats), least=0), fixed=reading(input))


def _tile(input: Incoming, *dims: Extent) -> Kind:
    return _repeat(input, *dims)


def _repeat_interleave(
    input: Incoming, repeats: Extent, dim: int | None = None, **_: Ignored
) -> Kind:
    told = isinstance(repeats, int | Samples | list | tuple)
    counts = extents(repeats, least=0) if told else None
    if counts is None or len(counts) > 1:
        return Unknown(native="repeat_interleave", because="how often is not one known number")
    return Repeated(count=counts[0], axis=dim, fixed=reading(input))


def _meshgrid(*tensors: Incoming, indexing: str = "ij") -> Kind:
    return Grid(columns_first=indexing == "xy", fixed=reading(*tensors))


def _broadcast_tensors(*tensors: Incoming) -> Kind:
    return Stretches(fixed=reading(*tensors))


SPELLINGS: dict[str, Spelling] = {
    "torch:cat": _cat,
    "torch:concat": _cat,
    "torch:concatenate": _cat,
    "torch:stack": _stack,
    "torch:hstack": _hstack,
    "torch:vstack": _vstack,
    "torch:row_stack": _vstack,
    "torch:split": _split,
    "torch:Tensor.split": _split_method,
    "torch:split_with_sizes": _split_with_sizes,
    "torch:chunk": _chunk,
    "torch:tensor_split": _tensor_split,
    "torch:unbind": _unbind,
    "torch:Tensor.repeat": _repeat,
    "torch:tile": _tile,
    "torch:repeat_interleave": _repeat_interleave,
    "torch:meshgrid": _meshgrid,
    "torch:broadcast_tensors": _broadcast_tensors,
}
KINDS = (Aligned, Pieces, Grid, Stretches)
