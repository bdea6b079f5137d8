"""Convolutions that keep the channels apart: depthwise, and separable, which mixes them after."""

from __future__ import annotations

from weighbridge.formula import ONE, Dim, Expr, times
from weighbridge.layers._settings import Ignored, Size, whole
from weighbridge.layers._sliding import Sliding, sliding
from weighbridge.layers._window import window
from weighbridge.model import Expected, Shape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import ClassVar


class DepthwiseConv(Sliding):
    """Each channel is convolved on its own, with m filters.

    kernel (k…, C_in, m), bias (C_in·m). MACs: the kernel once for every output position.
    """

    each: ClassVar[tuple[str, str] | None] = ("input channel", "C_in")

    multiplier: int | None

    def channels_out(self, *incoming: Shape | None) -> Expr:
        return times(self.channels_in(*incoming), _multiplier(self.multiplier))

    def kernels(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        depth = (self.channels_in(*incoming), _multiplier(self.multiplier))
        return (Expected("kernel", (*window(self.kernel_size), *depth)),)


class SeparableConv(Sliding):
    """A depthwise convolution, then a pointwise one that mixes the channels; one bias, at the end.

    depthwise kernel (k…, C_in, m), pointwise kernel (1…, C_in·m, C_out), bias (C_out).
    MACs: both kernels once for every output position. Source: Chollet 2017 (Xception), section 1.
    """

    out_channels: int | None
    multiplier: int | None

    def channels_out(self, *incoming: Shape | None) -> Expr:
        return Dim("C_out", self.out_channels, "output channels (filters)")

    def kernels(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        depth = (self.channels_in(*incoming), _multiplier(self.multiplier))
        point = (ONE,) * len(self.kernel_size)
        return (
            Expected("depthwise_kernel", (*window(self.kernel_size), *depth)),
            Expected("pointwise_kernel", (*point, times(*depth), self.channels_out())),
        )


def _multiplier(m: int | None) -> Expr:
    """The depth multiplier by name; a 1, which is nearly always, is not worth writing."""
    return ONE if m == 1 else Dim("m", m, "depth multiplier")


def _keras_depthwise(rank: int) -> Callable[..., DepthwiseConv]:
    def make(
        kernel_size: Size, strides: Size = 1, padding: str = "valid", depth_multiplier: Size = 1,
        data_format: str | None = None, dilation_rate: Size = 1, activation: Ignored = None,
        use_bias: bool = True, *rest: Ignored, **_: Ignored,
    ) -> DepthwiseConv:  # fmt: skip
        return DepthwiseConv(
            multiplier=whole(depth_multiplier, "depth_multiplier"),
            bias=bool(use_bias),
            **sliding(rank, kernel_size, strides, padding, data_format, dilation_rate),
        )

    return make


def _keras_separable(rank: int) -> Callable[..., SeparableConv]:
    def make(
        filters: Size, kernel_size: Size, strides: Size = 1, padding: str = "valid",
        data_format: str | None = None, dilation_rate: Size = 1, depth_multiplier: Size = 1,
        activation: Ignored = None, use_bias: bool = True, *rest: Ignored, **_: Ignored,
    ) -> SeparableConv:  # fmt: skip
        return SeparableConv(
            out_channels=whole(filters, "filters"),
            multiplier=whole(depth_multiplier, "depth_multiplier"),
            bias=bool(use_bias),
            **sliding(rank, kernel_size, strides, padding, data_format, dilation_rate),
        )

    return make


SPELLINGS = {
    "keras:DepthwiseConv1D": _keras_depthwise(1),
    "keras:DepthwiseConv2D": _keras_depthwise(2),
    "keras:DepthwiseConvolution1D": _keras_depthwise(1),
    "keras:DepthwiseConvolution2D": _keras_depthwise(2),
    "keras:SeparableConv1D": _keras_separable(1),
    "keras:SeparableConv2D": _keras_separable(2),
    "keras:SeparableConvolution1D": _keras_separable(1),
    "keras:SeparableConvolution2D": _keras_separable(2),
}
KINDS = (DepthwiseConv, SeparableConv)
