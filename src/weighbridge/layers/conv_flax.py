"""Flax's convolutions, which read any number of axes before those they slide over."""

from __future__ import annotations

from weighbridge.formula import Dim, Expr, times
from weighbridge.layers._flax import Leading, border, bordered, spread, windows
from weighbridge.layers._settings import whole
from weighbridge.layers._sliding import Sliding
from weighbridge.layers._window import outer, window
from weighbridge.layers.conv import Conv
from weighbridge.layers.conv_transposed import TransposedConv
from weighbridge.model import Expected, Kind, Shape, Unknown, sizes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar

    from weighbridge.layers._settings import Ignored, Size
    from weighbridge.layers._window import Padding, Sizes


class ConvAtEachPlace(Leading, Conv):
    """A convolution as Flax has it: the tensors of ``conv``, done at each place of further axes.

    (steps, height, width, channels) is an image for every step to a kernel over two axes. MACs:
    those of the convolution once for every such place.
    """

    @property
    def name(self) -> str:
        return "conv"

    @property
    def own_axes(self) -> int:
        return len(self.kernel_size) + 1


class TransposedConvAtEachPlace(Leading, TransposedConv):
    """A transposed convolution as Flax has it, done at each place of further axes before its own.

    Lengths as Keras has them for "same" and "valid"; a padding in numbers is added to the input
    spread out, and so adds to the output: (n − 1)·s + 2 + p − d·(k − 1) − 1. Source: JAX's
    documentation of ``conv_transpose``.
    """

    @property
    def name(self) -> str:
        return "transposed-conv"

    @property
    def own_axes(self) -> int:
        return len(self.kernel_size) + 1


class LocalConv(Leading, Sliding):
    """A window slides over 1 to 3 axes and has other weights at each of its places.

    kernel (places…, k…·C_in, C_out), bias (places…, C_out). MACs: every weight once.
    """

    each: ClassVar[tuple[str, str] | None] = ("filter", "C_out")

    out_channels: int | None
    padding_mode: str = "zeros"

    @property
    def own_axes(self) -> int:
        return len(self.kernel_size) + 1

    def channels_out(self, *incoming: Shape | None) -> Expr:
        return Dim("C_out", self.out_channels, "output channels (filters)")

    def kernels(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        taps = times(*window(self.kernel_size), self.channels_in(*incoming))
        return (Expected("kernel", (*self._outer(*incoming), taps, self.channels_out())),)

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        incoming = (self._own(incoming[0] if incoming else None),)
        bias = Expected("bias", (*self._outer(*incoming), self.channels_out()))
        return (*self.kernels(*incoming), *(bias,) * self.bias)

    def macs(self, incoming: tuple[Shape | None, ...], outgoing: Shape | None) -> Expr | None:
        shape = incoming[0] if incoming else None
        if shape is None:
            return None
        (kernel,) = self.kernels(self._own(shape))
        return times(*kernel.dims, *self._places(shape))

    def connections(
        self, incoming: tuple[Shape | None, ...], outgoing: Shape | None
    ) -> Expr | None:
        return self.macs(incoming, outgoing)

    def _outer(self, *incoming: Shape | None) -> tuple[Expr, ...]:
        known = sizes(Sliding.output(self, *incoming))
        return outer((None,) * len(self.kernel_size) if known is None else known[:-1])


# -- spellings -----------------------------------------------------------------------------------


def _nnx_conv(
    in_features: Size, out_features: Size, kernel_size: Size, strides: Size = 1, *,
    padding: object = "SAME", input_dilation: Size = 1, kernel_dilation: Size = 1,
    feature_group_count: int = 1, use_bias: bool = True, **_: Ignored,
) -> Kind:  # fmt: skip
    made = windows(kernel_size, out_features)
    rank = len(made["kernel_size"])
    dilation = spread(kernel_dilation, rank, "kernel_dilation")
    if any(n != 1 for n in spread(input_dilation, rank, "input_dilation")):
        return Unknown(native="Conv", because="input_dilation spreads the values of the input")
    return ConvAtEachPlace(
        in_channels=whole(in_features, "in_features"),
        stride=spread(strides, rank, "strides"),
        dilation=dilation,
        groups=whole(feature_group_count, "feature_group_count") or 1,
        bias=bool(use_bias),
        **bordered(padding, made["kernel_size"], dilation),
        **made,
    )


def _linen_conv(
    features: Size, kernel_size: Size, strides: Size = 1, padding: object = "SAME",
    input_dilation: Size = 1, kernel_dilation: Size = 1, feature_group_count: int = 1,
    use_bias: bool = True, **_: Ignored,
) -> Kind:  # fmt: skip
    return _nnx_conv(
        None, features, kernel_size, strides, padding=padding, input_dilation=input_dilation,
        kernel_dilation=kernel_dilation, feature_group_count=feature_group_count,
        use_bias=use_bias,
    )  # fmt: skip


def _linen_conv_local(
    features: Size, kernel_size: Size, strides: Size = 1, padding: object = "SAME",
    input_dilation: Size = 1, kernel_dilation: Size = 1, feature_group_count: int = 1,
    use_bias: bool = True, **_: Ignored,
) -> Kind:  # fmt: skip
    made = windows(kernel_size, features)
    rank = len(made["kernel_size"])
    dilation = spread(kernel_dilation, rank, "kernel_dilation")
    if any(n != 1 for n in spread(input_dilation, rank, "input_dilation")):
        return Unknown(native="ConvLocal", because="input_dilation spreads the input")
    return LocalConv(
        stride=spread(strides, rank, "strides"),
        dilation=dilation,
        bias=bool(use_bias),
        **bordered(padding, made["kernel_size"], dilation),
        **made,
    )


def _nnx_conv_transpose(
    in_features: Size, out_features: Size, kernel_size: Size, strides: Size = None, *,
    padding: object = "SAME", kernel_dilation: Size = None, use_bias: bool = True, **_: Ignored,
) -> TransposedConvAtEachPlace:  # fmt: skip
    made = windows(kernel_size, out_features)
    rank = len(made["kernel_size"])
    dilation = spread(kernel_dilation, rank, "kernel_dilation")
    return TransposedConvAtEachPlace(
        in_channels=whole(in_features, "in_features"),
        stride=spread(strides, rank, "strides"),
        dilation=dilation,
        padding=_taken(padding, made["kernel_size"], dilation),
        bias=bool(use_bias),
        **made,
    )


def _linen_conv_transpose(
    features: Size, kernel_size: Size, strides: Size = None, padding: object = "SAME",
    kernel_dilation: Size = None, use_bias: bool = True, **_: Ignored,
) -> TransposedConvAtEachPlace:  # fmt: skip
    return _nnx_conv_transpose(
        None, features, kernel_size, strides, padding=padding, kernel_dilation=kernel_dilation,
        use_bias=use_bias,
    )  # fmt: skip


def _taken(padding: object, kernel: Sizes, dilation: Sizes) -> Padding:
    """What a padding leaves out of the longest output, d·(k − 1) + 1 for a single input value.

    JAX adds it to the input, where PyTorch and our kind take it from the output.
    """
    if isinstance(padding, str):
        word = padding.upper()
        return border("SAME" if word == "CIRCULAR" else padding, max(len(kernel), 2))
    added = border(padding, len(kernel))
    return tuple(
        tuple(None if None in (k, d, end) else (k - 1) * d - end for end in pair)  # type: ignore[operator,misc]  # none is None
        for k, d, pair in zip(kernel, dilation, added, strict=True)
    )


SPELLINGS = {
    "nnx:Conv": _nnx_conv,
    "linen:Conv": _linen_conv,
    "linen:ConvLocal": _linen_conv_local,
    "nnx:ConvTranspose": _nnx_conv_transpose,
    "linen:ConvTranspose": _linen_conv_transpose,
}
KINDS = (ConvAtEachPlace, TransposedConvAtEachPlace, LocalConv)
