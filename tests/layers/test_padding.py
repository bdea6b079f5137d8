"""Zero padding and cropping against real Keras."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.layers.drawn import DATA_FORMATS, called, mostly, settings_and_sample
from tests.witness import Call, agree, call, kind_of, open_sizes_agree
from weighbridge.errors import Impossible
from weighbridge.formula import equation


def ends(rank: int) -> st.SearchStrategy[object]:
    """One number, one for each axis, or one for each end of each axis; seldom something else."""
    # Keras takes a single negative number here and fails in the first call.
    single = st.integers(0, 3)
    entry = mostly((0, 1, 2, 3), (-1,))
    pair = st.one_of(st.tuples(entry, entry), st.lists(entry, min_size=2, max_size=2))
    axes = st.lists(st.one_of(entry, pair), min_size=rank, max_size=rank)
    if rank == 1:
        return st.one_of(single, pair, mostly((pair,), (axes.map(tuple),)).flatmap(lambda s: s))
    too_many = st.lists(entry, min_size=rank + 1, max_size=2 * rank)
    return mostly((single, axes, axes.map(tuple)), (too_many,)).flatmap(lambda s: s)


@st.composite
def paddings(draw: st.DrawFn) -> Call:
    """A call of ``ZeroPadding1D`` to ``ZeroPadding3D``."""
    rank = draw(st.integers(1, 3))
    optional = {"padding": ends(rank), "data_format": DATA_FORMATS}
    settings, shape = draw(settings_and_sample(rank, {}, optional))
    return draw(called(f"ZeroPadding{rank}D", ("padding", "data_format"), settings, shape))


@st.composite
def croppings(draw: st.DrawFn) -> Call:
    """A call of ``Cropping1D`` to ``Cropping3D``; over one axis channels are always last."""
    rank = draw(st.integers(1, 3))
    order = ("cropping", "data_format")[: 1 if rank == 1 else 2]
    optional = {"cropping": ends(rank), "data_format": DATA_FORMATS}
    chosen = {name: optional[name] for name in order}
    settings, shape = draw(settings_and_sample(rank, {}, chosen))
    return draw(called(f"Cropping{rank}D", order, settings, shape))


@given(st.one_of(paddings(), croppings()))
def test_keras_agrees(made: Call) -> None:
    """No tensors, output shape, and what cannot be."""
    agree(made)


@given(st.one_of(paddings(), croppings()))
def test_open_sizes_contradict_nothing(made: Call) -> None:
    """What is known of an open input is true of every input that fits."""
    open_sizes_agree(made)


def test_the_ends_are_named() -> None:
    """An end where nothing is added is not written."""
    padded = kind_of(call("ZeroPadding2D", ((0, 2), 1), reads=())).output((7, 5, 3)) or ()
    cropped = kind_of(call("Cropping1D", (1, 2), reads=())).output((7, 3)) or ()

    assert [equation(size) for size in padded] == ["7 + 2 = 9", "5 + 1 + 1 = 7", "3"]
    assert equation(cropped[0]) == "7 − 1 − 2 = 4"


def test_more_cut_off_than_there_is() -> None:
    """Nothing would be left."""
    with pytest.raises(Impossible, match="4 values are cut off, its input has only 4"):
        kind_of(call("Cropping2D", 2, reads=())).output((4, 9, 1))
