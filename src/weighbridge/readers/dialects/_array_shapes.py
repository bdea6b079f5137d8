"""What array libraries do to shapes, for sizes that may be unknown.

A size nobody can tell is ``Untold`` and stays the same object through all that leaves it as it is,
so that a reshape can tell it again. What numpy refuses is raised as the program's own exception.
The rules are those of the numpy manual; the tests hold them to numpy itself.
"""

from __future__ import annotations

import math

from weighbridge.layers import Samples, Untold
from weighbridge.readers._python.values import Raised

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Size = int | Untold
Sizes = tuple[Size, ...]
RANK = 64
"""Most axes an array of numpy 2 may have."""
_LARGEST = 2**63


def refused(message: str) -> Raised:
    """The ``ValueError`` that numpy raises."""
    return Raised("ValueError", message)


def spelled(sizes: Sizes) -> str:
    """``(60000, 28, ?)``."""
    return f"({', '.join('?' if isinstance(size, Untold) else str(size) for size in sizes)})"


def bounded(sizes: Sizes) -> Sizes:
    """``sizes``, if they are not more nor larger than a computer can count."""
    if len(sizes) > RANK:
        raise refused(f"an array has at most {RANK} axes, not {len(sizes)}")
    if any(isinstance(size, int) and size >= _LARGEST for size in sizes):
        raise refused("Maximum allowed dimension exceeded")
    return sizes


def checked(sizes: Sizes) -> Sizes:
    """``sizes``, if an array can have them."""
    known = [size for size in bounded(sizes) if isinstance(size, int)]
    if any(size < 0 for size in known):
        raise refused("negative dimensions are not allowed")
    if math.prod(size or 1 for size in known) >= _LARGEST:
        raise refused("the array is too big")
    return sizes


def same(one: Size, other: Size) -> bool:
    """Whether two sizes are known to be equal, be they unknown themselves."""
    if isinstance(one, int) or isinstance(other, int):
        return one == other
    return one is other or (isinstance(one, Samples) and one == other)


def count(sizes: Iterable[Size]) -> Size:
    """The number of elements."""
    listed = list(sizes)
    unknown = [size for size in listed if isinstance(size, Untold)]
    known = math.prod(size for size in listed if isinstance(size, int))
    if not unknown or known == 0:
        return known
    return unknown[0] if len(unknown) == 1 and known == 1 else Untold("a number of elements")


def total(sizes: Iterable[Size]) -> Size:
    """Sizes added up."""
    listed = list(sizes)
    unknown = next((size for size in listed if isinstance(size, Untold)), None)
    if unknown is not None:
        return unknown if len(listed) == 1 else Untold("a sum of sizes")
    return sum(size for size in listed if isinstance(size, int))


def agreed(sizes: Sequence[Size], message: str) -> Size:
    """The one size that all of ``sizes`` must be; raises with ``message`` where two differ."""
    known = {size for size in sizes if isinstance(size, int)}
    if len(known) > 1:
        raise refused(message)
    return known.pop() if known else sizes[0]


def agreed_shape(shapes: Sequence[Sizes], message: str) -> Sizes:
    """The one shape that all of ``shapes`` must have."""
    if len({len(shape) for shape in shapes}) > 1:
        raise refused(message)
    return tuple(agreed(sizes, message) for sizes in zip(*shapes, strict=True))


# -- axes ----------------------------------------------------------------------------------------


def axis_of(axis: int, rank: int) -> int:
    """``axis`` counted from the first of ``rank`` axes."""
    if not -rank <= axis < rank:
        raise refused(f"axis {axis} is out of bounds for an array of {rank} axes")
    return axis % rank


def axes_of(axes: Iterable[int], rank: int) -> tuple[int, ...]:
    """Several axes counted from the first; none may come twice."""
    found = tuple(axis_of(axis, rank) for axis in axes)
    if len(set(found)) < len(found):
        raise refused("an axis is named twice")
    return found


def along(sizes: Sizes, axis: int | None) -> tuple[Sizes, int]:
    """The axis to work along, and the shape that has it: without one, all elements in a row."""
    if axis is None or (not sizes and axis in (0, -1)):
        return (count(sizes),), 0
    return sizes, axis_of(axis, len(sizes))


def ordered(rank: int, axes: Sequence[int] | None) -> tuple[int, ...]:
    """The axes in the order that a transposition wants; backwards if it says nothing."""
    if axes is None:
        return tuple(range(rank))[::-1]
    if len(axes) != rank:
        raise refused("axes do not match the array")
    return axes_of(axes, rank)


def moved(rank: int, source: Sequence[int], destination: Sequence[int]) -> tuple[int, ...]:
    """The order of axes after some are moved, the others staying in sequence."""
    if len(source) != len(destination):
        raise refused("source and destination must have the same number of axes")
    taken, places = axes_of(source, rank), axes_of(destination, rank)
    order = [axis for axis in range(rank) if axis not in taken]
    for place, axis in sorted(zip(places, taken, strict=True)):
        order.insert(place, axis)
    return tuple(order)


def expanded(sizes: Sizes, axes: Sequence[int]) -> Sizes:
    """With axes of size 1 at places counted in the result."""
    rank = len(sizes) + len(axes)
    places = axes_of(axes, rank)
    rest = iter(sizes)
    return checked(tuple(1 if axis in places else next(rest) for axis in range(rank)))


def squeezed(sizes: Sizes, axes: Sequence[int]) -> Sizes:
    """Without the axes named, which must be of size 1."""
    places = axes_of(axes, len(sizes)) if sizes or list(axes) not in ([0], [-1]) else ()
    if any(isinstance(sizes[axis], int) and sizes[axis] != 1 for axis in places):
        raise refused("an axis to squeeze out must have size 1")
    return tuple(size for axis, size in enumerate(sizes) if axis not in places)


def reduced(sizes: Sizes, axes: Sequence[int] | None, keepdims: bool) -> Sizes:
    """After a sum or the like over some axes, or over all.

    A number has no axis 0; most of numpy's functions take it all the same.
    """
    if axes is None or (not sizes and list(axes) in ([0], [-1])):
        places = tuple(range(len(sizes)))
    else:
        places = axes_of(axes, len(sizes))
    if keepdims:
        return tuple(1 if axis in places else size for axis, size in enumerate(sizes))
    return tuple(size for axis, size in enumerate(sizes) if axis not in places)


# -- several arrays ------------------------------------------------------------------------------


def broadcast(*shapes: Sizes) -> Sizes:
    """The shape that ``shapes`` stretch to: aligned at the last axis, 1 fits every size."""
    rank = max((len(shape) for shape in shapes), default=0)
    padded = [(1,) * (rank - len(shape)) + shape for shape in shapes]
    told = " and ".join(map(spelled, shapes))
    return tuple(_stretched(sizes, told) for sizes in zip(*padded, strict=True))


def _stretched(sizes: tuple[Size, ...], told: str) -> Size:
    wider = [size for size in sizes if size != 1]
    known = {size for size in wider if isinstance(size, int)}
    if len(known) > 1:
        raise refused(f"arrays of shape {told} cannot be broadcast together")
    if known or not wider:
        return known.pop() if known else 1
    alike = all(same(size, wider[0]) for size in wider)
    return wider[0] if alike else Untold("a size after broadcasting")


def concatenated(shapes: Sequence[Sizes], axis: int) -> Sizes:
    """Arrays one after the other along an axis they have."""
    if not shapes:
        raise refused("need at least one array to concatenate")
    if not shapes[0]:
        raise refused("arrays without axes cannot be concatenated")
    place = axis_of(axis, len(shapes[0]))
    if any(len(shape) != len(shapes[0]) for shape in shapes):
        raise refused("all arrays to concatenate must have the same number of axes")
    rest = [(*shape[:place], *shape[place + 1 :]) for shape in shapes]
    common = agreed_shape(rest, "arrays to concatenate differ in another axis than the joined one")
    return (*common[:place], total(shape[place] for shape in shapes), *common[place:])


def stacked(shapes: Sequence[Sizes], axis: int) -> Sizes:
    """Arrays of one shape along a new axis."""
    if not shapes:
        raise refused("need at least one array to stack")
    common = agreed_shape(shapes, "all arrays to stack must have the same shape")
    place = axis_of(axis, len(common) + 1)
    return checked((*common[:place], len(shapes), *common[place:]))


def divided(size: Size, parts: int, evenly: bool) -> list[Size]:
    """Where to cut an axis into so many pieces; the first ones are larger by one."""
    if parts <= 0:
        raise refused("the number of sections must be larger than 0")
    if isinstance(size, Untold):
        return [Untold("a part of an array")] * (parts - 1)
    if evenly and size % parts:
        raise refused("an array split does not result in an equal division")
    return [i * (size // parts) + min(i, size % parts) for i in range(1, parts)]


def multiplied(left: Sizes, right: Sizes) -> Sizes:
    """A matrix product ``left @ right``; leading axes broadcast."""
    if not left or not right:
        raise refused("a matrix product needs at least one axis on either side")
    rows = left if len(left) > 1 else (1, *left)
    columns = right if len(right) > 1 else (*right, 1)
    agreed((rows[-1], columns[-2]), f"{spelled(left)} and {spelled(right)} cannot be multiplied")
    kept = (*rows[-2:-1],) if len(left) > 1 else ()
    last = (columns[-1],) if len(right) > 1 else ()
    return (*broadcast(rows[:-2], columns[:-2]), *kept, *last)


def dotted(left: Sizes, right: Sizes) -> Sizes:
    """``np.dot``: the last axis of ``left`` with the last but one of ``right``."""
    if not left or not right:
        return left or right
    inner = right[-2] if len(right) > 1 else right[-1]
    agreed((left[-1], inner), f"{spelled(left)} and {spelled(right)} are not aligned")
    return checked((*left[:-1], *right[:-2], *right[-1:])) if len(right) > 1 else left[:-1]


# -- the same elements in another shape ----------------------------------------------------------


def reshaped(sizes: Sizes, target: Sizes) -> Sizes:
    """``target`` with its open size, a negative or unknown one, worked out from the elements."""
    opened = [axis for axis, size in enumerate(target) if isinstance(size, int) and size < 0]
    if len(opened) > 1:
        raise refused("only one size can be left open")
    missing, wanted = _unmatched(sizes, target)
    slots = opened + wanted
    have = math.prod(size for size in sizes if isinstance(size, int))
    need = math.prod(size for size in target if isinstance(size, int) and size >= 0)
    if not slots:
        if have != need and not _any_unknown(sizes):
            raise refused(f"{spelled(sizes)} cannot be reshaped to {spelled(target)}")
        return checked(target)
    found: Size = Untold("a size after reshaping")
    if len(slots) == 1 and not missing:
        found = _worked_out(sizes, target, have, need)
    elif len(slots) == len(missing) == 1 and have == need != 0:
        found = missing[0]
    elif wanted and not opened:
        return checked(target)
    place = slots[0] if len(slots) == 1 else opened[0]
    return checked((*target[:place], found, *target[place + 1 :]))


def _any_unknown(sizes: Sizes) -> bool:
    return any(isinstance(size, Untold) for size in sizes)


def _unmatched(sizes: Sizes, target: Sizes) -> tuple[list[Untold], list[int]]:
    """Unknown sizes of the one that the other has not, and where those of the target are."""
    missing = [size for size in sizes if isinstance(size, Untold)]
    wanted: list[int] = []
    for axis, size in enumerate(target):
        if isinstance(size, Untold):
            twin = next((i for i, other in enumerate(missing) if same(size, other)), None)
            if twin is None:
                wanted.append(axis)
            else:
                del missing[twin]
    return missing, wanted


def _worked_out(sizes: Sizes, target: Sizes, have: int, need: int) -> Size:
    if need and have % need == 0:
        return have // need
    if _any_unknown(sizes) or (have == need == 0 and _any_unknown(target)):
        return Untold("a size after reshaping")
    raise refused(f"{spelled(sizes)} cannot be reshaped to {spelled(target)}")
