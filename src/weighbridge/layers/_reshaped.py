"""The same values in another shape: where the samples go when a tensor is laid out anew."""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.formula import Dim, Expr, floor, times, value
from weighbridge.layers._operation import (
    BATCH,
    Extents,
    Operation,
    has_samples,
    laid,
    shown,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.model import Dims


class Reshaped(Operation):
    """The same values in another shape, batch included; one size of -1 takes what is left.

    What comes out is known where one axis still has as many values as there are samples.
    ``(-1, 64)`` after ``(steps, 64)`` makes samples of steps, which is no longer known here.
    """

    target: Extents | None

    def __post_init__(self) -> None:
        if self.target is not None and self.target.count(-1) > 1:
            raise Impossible(f"only one size may be -1: {shown(laid(self.target))}")

    def results(self, *shapes: Dims | None) -> tuple[Dims | None, ...]:
        shape = shapes[0] if shapes else None
        if self.target is None:
            return (None,)
        if shape is None:
            return (_opened(self.target) if self.target.count(BATCH) == 1 else None,)
        if BATCH not in shape:
            return (None if has_samples(shape) else _filled(shape, self.target),)
        before = shape.index(BATCH)
        sample = (*shape[:before], *shape[before + 1 :])
        place = None if has_samples(sample) else _place(sample, before, self.target)
        if place is None:
            return (None,)
        filled = _filled(sample, (*self.target[:place], *self.target[place + 1 :]))
        return ((*filled[:place], BATCH, *filled[place:]),)


def _opened(target: Extents) -> Dims:
    """The shape where nothing is known but ``target``."""
    return laid(tuple(None if size == -1 else size for size in target))


def _place(sample: Dims, before: int, target: Extents) -> int | None:
    """The axis of ``target`` that has as many values as there are samples, if one must.

    It is the one that says so; else, if the others have room for one sample, the one that takes
    what is left; else the one in the place that the samples had.
    """
    if BATCH in target:
        return target.index(BATCH) if target.count(BATCH) == 1 else None
    place = target.index(-1) if -1 in target else before
    if place >= len(target):
        return None
    rest = (*target[:place], *target[place + 1 :])
    if not place:
        return 0 if _keep_samples(sample, target[0], rest) else None
    # An open size before the samples may itself be a number of samples times something.
    have = None if None in rest or -1 in rest else value(times(*sample))
    return place if have is not None and have == value(times(*laid(rest))) else None


def _keep_samples(sample: Dims, first: int | Dim | None, rest: Extents) -> bool:
    """Whether ``rest`` has room for one sample, so that ``first`` must be the number of samples."""
    if -1 in rest:
        return False
    have, need = value(times(*sample)), value(times(*laid(rest)))
    if have is None or need is None:
        open_sizes = [value(size) for size in sample].count(None)
        return open_sizes == rest.count(None) and _known(sample) == _known(laid(rest))
    if first == -1 and (not need or (have % need and need % have)):
        raise Impossible(f"{have:,} values of a sample cannot take the shape {shown(laid(rest))}")
    return have == need


def _known(shape: Dims) -> int | None:
    """The product of the sizes that are known."""
    return value(times(*(size for size in shape if value(size) is not None)))


def _filled(shape: Dims, target: Extents) -> Dims:
    """``target`` with what is left of ``shape`` in its one open place."""
    given = [size for size in laid(target) if value(size) not in (None, -1)]
    gaps = len(target) - len(given)
    have, need = value(times(*shape)), value(times(*given))
    if (
        have is not None
        and need is not None
        and (have != need if not gaps else _uneven(have, need))
    ):
        raise Impossible(f"{have:,} values cannot take the shape {shown(laid(target))}")
    gap: Expr = Dim("n", None)
    if gaps == 1:
        gap = floor(times(*shape), times(*given))
    return tuple(gap if value(size) in (None, -1) else size for size in laid(target))


def _uneven(have: int, need: int) -> bool:
    return not need or have % need > 0
