"""Flax's recurrent cells; what repeats them, ``RNN`` or ``scan``, has no tensors of its own.

A cell reads its state first and the step last. Classes differ in whether the gates have tensors of
their own or share one kernel, which is the same count.
"""

from __future__ import annotations

from weighbridge._record import replace
from weighbridge.formula import ONE, plus
from weighbridge.layers._flax import Leading, border, spread, windows
from weighbridge.layers._recurrent import Step
from weighbridge.layers._settings import whole
from weighbridge.layers.conv_lstm import ConvLSTMCell
from weighbridge.layers.recurrent_cell import GRUCell, LSTMCell, SimpleRNNCell
from weighbridge.model import Dims, Expected, Part, Shape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from weighbridge.formula import Expr
    from weighbridge.layers._settings import Ignored, Size


class AfterState(Leading):
    """Mixed into a cell, lets it read its state first, the step last, and give both alike."""

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        return Leading.tensors(self, *incoming[-1:])

    def output(self, *incoming: Shape | None) -> Dims | None:
        return Leading.output(self, *incoming[-1:])

    def outputs(self, *incoming: Shape | None) -> tuple[Dims | None, ...]:
        return (self.output(*incoming),) * 2

    def macs(self, incoming: tuple[Shape | None, ...], outgoing: Shape | None) -> Expr | None:
        # How many steps there are shows only in the calls.
        return Leading.macs(self, incoming[-1:], outgoing) if incoming else None

    def connections(
        self, incoming: tuple[Shape | None, ...], outgoing: Shape | None
    ) -> Expr | None:
        return Leading.connections(self, incoming[-1:], outgoing) if incoming else None

    def parts(self, *incoming: Shape | None) -> tuple[Part, ...]:
        return super().parts(_own(self, incoming))


class SimpleStep(AfterState, SimpleRNNCell):
    """One step of a simple recurrent layer as Flax has it: ``simple-rnn-cell``."""

    @property
    def name(self) -> str:
        return "simple-rnn-cell"

    @property
    def own_axes(self) -> int:
        return 1


class LSTMStep(AfterState, LSTMCell):
    """One step of long short-term memory as Flax has it: ``lstm-cell``, with one bias per gate."""

    apart: bool = False
    """Whether each gate has tensors of its own."""

    @property
    def name(self) -> str:
        return "lstm-cell"

    @property
    def own_axes(self) -> int:
        return 1

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        own = _own(self, incoming)
        return _gate_by_gate(self, own, "ifgo") if self.apart else self.trained(self.features(own))

    def outputs(self, *incoming: Shape | None) -> tuple[Dims | None, ...]:
        return (self.output(*incoming),) * 3


class GRUStep(AfterState, GRUCell):
    """One step of a gated recurrent unit as Flax has it: ``gru-cell``.

    kernel (n_in, 3·h), recurrent kernel (h, 3·h), bias (3·h); ``linen`` keeps one tensor of each
    for each gate, and a recurrent bias (h) for the candidate besides: (n_in + h + 1)·3·h + h.
    """

    apart: bool = False
    """Whether each gate has tensors of its own, and the candidate a recurrent bias."""

    @property
    def name(self) -> str:
        return "gru-cell"

    @property
    def own_axes(self) -> int:
        return 1

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        own = _own(self, incoming)
        return (
            _gate_by_gate(self, own, "zrn", True)
            if self.apart
            else self.trained(self.features(own))
        )

    def links(self, n_in: Expr) -> Expr:
        own = GRUCell.links(self, n_in)
        return plus(own, self.hidden) if self.apart else own

    def shares(self, n_in: Expr) -> tuple[Part, ...]:
        return (*GRUCell.shares(self, n_in), *(_candidate(self),) * self.apart)


class MinimalStep(AfterState, Step):
    """One step of a minimal gated unit: one gate and a candidate, each of h units.

    For both a kernel (n_in, h), a recurrent kernel (h, h) and a bias (h); where the gate resets the
    last output, a recurrent bias (h) for the candidate. MACs: all kernels once. Source: Zhou et al.
    2016.
    """

    gates = ("forget", "candidate")

    reset: bool = True
    """Whether the gate resets the last output."""

    @property
    def own_axes(self) -> int:
        return 1

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        return _gate_by_gate(self, _own(self, incoming), "fn", self.reset)

    def links(self, n_in: Expr) -> Expr:
        own = Step.links(self, n_in)
        return plus(own, self.hidden) if self.reset else own

    def shares(self, n_in: Expr) -> tuple[Part, ...]:
        return (*Step.shares(self, n_in), *(_candidate(self),) * self.reset)


def _own(step: AfterState, incoming: tuple[Shape | None, ...]) -> Shape | None:
    """What comes in last, a step, without the axes before its own."""
    shape = incoming[-1] if incoming else None
    return None if shape is None else shape[max(len(shape) - step.own_axes, 0) :]


def _gate_by_gate(
    step: Step, shape: Shape | None, letters: str, candidate_bias: bool = False
) -> tuple[Expected, ...]:
    """The tensors of each gate, called by Flax's letters; the candidate comes last but in LSTM."""
    n_in, hidden = step.features(shape), step.hidden
    found: list[Expected] = []
    for letter, gate in zip(letters, step.gates, strict=True):
        owned: dict[str, Dims] = {"kernel": (n_in, hidden), "recurrent_kernel": (hidden, hidden)}
        owned["bias"] = (hidden,)
        if candidate_bias and gate == "candidate":
            owned["recurrent_bias"] = (hidden,)
        found += (Expected(f"{role}_{letter}", dims, part=(gate,)) for role, dims in owned.items())
    return tuple(found)


def _candidate(step: Step) -> Part:
    return Part("recurrent bias of the candidate", ONE, step.hidden)


class ConvLSTMStep(AfterState, ConvLSTMCell):
    """One step of a convolutional LSTM as Flax has it: both convolutions have a bias.

    kernel (k…, C_in, 4·C_out), recurrent kernel (k…, C_out, 4·C_out), two biases (4·C_out).
    """

    @property
    def name(self) -> str:
        return "conv-lstm-cell"

    @property
    def own_axes(self) -> int:
        return self.axes

    def trained(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        biases = (Expected("bias", (self.sums,)), Expected("recurrent_bias", (self.sums,)))
        return (*self.kernels(*incoming), *(biases if self.bias else ()))

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        return self.trained(_own(self, incoming))

    def outputs(self, *incoming: Shape | None) -> tuple[Dims | None, ...]:
        return (self.output(*incoming),) * 3


# -- spellings -----------------------------------------------------------------------------------


def _linen_cell(kind: type[Step]) -> Callable[..., Step]:
    def make(features: Size, **_: Ignored) -> Step:
        made = kind(units=whole(features, "features"))
        return made if isinstance(made, SimpleStep) else replace(made, apart=True)

    return make


def _linen_mgu(
    features: Size, gate_fn: Ignored = None, activation_fn: Ignored = None,
    kernel_init: Ignored = None, recurrent_kernel_init: Ignored = None,
    forget_bias_init: Ignored = None, activation_bias_init: Ignored = None, dtype: Ignored = None,
    param_dtype: Ignored = None, carry_init: Ignored = None, reset_gate: bool = True, **_: Ignored,
) -> MinimalStep:  # fmt: skip
    return MinimalStep(units=whole(features, "features"), reset=bool(reset_gate))


def _nnx_cell(kind: type[Step]) -> Callable[..., Step]:
    def make(in_features: Size, hidden_features: Size, **_: Ignored) -> Step:
        return kind(
            inputs=whole(in_features, "in_features"),
            units=whole(hidden_features, "hidden_features"),
        )

    return make


def _nnx_lstm(in_features: Size, hidden_features: Size, **_: Ignored) -> LSTMStep:
    return LSTMStep(
        inputs=whole(in_features, "in_features"),
        units=whole(hidden_features, "hidden_features"),
        apart=True,
    )


def _linen_conv_lstm(
    features: Size, kernel_size: Size, strides: Size = None, padding: object = "SAME",
    use_bias: bool = True, **_: Ignored,
) -> ConvLSTMStep:  # fmt: skip
    made = windows(kernel_size, features)
    rank = len(made["kernel_size"])
    return ConvLSTMStep(
        stride=spread(strides, rank, "strides"),
        dilation=(1,) * rank,
        padding=border(padding, rank),
        bias=bool(use_bias),
        **made,
    )


SPELLINGS = {
    "linen:SimpleCell": _linen_cell(SimpleStep),
    "linen:LSTMCell": _linen_cell(LSTMStep),
    "linen:OptimizedLSTMCell": _linen_cell(LSTMStep),
    "linen:GRUCell": _linen_cell(GRUStep),
    "linen:MGUCell": _linen_mgu,
    "linen:ConvLSTMCell": _linen_conv_lstm,
    "nnx:SimpleCell": _nnx_cell(SimpleStep),
    "nnx:LSTMCell": _nnx_lstm,
    "nnx:OptimizedLSTMCell": _nnx_cell(LSTMStep),
    "nnx:GRUCell": _nnx_cell(GRUStep),
}
KINDS = (SimpleStep, LSTMStep, GRUStep, MinimalStep, ConvLSTMStep)
