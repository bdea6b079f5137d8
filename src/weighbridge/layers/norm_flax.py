"""Flax's spellings of the normalisations; the channels come last unless the settings say more."""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.layers._axes import sample_axis
from weighbridge.layers._normalised import Normalised
from weighbridge.layers._settings import whole
from weighbridge.layers.batch_norm import BatchNorm
from weighbridge.layers.group_norm import GroupNorm
from weighbridge.layers.layer_norm import LayerNorm
from weighbridge.layers.rms_norm import RMSNorm

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from weighbridge.layers._settings import Ignored, Size


class ChannelNorm(Normalised):
    """Instance normalisation with the channels last: each is brought to mean 0 and variance 1.

    scale (C), shift (C): one of each for every channel; no statistics are kept. No MACs. Source:
    Ulyanov, Vedaldi and Lempitsky 2016, equation 4.
    """

    @property
    def name(self) -> str:
        return "instance-norm"


def _along(features: object, axes: object) -> dict[str, Any]:
    """The axes that have a scale and a shift of their own, and how many where the settings tell."""
    listed = axes if isinstance(axes, tuple | list) else (axes,)
    if features is not None and tuple(listed) == (-1,):
        return {"shape": (whole(features, "num_features"),)}
    if not all(isinstance(axis, int) for axis in listed):
        raise Impossible(f"axes must be whole numbers, not {axes!r}")
    return {"axes": tuple(sample_axis(axis, "feature_axes") for axis in listed)}


# -- spellings -----------------------------------------------------------------------------------


def _linen_batch_norm(
    use_running_average: Ignored = None, axis: int = -1, momentum: Ignored = 0.99,
    epsilon: Ignored = 1e-5, dtype: Ignored = None, param_dtype: Ignored = None,
    use_bias: bool = True, use_scale: bool = True, **_: Ignored,
) -> BatchNorm:  # fmt: skip
    return BatchNorm(axis=sample_axis(axis), scale=bool(use_scale), shift=bool(use_bias))


def _nnx_batch_norm(
    num_features: Size, *, axis: int = -1, use_bias: bool = True, use_scale: bool = True,
    **_: Ignored,
) -> BatchNorm:  # fmt: skip
    return BatchNorm(
        axis=sample_axis(axis),
        channels=whole(num_features, "num_features"),
        scale=bool(use_scale),
        shift=bool(use_bias),
    )


def _linen_layer_norm(
    epsilon: Ignored = 1e-6, dtype: Ignored = None, param_dtype: Ignored = None,
    use_bias: bool = True, use_scale: bool = True, bias_init: Ignored = None,
    scale_init: Ignored = None, reduction_axes: Ignored = -1, feature_axes: object = -1,
    **_: Ignored,
) -> LayerNorm:  # fmt: skip
    along = _along(None, feature_axes)
    return LayerNorm(scale=bool(use_scale), shift=bool(use_bias), **along)


def _nnx_layer_norm(
    num_features: Size, *, use_bias: bool = True, use_scale: bool = True,
    feature_axes: object = -1, **_: Ignored,
) -> LayerNorm:  # fmt: skip
    along = _along(num_features, feature_axes)
    return LayerNorm(scale=bool(use_scale), shift=bool(use_bias), **along)


def _linen_rms_norm(
    epsilon: Ignored = 1e-6, dtype: Ignored = None, param_dtype: Ignored = None,
    use_scale: bool = True, scale_init: Ignored = None, reduction_axes: Ignored = -1,
    feature_axes: object = -1, **_: Ignored,
) -> RMSNorm:  # fmt: skip
    return RMSNorm(scale=bool(use_scale), **_along(None, feature_axes))


def _nnx_rms_norm(
    num_features: Size, *, use_scale: bool = True, feature_axes: object = -1, **_: Ignored
) -> RMSNorm:
    return RMSNorm(scale=bool(use_scale), **_along(num_features, feature_axes))


def _linen_group_norm(
    num_groups: Size = 32, group_size: Size = None, epsilon: Ignored = 1e-6,
    dtype: Ignored = None, param_dtype: Ignored = None, use_bias: bool = True,
    use_scale: bool = True, **_: Ignored,
) -> GroupNorm:  # fmt: skip
    return GroupNorm(
        groups=whole(num_groups, "num_groups"), scale=bool(use_scale), shift=bool(use_bias)
    )


def _nnx_group_norm(
    num_features: Size, num_groups: Size = 32, group_size: Size = None, *,
    use_bias: bool = True, use_scale: bool = True, **_: Ignored,
) -> GroupNorm:  # fmt: skip
    groups, size = whole(num_groups, "num_groups"), whole(group_size, "group_size")
    channels = whole(num_features, "num_features")
    if channels is None and None not in (groups, size):
        channels = groups * size  # type: ignore[operator]  # none is None
    made = GroupNorm(groups=groups, channels=channels, scale=bool(use_scale), shift=bool(use_bias))
    made.tensors()  # the constructor already refuses groups that do not divide the channels
    return made


def _linen_instance_norm(
    epsilon: Ignored = 1e-6, dtype: Ignored = None, param_dtype: Ignored = None,
    use_bias: bool = True, use_scale: bool = True, bias_init: Ignored = None,
    scale_init: Ignored = None, feature_axes: object = -1, **_: Ignored,
) -> ChannelNorm:  # fmt: skip
    along = _along(None, feature_axes)
    return ChannelNorm(scale=bool(use_scale), shift=bool(use_bias), **along)


def _nnx_instance_norm(
    num_features: Size, *, use_bias: bool = True, use_scale: bool = True,
    feature_axes: object = -1, **_: Ignored,
) -> ChannelNorm:  # fmt: skip
    along = _along(num_features, feature_axes)
    return ChannelNorm(scale=bool(use_scale), shift=bool(use_bias), **along)


SPELLINGS = {
    "linen:BatchNorm": _linen_batch_norm,
    "nnx:BatchNorm": _nnx_batch_norm,
    "linen:LayerNorm": _linen_layer_norm,
    "nnx:LayerNorm": _nnx_layer_norm,
    "linen:RMSNorm": _linen_rms_norm,
    "nnx:RMSNorm": _nnx_rms_norm,
    "linen:GroupNorm": _linen_group_norm,
    "nnx:GroupNorm": _nnx_group_norm,
    "linen:InstanceNorm": _linen_instance_norm,
    "nnx:InstanceNorm": _nnx_instance_norm,
}
KINDS = (ChannelNorm,)
