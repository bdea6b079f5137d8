"""``x[…]`` of arrays: what remains of a shape, and of contents where they are known."""

from __future__ import annotations

from weighbridge._record import Record
from weighbridge.layers import Untold
from weighbridge.readers._python.values import Raised
from weighbridge.readers.dialects._array_shapes import (
    Size,
    Sizes,
    broadcast,
    checked,
    refused,
    spelled,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import EllipsisType


class Picked(Record):
    """An array of places as an index; one unknown place is ``Picked(())``."""

    sizes: Sizes


class Masked(Record):
    """An array of truth values as an index: it stands for as many axes as it has."""

    sizes: Sizes


Part = int | slice | Picked | Masked | None
Key = tuple["Part | EllipsisType", ...]


def _axes(part: Part | EllipsisType) -> int:
    """How many axes of the array one part of an index is about."""
    if part is None or part is ...:
        return 0
    return len(part.sizes) if isinstance(part, Masked) else 1


def _whole(sizes: Sizes, key: Key) -> Key:
    """``key`` with a part for each axis; where its ellipsis was, there is one still."""
    named = sum(map(_axes, key))
    if named > len(sizes):
        raise Raised("IndexError", f"too many indices for an array of {len(sizes)} axes")
    places = [place for place, part in enumerate(key) if part is ...]
    if len(places) > 1:
        raise Raised("IndexError", "an index can only have a single ellipsis")
    rest = (slice(None),) * (len(sizes) - named)
    place = places[0] if places else len(key)
    return (*key[:place], *rest, *key[place:])


def indexed(sizes: Sizes, key: Key) -> Sizes:
    """The shape of ``x[key]``.

    Source: numpy's guide to indexing. Slices keep their axis, numbers drop it, ``None`` makes a new
    one. Arrays among the parts are broadcast together; their axes stand where the first of them
    stood, or in front if something else stands between them.
    """
    whole = _whole(sizes, key)
    mixed = any(isinstance(part, Picked | Masked) for part in whole)
    kept: list[Size] = []
    arrays: list[Sizes] = []
    runs, place, inside, axis = 0, 0, False, 0
    for part in whole:
        own = sizes[axis : axis + _axes(part)]
        axis += len(own)
        if isinstance(part, Picked | Masked | int):
            arrays.append(_places(own, part))
            if not inside:
                runs, place = runs + 1, len(kept) if runs == 0 else place
        elif part is not ...:
            kept.append(1 if part is None else taken(own[0], part))
        inside = isinstance(part, Picked | Masked | int)
    if not mixed:
        return checked(tuple(kept))
    try:
        together = broadcast(*arrays)
    except Raised as raised:
        raise Raised("IndexError", raised.message) from None
    place = place if runs == 1 else 0
    return checked((*kept[:place], *together, *kept[place:]))


def _places(own: Sizes, part: Picked | Masked | int) -> Sizes:
    """The shape of the places that one part picks along its own axes."""
    match part:
        case Picked(places):
            return places
        case Masked(mask):
            for size, wanted in zip(own, mask, strict=True):
                if isinstance(size, int) and isinstance(wanted, int) and size != wanted:
                    told = f"a mask of {spelled(mask)} does not fit {spelled(own)}"
                    raise Raised("IndexError", told)
            return (Untold("how many values a mask picks"),)
    if isinstance(own[0], int) and not -own[0] <= part < own[0]:
        raise Raised("IndexError", f"index {part} is out of bounds for an axis of size {own[0]}")
    return ()


def taken(size: Size, part: slice) -> Size:
    """How many values of an axis a slice takes."""
    if part.step == 0:
        raise refused("slice step cannot be zero")
    if part.start is None and part.stop is None and part.step in (None, 1, -1):
        return size
    bounds = (part.start, part.stop, part.step)
    unknown = next((bound for bound in (size, *bounds) if isinstance(bound, Untold)), None)
    if isinstance(size, Untold) or unknown is not None:
        return Untold("how many values a slice takes")
    return len(range(*part.indices(size)))


# -- contents ------------------------------------------------------------------------------------


def strides(sizes: tuple[int, ...]) -> tuple[int, ...]:
    """How far apart neighbours along each axis lie, the last axis being the closest."""
    found: list[int] = []
    step = 1
    for size in reversed(sizes):
        found.append(step)
        step *= size
    return tuple(reversed(found))


def places(sizes: tuple[int, ...], steps: tuple[int, ...], start: int = 0) -> list[int]:
    """Where the elements of an array lie that goes ``steps`` far along each axis."""
    if 0 in sizes:
        return []
    found = [start]
    for size, step in zip(sizes, steps, strict=True):
        found = [place + i * step for place in found for i in range(size)]
    return found


def plainly_picked(sizes: tuple[int, ...], key: Key) -> list[int] | None:
    """Where the elements of ``x[key]`` lie in ``x``; ``None`` where arrays are in ``key``."""
    start = 0
    lengths: list[int] = []
    steps: list[int] = []
    rest = iter(zip(sizes, strides(sizes), strict=True))
    for part in _whole(sizes, key):
        if isinstance(part, Picked | Masked):
            return None
        if part is None:
            lengths.append(1)
            steps.append(0)
        elif part is not ...:
            size, step = next(rest)
            chosen = range(size)[part]
            if isinstance(chosen, int):
                start += chosen * step
            else:
                start += (chosen.start if chosen else 0) * step
                lengths.append(len(chosen))
                steps.append(chosen.step * step)
    return places(tuple(lengths), tuple(steps), start)
