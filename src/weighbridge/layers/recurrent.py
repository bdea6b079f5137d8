"""Recurrent layers: simple, LSTM and GRU, in one direction or both, on top of each other or not."""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.layers._recurrent import Cell, Sequence, Step, kept
from weighbridge.layers._recurrent_stack import Recurrent
from weighbridge.layers._settings import Ignored, Inner, Size, whole
from weighbridge.layers._torch import choice, count
from weighbridge.layers.recurrent_cell import (
    GRUCell,
    LSTMCell,
    SimpleRNNCell,
    cell_of,
    keras_gru_cell,
    keras_lstm_cell,
    keras_simple_rnn_cell,
    stacked,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from weighbridge.model import Kind


class RNN(Sequence):
    """A cell is repeated for every step of a sequence, its state going from step to step.

    The tensors of the cell, which do not depend on the number of steps. MACs: those of the cell
    once for every step.
    """


class SimpleRNN(Recurrent):
    """Units that read the features of each time step and what all units gave in the step before.

    kernel (n_in, h), recurrent kernel (h, h), bias (h): (n_in + h + 1)·h, whatever the number of
    steps; PyTorch has two biases. MACs: both matrices once for every step. Source: Elman 1990.
    """


class LSTM(Recurrent):
    """Long short-term memory: three gates and a candidate decide what h units keep and give.

    kernel (n_in, 4·h), recurrent kernel (h, 4·h), bias (4·h): (n_in + h + 1)·4·h, whatever the
    number of steps; PyTorch and cuDNN have two biases: (n_in + h + 2)·4·h. MACs: both matrices once
    for every step; what is done unit by unit, to the memory, is not counted. Source: Hochreiter and
    Schmidhuber 1997; the forget gate: Gers et al. 2000.
    """


class GRU(Recurrent):
    """Gated recurrent units: two gates and a candidate decide what h units keep.

    kernel (n_in, 3·h), recurrent kernel (h, 3·h), bias (3·h): (n_in + h + 1)·3·h, whatever the
    number of steps. Where the reset gate acts after the recurrent product, which Keras calls
    ``reset_after`` and PyTorch and cuDNN always do, there are two biases: (n_in + h + 2)·3·h. MACs:
    both matrices once for every step. Source: Cho et al. 2014, section 2.3.
    """


# -- spellings -----------------------------------------------------------------------------------


def _keras_rnn(
    cell: Inner, return_sequences: bool = False, return_state: bool = False,
    go_backwards: Size = False, stateful: Size = False, **_: Ignored,
) -> Kind:  # fmt: skip
    found = stacked(cell, "RNN") if isinstance(cell, tuple | list) else cell_of(cell, "RNN")
    if not isinstance(found, Cell):
        return found
    return RNN(cell=found, **kept(return_sequences, return_state, go_backwards, stateful))


def _keras_simple_rnn(
    units: Size, activation: Ignored = None, use_bias: bool = True, *_: Ignored,
    return_sequences: bool = False, return_state: bool = False, go_backwards: Size = False,
    stateful: Size = False, **__: Ignored,
) -> SimpleRNN:  # fmt: skip
    cell = keras_simple_rnn_cell(units, use_bias=use_bias)
    return SimpleRNN(cell=cell, **kept(return_sequences, return_state, go_backwards, stateful))


def _keras_lstm(
    units: Size, activation: Ignored = None, recurrent_activation: Ignored = None,
    use_bias: bool = True, *_: Ignored, use_peepholes: bool = False,
    return_sequences: bool = False, return_state: bool = False, go_backwards: Size = False,
    stateful: Size = False, **__: Ignored,
) -> LSTM:  # fmt: skip
    cell = keras_lstm_cell(units, use_bias=use_bias, use_peepholes=use_peepholes)
    return LSTM(cell=cell, **kept(return_sequences, return_state, go_backwards, stateful))


def _keras_gru(
    units: Size, activation: Ignored = None, recurrent_activation: Ignored = None,
    use_bias: bool = True, *_: Ignored, reset_after: bool = True,
    return_sequences: bool = False, return_state: bool = False, go_backwards: Size = False,
    stateful: Size = False, **__: Ignored,
) -> GRU:  # fmt: skip
    cell = keras_gru_cell(units, use_bias=use_bias, reset_after=reset_after)
    return GRU(cell=cell, **kept(return_sequences, return_state, go_backwards, stateful))


def _keras_cudnn(kind: type[Recurrent], cell: type[Step]) -> Callable[..., Recurrent]:
    """The layers of Keras 2 that ran on graphics cards only: two biases, joined into one tensor."""

    def make(
        units: Size, *_: Ignored, return_sequences: bool = False, return_state: bool = False,
        go_backwards: Size = False, stateful: Size = False, **__: Ignored,
    ) -> Recurrent:  # fmt: skip
        step = cell(units=whole(units, "units"), recurrent_bias=True, bias_layout="joined")
        return kind(cell=step, **kept(return_sequences, return_state, go_backwards, stateful))

    return make


def _torch_rnn(
    input_size: Size, hidden_size: Size, num_layers: int = 1, nonlinearity: str = "tanh",
    bias: bool = True, batch_first: Size = False, dropout: Size = 0,
    bidirectional: bool = False, device: Ignored = None, dtype: Ignored = None,
) -> SimpleRNN:  # fmt: skip
    choice(nonlinearity, ("tanh", "relu"), "nonlinearity")
    cell = SimpleRNNCell(**_step(input_size, hidden_size, bias))
    return SimpleRNN(cell=cell, **_stack(num_layers, batch_first, dropout, bidirectional))


def _torch_gru(
    input_size: Size, hidden_size: Size, num_layers: int = 1, bias: bool = True,
    batch_first: Size = False, dropout: Size = 0, bidirectional: bool = False,
    device: Ignored = None, dtype: Ignored = None,
) -> GRU:  # fmt: skip
    cell = GRUCell(**_step(input_size, hidden_size, bias))
    return GRU(cell=cell, **_stack(num_layers, batch_first, dropout, bidirectional))


def _torch_lstm(
    input_size: Size, hidden_size: Size, num_layers: int = 1, bias: bool = True,
    batch_first: Size = False, dropout: Size = 0, bidirectional: bool = False,
    proj_size: int = 0, device: Ignored = None, dtype: Ignored = None,
) -> LSTM:  # fmt: skip
    projection = count(proj_size, "proj_size") or None
    cell = LSTMCell(**_step(input_size, hidden_size, bias), projection=projection)
    if projection is not None and cell.units is not None and projection >= cell.units:
        raise Impossible(f"proj_size must be smaller than hidden_size, which is {cell.units}")
    return LSTM(cell=cell, **_stack(num_layers, batch_first, dropout, bidirectional))


def _step(input_size: object, hidden_size: object, bias: object) -> dict[str, Any]:
    """The settings that all of PyTorch's recurrent layers have, as fields of ``Step``."""
    return {
        "units": count(hidden_size, "hidden_size", 1),
        "inputs": count(input_size, "input_size", 1),
        "bias": _flag(bias, "bias"),
        "recurrent_bias": True,
    }


def _stack(
    num_layers: object, batch_first: object, dropout: object, bidirectional: object
) -> dict[str, Any]:
    """How PyTorch repeats a step, as fields of ``Recurrent``."""
    if dropout is not None and not _is_share(dropout):
        raise Impossible(f"dropout must be a number from 0 to 1, not {dropout!r}")
    return {
        "layers": count(num_layers, "num_layers", 1),
        "bidirectional": bool(bidirectional),
        "batch_first": None if batch_first is None else _flag(batch_first, "batch_first"),
        "sequences": True,
        "states": True,
    }


def _flag(setting: object, name: str) -> bool:
    if not isinstance(setting, bool):
        raise Impossible(f"{name} must be True or False, not {setting!r}")
    return setting


def _is_share(setting: object) -> bool:
    return isinstance(setting, int | float) and not isinstance(setting, bool) and 0 <= setting <= 1


SPELLINGS = {
    "keras:RNN": _keras_rnn,
    "keras:SimpleRNN": _keras_simple_rnn,
    "keras:LSTM": _keras_lstm,
    "keras:GRU": _keras_gru,
    "keras:CuDNNLSTM": _keras_cudnn(LSTM, LSTMCell),
    "keras:CuDNNGRU": _keras_cudnn(GRU, GRUCell),
    "torch:RNN": _torch_rnn,
    "torch:LSTM": _torch_lstm,
    "torch:GRU": _torch_gru,
}
KINDS = (RNN, SimpleRNN, LSTM, GRU)
