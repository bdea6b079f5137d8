"""Layers around a layer, against real Keras."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.layers.nested import Nested, agree, kind, nested
from tests.layers.test_recurrent import recurrent
from tests.layers.written import counted, shares, worked
from tests.witness import Call
from weighbridge.errors import Impossible
from weighbridge.layers import make
from weighbridge.layers.wrapper import TimeDistributed
from weighbridge.model import Custom, Unknown, sizes

MODES = st.sampled_from(("concat", "sum", "mul", "ave", None, "max"))
INNER = {
    1: (nested("Dense", 3), nested("BatchNormalization"), nested("Activation", "tanh")),
    2: (
        nested("Dense", 3, use_bias=False), nested("Flatten"), nested("LSTM", 3),
        nested("Conv1D", 3, 2), nested("Dropout", 0.5), nested("Reshape", (-1,)),
        nested("TimeDistributed", nested("Dense", 3)), nested("Bidirectional", nested("GRU", 2)),
    ),
    3: (nested("Conv2D", 3, 2), nested("MaxPooling2D"), nested("GlobalAveragePooling2D")),
}  # fmt: skip
"""Layers by the axes of what they read."""


@st.composite
def for_every_slice(draw: st.DrawFn) -> Nested:
    """A layer for every slice of a sample, the number of slices perhaps open."""
    axes = draw(st.sampled_from(sorted(INNER)))
    layer = draw(st.sampled_from(INNER[axes]))
    shape = draw(st.lists(st.integers(2, 5), min_size=axes, max_size=axes))
    return nested("TimeDistributed", layer, reads=(draw(st.none() | st.integers(1, 5)), *shape))


def inside(made: Call) -> Nested:
    """A call as an argument; a name is left out, which two layers cannot share."""
    named = {name: value for name, value in made.named.items() if name != "name"}
    return Nested(made.native, made.positional, named, ())


@given(recurrent(), MODES)
def test_both_directions_agree(made: Call, mode: str | None) -> None:
    agree(nested("Bidirectional", inside(made), merge_mode=mode, reads=made.incoming[0]))


@given(recurrent(st.just(3)), recurrent(st.just(3)), MODES)
def test_two_layers_of_ones_own_agree(there: Call, back: Call, mode: str | None) -> None:
    """Both must read in opposite directions and give the same."""
    agree(
        nested(
            "Bidirectional",
            inside(there),
            backward_layer=inside(back),
            merge_mode=mode,
            reads=there.incoming[0],
        )
    )


@given(for_every_slice())
def test_a_layer_for_every_slice_agrees(made: Nested) -> None:
    agree(made)


def test_a_sequence_of_single_values_has_no_slices() -> None:
    assert agree(nested("TimeDistributed", nested("Dense", 3), reads=(5,))) is None


# -- numbers -------------------------------------------------------------------------------------


def test_two_directions_count_twice() -> None:
    """Not a layer of 128 units, which would have (13 + 128 + 1)·4·128 = 72,704."""
    both = kind(nested("Bidirectional", nested("LSTM", 64, return_sequences=True)))

    assert counted(both, (29, 13)) == "2·(13 + 64 + 1)·4·64 = 39,936"
    assert shares(both, (29, 13)) == [("gate", "2·4 = 8", "(13 + 64 + 1)·64 = 4,992")]
    assert sizes(both.output((29, 13))) == (29, 2 * 64)
    assert worked(both, (29, 13)) == (
        "2·(13 + 64)·4·64·29 = 1,143,296",
        "2·(13 + 64 + 1)·4·64·29 = 1,158,144",
    )


def test_two_directions_that_differ() -> None:
    """Outputs of 64 and 32 values can be joined, but not added."""
    layers = (nested("LSTM", 64), nested("GRU", 32, go_backwards=True))
    both = kind(nested("Bidirectional", layers[0], backward_layer=layers[1]))

    assert counted(both, (29, 13)) == "(13 + 64 + 1)·4·64 + (13 + 32 + 2)·3·32 = 24,480"
    assert shares(both, (29, 13)) == [
        ("gate of the forward layer", "4", "(13 + 64 + 1)·64 = 4,992"),
        ("gate of the backward layer", "3", "(13 + 32 + 2)·32 = 1,504"),
    ]
    assert sizes(both.output((29, 13))) == (64 + 32,)
    added = kind(nested("Bidirectional", layers[0], "sum", backward_layer=layers[1]))
    with pytest.raises(Impossible, match="64 and 32"):
        added.output((29, 13))


def test_the_length_of_a_film_is_no_matter() -> None:
    """One convolution for all pictures: 30 of them need no more parameters than one."""
    each = kind(nested("TimeDistributed", nested("Conv2D", 16, 5)))

    assert counted(each, (30, 14, 14, 6)) == "(5·5·6 + 1)·16 = 2,416"
    assert shares(each, (30, 14, 14, 6)) == [("filter", "16", "5·5·6 + 1 = 151")]
    assert sizes(each.output((30, 14, 14, 6))) == (30, 10, 10, 16)
    assert worked(each, (30, 14, 14, 6)) == (
        "5·5·6·16·10·10·30 = 7,200,000",
        "(5·5·6 + 1)·16·10·10·30 = 7,248,000",
    )


# -- what is not known ---------------------------------------------------------------------------


@pytest.mark.parametrize("native", ["Bidirectional", "TimeDistributed"])
def test_a_layer_nobody_knows(native: str) -> None:
    wrapped = make("keras", native, (Unknown(native="MyLSTM"),), {})

    assert wrapped == Unknown(native=native, because="the layer inside is not known: MyLSTM")


def test_never_called() -> None:
    both = kind(nested("Bidirectional", nested("LSTM", 64)))
    each = kind(nested("TimeDistributed", nested("Dense", 3)))

    assert counted(both) == "2·(n_in + 64 + 1)·4·64 = ?"
    assert sizes(both.output()) == (128,)
    assert counted(each) == "(n_in + 1)·3 = ?"
    assert (each.output(), each.macs((), None)) == (None, None)


def test_work_of_a_layer_written_in_the_file_is_not_known() -> None:
    """``Lambda`` owns nothing, but what its function multiplies is not told by its kind."""
    each = TimeDistributed(layer=Custom(native="Lambda"))

    assert each.tensors((29, 13)) == ()
    assert each.macs(((29, 13),), None) is None


@pytest.mark.parametrize(
    "made",
    [
        nested("Bidirectional", nested("Dense", 3)),
        nested("Bidirectional", "lstm"),
        nested("TimeDistributed", 3),
    ],
    ids=lambda made: made.text,
)
def test_what_cannot_be_wrapped(made: Nested) -> None:
    with pytest.raises(Impossible, match="takes a"):
        kind(made)
