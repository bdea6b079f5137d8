"""The same values in another shape: where the samples go when a tensor is laid out anew."""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.formula import Dim, Expr, Num, floor, times, value
from weighbridge.layers._operation import (
    BATCH,
    Extents,
    Operation,
    has_samples,
    laid,
    per_sample,
    samples,
    shown,
)
from weighbridge.model import sizes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.model import Dims


class Reshaped(Operation):
    """The same values in another shape, batch included; one size of -1 takes what is left.

    What comes out is known where one axis still counts the samples, once or several times:
    ``(-1, 64)`` after ``(steps, 64)`` has a place for each step of each sample.
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
        along = [i for i, size in enumerate(shape) if has_samples((size,))]
        if not along:
            return (_filled(shape, self.target),)
        several = per_sample(shape[along[0]]) if len(along) == 1 else None
        return (None if several is None else _laid_out(shape, along[0], several, self.target),)


def _laid_out(shape: Dims, before: int, several: int, target: Extents) -> Dims | None:
    """``shape`` as ``target``, where ``several`` places of axis ``before`` belong to a sample."""
    sample = (*shape[:before], *shape[before + 1 :])
    place = _place(sample, before, several, target)
    if place is None:
        return None
    rest = (*target[:place], *target[place + 1 :])
    made = _told(target[place]) or _made(several, sample, rest)
    if made is None:
        return None
    if made == several:
        filled = _filled(sample, rest)
    else:
        filled = _filled((Num(several), *sample), (made, *rest))[1:]
    return (*filled[:place], samples(made), *filled[place:])


def _told(size: int | Expr | None) -> int | None:
    """How many places for each sample ``size`` says there are."""
    return None if size is None or isinstance(size, int) else per_sample(size)


def _made(several: int, sample: Dims, rest: Extents) -> int | None:
    """How many places along its axis each sample gets where the others are ``rest``."""
    have, need = value(times(*sample)), value(times(*laid(rest)))
    if -1 in rest or None in rest or have is None or not need:
        return several if _alike(sample, rest) else None
    return several * have // need if several * have % need == 0 else None


def _opened(target: Extents) -> Dims:
    """The shape where nothing is known but ``target``."""
    return laid(tuple(None if size == -1 else size for size in target))


def _place(sample: Dims, before: int, several: int, target: Extents) -> int | None:
    """The axis of ``target`` along which the samples lie, if one must.

    It is the one that says so; else, if the others have room for one sample or a part of it, the
    one that takes what is left; else the one in the place that the samples had.
    """
    counting = [i for i, size in enumerate(target) if not isinstance(size, int) and _told(size)]
    if counting:
        return counting[0] if len(counting) == 1 else None
    place = target.index(-1) if -1 in target else before
    if place >= len(target):
        return None
    rest = (*target[:place], *target[place + 1 :])
    if not place:
        return 0 if _keep_samples(sample, several, target[0], rest) else None
    # An open size before the samples may itself be a number of samples times something.
    have = None if None in rest or -1 in rest else value(times(*sample))
    if have is None:
        return None
    stays = place == before and sizes(sample[:place]) == target[:place]
    return place if stays or have * several == value(times(*laid(rest))) else None


def _keep_samples(sample: Dims, several: int, first: int | Expr | None, rest: Extents) -> bool:
    """Whether ``rest`` has room for a sample or a part, so that ``first`` counts the samples."""
    if -1 in rest:
        return False
    have, need = value(times(*sample)), value(times(*laid(rest)))
    if have is None or need is None:
        return _alike(sample, rest)
    have *= several
    if first == -1 and (not need or (have % need and need % have)):
        raise Impossible(f"{have:,} values of a sample cannot take the shape {shown(laid(rest))}")
    return have % need == 0 if first == -1 else have == need


def _alike(sample: Dims, rest: Extents) -> bool:
    """Whether the sizes of both that are known come to the same, and as many are open."""
    open_sizes = [value(size) for size in sample].count(None)
    return open_sizes == rest.count(None) and _known(sample) == _known(laid(rest))


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
