"""Recurrent cells, alone and repeated, against real Keras."""

from __future__ import annotations

import keras  # type: ignore[import-untyped]  # Keras ships no types
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.layers.drawn import mostly
from tests.layers.nested import Nested, agree, kind, nested
from tests.layers.written import counted, shares, worked
from tests.witness import agree as alone_agree
from tests.witness import call, kind_of
from weighbridge.errors import Impossible
from weighbridge.layers import Untold, make
from weighbridge.model import Shape, Unknown, sizes

UNITS = mostly((1, 2, 3, 5), (0, -1))
CELLS = ("SimpleRNNCell", "LSTMCell", "GRUCell")
samples = st.tuples(st.none() | st.integers(1, 6), st.integers(1, 5))


def cells(natives: tuple[str, ...] = CELLS) -> st.SearchStrategy[Nested]:
    """A call of one of Keras' cells."""
    made = st.builds(
        lambda native, units, bias: nested(native, units, use_bias=bias),
        st.sampled_from(natives),
        UNITS,
        st.booleans(),
    )
    gated = st.builds(
        lambda units, after: nested("GRUCell", units, reset_after=after), UNITS, st.booleans()
    )
    return made | gated if "GRUCell" in natives else made


stacks = st.lists(cells(), max_size=3)


@given(cells(), st.booleans(), st.booleans(), st.booleans(), samples)
def test_a_cell_repeated_agrees(
    cell: Nested, sequences: bool, states: bool, backwards: bool, shape: Shape
) -> None:
    agree(
        nested(
            "RNN",
            cell,
            return_sequences=sequences,
            return_state=states,
            go_backwards=backwards,
            reads=shape,
        )
    )


@given(stacks, st.booleans(), st.booleans(), samples)
def test_cells_on_each_other_agree(
    stack: list[Nested], wrapped: bool, sequences: bool, shape: Shape
) -> None:
    """A list of cells is short for ``StackedRNNCells``."""
    inner = nested("StackedRNNCells", stack) if wrapped else stack
    agree(nested("RNN", inner, return_sequences=sequences, reads=shape))


@given(st.lists(cells(("SimpleRNNCell", "GRUCell")), min_size=1, max_size=3), samples)
def test_states_of_all_cells_come_out(stack: list[Nested], shape: Shape) -> None:
    """Where each has one state; Keras hands out those of an LSTM as a list within the list."""
    agree(nested("RNN", stack, return_state=True, reads=shape))


@given(st.sampled_from(("SimpleRNNCell", "GRUCell")), UNITS, st.booleans(), st.integers(1, 5))
def test_one_step_agrees(native: str, units: int, bias: bool, features: int) -> None:
    reads: list[Shape] = [(features,), (max(units, 1),)]
    alone_agree(call(native, units, use_bias=bias, reads=reads))


def test_one_step_of_an_lstm_gives_an_output_and_two_states() -> None:
    state = keras.KerasTensor((None, 9))
    output, states = keras.layers.LSTMCell(9)(keras.KerasTensor((None, 13)), [state, state])
    cell = kind_of(call("LSTMCell", 9, reads=()))

    shapes = [tuple(each.shape[1:]) for each in (output, *states)]
    assert [sizes(dims) for dims in cell.outputs((13,), (9,), (9,))] == shapes == [(9,)] * 3
    assert counted(cell, (13,)) == "(13 + 9 + 1)·4·9 = 828"
    assert worked(cell, (13,)) == ("(13 + 9)·4·9 = 792", "(13 + 9 + 1)·4·9 = 828")


def test_cells_on_each_other_are_counted_one_by_one() -> None:
    """The second cell reads what the first gives, 32 values."""
    made = kind(nested("RNN", [nested("LSTMCell", 32), nested("GRUCell", 16)]))

    assert counted(made, (29, 13)) == ("(13 + 32 + 1)·4·32 + (32 + 16 + 2)·3·16 = 8,288")
    assert shares(made, (29, 13)) == [
        ("gate of cell 0", "4", "(13 + 32 + 1)·32 = 1,472"),
        ("gate of cell 1", "3", "(32 + 16 + 2)·16 = 800"),
    ]
    assert worked(made, (29, 13)) == (
        "((13 + 32)·4·32 + (32 + 16)·3·16)·29 = 233,856",
        "((13 + 32 + 1)·4·32 + (32 + 16 + 2)·3·16)·29 = 240,352",
    )


def test_peepholes() -> None:
    """``PeepholeLSTMCell`` was in tf.keras, ``use_peepholes`` is the word of TensorFlow 1."""
    cell = kind_of(call("PeepholeLSTMCell", 9, reads=()))

    assert cell == kind_of(call("LSTMCell", 9, use_peepholes=True, reads=()))
    assert counted(cell, (1,)) == "((1 + 9 + 1)·4 + 3)·9 = 423"


def test_a_cell_nobody_knows() -> None:
    """A class of the file stays unknown with what repeats it; so does one behind ``Untold``."""
    own = Unknown(native="MinimalRNNCell")

    assert make("keras", "RNN", (own,), {}) == Unknown(
        native="RNN", because="its cell is not known: MinimalRNNCell"
    )
    assert isinstance(make("keras", "RNN", ([own],), {}), Unknown)
    assert isinstance(make("keras", "RNN", (Untold("from a registry"),), {}), Unknown)


def test_what_is_no_cell() -> None:
    with pytest.raises(Impossible, match="which a layer of kind dense is not"):
        kind(nested("RNN", nested("Dense", 3)))
    with pytest.raises(Impossible, match="at least one cell"):
        kind(nested("StackedRNNCells", []))
    with pytest.raises(Impossible, match="one axis of features"):
        kind_of(call("GRUCell", 3, reads=())).tensors((29, 13))
