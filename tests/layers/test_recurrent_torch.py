"""PyTorch's recurrent modules against real PyTorch."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.layers.drawn import called, mostly
from tests.layers.drawn_torch import COUNTS, modules
from tests.layers.written import counted, shares, worked
from tests.witness import Call, call
from tests.witness_torch import Reading, agree, kind_of, open_sizes_agree
from weighbridge.errors import Impossible
from weighbridge.layers import Untold, batch_axis, make, passed, turned
from weighbridge.model import Unknown, sizes

FLAGS = mostly((True, False), (1,))
RNN = ("input_size", "hidden_size", "num_layers", "nonlinearity", "bias")
ORDERS = {
    "RNN": (*RNN, "batch_first", "dropout", "bidirectional"),
    "LSTM": (*RNN[:3], "bias", "batch_first", "dropout", "bidirectional", "proj_size"),
    "GRU": (*RNN[:3], "bias", "batch_first", "dropout", "bidirectional"),
}
OPTIONS = {
    "num_layers": mostly((1, 2, 3), (0, -1)),
    "nonlinearity": mostly(("tanh", "relu"), ("sigmoid",)),
    "bias": FLAGS,
    "batch_first": FLAGS,
    "dropout": mostly((0.0, 0, 0.5, 1), (1.5, True)),
    "bidirectional": st.booleans(),
    "proj_size": mostly((0, 1, 2), (-1, 6)),
}


@st.composite
def recurrent(draw: st.DrawFn) -> Call:
    """A call of ``RNN``, ``LSTM`` or ``GRU`` with any settings, and a sequence that mostly fits."""
    native = draw(st.sampled_from(sorted(ORDERS)))
    order = ORDERS[native]
    demanded = {"input_size": COUNTS, "hidden_size": mostly((3, 4, 5), (0, -2))}
    optional = {name: OPTIONS[name] for name in order if name in OPTIONS}
    settings = draw(st.fixed_dictionaries(demanded, optional=optional))
    declared = settings["input_size"]
    features = draw(mostly((declared if isinstance(declared, int) else 1,), (3,)))
    shape = (draw(st.integers(1, 4)), max(features, 1))
    return draw(called(native, order, settings, shape))


@given(recurrent())
def test_torch_agrees(made: Call) -> None:
    """Tensors of every layer and direction, sequence and last states, and what cannot be."""
    order = ORDERS[made.native]
    first = dict(zip(order, made.positional, strict=False)) | made.named
    agree(made, Reading(batch_axis=0 if first.get("batch_first") else 1))


@given(recurrent())
def test_open_sizes_contradict_nothing(made: Call) -> None:
    open_sizes_agree(made)


@given(
    st.sampled_from(("RNNCell", "LSTMCell", "GRUCell")).flatmap(
        lambda native: modules(
            native,
            st.integers(1, 4).map(lambda features: (features,)),
            {"input_size": mostly((1, 2, 3, 4), (0, -1)), "hidden_size": COUNTS},
            {"bias": st.booleans()},
        )
    )
)
def test_cells_agree(made: Call) -> None:
    """One step; what comes out are the states alone."""
    agree(made)


# -- numbers -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("made", "formula"),
    [
        # Keras has one bias here: 1 + 1 + 1.
        (call("RNN", input_size=1, hidden_size=1, num_layers=1, reads=()), "(1 + 1 + 2)·1 = 4"),
        (call("LSTM", 128, 256, reads=()), "(128 + 256 + 2)·4·256 = 395,264"),
        (call("GRU", 13, 20, bias=False, reads=()), "(13 + 20)·3·20 = 1,980"),
        (call("LSTMCell", 10, 20, reads=()), "(10 + 20 + 2)·4·20 = 2,560"),
        (
            call("LSTM", 128, 256, num_layers=2, bidirectional=True, reads=()),
            "2·(128 + 256 + 2)·4·256 + 2·(512 + 256 + 2)·4·256 = 2,367,488",
        ),
        (
            call("LSTM", 80, 512, proj_size=128, reads=()),
            "((80 + 128 + 2)·4 + 128)·512 = 495,616",
        ),
    ],
    ids=lambda given: given.text if isinstance(given, Call) else "",
)
def test_two_biases(made: Call, formula: str) -> None:
    """Each gate adds a bias to both of its products, which cuDNN asks for."""
    assert counted(kind_of(made)) == formula


def test_layers_on_each_other() -> None:
    """Each layer but the first reads both directions of the one below."""
    kind = kind_of(call("GRU", 13, 20, num_layers=3, bidirectional=True, reads=()))

    assert [tensor.role for tensor in kind.tensors() or ()][:8] == [
        "kernel_l0", "recurrent_kernel_l0", "bias_l0", "recurrent_bias_l0",
        "kernel_l0_reverse", "recurrent_kernel_l0_reverse", "bias_l0_reverse",
        "recurrent_bias_l0_reverse",
    ]  # fmt: skip
    assert counted(kind) == "2·(13 + 20 + 2)·3·20 + 4·(40 + 20 + 2)·3·20 = 19,080"
    assert shares(kind) == [
        ("gate of layer 0", "2·3 = 6", "(13 + 20 + 2)·20 = 700"),
        ("gate of the layers above", "4·3 = 12", "(40 + 20 + 2)·20 = 1,240"),
    ]
    assert [sizes(dims) for dims in kind.outputs((29, 13))] == [(29, 40), (6, 20)]
    assert worked(kind, (29, 13)) == (
        "2·((13 + 20)·3·20 + 2·(40 + 20)·3·20)·29 = 532,440",
        "2·((13 + 20 + 2)·3·20 + 2·(40 + 20 + 2)·3·20)·29 = 553,320",
    )


def test_projections() -> None:
    """Sak et al. 2014: what goes round is projected to fewer values."""
    kind = kind_of(call("LSTM", 80, 512, proj_size=128, reads=()))

    assert shares(kind) == [
        ("gate", "4", "(80 + 128 + 2)·512 = 107,520"),
        ("projection", "1", "512·128 = 65,536"),
    ]
    assert worked(kind, (29, 80))[0] == "((80 + 128)·4·512 + 512·128)·29 = 14,254,080"


# -- where the samples lie -----------------------------------------------------------------------


@pytest.mark.parametrize(("batch_first", "axis"), [(False, 1), (True, 0)])
def test_states_have_their_samples_in_the_middle(batch_first: bool, axis: int) -> None:
    """The sequence keeps the axis of its samples; states are (layers, samples, units)."""
    kind = kind_of(call("LSTM", 13, 20, batch_first=batch_first, reads=()))
    found = passed(kind, (turned((29, 13), axis),))

    assert found == ((29, 20), (1, 20), (1, 20))
    assert [batch_axis(shape) for shape in found] == [axis, 1, 1]


def test_samples_taken_for_time_steps() -> None:
    """A common slip: (samples, steps, features) without ``batch_first`` runs over the samples."""
    kind = kind_of(call("GRU", 13, 20, reads=()))
    theirs, last = torch.nn.GRU(13, 20)(torch.zeros(64, 29, 13))

    assert (theirs.shape, last.shape) == ((64, 29, 20), (1, 29, 20))
    assert passed(kind, ((29, 13),)) == ((29, 20), None)
    assert passed(kind, (None,)) == (None, (1, 20))


# -- what is not known ---------------------------------------------------------------------------


def test_what_the_source_does_not_tell_stays_open() -> None:
    """Features may come from the input; the number of layers cannot be guessed."""
    features = make("torch", "GRU", (Untold("from a file"), 20), {"dropout": Untold("read in")})
    layers = make("torch", "GRU", (13, 20, Untold("from a file")), {})

    assert counted(features) == "(n_in + 20 + 2)·3·20 = ?"
    assert counted(features, (29, 13)) == "(13 + 20 + 2)·3·20 = 2,100"
    assert isinstance(layers, Unknown)


def test_more_layers_than_anybody_can_build() -> None:
    with pytest.raises(Impossible, match="more than anybody can build"):
        kind_of(call("LSTM", 1, 1, 10**9, reads=()))
