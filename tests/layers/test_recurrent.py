"""Recurrent layers against real Keras, and the numbers people ask about."""

from __future__ import annotations

import keras  # type: ignore[import-untyped]  # Keras ships no types
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.layers.drawn import called, mostly
from tests.layers.written import counted, derived, shares, worked
from tests.witness import Call, agree, call, kind_of, open_sizes_agree
from weighbridge._record import replace
from weighbridge.errors import Impossible
from weighbridge.formula import symbolic, value
from weighbridge.layers import Untold, make
from weighbridge.layers.recurrent import GRU, LSTM
from weighbridge.model import Shape, Unknown, sizes

UNITS = mostly((1, 2, 3, 5), (0, -1))
FLAGS = st.booleans()
RATES = st.sampled_from((0.0, 0.5))
ORDER = ("units", "activation", "recurrent_activation", "use_bias", "kernel_initializer")
ORDERS = {"SimpleRNN": ("units", "activation", "use_bias"), "LSTM": ORDER, "GRU": ORDER}
OPTIONS = {
    "activation": st.sampled_from(("tanh", "relu")),
    "use_bias": FLAGS,
    "kernel_initializer": st.just("zeros"),
    "dropout": RATES,
    "recurrent_dropout": RATES,
    "return_sequences": FLAGS,
    "return_state": FLAGS,
    "go_backwards": FLAGS,
    "unroll": FLAGS,
    "seed": st.just(1),
    "name": st.just("r"),
}
OF_ONE = {
    "SimpleRNN": {},
    "LSTM": {"recurrent_activation": st.just("sigmoid"), "unit_forget_bias": FLAGS},
    "GRU": {"recurrent_activation": st.just("sigmoid"), "reset_after": FLAGS},
}


@st.composite
def samples(draw: st.DrawFn) -> Shape:
    """Time steps, perhaps an open number, and features; seldom an axis too few or too many."""
    steps = draw(st.none() | st.integers(1, 6))
    axes = draw(mostly((2,), (1, 3)))
    return (steps, *draw(st.lists(st.integers(1, 5), min_size=axes - 1, max_size=axes - 1)))


@st.composite
def recurrent(draw: st.DrawFn, units: st.SearchStrategy[int] = UNITS) -> Call:
    """A call of ``SimpleRNN``, ``LSTM`` or ``GRU`` with any settings."""
    native = draw(st.sampled_from(sorted(ORDERS)))
    options = {**OPTIONS, **OF_ONE[native]}
    settings = draw(st.fixed_dictionaries({"units": units}, optional=options))
    return draw(called(native, ORDERS[native], settings, draw(samples())))


@given(recurrent())
def test_keras_agrees(made: Call) -> None:
    """Tensors, what comes out, whole sequences and states, and what cannot be."""
    agree(made)


@given(recurrent(st.integers(1, 5)))
def test_open_sizes_contradict_nothing(made: Call) -> None:
    """What is known of an open input is true of every input that fits."""
    if len(made.incoming[0]) == 2:
        open_sizes_agree(made)


@pytest.mark.parametrize("native", sorted(ORDERS))
@pytest.mark.parametrize("dropout", [0.0, 0.5])
def test_the_state_of_random_numbers_is_there_where_keras_makes_one(
    native: str, dropout: float
) -> None:
    """Keras keeps it in every cell, but not among the ``weights`` that it counts."""
    zeros = {"kernel_initializer": "zeros", "recurrent_initializer": "zeros"}
    layer = getattr(keras.layers, native)(3, dropout=dropout, **zeros)
    layer.build((None, 4, 2))
    counted_ = {id(weight) for weight in layer.weights}
    seeds = [variable for variable in layer.variables if id(variable) not in counted_]
    expected = make("keras", native, (3,), {"dropout": dropout}).tensors((4, 2)) or ()
    ours = [tensor for tensor in expected if tensor.role == "seed"]

    assert [sizes(tensor.dims) for tensor in ours] == [tuple(seed.shape) for seed in seeds]
    assert [tensor.dtype for tensor in ours] == [str(seed.dtype) for seed in seeds]
    assert all(tensor.buffer for tensor in ours)


# -- numbers -------------------------------------------------------------------------------------


def test_four_gates() -> None:
    """9 units on 1 feature are not 4·9: each gate has a matrix for both, and a bias."""
    kind = kind_of(call("LSTM", 9, reads=()))

    assert counted(kind, (12, 1)) == "(1 + 9 + 1)·4·9 = 396"
    assert counted(kind, (200, 1)) == "(1 + 9 + 1)·4·9 = 396"
    assert symbolic(derived(kind, (12, 1))) == "(n_in + h + 1)·g·h"
    assert worked(kind, (12, 1)) == (
        "(1 + 9)·4·9·12 = 4,320",
        "(1 + 9 + 1)·4·9·12 = 4,752",
    )
    assert shares(kind, (12, 1)) == [("gate", "4", "(1 + 9 + 1)·9 = 99")]


def test_gates_that_reset_before_or_after() -> None:
    """Keras 2.1 brought ``reset_after``, which Keras 3 does unless told not to."""
    assert counted(kind_of(call("GRU", 20, reads=())), (29, 13)) == "(13 + 20 + 2)·3·20 = 2,100"
    assert (
        counted(kind_of(call("GRU", 20, reset_after=False, reads=())), (29, 13))
        == "(13 + 20 + 1)·3·20 = 2,040"
    )


def test_every_unit_reads_all_units() -> None:
    """50 units on 1 feature: the recurrent matrix is 50·50, no vector of 50."""
    kind = kind_of(call("SimpleRNN", 50, reads=()))

    assert counted(kind, (50, 1)) == "(1 + 50 + 1)·50 = 2,600"
    assert shares(kind, (50, 1)) == [("unit", "50", "1 + 50 + 1 = 52")]


def test_peepholes() -> None:
    """Gers, Schraudolph, Schmidhuber 2002: three gates read the memory, one weight per unit."""
    kind = kind_of(call("LSTM", 9, use_peepholes=True, reads=()))

    assert counted(kind, (12, 1)) == "((1 + 9 + 1)·4 + 3)·9 = 423"
    assert worked(kind, (12, 1))[0] == "(1 + 9)·4·9·12 = 4,320"
    assert shares(kind, (12, 1)) == [
        ("gate", "4", "(1 + 9 + 1)·9 = 99"),
        ("peephole vector", "3", "9"),
    ]


@pytest.mark.parametrize(
    ("native", "formula", "bias"),
    [
        ("CuDNNLSTM", "(13 + 20 + 2)·4·20 = 2,800", (2 * 4 * 20,)),
        ("CuDNNGRU", "(13 + 20 + 2)·3·20 = 2,100", (2 * 3 * 20,)),
    ],
)
def test_layers_of_cudnn(native: str, formula: str, bias: Shape) -> None:
    """Keras 2, ``keras/layers/cudnn_recurrent.py``: one bias of twice the length, and no seed."""
    kind = kind_of(call(native, 20, return_sequences=True, reads=()))

    assert counted(kind, (29, 13)) == formula
    assert [sizes(tensor.dims) for tensor in kind.tensors((29, 13)) or ()][2:] == [bias]
    assert sizes(kind.output((29, 13))) == (29, 20)


def test_words_of_keras_1() -> None:
    """The documentation of Keras 1.2.2; lengths and features went by words of their own too."""
    old = call(
        "LSTM", output_dim=32, init="uniform", inner_init="orthogonal", forget_bias_init="one",
        inner_activation="hard_sigmoid", W_regularizer=None, dropout_W=0.2, dropout_U=0.2,
        consume_less="gpu", return_sequences=True, reads=(),
    )  # fmt: skip

    assert kind_of(old) == kind_of(call("LSTM", 32, return_sequences=True, reads=()))


# -- what is not known ---------------------------------------------------------------------------


def test_never_called() -> None:
    """Without an input the features are open, and so is the count."""
    kind = kind_of(call("LSTM", 9, return_state=True, reads=()))

    assert counted(kind) == "(n_in + 9 + 1)·4·9 = ?"
    assert [sizes(dims) for dims in kind.outputs()] == [(9,), (9,), (9,)]
    assert kind.macs((), None) is None


def test_what_the_source_does_not_tell_stays_open() -> None:
    """An unknown number of units leaves the rest known; what decides on outputs does not."""
    units = make("keras", "GRU", (Untold("from a file"),), {"go_backwards": Untold("read in")})
    states = make("keras", "GRU", (9,), {"return_state": Untold("read in")})
    known = kind_of(call("GRU", 9, reads=()))

    assert isinstance(known, GRU)
    assert units == replace(known, cell=replace(known.cell, units=None))
    assert counted(units, (29, 13)) == "(13 + h + 2)·3·h = ?"
    assert value(derived(known, (None, 13))) == (13 + 9 + 2) * 3 * 9
    assert isinstance(states, Unknown)


def test_samples_of_the_wrong_rank_are_told_what_is_missing() -> None:
    """Two layers on each other: the lower one must give its whole sequence."""
    with pytest.raises(Impossible, match="2 axes, time steps first") as raised:
        kind_of(call("LSTM", 9, reads=())).output((32,))

    assert "return_sequences=True" in raised.value.hint


def test_kinds_compare_by_their_settings() -> None:
    lstm = kind_of(call("LSTM", 9, reads=()))

    assert isinstance(lstm, LSTM)
    assert lstm == kind_of(call("LSTM", 9, "relu", dropout=0.5, reads=()))
    assert lstm != kind_of(call("LSTM", 9, go_backwards=True, reads=()))
    assert isinstance(kind_of(call("GRU", 9, reads=())), GRU)
