"""Convolutional LSTMs against real Keras."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.layers.drawn import DATA_FORMATS, PADDINGS, STEPS, called, mostly, per_axis
from tests.layers.written import counted, shares, worked
from tests.witness import Call, agree, call, kind_of
from weighbridge.errors import Impossible
from weighbridge.model import sizes

FLAGS = st.booleans()
WINDOWS = mostly((1, 2, 3), (0, -1))
ORDER = (
    "filters", "kernel_size", "strides", "padding", "data_format", "dilation_rate", "activation",
    "recurrent_activation", "use_bias", "kernel_initializer",
)  # fmt: skip


@st.composite
def conv_lstms(draw: st.DrawFn) -> Call:
    """A call of ``ConvLSTM1D`` to ``ConvLSTM3D``, whose maps must have known sizes."""
    rank = draw(st.integers(1, 3))
    settings = draw(
        st.fixed_dictionaries(
            {"filters": mostly((1, 2, 3), (-2,)), "kernel_size": per_axis(rank, WINDOWS)},
            optional={
                "strides": per_axis(rank, STEPS),
                "padding": PADDINGS,
                "data_format": DATA_FORMATS,
                "dilation_rate": per_axis(rank, STEPS),
                "use_bias": FLAGS,
                "dropout": st.sampled_from((0.0, 0.5)),
                "return_sequences": FLAGS,
                "return_state": FLAGS,
                "go_backwards": FLAGS,
            },
        )
    )
    axes = rank + 1 + draw(mostly((0,), (1,)))
    maps = draw(st.lists(st.integers(2, 6), min_size=axes, max_size=axes))
    shape = (draw(st.none() | st.integers(1, 4)), *maps)
    return draw(called(f"ConvLSTM{rank}D", ORDER, settings, shape))


@given(conv_lstms())
def test_keras_agrees(made: Call) -> None:
    """Tensors, what comes out, whole sequences and states, and what cannot be."""
    agree(made)


def test_next_frame_of_a_film() -> None:
    """Shi et al. 2015: the gates of an LSTM, whose products are convolutions."""
    kind = kind_of(call("ConvLSTM2D", 40, (3, 3), padding="same", return_sequences=True, reads=()))

    assert counted(kind, (10, 40, 40, 1)) == "((1 + 40)·3·3 + 1)·4·40 = 59,200"
    assert shares(kind, (10, 40, 40, 1)) == [("gate", "4", "((1 + 40)·3·3 + 1)·40 = 14,800")]
    assert sizes(kind.output((10, 40, 40, 1))) == (10, 40, 40, 40)
    assert worked(kind, (10, 40, 40, 1)) == (
        "(1 + 40)·3·3·4·40·40·40·10 = 944,640,000",
        "((1 + 40)·3·3 + 1)·4·40·40·40·10 = 947,200,000",
    )


def test_words_of_keras_1() -> None:
    old = call(
        "ConvLSTM2D", nb_filter=40, nb_row=3, nb_col=5, border_mode="same", subsample=(2, 2),
        inner_activation="hard_sigmoid", dim_ordering="th", reads=(),
    )  # fmt: skip

    assert kind_of(old) == kind_of(
        call("ConvLSTM2D", 40, (3, 5), 2, "same", data_format="channels_first", reads=())
    )


def test_never_called() -> None:
    """Without an input the channels are open, and so is the count."""
    kind = kind_of(call("ConvLSTM2D", 40, 3, reads=()))

    assert counted(kind) == "((C_in + 40)·3·3 + 1)·4·40 = ?"
    assert kind.output() is None


def test_a_picture_is_no_film() -> None:
    with pytest.raises(Impossible, match="4 axes, time steps first"):
        kind_of(call("ConvLSTM2D", 40, 3, reads=())).output((40, 40, 1))
