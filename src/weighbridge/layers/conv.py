"""Convolutions: standard, grouped, with a connection table, depthwise, separable."""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.formula import Dim, Expr, Num, floor, plus, times, total
from weighbridge.layers._settings import Size, channels_first, each_axis, one_of, whole
from weighbridge.layers._window import Padding, joined, outer, slid, split, window
from weighbridge.model import Dims, Expected, Kind, Part, Shape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar

Sizes = tuple[int | None, ...]


class Sliding(Kind):
    """What all convolutions share: a window over 1 to 3 axes, its work done at every output position."""

    kernel_size: Sizes
    stride: Sizes
    dilation: Sizes
    padding: Padding = "valid"
    bias: bool = True
    channels_first: bool = False

    def __post_init__(self) -> None:
        if any((s or 1) > 1 for s in self.stride) and any((d or 1) > 1 for d in self.dilation):
            raise Impossible("a stride and a dilation above 1 cannot be combined")

    def channels_out(self, *incoming: Shape | None) -> Expr:
        """Channels of the output, by name."""
        raise NotImplementedError

    def channels_in(self, *incoming: Shape | None) -> Dim:
        """Channels of the input, by name; checked against the settings."""
        known = self._split(incoming[0] if incoming else None)
        return Dim("C_in", known[1] if known else None, "input channels")

    def kernels(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        """The multiplying tensors, which is all but the bias."""
        raise NotImplementedError

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        kernels = self.kernels(*incoming)
        if not self.bias:
            return kernels
        return (*kernels, Expected("bias", (self.channels_out(*incoming),)))

    def output(self, *incoming: Shape | None) -> Dims | None:
        known = self._split(incoming[0] if incoming else None)
        if known is None:
            return None
        spatial = slid(known[0], self.kernel_size, self.stride, self.dilation, self.padding)
        return joined(spatial, self.channels_out(*incoming), self.channels_first)

    def macs(self, incoming: tuple[Shape | None, ...], outgoing: Shape | None) -> Expr | None:
        return self._everywhere(self.kernels(*incoming), outgoing)

    def connections(
        self, incoming: tuple[Shape | None, ...], outgoing: Shape | None
    ) -> Expr | None:
        return self._everywhere(self.tensors(*incoming), outgoing)

    def _everywhere(self, tensors: tuple[Expected, ...], outgoing: Shape | None) -> Expr | None:
        """The values of ``tensors`` once for each output position."""
        known = self._split(outgoing)
        return known and times(total(tensor.dims for tensor in tensors), *outer(known[0]))

    def _split(self, shape: Shape | None) -> tuple[Shape, int | None] | None:
        return split(shape, len(self.kernel_size), self.channels_first)


class Conv(Sliding):
    """A window of weights slides over 1 to 3 axes; each filter sees all channels of its group.

    kernel (k…, C_in/g, C_out), bias (C_out). With a connection table, output map j sees only the
    input maps ``table[j]`` and the kernel is (k…, L), one window for each of the L links.
    MACs: the kernel once for every output position. Source: LeCun et al. 1998, section II.A; the
    table: ibid. table I.
    """

    each: ClassVar[tuple[str, str] | None] = ("filter", "C_out")

    out_channels: int | None
    groups: int = 1
    table: tuple[tuple[int, ...], ...] | None = None

    def __post_init__(self) -> None:
        Sliding.__post_init__(self)
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
        highest = max((max(maps) for maps in self.table or () if maps), default=-1)
        if c_in.size is not None and highest >= c_in.size:
            raise Impossible(f"the connection table names input map {highest} of {c_in.size}")
        return c_in

    def kernels(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        c_in = self.channels_in(*incoming)
        if self.table is not None:
            links = Dim("L", sum(map(len, self.table)), "links from input to output maps")
            return (Expected("kernel", (*window(self.kernel_size), links)),)
        depth = floor(c_in, Dim("g", self.groups, "groups"))
        dims = (*window(self.kernel_size), depth, self.channels_out())
        return (Expected("kernel", dims),)

    def parts(self, *incoming: Shape | None) -> tuple[Part, ...]:
        """Filters; with a connection table, those that see equally many input maps together."""
        if self.table is None:
            return Kind.parts(self, *incoming)
        seen = [len(maps) for maps in self.table]
        return tuple(
            Part(
                f"filter on {n} input maps",
                Dim("C_out", seen.count(n), f"output maps that see {n} input maps"),
                plus(
                    times(*window(self.kernel_size), Dim("C_in", n, "input maps it sees")),
                    Num(int(self.bias)),
                ),
            )
            for n in dict.fromkeys(seen)
        )


class DepthwiseConv(Sliding):
    """Each channel is convolved on its own, m times.

    kernel (k…, C_in, m), bias (C_in·m). MACs: the kernel once for every output position.
    """

    each: ClassVar[tuple[str, str] | None] = ("input channel", "C_in")

    multiplier: int | None

    def channels_out(self, *incoming: Shape | None) -> Expr:
        return times(self.channels_in(*incoming), Dim("m", self.multiplier, "depth multiplier"))

    def kernels(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        depth = (self.channels_in(*incoming), Dim("m", self.multiplier, "depth multiplier"))
        return (Expected("kernel", (*window(self.kernel_size), *depth)),)


class SeparableConv(Sliding):
    """A depthwise convolution, then a pointwise one that mixes the channels; one bias, at the end.

    depthwise kernel (k…, C_in, m), pointwise kernel (C_in·m, C_out), bias (C_out).
    MACs: both kernels once for every output position. Source: Chollet 2017 (Xception), section 1.
    """

    out_channels: int | None
    multiplier: int | None

    def channels_out(self, *incoming: Shape | None) -> Expr:
        return Dim("C_out", self.out_channels, "output channels (filters)")

    def kernels(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        depth = (self.channels_in(*incoming), Dim("m", self.multiplier, "depth multiplier"))
        return (
            Expected("depthwise_kernel", (*window(self.kernel_size), *depth)),
            Expected("pointwise_kernel", (times(*depth), self.channels_out())),
        )


def _keras_conv(rank: int):  # type: ignore[no-untyped-def]  # the closure is the constructor, typed by its own signature
    def make(
        filters: Size, kernel_size: Size, strides: object = 1, padding: str = "valid",
        data_format: str | None = None, dilation_rate: object = 1, groups: int = 1,
        activation: object = None, use_bias: bool = True, **_: object,
    ) -> Conv:  # fmt: skip
        allowed = ("valid", "same", "causal") if rank == 1 else ("valid", "same")
        return Conv(
            kernel_size=each_axis(kernel_size, rank, "kernel_size"),
            out_channels=whole(filters, "filters"),
            stride=each_axis(strides, rank, "strides"),
            dilation=each_axis(dilation_rate, rank, "dilation_rate"),
            padding=one_of(padding, allowed, "padding"),
            groups=whole(groups, "groups") or 1,
            bias=bool(use_bias),
            channels_first=channels_first(data_format),
        )

    return make


SPELLINGS = {
    "keras:Conv1D": _keras_conv(1),
    "keras:Conv2D": _keras_conv(2),
    "keras:Conv3D": _keras_conv(3),
}
KINDS = (Conv, DepthwiseConv, SeparableConv)
