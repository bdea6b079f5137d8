"""Standardisation of inputs: minus the mean and over the deviation that were found in data."""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.formula import Dim
from weighbridge.layers import Untold
from weighbridge.layers._axes import Elementwise, first, index, named, sample_axis
from weighbridge.layers._window import spelled
from weighbridge.model import Dims, Expected, Shape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.layers._settings import Ignored


class Standardization(Elementwise):
    """Each value minus a mean and over a deviation, which data told before training.

    mean and variance of the sizes of the kept axes, and a counter, all buffers; nothing where the
    settings give mean and variance. No MACs.
    """

    axes: tuple[int, ...] = (-1,)
    """Axes of one sample along which each place has a mean of its own; ``()``: one mean for all."""
    adapted: bool = True
    """Whether mean and variance are found in data and kept, rather than given."""
    given: tuple[int, ...] = ()
    """The shape of a mean that is given, where the source tells it."""

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        dims = self._kept(first(incoming))
        if not self.adapted:
            return ()
        return (
            Expected("mean", dims, trainable=False, buffer=True),
            Expected("variance", dims, trainable=False, buffer=True),
            Expected("counter", (), trainable=False, buffer=True, dtype="int32"),
        )

    def output(self, *incoming: Shape | None) -> Dims | None:
        self._kept(first(incoming))
        return Elementwise.output(self, *incoming)

    def _kept(self, shape: Shape | None) -> Dims:
        """Sizes of the axes that are not averaged over, in the order of the data."""
        if shape is None:
            return named((None,) * len(self.axes), meaning="size of kept axis") or ()
        places = sorted(index(axis, shape) for axis in self.axes)
        if len(set(places)) < len(places):
            raise Impossible(f"an axis is named twice: {self.axes}")
        kept = tuple(shape[place] for place in places)[len(places) - len(self.given) :]
        if any(
            None not in pair and pair[0] not in (1, pair[1])
            for pair in zip(self.given, kept, strict=True)
        ):
            raise Impossible(f"a mean of shape {self.given} does not fit samples {spelled(shape)}")
        if len(places) == 1:
            return (Dim("n", shape[places[0]], "size of the kept axis"),)
        return tuple(Dim(f"n_{i + 1}", shape[i], f"size of axis {i + 1}") for i in places)


def _keras_normalization(
    axis: object = -1, mean: Ignored = None, variance: Ignored = None, *_: Ignored, **__: Ignored
) -> Standardization:
    if (mean is None) != (variance is None):
        raise Impossible("mean and variance are given together or not at all")
    axes = _axes(axis)
    shape = _lengths(mean)
    _check_given(shape, _lengths(variance), len(axes))
    return Standardization(axes=axes, adapted=mean is None, given=shape or ())


def _axes(axis: object) -> tuple[int, ...]:
    if axis is None:
        return ()
    listed = axis if isinstance(axis, list | tuple) else (axis,)
    found = tuple(sample_axis(one) for one in listed)
    known = tuple(one for one in found if one is not None)
    if len(known) < len(found):
        raise Impossible("the batch cannot be standardised place by place", hint="axis=-1")
    return known


def _lengths(given: object) -> tuple[int, ...] | None:
    """``[[1, 2, 3], [4, 5, 6]]`` → ``(2, 3)``; ``None`` where the source does not tell."""
    if isinstance(given, int | float):
        return ()
    if isinstance(given, Untold) or not isinstance(given, list | tuple):
        return None
    inner = _lengths(given[0]) if given else ()
    return None if inner is None else (len(given), *inner)


def _check_given(mean: tuple[int, ...] | None, variance: tuple[int, ...] | None, axes: int) -> None:
    if None not in (mean, variance) and mean != variance:
        raise Impossible(f"mean and variance differ in shape: {mean} and {variance}")
    if mean is not None and len(mean) > axes:
        raise Impossible(f"a mean of shape {mean} has more axes than the {axes} that are kept")


SPELLINGS = {"keras:Normalization": _keras_normalization}
KINDS = (Standardization,)
