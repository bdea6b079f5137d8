"""Operations: functions of tensors that a source calls without a layer.

A layer reads samples; an operation reads whole tensors. Its axes, shapes and indices count the
batch axis, and some of its operands have none: a weight, an array. So operations compute with whole
shapes, in which the size of the batch axis is ``BATCH``, and say what comes out for one sample only
where the samples still lie along one axis, whole and apart: for ``output`` the first, for
``passed`` any.
"""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.formula import ONE, Dim, Expr, Num, Product, Sum, dims, times, value
from weighbridge.layers import Fixed, Samples, Untold
from weighbridge.layers._batch import AnyLayout, batch_axis, multiple, turned
from weighbridge.layers._settings import whole
from weighbridge.layers._window import spelled
from weighbridge.model import Dims, Shape, sizes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import ClassVar

BATCH = Dim("B", None, "samples")
"""The size of the batch axis, which tells this axis from all others."""
Extents = tuple[int | Expr | None, ...]
"""A shape that an operation is told: ``BATCH`` or a multiple in its place, ``None`` for what is
not known."""


def samples(count: int) -> Expr:
    """The size of a batch axis with ``count`` places for each sample."""
    return times(Num(count), BATCH)


def per_sample(size: Expr) -> int | None:
    """``size`` divided by the number of samples; ``None`` where it is no known multiple of it."""
    if isinstance(size, Sum):
        parts = [per_sample(term) for term in size.terms]
        return None if None in parts else sum(part or 0 for part in parts)
    factors = size.factors if isinstance(size, Product) else (size,)
    if factors.count(BATCH) != 1:
        return None
    return value(times(*(factor for factor in factors if factor != BATCH)))


class Operation(AnyLayout):
    """A function of tensors; it owns none, and counts the batch axis as the source does."""

    counts_batch: ClassVar[bool] = True
    operands: ClassVar[int] = 1
    """How many tensors it reads at least."""
    several: ClassVar[bool] = False
    """Whether a list comes out, be it of one tensor."""
    names: ClassVar[tuple[str, ...]] = ()
    """What the tensors in the list are called, where a source may ask for them so."""

    fixed: tuple[Fixed | None, ...] = ()
    """What it reads, in order, ``None`` where a sample comes in; empty where all do."""

    def result(self, *shapes: Dims) -> Dims | None:
        """The whole shape that comes out of whole shapes that are known."""
        return None

    def results(self, *shapes: Dims | None) -> tuple[Dims | None, ...]:
        """The whole shapes of all that comes out; ``None`` where not even the rank is known."""
        known = [shape for shape in shapes if shape is not None]
        if len(known) < max(len(shapes), self.operands):
            return (None,)
        return (self.result(*known),)

    def output(self, *incoming: Shape | None) -> Dims | None:
        return self.outputs(*incoming)[0]

    def outputs(self, *incoming: Shape | None) -> tuple[Dims | None, ...]:
        return tuple(_of_a_sample(shape) for shape in self.results(*self.read(incoming)))

    def passed(self, *incoming: Shape | None) -> tuple[Shape | None, ...]:
        return tuple(_apart(shape) for shape in self.results(*self.read(incoming)))

    def unbatched(self, *incoming: Shape | None) -> tuple[Shape | None, ...]:
        """Whole shapes of what comes out without a batch axis: of weights, or summed over it."""
        found = self.results(*self.read(incoming))
        return tuple(None if shape and has_samples(shape) else sizes(shape) for shape in found)

    def read(self, incoming: tuple[Shape | None, ...]) -> tuple[Dims | None, ...]:
        """The whole shapes of all operands in their order."""
        rest = iter(incoming)
        mixed = [_plain(next(rest, None)) if item is None else _fixed(item) for item in self.fixed]
        return (*mixed, *(_plain(shape) for shape in rest))


class Contraction(Operation):
    """What products of tensors share: values of operands are multiplied and summed over an axis."""

    operands: ClassVar[int] = 2

    def factors(self, *shapes: Dims) -> Dims:
        """Sizes of all indices, those summed over among them; their product is the work."""
        raise NotImplementedError

    def macs(self, incoming: tuple[Shape | None, ...], outgoing: Shape | None) -> Expr | None:
        known = [shape for shape in self.read(incoming) if shape is not None]
        if len(known) < max(len(self.read(incoming)), self.operands):
            return None
        factors = self.factors(*known)
        along = [i for i, factor in enumerate(factors) if has_samples((factor,))]
        several = per_sample(factors[along[0]]) if len(along) == 1 else None
        if several is None:
            return None
        return times(*factors[: along[0]], Num(several), *factors[along[0] + 1 :])


def _plain(shape: Shape | None) -> Dims | None:
    if shape is None:
        return None
    axis, found = batch_axis(shape), [Dim("n", size) for size in shape]
    return (*found[:axis], samples(multiple(shape)), *found[axis:])


def _fixed(tensor: Fixed) -> Dims | None:
    return None if tensor.shape is None else tuple(Dim("n", size) for size in tensor.shape)


def _of_a_sample(shape: Dims | None) -> Dims | None:
    """What one sample has of ``shape``; ``None`` where samples are mixed, moved, folded or gone."""
    if not shape or shape[0] != BATCH or has_samples(shape[1:]):
        return None
    return shape[1:]


def _apart(shape: Dims | None) -> Shape | None:
    """What one sample has of ``shape``, wherever the samples lie; ``None`` if they are mixed."""
    along = [i for i, size in enumerate(shape or ()) if has_samples((size,))]
    if shape is None or len(along) != 1:
        return None
    (axis,) = along
    several = per_sample(shape[axis])
    rest = (*shape[:axis], *shape[axis + 1 :])
    return None if several is None else turned(sizes(rest), axis, several)


def has_samples(shape: Iterable[Expr]) -> bool:
    """Whether the number of samples is among the sizes."""
    return any(BATCH in dims(size) for size in shape)


# -- what an operation reads ---------------------------------------------------------------------


def reading(*arguments: object) -> tuple[Fixed | None, ...]:
    """The field ``fixed`` for tensors given as ``arguments``, lists and dicts of them opened.

    A number is a tensor without axes, a list of numbers one with its lengths. Arguments left out
    are ``None``.
    """
    found = tuple(item for argument in arguments for item in _tensors(argument))
    return found if any(item is not None for item in found) else ()


def _tensors(argument: object) -> Iterator[Fixed | None]:
    match argument:
        case None | str():
            return
        case Fixed():
            yield argument
        case int() | float() | complex():
            yield Fixed(())
        case list() | tuple() if (shape := _lengths(argument)) is not None:
            yield Fixed(shape)
        case list() | tuple():
            for item in argument:
                yield from _tensors(item)
        case dict():
            yield from _tensors(list(argument.values()))
        case _:
            yield None


def _lengths(numbers: object) -> Shape | None:
    """``[[1, 2, 3], [4, 5, 6]]`` → ``(2, 3)``; ``None`` where something else is in the list."""
    if isinstance(numbers, int | float | complex):
        return ()
    if not isinstance(numbers, list | tuple) or not numbers:
        return None
    inner = _lengths(numbers[0])
    return None if inner is None else (len(numbers), *inner)


# -- sizes and axes ------------------------------------------------------------------------------


def position(axis: object, rank: int) -> int:
    """``axis`` counted from the first of ``rank`` axes.

    Raises ``Impossible`` if there is no such axis.
    """
    number = _number(axis)
    if not -rank <= number < rank:
        raise Impossible(
            f"there is no axis {number} in a tensor of {rank} axes",
            hint="the batch is axis 0, so the first axis of a sample is 1",
        )
    return number % rank


def axes(given: object) -> tuple[int, ...] | None:
    """One axis or several, as operations take them; ``None`` stands for all."""
    if given is None:
        return None
    return tuple(map(_number, given if isinstance(given, list | tuple) else (given,)))


def _number(axis: object) -> int:
    if not isinstance(axis, int) or isinstance(axis, bool):
        raise Impossible(f"an axis must be a whole number, not {axis!r}")
    return axis


def extents(given: object, least: int = 1) -> Extents | None:
    """A shape, or a number for each axis, as operations take them.

    In the first place an open size can only be the number of samples.
    """
    if isinstance(given, Untold) and not isinstance(given, Samples):
        return None
    listed = given if isinstance(given, list | tuple) else (given,)
    return tuple(_extent(item, i, least) for i, item in enumerate(listed))


def _extent(given: object, i: int, least: int) -> int | Expr | None:
    if isinstance(given, Samples):
        return samples(given.times)
    if given is None and i == 0:
        return BATCH
    return None if isinstance(given, Untold) else whole(given, "a size", least)


def laid(target: Extents) -> Dims:
    """The sizes that an operation is told, as a shape."""
    return tuple(
        Dim("n", size) if size is None or isinstance(size, int) else size for size in target
    )


def shown(shape: Dims) -> str:
    """A whole shape as text, the batch and what is open as ``?``."""
    return spelled(sizes(shape))


def agreed(where: str, *found: Expr) -> Expr:
    """The one size that all of ``found`` are, the samples' or an open one if none is known.

    Raises ``Impossible`` where two are known and differ.
    """
    known = {value(size): size for size in found if value(size) is not None}
    if len(known) > 1:
        raise Impossible(f"sizes {' and '.join(map(str, known))} do not fit: {where}")
    return next(iter(known.values()), _with_samples(found) or found[0])


def _with_samples(found: Sequence[Expr]) -> Expr | None:
    """The size among ``found`` that counts samples, if there is one; an open one if they differ."""
    along = dict.fromkeys(size for size in found if has_samples((size,)))
    return None if not along else next(iter(along)) if len(along) == 1 else Dim("n", None)


def broadcast(*shapes: Dims) -> Dims:
    """The shape that ``shapes`` stretch to: aligned at the last axis, where 1 fits every size.

    Source: the NumPy manual, "Broadcasting".
    """
    rank = max((len(shape) for shape in shapes), default=0)
    where = f"{' and '.join(map(shown, shapes))} do not broadcast"
    return tuple(
        _stretched(where, axis == -rank, [shape[axis] for shape in shapes if len(shape) >= -axis])
        for axis in range(-rank, 0)
    )


def _stretched(where: str, leading: bool, found: list[Expr]) -> Expr:
    wider = [size for size in found if value(size) != 1]
    if not wider:
        return ONE
    size = agreed(where, *wider)
    return (_with_samples(wider) if leading else None) or size
