"""PyTorch's operations that pick values out of a tensor, or put some around it."""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.formula import ONE, Dim, Num, floor, minus, plus, value
from weighbridge.layers import Fixed
from weighbridge.layers._operation import Operation, position, reading, shown
from weighbridge.layers._settings import whole
from weighbridge.layers._window import added, check_filling, window
from weighbridge.layers.operation_indexing import Gathered, OneHot, Sliced
from weighbridge.layers.operation_torch_shape import ShapedLike
from weighbridge.model import Unknown, sizes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.layers import Spelling
    from weighbridge.layers._settings import Ignored, Incoming, Size
    from weighbridge.layers._window import Ends
    from weighbridge.model import Dims, Kind


class Narrowed(Operation):
    """Some neighbours among the values along an axis, as many as are said."""

    axis: int
    count: int | None

    def result(self, *shapes: Dims) -> Dims | None:
        shape = shapes[0]
        axis = position(self.axis, len(shape))
        have = value(shape[axis])
        if have is not None and self.count is not None and self.count > have:
            raise Impossible(f"an axis of {have} values has no {self.count} neighbours")
        return (*shape[:axis], Dim("n", self.count), *shape[axis + 1 :])


class Bordered(Operation):
    """Values put around those of a tensor, or cut off: a pair of numbers for each axis."""

    ends: Ends | None
    """From the last axis backwards; axes before those named stay as they are."""
    mode: str = "constant"

    def result(self, *shapes: Dims) -> Dims | None:
        shape = shapes[0]
        if self.ends is None:
            return None
        if len(self.ends) > len(shape):
            raise Impossible(f"{len(self.ends)} paddings for the axes of {shown(shape)}")
        first = len(shape) - len(self.ends)
        ends = self.ends[::-1]
        check_filling(self.mode, sizes(shape[first:]) or (), ends)
        padded = [plus(size, added(*pair)) for size, pair in zip(shape[first:], ends, strict=True)]
        if any((value(size) or 0) < 0 for size in padded):
            raise Impossible(f"more is cut off than there is: {shown(shape)}")
        return (*shape[:first], *padded)


class Windows(Operation):
    """The values under a window that slides along one axis, on a new last axis for each place."""

    axis: int
    size: int | None
    step: int | None

    def result(self, *shapes: Dims) -> Dims | None:
        shape = shapes[0]
        axis = position(self.axis, len(shape))
        (taps,) = window((self.size,))
        length = value(shape[axis])
        if length is not None and self.size is not None and self.size > length:
            raise Impossible(f"an axis of {length} values has no window of {self.size}")
        places = floor(plus(shape[axis], minus(taps)), Dim("s", self.step, "step"))
        return (*shape[:axis], plus(places, ONE), *shape[axis + 1 :], taps)


class Bags(Operation):
    """For each bag of whole numbers a vector: the rows of a table they pick, summed or averaged."""

    width: int | None
    last: bool = False
    """Whether the end of the last bag is named too, so that there is one less than places."""

    def result(self, *shapes: Dims) -> Dims | None:
        # Bags of several sizes come as one row of numbers, and the places where they begin.
        (count, *_) = shapes[-1]
        bags = plus(count, Num(-1)) if self.last else count
        return (bags, Dim("d", self.width, "values per row"))


# -- spellings -----------------------------------------------------------------------------------


def _narrow(input: Incoming, dim: int, start: Ignored, length: Size) -> Kind:
    return Narrowed(axis=dim, count=whole(length, "length", least=0), fixed=reading(input))


def _select(input: Incoming, dim: int, index: Size) -> Kind:
    place = 0 if index is None else index
    around = (slice(None),) * (dim if dim >= 0 else -1 - dim)
    return Sliced(
        index=(*around, place) if dim >= 0 else (..., place, *around), fixed=reading(input)
    )


def _index_select(input: Incoming, dim: int, index: Incoming) -> Kind:
    return Gathered(axis=dim, fixed=reading(input, index))


def _gather(input: Incoming, dim: Ignored, index: Incoming, **_: Ignored) -> Kind:
    return ShapedLike(fixed=reading(input, index))


def _take(input: Incoming, index: Incoming) -> Kind:
    return ShapedLike(fixed=reading(input, index))


def _embedding(input: Incoming, weight: Incoming, *_: Ignored, **__: Ignored) -> Kind:
    if not isinstance(weight, Fixed):
        return Unknown(native="embedding", because="its table is computed")
    return Gathered(fixed=(weight, *(reading(input) or (None,))))


def _embedding_bag(
    input: Incoming, weight: Incoming, offsets: Incoming = None, max_norm: Ignored = None,
    norm_type: Ignored = 2, scale_grad_by_freq: Ignored = False, mode: Ignored = "mean",
    sparse: Ignored = False, per_sample_weights: Ignored = None, include_last_offset: bool = False,
    padding_idx: Ignored = None,
) -> Kind:  # fmt: skip
    if not isinstance(weight, Fixed):
        return Unknown(native="embedding_bag", because="its table is computed")
    width = None if weight.shape is None else weight.shape[-1]
    last = bool(include_last_offset and offsets is not None)
    return Bags(width=width, last=last, fixed=reading(input, offsets))


def _one_hot(tensor: Incoming, num_classes: Size = -1) -> Kind:
    told = None if num_classes == -1 else whole(num_classes, "num_classes")
    return OneHot(depth=told, fixed=reading(tensor))


def _pad(input: Incoming, pad: Size, mode: str = "constant", value: Ignored = None) -> Kind:
    return Bordered(ends=_ends(pad), mode=mode, fixed=reading(input))


def _ends(given: object) -> Ends | None:
    if given is None:
        return None
    if not isinstance(given, list | tuple) or len(given) % 2:
        raise Impossible(f"pad must be pairs of sizes, from the last axis backwards: {given!r}")
    told = [None if size is None else _signed(size) for size in given]
    return tuple(zip(told[::2], told[1::2], strict=True))


def _signed(size: object) -> int:
    """A whole number, which may be negative: so many values are cut off."""
    number = whole(abs(size), "pad", least=0) if isinstance(size, int) else whole(size, "pad")
    return -(number or 0) if isinstance(size, int) and size < 0 else number or 0


def _windows(self: Incoming, dimension: int, size: Size, step: Size) -> Kind:
    return Windows(
        axis=dimension, size=whole(size, "size", 0), step=whole(step, "step"), fixed=reading(self)
    )


SPELLINGS: dict[str, Spelling] = {
    "torch:narrow": _narrow,
    "torch:select": _select,
    "torch:index_select": _index_select,
    "torch:gather": _gather,
    "torch:take": _take,
    "torch:F.embedding": _embedding,
    "torch:F.embedding_bag": _embedding_bag,
    "torch:F.one_hot": _one_hot,
    "torch:F.pad": _pad,
    "torch:Tensor.unfold": _windows,
}
KINDS = (Narrowed, Bordered, Windows, Bags)
