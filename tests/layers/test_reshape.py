from __future__ import annotations

from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.witness import agree, call, kind_of
from weighbridge.errors import Impossible
from weighbridge.formula import equation
from weighbridge.layers import Untold, make
from weighbridge.layers.reshape import Flatten, Identity, Permute, RepeatVector, Reshape
from weighbridge.model import sizes

lengths = st.none() | st.integers(1, 6)
shapes = st.lists(lengths, max_size=4).map(tuple)


@given(shapes, st.sampled_from([None, "channels_first", "channels_last", "rows"]))
def test_flatten_agrees(shape: tuple[int | None, ...], data_format: str | None) -> None:
    agree(call("Flatten", data_format=data_format, reads=shape))


@st.composite
def reshapes(draw: st.DrawFn) -> tuple[tuple[int | None, ...], tuple[int | None, ...]]:
    """A shape and a target: usually the same number of values, at times with an open size."""
    shape = draw(shapes)
    left, target = prod(n or 1 for n in shape), []
    for _ in range(draw(st.integers(0, 3))):
        target.append(draw(st.sampled_from([n for n in range(1, left + 1) if left % n == 0])))
        left //= target[-1]
    rest = draw(st.sampled_from([left, left, -1, -1, None, 0, -2, 7]))
    return shape, (*target, rest)


@given(reshapes())
def test_reshape_agrees(
    drawn: tuple[tuple[int | None, ...], tuple[int | None, ...]],
) -> None:
    shape, target = drawn
    agree(call("Reshape", target, reads=shape))


@given(shapes, st.data())
def test_permute_agrees(shape: tuple[int | None, ...], data: st.DataObject) -> None:
    fitting = st.permutations(range(1, len(shape) + 1))
    dims = data.draw(fitting | fitting | st.lists(st.integers(-1, 4), max_size=4))
    agree(call("Permute", dims, reads=shape))


@given(st.tuples(lengths) | shapes, st.integers(-1, 5) | st.booleans())
def test_repeat_vector_agrees(shape: tuple[int | None, ...], n: int) -> None:
    agree(call("RepeatVector", n, reads=shape))


@given(shapes.filter(bool), st.sampled_from(["Identity", "Masking"]))
def test_what_passes_values_on_agrees(shape: tuple[int | None, ...], native: str) -> None:
    agree(call(native, reads=shape))


def test_flatten_says_what_it_multiplies() -> None:
    """The last maps of LeNet-5 with an input of 28 by 28: 5·5·16 = 400 values."""
    (length,) = Flatten().output((5, 5, 16)) or ()

    assert equation(length) == "5·5·16 = 400"


def test_an_open_size_takes_what_is_left() -> None:
    first, *_ = Reshape(target=(-1, 4)).output((6, 2)) or ()

    assert equation(first) == "(6·2)/4 = 3"


def test_what_does_not_fit_is_told_with_both_sides() -> None:
    with pytest.raises(Impossible, match=r"784 values cannot take the shape \(28, 27\)"):
        Reshape(target=(28, 27)).output((784,))
    with pytest.raises(Impossible, match="only one size may be -1"):
        Reshape(target=(-1, -1))


def test_sizes_the_source_does_not_tell_stay_open() -> None:
    size = Untold("len(data)")

    assert make("keras", "Reshape", (size,), {}) == Reshape(target=None)
    assert make("keras", "Reshape", ((size, 3),), {}) == Reshape(target=(None, 3))
    assert make("keras", "RepeatVector", (size,), {}) == RepeatVector(count=None)
    assert sizes(Reshape(target=(-1, 3)).output()) == (None, 3)
    assert Permute(order=(1, 0)).output() is None


def test_identity_passes_several_values_on() -> None:
    assert tuple(map(sizes, Identity().outputs((2,), None, (3, 4)))) == ((2,), None, (3, 4))
    assert kind_of(call("Identity", reads=(2,))) == Identity()
