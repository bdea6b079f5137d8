"""PyTorch's operations that lay the same values out anew: views, permutations, new axes."""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.formula import Num, times, value
from weighbridge.layers import Samples, Untold
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
from weighbridge.layers.operation_joining import Stretched
from weighbridge.layers.operation_reduction import Reduction
from weighbridge.layers.operation_shape import (
    ExpandedAxis,
    MovedAxes,
    SqueezedAxes,
    SwappedAxes,
    Transposed,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar

    from weighbridge.layers import Spelling
    from weighbridge.layers._operation import Extents
    from weighbridge.layers._settings import Extent, Ignored, Incoming
    from weighbridge.model import Dims, Kind


class Flattened(Operation):
    """Neighbouring axes as one; a tensor without axes becomes a row of one value."""

    first: int = 0
    last: int = -1
    """The last of them; it is among them."""

    def result(self, *shapes: Dims) -> Dims | None:
        shape = shapes[0]
        first, last = position(self.first, len(shape) or 1), position(self.last, len(shape) or 1)
        if first > last:
            raise Impossible(f"axes {self.first} to {self.last} of {shown(shape)} are none")
        row = times(*(size for size in shape[first : last + 1] if value(size) != 1))
        return (*shape[:first], row, *shape[last + 1 :])


class Unflattened(Operation):
    """One axis as several; one size of -1 takes what is left."""

    axis: int
    target: Extents | None

    def results(self, *shapes: Dims | None) -> tuple[Dims | None, ...]:
        shape = shapes[0] if shapes else None
        if shape is None:
            return (None,)
        axis = position(self.axis, len(shape))
        if not self.target and self.target is not None:
            raise Impossible("an axis cannot become none")
        (laid_out,) = Reshaped(target=self.target).results((shape[axis],))
        return (laid_out and (*shape[:axis], *laid_out, *shape[axis + 1 :]),)


class Expanded(Stretched):
    """A tensor stretched to given sizes, of which -1 leaves one as it is."""

    def results(self, *shapes: Dims | None) -> tuple[Dims | None, ...]:
        target = self.target
        if target is not None and -1 in target:
            target = self._told(target, shapes[0] if shapes else None)
        return Stretched(target=target).results(*shapes)

    def _told(self, target: Extents, shape: Dims | None) -> Extents:
        if shape is None:
            return tuple(None if size == -1 else size for size in target)
        new = len(target) - len(shape)
        if -1 in target[: max(new, 0)]:
            raise Impossible(f"a new axis of {shown(shape)} needs a size, not -1")
        own = [size if has_samples((size,)) else value(size) for size in shape]
        return tuple(own[i - new] if size == -1 else size for i, size in enumerate(target))


class ShapedLike(Operation):
    """The values of one tensor in the shape of another."""

    operands: ClassVar[int] = 2

    def results(self, *shapes: Dims | None) -> tuple[Dims | None, ...]:
        return (shapes[1] if len(shapes) > 1 else None,)


class Paired(Operation):
    """Complex numbers as pairs of real ones, on a new last axis."""

    def result(self, *shapes: Dims) -> Dims | None:
        return (*shapes[0], Num(2))


# -- spellings -----------------------------------------------------------------------------------


def listed(given: tuple[object, ...]) -> object:
    """Sizes or axes as PyTorch takes them, one by one or as a tuple of all."""
    return given[0] if len(given) == 1 else given


def _view(input: Incoming, *size: Extent) -> Kind:
    told = listed(size)
    if not isinstance(told, int | tuple | list | Untold):
        return Reshaped(target=None, fixed=reading(input))  # by a dtype
    return Reshaped(target=extents(told, least=-1), fixed=reading(input))


def _reshape(input: Incoming, *shape: Extent) -> Kind:
    return Reshaped(target=extents(listed(shape), least=-1), fixed=reading(input))


def _ravel(input: Incoming) -> Kind:
    return Flattened(fixed=reading(input))


def _flatten(input: Incoming, start_dim: int = 0, end_dim: int = -1) -> Kind:
    return Flattened(first=start_dim, last=end_dim, fixed=reading(input))


def _unflatten(input: Incoming, dim: int, sizes: Extent) -> Kind:
    told = None if isinstance(sizes, Untold) and not isinstance(sizes, Samples) else sizes
    target = None if told is None else extents(told, least=-1)
    return Unflattened(axis=dim, target=target, fixed=reading(input))


def _permute(input: Incoming, *dims: object) -> Kind:
    return Transposed(order=axes(listed(dims)), fixed=reading(input))


def _transpose(input: Incoming, dim0: int, dim1: int) -> Kind:
    return SwappedAxes(first=dim0, second=dim1, fixed=reading(input))


def _swapaxes(input: Incoming, axis0: int, axis1: int) -> Kind:
    return _transpose(input, axis0, axis1)


def _reversed(input: Incoming) -> Kind:
    return Transposed(fixed=reading(input))


def _matrices_turned(input: Incoming) -> Kind:
    return _transpose(input, -2, -1)


def _movedim(input: Incoming, source: object, destination: object) -> Kind:
    from_axes, to_axes = axes(source) or (), axes(destination) or ()
    return MovedAxes(source=from_axes, destination=to_axes, fixed=reading(input))


def _squeeze(input: Incoming, dim: object = None) -> Kind:
    return SqueezedAxes(axes=axes(dim), lenient=True, fixed=reading(input))


def _unsqueeze(input: Incoming, dim: int) -> Kind:
    return ExpandedAxis(axes=(dim,), fixed=reading(input))


def _expand(input: Incoming, *size: Extent, implicit: Ignored = False) -> Kind:
    return Expanded(target=extents(listed(size), least=-1), fixed=reading(input))


def _like(input: Incoming, other: Incoming) -> Kind:
    return ShapedLike(fixed=reading(input, other))


def _pairs(input: Incoming) -> Kind:
    return Paired(fixed=reading(input))


def _complex_numbers(input: Incoming) -> Kind:
    return Reduction(axes=(-1,), fixed=reading(input))


SPELLINGS: dict[str, Spelling] = {
    "torch:Tensor.view": _view,
    "torch:reshape": _reshape,
    "torch:ravel": _ravel,
    "torch:flatten": _flatten,
    "torch:unflatten": _unflatten,
    "torch:permute": _permute,
    "torch:transpose": _transpose,
    "torch:swapdims": _transpose,
    "torch:swapaxes": _swapaxes,
    "torch:t": _reversed,
    "torch:Tensor.T": _reversed,
    "torch:Tensor.H": _reversed,
    "torch:Tensor.mT": _matrices_turned,
    "torch:Tensor.mH": _matrices_turned,
    "torch:adjoint": _matrices_turned,
    "torch:movedim": _movedim,
    "torch:moveaxis": _movedim,
    "torch:squeeze": _squeeze,
    "torch:unsqueeze": _unsqueeze,
    "torch:Tensor.expand": _expand,
    "torch:broadcast_to": _expand,
    "torch:Tensor.expand_as": _like,
    "torch:Tensor.view_as": _like,
    "torch:Tensor.reshape_as": _like,
    "torch:view_as_real": _pairs,
    "torch:view_as_complex": _complex_numbers,
}
KINDS = (Flattened, Unflattened, Expanded, ShapedLike, Paired)
