"""Flax's activation that is trained, and the layers that act in training only."""

from __future__ import annotations

from weighbridge.layers._axes import Elementwise
from weighbridge.layers._batch import AnyLayout
from weighbridge.layers._random import share
from weighbridge.layers.dropout import Dropout
from weighbridge.model import Expected, Shape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.layers._settings import Ignored, Size


class SingleSlope(Elementwise, AnyLayout):
    """PReLU with one trained slope for all values, a number without an axis.

    slope (). Source: He et al. 2015 (Delving Deep into Rectifiers), section 2.1.
    """

    @property
    def name(self) -> str:
        return "prelu"

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        return (Expected("slope", ()),)


def _linen_prelu(
    param_dtype: Ignored = None, negative_slope_init: Ignored = 0.01, **_: Ignored
) -> SingleSlope:
    return SingleSlope()


def _nnx_prelu(negative_slope_init: Ignored = 0.01, **_: Ignored) -> SingleSlope:
    return SingleSlope()


def _dropout(rate: Size, **_: Ignored) -> Dropout:
    return Dropout(rate=share(rate, "rate"), seeded=False)


SPELLINGS = {
    "linen:PReLU": _linen_prelu,
    "nnx:PReLU": _nnx_prelu,
    "linen:Dropout": _dropout,
    "nnx:Dropout": _dropout,
}
KINDS = (SingleSlope,)
