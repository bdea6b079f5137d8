"""A recurrent layer keeps another number of bias vectors: one per gate, or two.

PyTorch and cuDNN keep one for the input and one for the state; Keras keeps one, but two in a GRU
with ``reset_after=True``, its default since TensorFlow 2. Seen in RNN, LSTM and GRU.
"""

from __future__ import annotations

from weighbridge._record import replace
from weighbridge.claims._lines import Edit
from weighbridge.claims.assumptions import Assumption
from weighbridge.claims.assumptions._tensors import of, recurrent, without
from weighbridge.formula import Num, value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._lines import Line
    from weighbridge.model import Expected


def _edits(line: Line) -> Iterator[Edit]:
    if not recurrent(line):
        return
    second = of(line, "recurrent_bias")
    if second:
        yield Edit(without(line, second), "there is one bias vector per gate, not two", "one")
        return
    biases = of(line, "bias")
    halved = {id(t): _halved(t) for t in biases}
    if biases and all(halved.values()):
        tensors = tuple(halved.get(id(t)) or t for t in line.tensors)
        yield Edit(tensors, "there is one bias vector per gate, not two", "one")
    elif biases:
        more = tuple(replace(t, role=t.role.replace("bias", "recurrent_bias")) for t in biases)
        yield Edit((*line.tensors, *more), "there are two bias vectors per gate", "two")


def _halved(bias: Expected) -> Expected | None:
    """The bias without its leading factor of two, if it has one."""
    if not bias.dims:
        return None
    first, *rest = bias.dims
    twice = isinstance(first, Num) and value(first) == 2  # noqa: PLR2004  # two vectors
    return replace(bias, dims=tuple(rest)) if twice and rest else None


ASSUMPTION = Assumption(
    "recurrent-bias-count", ("rnn-bias-count",), 2.0, _edits,
    everywhere=0.0,
    decides="which framework's layer it is, and for a GRU of Keras reset_after",
)  # fmt: skip
