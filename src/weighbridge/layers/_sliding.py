"""What convolutions share: a window over 1 to 3 axes, and the settings that say how it moves."""

from __future__ import annotations

from weighbridge.formula import Dim, Expr, times, total
from weighbridge.layers._axes import settled
from weighbridge.layers._settings import channels_first, each_axis, one_of
from weighbridge.layers._window import Padding, Sizes, joined, outer, slid, split, window
from weighbridge.model import Dims, Expected, Kind, Shape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Sliding(Kind):
    """A window of weights that works at every output position."""

    kernel_size: Sizes
    stride: Sizes
    dilation: Sizes
    padding: Padding = "valid"
    bias: bool = True
    channels_first: bool = False
    in_channels: int | None = None
    """Input channels that the settings declare; ``None`` where the first input tells."""

    def channels_out(self, *incoming: Shape | None) -> Expr:
        """Channels of the output, by name."""
        raise NotImplementedError

    def channels_in(self, *incoming: Shape | None) -> Dim:
        """Channels of the input, by name; checked against the settings."""
        known = self._split(incoming[0] if incoming else None)
        arriving = known[1] if known else None
        return Dim("C_in", settled(self.in_channels, arriving, "channels"), "input channels")

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
        self.channels_in(*incoming)
        taps = window(self.kernel_size)
        spatial = slid(known[0], taps, self.stride, self.dilation, self.padding)
        return joined(spatial, self.channels_out(*incoming), self.channels_first)

    def macs(self, incoming: tuple[Shape | None, ...], outgoing: Shape | None) -> Expr | None:
        return self._everywhere(self.kernels(*incoming), outgoing)

    def connections(
        self, incoming: tuple[Shape | None, ...], outgoing: Shape | None
    ) -> Expr | None:
        return self._everywhere(Sliding.tensors(self, *incoming), outgoing)

    def _everywhere(self, tensors: tuple[Expected, ...], outgoing: Shape | None) -> Expr | None:
        """The values of ``tensors`` once for each output position."""
        known = self._split(outgoing)
        return known and times(total(tensor.dims for tensor in tensors), *outer(known[0]))

    def _split(self, shape: Shape | None) -> tuple[Shape, int | None] | None:
        return split(shape, len(self.kernel_size), self.channels_first)


def sliding(
    rank: int,
    kernel_size: object,
    strides: object,
    padding: object,
    data_format: object,
    dilation_rate: object,
    borders: tuple[str, ...] = ("valid", "same"),
) -> dict[str, Any]:
    """The settings that all of Keras' convolutions have, as fields of ``Sliding``."""
    return {
        "kernel_size": each_axis(kernel_size, rank, "kernel_size"),
        "stride": each_axis(strides, rank, "strides"),
        "dilation": each_axis(dilation_rate, rank, "dilation_rate"),
        "padding": one_of(padding, borders, "padding"),
        "channels_first": channels_first(data_format),
    }
