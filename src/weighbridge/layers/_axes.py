"""Axes of a sample, for kinds that read samples of any number of axes.

Frameworks count the batch as axis 0; a sample here has no batch axis, so their axis 1 is its axis
0. Negative axes count from the end and are the same on both sides.
"""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.formula import Dim
from weighbridge.layers._window import spelled
from weighbridge.model import Dims, Kind, Shape


class Elementwise(Kind):
    """What comes out has the shape of what came in, and no sums of products are formed."""

    def output(self, *incoming: Shape | None) -> Dims | None:
        return named(first(incoming))


def first(incoming: tuple[Shape | None, ...]) -> Shape | None:
    """The only input of most layers; ``None`` if it is not known, or the layer is never called."""
    return incoming[0] if incoming else None


def named(shape: Shape | None, letter: str = "n", meaning: str = "size of axis") -> Dims | None:
    """The sizes of ``shape`` as ``n_1``, ``n_2`` …; a single one is just ``n``."""
    if shape is None:
        return None
    if len(shape) == 1:
        return (Dim(letter, shape[0], f"{meaning} 1"),)
    return tuple(Dim(f"{letter}_{i}", n, f"{meaning} {i}") for i, n in enumerate(shape, 1))


def sample_axis(axis: object, name: str = "axis") -> int | None:
    """A framework's ``axis`` as an axis of one sample; ``None`` for 0, which is the batch."""
    if not isinstance(axis, int) or isinstance(axis, bool):
        raise Impossible(f"{name} must be a whole number, not {axis!r}")
    return axis if axis < 0 else axis - 1 if axis else None


def index(axis: int | None, shape: Shape) -> int:
    """Position of ``axis`` in ``shape``, from 0.

    Raises ``Impossible`` for the batch and for an axis that samples of this shape do not have.
    """
    if axis is None or not -len(shape) <= axis < len(shape):
        raise Impossible(
            f"works along an axis that samples of shape {spelled(shape)} do not have",
            hint="the batch is axis 0, so the first axis of a sample is 1",
        )
    return axis % len(shape)


def whole_axis(axis: int, shape: Shape) -> int:
    """Position of ``axis`` in a whole tensor of samples of ``shape``; 0 is the batch.

    Raises ``Impossible`` if it has no such axis.
    """
    rank = len(shape) + 1
    if not -rank <= axis < rank:
        raise Impossible(
            f"there is no axis {axis} in a batch of samples of shape {spelled(shape)}",
            hint="the batch is axis 0, so the first axis of a sample is 1",
        )
    return axis % rank


def of_rank(shape: Shape | None, *ranks: int) -> Shape | None:
    """``shape``, which has one of these numbers of axes if it is known.

    Raises ``Impossible`` if not.
    """
    if shape is not None and len(shape) not in ranks:
        wanted = " or ".join(map(str, ranks))
        raise Impossible(
            f"reads samples of {wanted} {'axis' if wanted == '1' else 'axes'}, "
            f"not {len(shape)}: {spelled(shape)}"
        )
    return shape


def settled(declared: int | None, arriving: int | None, noun: str) -> int | None:
    """The size that the settings declare and the input has, whichever is known.

    Raises ``Impossible`` where they differ: ``noun`` says what is counted.
    """
    if declared is not None and arriving is not None and declared != arriving:
        raise Impossible(
            f"is declared for {declared} {noun}, its input has {arriving}",
            hint="the layer before it must give as many as this one declares",
        )
    return arriving if declared is None else declared
