"""PyTorch's convolutions with a kernel they read: ``F.conv2d(x, weight)`` and its transposes."""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.formula import ONE, Dim, Num, minus, plus, times, value
from weighbridge.layers._operation import Contraction, agreed, reading, shown
from weighbridge.layers._torch import both_ends, choice, count, per_axis
from weighbridge.layers._window import added, inner, outer, reach, window
from weighbridge.layers.operation_window import SlidingOperation
from weighbridge.model import sizes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from weighbridge.formula import Expr
    from weighbridge.layers import Spelling
    from weighbridge.layers._settings import Ignored, Incoming, Size
    from weighbridge.layers._window import Padding, Sizes
    from weighbridge.model import Dims, Kind


class GroupedOperation(Contraction, SlidingOperation):
    """What they share: images with channels first, channels in blocks, a kernel as second operand.

    An image may lack the axis of samples.
    """

    groups: int | None = 1

    def result(self, *shapes: Dims) -> Dims | None:
        image, kernel = self._framed(*shapes)
        channels = self.channels_out(image[1], kernel, self._where(*shapes))
        return (image[0], channels, *self.places(image, kernel))[self._is_bare(*shapes) :]

    def channels_out(self, channels: Expr, kernel: Dims, where: str) -> Expr:
        """Channels of what comes out; raises ``Impossible`` where kernel and image do not fit."""
        raise NotImplementedError

    def places(self, image: Dims, kernel: Dims) -> Dims:
        """Sizes of the spatial axes that come out."""
        raise NotImplementedError

    def named_groups(self) -> Dim:
        """The number of blocks by name."""
        return Dim("g", self.groups, "groups")

    def _framed(self, image: Dims, kernel: Dims) -> tuple[Dims, Dims]:
        """Image and kernel, an axis of samples added where there is none."""
        if self._is_bare(image, kernel):
            return (ONE, *image), kernel
        if len(image) != len(kernel):
            raise Impossible(f"the numbers of axes do not fit: {self._where(image, kernel)}")
        return image, kernel

    def _is_bare(self, image: Dims, kernel: Dims) -> bool:
        return len(image) == len(kernel) - 1 > 1

    def _where(self, image: Dims, kernel: Dims) -> str:
        return f"a kernel of {shown(kernel)} over {shown(image)}"


class ConvolutionByChannels(GroupedOperation):
    """A convolution whose kernel is a tensor it reads: (C_out, C_in/g, k…).

    MACs: the kernel once for every output position.
    """

    def channels_out(self, channels: Expr, kernel: Dims, where: str) -> Expr:
        agreed(where, channels, times(kernel[1], self.named_groups()))
        blocks, depth = self.groups, value(kernel[0])
        if None not in (blocks, depth) and depth % blocks:  # type: ignore[operator]  # none is None
            raise Impossible(f"{depth} filters do not split into {blocks} groups: {where}")
        return kernel[0]

    def places(self, image: Dims, kernel: Dims) -> Dims:
        return self.slid(image, sizes(kernel[2:]) or ())

    def factors(self, *shapes: Dims) -> Dims:
        image, kernel = self._framed(*shapes)
        self.channels_out(image[1], kernel, self._where(*shapes))
        return (image[0], *outer(sizes(self.places(image, kernel)) or ()), *kernel)


class TransposedConvolution(GroupedOperation):
    """A transposed convolution whose kernel is a tensor it reads: (C_in, C_out/g, k…).

    (n − 1)·s − 2·p + d·(k − 1) + 1 values along each axis, and the output padding. MACs: the kernel
    once for every input position. Source: Dumoulin and Visin 2016, relationship 14.
    """

    more: Sizes = (0,)
    """The output padding: values more at one end of each axis."""

    def channels_out(self, channels: Expr, kernel: Dims, where: str) -> Expr:
        agreed(where, channels, kernel[0])
        blocks, depth = self.groups, value(kernel[0])
        if None not in (blocks, depth) and depth % blocks:  # type: ignore[operator]  # none is None
            raise Impossible(f"{depth} channels do not split into {blocks} groups: {where}")
        return times(kernel[1], self.named_groups()) if self.groups != 1 else kernel[1]

    def places(self, image: Dims, kernel: Dims) -> Dims:
        spatial = sizes(self.split(image)[0]) or ()
        rank = len(spatial)
        taps = window(sizes(kernel[2:]) or ())
        settings = zip(
            self.spread(self.stride, rank), self.spread(self.dilation, rank),
            self.spread(self.more, rank), self.padding, strict=True,
        )  # fmt: skip
        pairs = zip(inner(spatial), taps, settings, strict=True)
        return tuple(_grown(n, k, *each) for n, k, each in pairs)  # type: ignore[arg-type]  # pairs of a padding

    def factors(self, *shapes: Dims) -> Dims:
        image, kernel = self._framed(*shapes)
        self.channels_out(image[1], kernel, self._where(*shapes))
        return (image[0], *inner(sizes(self.split(image)[0]) or ()), *kernel)


def _grown(
    n: Dim, k: Dim, stride: int | None, dilation: int | None, more: int | None,
    padding: tuple[int | None, int | None],
) -> Expr:  # fmt: skip
    if None not in (more, stride, dilation) and more >= max(stride, dilation):  # type: ignore[operator,type-var]  # none is None
        raise Impossible(f"an output padding of {more} must be less than stride or dilation")
    step, spacing = Dim("s", stride, "stride"), Dim("d", dilation, "dilation")
    extra = Dim("p_out", more, "output padding") if more else Num(0)
    spread = plus(times(plus(n, Num(-1)), step), minus(added(*padding)))
    length = plus(spread, reach(k, spacing), extra)
    if (value(length) or 1) < 1:
        raise Impossible(f"nothing is left of {n.size} values along an axis")
    return length


# -- spellings -----------------------------------------------------------------------------------


def _shared(
    rank: int, stride: object, padding: Padding, dilation: object, groups: object
) -> dict[str, Any]:
    return {
        "stride": per_axis(stride, rank, "stride"),
        "dilation": per_axis(dilation, rank, "dilation"),
        "padding": padding,
        "groups": count(groups, "groups", least=1),
        "channels_first": True,
    }


def _conv(rank: int) -> Callable[..., Kind]:
    def make(
        input: Incoming, weight: Incoming, bias: Ignored = None, stride: Size = 1,
        padding: Size = 0, dilation: Size = 1, groups: Size = 1,
    ) -> Kind:  # fmt: skip
        settings = _shared(rank, stride, _padding(padding, stride, rank), dilation, groups)
        return ConvolutionByChannels(**settings, fixed=reading(input, weight))

    return make


def _padding(given: object, stride: object, rank: int) -> Padding:
    if not isinstance(given, str):
        return both_ends(given, rank)
    if given == "same" and set(per_axis(stride, rank, "stride")) - {None, 1}:
        raise Impossible("padding='same' cannot be combined with a stride above 1")
    return choice(given, ("same", "valid"), "padding")


def _conv_transpose(rank: int) -> Callable[..., Kind]:
    def make(
        input: Incoming, weight: Incoming, bias: Ignored = None, stride: Size = 1,
        padding: Size = 0, output_padding: Size = 0, groups: Size = 1, dilation: Size = 1,
    ) -> Kind:  # fmt: skip
        settings = _shared(rank, stride, both_ends(padding, rank), dilation, groups)
        more = per_axis(output_padding, rank, "output_padding", least=0)
        return TransposedConvolution(**settings, more=more, fixed=reading(input, weight))

    return make


SPELLINGS: dict[str, Spelling] = {
    "torch:F.conv1d": _conv(1),
    "torch:F.conv2d": _conv(2),
    "torch:F.conv3d": _conv(3),
    "torch:conv1d": _conv(1),
    "torch:conv2d": _conv(2),
    "torch:conv3d": _conv(3),
    "torch:F.conv_transpose1d": _conv_transpose(1),
    "torch:F.conv_transpose2d": _conv_transpose(2),
    "torch:F.conv_transpose3d": _conv_transpose(3),
    "torch:conv_transpose1d": _conv_transpose(1),
    "torch:conv_transpose2d": _conv_transpose(2),
    "torch:conv_transpose3d": _conv_transpose(3),
}
KINDS = (ConvolutionByChannels, TransposedConvolution)
