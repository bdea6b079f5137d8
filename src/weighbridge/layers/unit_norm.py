"""Normalisations without tensors: to length 1, and by the response of neighbouring channels."""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.layers._axes import Elementwise, first, index
from weighbridge.layers._normalised import keras_axes
from weighbridge.layers._torch import count
from weighbridge.layers._window import spelled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.layers._settings import Ignored, Size
    from weighbridge.model import Dims, Shape


class UnitNorm(Elementwise):
    """Values along some axes are divided by the length of their vector. It owns nothing."""

    axes: tuple[int | None, ...] = (-1,)
    """Axes of one sample; ``None`` is the batch."""

    def output(self, *incoming: Shape | None) -> Dims | None:
        shape = first(incoming)
        for axis in self.axes:
            if shape is not None and axis not in (None, -1 - len(shape)):
                index(axis, shape)
        return Elementwise.output(self, *incoming)


class LocalResponseNorm(Elementwise):
    """Each value is divided by a power of the squares of neighbouring channels, summed.

    It owns nothing: its three numbers are settings. No MACs. Source: Krizhevsky, Sutskever and
    Hinton 2012, section 3.3.
    """

    axes: int
    """Axes that samples have at least."""

    def output(self, *incoming: Shape | None) -> Dims | None:
        shape = first(incoming)
        if shape is not None and len(shape) < self.axes:
            raise Impossible(f"reads samples of {self.axes} axes or more, not {spelled(shape)}")
        return Elementwise.output(self, *incoming)


def _keras_unit_norm(axis: object = -1, **_: Ignored) -> UnitNorm:
    return UnitNorm(axes=keras_axes(axis))


def _torch_local_response(
    size: Size, alpha: Ignored = 1e-4, beta: Ignored = 0.75, k: Ignored = 1.0
) -> LocalResponseNorm:
    count(size, "size", least=1)
    return LocalResponseNorm(axes=2)


def _torch_cross_map(
    size: Size, alpha: Ignored = 1e-4, beta: Ignored = 0.75, k: Ignored = 1
) -> LocalResponseNorm:
    count(size, "size", least=1)
    return LocalResponseNorm(axes=3)


SPELLINGS = {
    "keras:UnitNormalization": _keras_unit_norm,
    "torch:LocalResponseNorm": _torch_local_response,
    "torch:CrossMapLRN2d": _torch_cross_map,
}
KINDS = (UnitNorm, LocalResponseNorm)
