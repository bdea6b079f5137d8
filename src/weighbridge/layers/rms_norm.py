"""Normalisation by the root of the mean square: layer normalisation without the mean."""

from __future__ import annotations

from weighbridge.layers._normalised import Normalised, keras_axes, torch_shape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.layers._settings import Ignored, Size


class RMSNorm(Normalised):
    """Values along some axes are divided by the root of their mean square, then scaled.

    scale (C), one for every value normalised together. No MACs. Source: Zhang and Sennrich 2019,
    equation 4.
    """

    shift: bool = False


def _keras_rms_norm(axis: object = -1, epsilon: Ignored = 1e-6, **_: Ignored) -> RMSNorm:
    return RMSNorm(axes=keras_axes(axis))


def _torch_rms_norm(
    normalized_shape: Size, eps: Ignored = None, elementwise_affine: bool = True,
    device: Ignored = None, dtype: Ignored = None,
) -> RMSNorm:  # fmt: skip
    return RMSNorm(shape=torch_shape(normalized_shape), scale=bool(elementwise_affine))


SPELLINGS = {
    "keras:RMSNormalization": _keras_rms_norm,
    "torch:RMSNorm": _torch_rms_norm,
}
KINDS = (RMSNorm,)
