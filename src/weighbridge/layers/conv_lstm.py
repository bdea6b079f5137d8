"""Convolutional LSTM: long short-term memory whose products are convolutions."""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.formula import Dim, Expr, times
from weighbridge.layers._recurrent import SEED, Cell, Sequence, kept, share
from weighbridge.layers._settings import Ignored, Size, whole
from weighbridge.layers._sliding import Sliding, sliding
from weighbridge.layers._window import window
from weighbridge.layers.recurrent_cell import LSTMCell
from weighbridge.model import Dims, Expected, Part, Shape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


class ConvLSTMCell(Cell, Sliding):
    """One step of a convolutional LSTM: three gates and a candidate, each of C_out maps.

    kernel (k…, C_in, 4·C_out), recurrent kernel (k…, C_out, 4·C_out), bias (4·C_out). The recurrent
    convolution keeps the size of its maps. MACs: both kernels once for every output position.
    """

    out_channels: int | None

    @property
    def axes(self) -> int:
        return len(self.kernel_size) + 1

    def channels_out(self, *incoming: Shape | None) -> Expr:
        return Dim("C_out", self.out_channels, "output channels (filters)")

    @property
    def sums(self) -> Expr:
        """How many maps of sums are formed in a step: C_out for each gate."""
        gates = Dim("g", len(LSTMCell.gates), f"gates: {', '.join(LSTMCell.gates)}")
        return times(gates, self.channels_out())

    def kernels(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        taps = window(self.kernel_size)
        return (
            Expected("kernel", (*taps, self.channels_in(*incoming), self.sums)),
            Expected("recurrent_kernel", (*taps, self.channels_out(), self.sums)),
        )

    def trained(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        """All but the seed."""
        bias = Expected("bias", (self.sums,))
        return (*self.kernels(*incoming), *(bias,) * self.bias)

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        return (*self.trained(*incoming), SEED)

    def states(self, *incoming: Shape | None) -> tuple[Dims | None, ...]:
        return (self.output(*incoming),) * 2

    def connections(
        self, incoming: tuple[Shape | None, ...], outgoing: Shape | None
    ) -> Expr | None:
        return self._everywhere(self.trained(*incoming), outgoing)

    def parts(self, *incoming: Shape | None) -> tuple[Part, ...]:
        return share(self.trained(*incoming), "gate", "g")


class ConvLSTM(Sequence):
    """Long short-term memory over a sequence of maps: its products are convolutions.

    kernel (k…, C_in, 4·C_out), recurrent kernel (k…, C_out, 4·C_out), bias (4·C_out):
    ((C_in + C_out)·k… + 1)·4·C_out, whatever the number of steps. MACs: both kernels once for every
    step and output position. Source: Shi et al. 2015, section 3.1, without its peepholes, which
    Keras leaves out.
    """


def _keras_conv_lstm(rank: int) -> Callable[..., ConvLSTM]:
    def make(
        filters: Size, kernel_size: Size, strides: Size = 1, padding: str = "valid",
        data_format: str | None = None, dilation_rate: Size = 1, activation: Ignored = None,
        recurrent_activation: Ignored = None, use_bias: bool = True, *_: Ignored,
        return_sequences: bool = False, return_state: bool = False, go_backwards: Size = False,
        stateful: Size = False, **__: Ignored,
    ) -> ConvLSTM:  # fmt: skip
        shared = sliding(rank, kernel_size, strides, padding, data_format, dilation_rate)
        if all(any((n or 1) > 1 for n in shared[name]) for name in ("stride", "dilation")):
            raise Impossible("a stride above 1 and a dilation above 1 cannot be combined")
        cell = ConvLSTMCell(out_channels=whole(filters, "filters"), bias=bool(use_bias), **shared)
        return ConvLSTM(cell=cell, **kept(return_sequences, return_state, go_backwards, stateful))

    return make


SPELLINGS = {
    "keras:ConvLSTM1D": _keras_conv_lstm(1),
    "keras:ConvLSTM2D": _keras_conv_lstm(2),
    "keras:ConvLSTM3D": _keras_conv_lstm(3),
}
KINDS = (ConvLSTMCell, ConvLSTM)
