"""Layer normalisation: over the values of one position, not over the batch."""

from __future__ import annotations

from weighbridge.layers._normalised import Normalised, keras_axes, torch_shape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.layers._settings import Ignored, Size


class LayerNorm(Normalised):
    """Values along some axes are brought to mean 0 and variance 1, then scaled and shifted.

    scale (C), shift (C), one of each for every value normalised together; no statistics are kept.
    No MACs: one multiplication and one addition for each value. Source: Ba, Kiros and Hinton 2016,
    section 3.
    """


def _keras_layer_norm(
    axis: object = -1, epsilon: Ignored = 1e-3, center: bool = True, scale: bool = True,
    *_: Ignored, rms_scaling: bool = False, **__: Ignored,
) -> LayerNorm:  # fmt: skip
    return LayerNorm(
        axes=keras_axes(axis),
        scale=bool(scale or rms_scaling),
        shift=bool(center and not rms_scaling),
    )


def _torch_layer_norm(
    normalized_shape: Size, eps: Ignored = 1e-5, elementwise_affine: bool = True,
    bias: bool = True, device: Ignored = None, dtype: Ignored = None,
) -> LayerNorm:  # fmt: skip
    return LayerNorm(
        shape=torch_shape(normalized_shape),
        scale=bool(elementwise_affine),
        shift=bool(elementwise_affine and bias),
    )


SPELLINGS = {
    "keras:LayerNormalization": _keras_layer_norm,
    "torch:LayerNorm": _torch_layer_norm,
}
KINDS = (LayerNorm,)
