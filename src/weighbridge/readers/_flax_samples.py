"""Sizes for one sample, out of two runs that differ in the number of samples and nothing else.

What is the same in both runs belongs to a sample; what is twice as long has the samples in it.
"""

from __future__ import annotations

from weighbridge.layers import Turned

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from weighbridge.model import Shape

    Sizes = Sequence[int]

SAMPLES = (2, 4)
"""How many there are in the first run and in the second."""


def sample(
    shapes: tuple[Sizes, Sizes], around: Iterable[tuple[Sizes | None, Sizes | None]]
) -> Shape | None:
    """The shape of one sample of an array that two runs have as ``shapes``; ``None`` if unclear.

    ``around`` are the lengths of the loops and ``vmap`` it is inside of: each sample then comes
    several times, as ``Turned`` tells, unless the samples are what the loop goes over.
    """
    first, second = shapes
    if len(first) != len(second):
        return None
    found = [_share(a, b) for a, b in zip(first, second, strict=True)]
    outer = [_share(*pair) for runs in around for pair in _paired(*runs)]
    if None in found or None in outer:
        return None
    along = [axis for axis, (_, has_samples) in enumerate(_known(found)) if has_samples]
    looped = sum(has_samples for _, has_samples in _known(outer))
    if len(along) + looped > 1:
        return None
    several = 1
    for size, _ in _known(outer):
        several *= size
    return _of_one([size for size, _ in _known(found)], along, looped, several)


def _of_one(sizes: list[int], along: list[int], looped: int, several: int) -> Shape:
    """``sizes`` without the axis ``along`` which the samples lie; there is none if ``looped``."""
    if along:
        (axis,) = along
        several *= sizes.pop(axis)
    else:
        axis = 0
        # What has no samples is one for all of them, often with an axis of size 1 in their place.
        if not looped and sizes[:1] == [1]:
            del sizes[0]
    return Turned(tuple(sizes), axis, several) if axis or several != 1 else tuple(sizes)


def product(runs: tuple[Sizes | None, Sizes | None]) -> tuple[int, ...] | None:
    """Sizes of the indices of a product for one sample; ``None`` if unclear.

    What does not depend on the samples is done once, for all of them.
    """
    if runs[0] is None or runs[1] is None:
        return None
    found = [_share(*pair) for pair in _paired(*runs)]
    if None in found or sum(has_samples for _, has_samples in _known(found)) > 1:
        return None
    return tuple(size for size, has_samples in _known(found) if size != 1 or not has_samples)


def _share(first: int | None, second: int | None) -> tuple[int, bool] | None:
    """What one sample has of a length, and whether the samples are in it."""
    if first is None or second is None:
        return None
    if first == second:
        return first, False
    few, many = SAMPLES
    return (first // few, True) if first * many == second * few and not first % few else None


def _paired(first: Sizes | None, second: Sizes | None) -> Iterator[tuple[int | None, int | None]]:
    if first is None or second is None or len(first) != len(second):
        yield None, None
    else:
        yield from zip(first, second, strict=True)


def _known(found: Iterable[tuple[int, bool] | None]) -> Iterator[tuple[int, bool]]:
    return (one for one in found if one is not None)
