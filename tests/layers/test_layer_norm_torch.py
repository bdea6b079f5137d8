"""Normalisations over the last axes, and by neighbours, against real PyTorch."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.layers.drawn import mostly
from tests.witness import call
from tests.witness_torch import agree, kind_of, open_sizes_agree
from weighbridge.layers import Turned, legible, passed
from weighbridge.model import Shape

sizes = st.integers(1, 4)
shapes = st.lists(sizes, min_size=1, max_size=3).map(tuple)


@st.composite
def calls(draw: st.DrawFn) -> tuple[object, Shape]:
    """A normalised shape and a sample that mostly ends in it."""
    shape = draw(shapes)
    end = shape[draw(st.integers(0, len(shape) - 1)) :]
    given_ = draw(mostly((end, list(end)), ((9,), (), (*shape, 1), -1, 2.0)))
    return (end[0] if given_ == end and len(end) == 1 else given_), shape


@settings(max_examples=60)
@given(calls(), st.booleans(), st.booleans())
def test_torch_agrees(drawn: tuple[object, Shape], affine: bool, bias: bool) -> None:
    normalized, shape = drawn
    agree(call("LayerNorm", normalized, elementwise_affine=affine, bias=bias, reads=shape))
    agree(call("RMSNorm", normalized, elementwise_affine=affine, reads=shape))


@pytest.mark.parametrize("native", ["LocalResponseNorm", "CrossMapLRN2d"])
@pytest.mark.parametrize("size", [2, 0])
def test_neighbours_own_nothing(native: str, size: int) -> None:
    agree(call(native, size, reads=(4, 5, 5)))
    agree(call(native, size, reads=(4,)))


def test_open_sizes_contradict_nothing() -> None:
    open_sizes_agree(call("LayerNorm", (3, 4), reads=(2, 3, 4)))


def test_last_axes_are_read_wherever_the_samples_lie() -> None:
    """(20, samples, 64) is normalised over its 64 values; over (20, 64) it could not be."""
    over_one = kind_of(call("LayerNorm", 64, reads=()))
    over_two = kind_of(call("LayerNorm", (20, 64), reads=()))
    sample = Turned((20, 64), 1)

    (shape,) = passed(over_one, legible(over_one, (sample,)))
    assert shape == Turned((20, 64), 1)
    assert legible(over_two, (sample,)) == (None,)
