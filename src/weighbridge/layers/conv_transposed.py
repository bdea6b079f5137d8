"""Transposed convolutions, also called deconvolutions."""

from __future__ import annotations

from weighbridge._record import replace
from weighbridge.errors import Impossible
from weighbridge.formula import ONE, Dim, Expr, Num, floor, minus, plus, times, total, value
from weighbridge.layers._settings import Ignored, Size, each_axis, whole
from weighbridge.layers._sliding import Sliding, sliding
from weighbridge.layers._torch import asked_size, both_ends, choice, count, per_axis
from weighbridge.layers._window import added, inner, joined, outer, reach, window
from weighbridge.model import Dims, Expected, Shape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import ClassVar

    from weighbridge.layers._window import Sizes


class TransposedConv(Sliding):
    """Each input position becomes a window of the output, s steps on from the one before.

    kernel (k…, C_out/g, C_in), bias (C_out). Lengths: (n − 1)·s + d·(k − 1) + 1, less the padding,
    plus the output padding. In Keras without an output padding: "same" n·s; "valid" the same with
    at least s values for a window. MACs: the kernel once for every *input* position. Source:
    Dumoulin and Visin 2016, relationship 14; PyTorch's documentation of ``ConvTranspose2d``.
    """

    each: ClassVar[tuple[str, str] | None] = ("filter", "C_out")

    out_channels: int | None
    groups: int = 1
    output_padding: Sizes | None = None
    """Values added at the end of each axis; ``None``: what Keras adds if it is not told."""
    asked: Sizes | None = None
    """Lengths that a call asks for instead, as PyTorch's may."""

    def __post_init__(self) -> None:
        if self.groups > 1 and (self.out_channels or 0) % self.groups:
            raise Impossible(
                f"{self.out_channels} filters cannot be split into {self.groups} groups"
            )

    def channels_out(self, *incoming: Shape | None) -> Expr:
        return Dim("C_out", self.out_channels, "output channels (filters)")

    def channels_in(self, *incoming: Shape | None) -> Dim:
        c_in = Sliding.channels_in(self, *incoming)
        if c_in.size is not None and c_in.size % self.groups:
            raise Impossible(
                f"{c_in.size} input channels cannot be split into {self.groups} groups"
            )
        return c_in

    def kernels(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        depth = floor(self.channels_out(), Dim("g", self.groups, "groups"))
        dims = (*window(self.kernel_size), depth, self.channels_in(*incoming))
        return (Expected("kernel", dims),)

    def output(self, *incoming: Shape | None) -> Dims | None:
        known = self._split(incoming[0] if incoming else None)
        if known is None:
            return None
        self.channels_in(*incoming)
        lengths = tuple(_positive(self._length(i, n)) for i, n in enumerate(inner(known[0])))
        return joined(lengths, self.channels_out(), self.channels_first)

    def called(self, positional: Sequence[object], named: Mapping[str, object]) -> TransposedConv:
        asked = asked_size(positional, named, 1, len(self.kernel_size))
        return self if asked is None else replace(self, asked=asked)

    def macs(self, incoming: tuple[Shape | None, ...], outgoing: Shape | None) -> Expr | None:
        known = self._split(incoming[0] if incoming else None)
        if known is None:
            return None
        kernels = self.kernels(*incoming)
        return times(total(tensor.dims for tensor in kernels), *inner(known[0]))

    def connections(
        self, incoming: tuple[Shape | None, ...], outgoing: Shape | None
    ) -> Expr | None:
        """One for each MAC, and one from a bias to each output value."""
        macs, values = self.macs(incoming, outgoing), self._split(outgoing)
        if macs is None or values is None or not self.bias:
            return macs
        places = tuple(Dim("n", length, "output positions") for length in values[0])
        return plus(macs, times(self.channels_out(), *places))

    def _length(self, i: int, n: Dim) -> Expr:
        """The length of axis ``i`` of the output."""
        taps = window(self.kernel_size)[i]
        step = ONE if self.stride[i] == 1 else Dim("s", self.stride[i], "stride")
        over = reach(taps, Dim("d", self.dilation[i], "dilation"))
        more = None if self.output_padding is None else _more(self.output_padding[i])
        if self.asked is not None:
            return self._asked(i, replace(self, asked=None, output_padding=None)._length(i, n))
        if self.padding == "same" and more is None:
            return times(n, step)
        between = times(plus(n, Num(-1)), step)
        if self.padding == "same":
            return plus(between, _last_bit(over), more or Num(0))
        if self.padding == "valid":
            return plus(between, _wider(over, step) if more is None else plus(over, more))
        taken = added(*self.padding[i])
        return plus(between, over, minus(taken), more or Num(0))

    def _asked(self, i: int, least: Expr) -> Expr:
        """The length that a call asks for along axis ``i``, out of those that a stride allows."""
        wanted, shortest, step = (self.asked or ())[i], value(least), self.stride[i]
        if wanted is None or shortest is None:
            return outer(self.asked or ())[i]
        if wanted < shortest or (step is not None and wanted >= shortest + step):
            raise Impossible(
                f"an output of {wanted} values is asked for along an axis, "
                f"{shortest} to {shortest + (step or 1) - 1} can come out"
            )
        return plus(least, _more(wanted - shortest))


def _more(size: int | None) -> Expr:
    """An output padding by name; a 0 is not worth writing."""
    return Num(0) if size == 0 else Dim("o", size, "output padding")


def _last_bit(over: Expr) -> Expr:
    """1 for a window of odd length, 0 for one of even length, as Keras centres it."""
    size = value(over)
    return Dim("k", None, "1 if odd") if size is None else Num(size % 2)


def _wider(over: Expr, step: Expr) -> Expr:
    """What is longer, the window or the step to the next."""
    sizes = value(over), value(step)
    if None in sizes:
        return Dim("k", None, "the longer of window and stride")
    return over if sizes[0] >= sizes[1] else step  # type: ignore[operator]  # none is None


def _positive(length: Expr) -> Expr:
    size = value(length)
    if size is not None and size < 1:
        raise Impossible(
            f"the output would have {size} values along an axis",
            hint="a smaller padding, or a larger kernel",
        )
    return length


# -- spellings -----------------------------------------------------------------------------------


def _keras_conv_transpose(rank: int) -> Callable[..., TransposedConv]:
    def make(
        filters: Size, kernel_size: Size, strides: Size = 1, padding: str = "valid",
        output_padding: object = None, data_format: str | None = None, dilation_rate: Size = 1,
        activation: Ignored = None, use_bias: bool = True, *rest: Ignored, **_: Ignored,
    ) -> TransposedConv:  # fmt: skip
        shared = sliding(rank, kernel_size, strides, padding, data_format, dilation_rate)
        if _above_one(shared["stride"]) and _above_one(shared["dilation"]):
            raise Impossible("a stride above 1 and a dilation above 1 cannot be combined")
        return TransposedConv(
            out_channels=whole(filters, "filters"),
            output_padding=_keras_output_padding(output_padding, rank, shared["stride"]),
            bias=bool(use_bias),
            **shared,
        )

    return make


def _keras_conv_transpose_3d(
    filters: Size, kernel_size: Size, strides: Size = 1, padding: str = "valid",
    data_format: str | None = None, output_padding: object = None, dilation_rate: Size = 1,
    activation: Ignored = None, use_bias: bool = True, *rest: Ignored, **_: Ignored,
) -> TransposedConv:  # fmt: skip
    """As the others, but for the order of two settings."""
    window = (filters, kernel_size, strides, padding, output_padding, data_format, dilation_rate)
    return _keras_conv_transpose(3)(*window, use_bias=use_bias)


def _above_one(sizes: Sizes) -> bool:
    return any(size is not None and size > 1 for size in sizes)


def _keras_output_padding(given: object, rank: int, stride: Sizes) -> Sizes | None:
    if given is None:
        return None
    more = each_axis(given, rank, "output_padding", least=0)
    _check_below(more, stride, "strides")
    return more


def _check_below(more: Sizes, limits: Sizes, name: str) -> None:
    for extra, limit in zip(more, limits, strict=True):
        if extra is not None and limit is not None and extra >= limit:
            raise Impossible(f"output_padding must be below {name}: {extra} is not below {limit}")


def _torch_conv_transpose(rank: int) -> Callable[..., TransposedConv]:
    def make(
        in_channels: Size, out_channels: Size, kernel_size: Size, stride: Size = 1,
        padding: Size = 0, output_padding: Size = 0, groups: int = 1, bias: bool = True,
        dilation: Size = 1, padding_mode: str = "zeros", device: Ignored = None,
        dtype: Ignored = None,
    ) -> TransposedConv:  # fmt: skip
        choice(padding_mode, ("zeros",), "padding_mode")
        steps, spread = per_axis(stride, rank, "stride"), per_axis(dilation, rank, "dilation")
        more = per_axis(output_padding, rank, "output_padding", least=0)
        _check_below(more, _larger(steps, spread), "stride or dilation")
        return TransposedConv(
            in_channels=count(in_channels, "in_channels", least=1),
            out_channels=count(out_channels, "out_channels", least=1),
            kernel_size=per_axis(kernel_size, rank, "kernel_size"),
            stride=steps,
            dilation=spread,
            padding=both_ends(padding, rank),
            output_padding=more,
            groups=count(groups, "groups", least=1) or 1,
            bias=bool(bias),
            channels_first=True,
        )

    return make


def _larger(left: Sizes, right: Sizes) -> Sizes:
    pairs = zip(left, right, strict=True)
    return tuple(None if None in pair else max(pair) for pair in pairs)  # type: ignore[type-var]  # none is None


def _torch_lazy_conv_transpose(rank: int) -> Callable[..., TransposedConv]:
    eager = _torch_conv_transpose(rank)

    def make(
        out_channels: Size, kernel_size: Size, stride: Size = 1, padding: Size = 0,
        output_padding: Size = 0, groups: int = 1, bias: bool = True, dilation: Size = 1,
        padding_mode: str = "zeros", device: Ignored = None, dtype: Ignored = None,
    ) -> TransposedConv:  # fmt: skip
        window = (kernel_size, stride, padding, output_padding)
        return eager(None, out_channels, *window, groups, bias, dilation, padding_mode)

    return make


SPELLINGS = {
    "keras:Conv1DTranspose": _keras_conv_transpose(1),
    "keras:Conv2DTranspose": _keras_conv_transpose(2),
    "keras:Conv3DTranspose": _keras_conv_transpose_3d,
    "keras:Convolution1DTranspose": _keras_conv_transpose(1),
    "keras:Convolution2DTranspose": _keras_conv_transpose(2),
    "keras:Convolution3DTranspose": _keras_conv_transpose_3d,
    "keras:Deconv2D": _keras_conv_transpose(2),
    "keras:Deconv3D": _keras_conv_transpose_3d,
    "keras:Deconvolution2D": _keras_conv_transpose(2),
    "keras:Deconvolution3D": _keras_conv_transpose_3d,
    "torch:ConvTranspose1d": _torch_conv_transpose(1),
    "torch:ConvTranspose2d": _torch_conv_transpose(2),
    "torch:ConvTranspose3d": _torch_conv_transpose(3),
    "torch:LazyConvTranspose1d": _torch_lazy_conv_transpose(1),
    "torch:LazyConvTranspose2d": _torch_lazy_conv_transpose(2),
    "torch:LazyConvTranspose3d": _torch_lazy_conv_transpose(3),
}
KINDS = (TransposedConv,)
