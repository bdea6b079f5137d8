from __future__ import annotations

from math import prod

import keras  # type: ignore[import-untyped]  # Keras ships no types
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.witness import agree, call, kind_of
from weighbridge.errors import Impossible
from weighbridge.formula import equation, value
from weighbridge.layers import make
from weighbridge.layers.merge import Add, Average, Concatenate, Dot, Maximum, Multiply, Subtract
from weighbridge.model import Kind, Shape, Unknown, sizes

NATIVES = ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum")
lengths = st.none() | st.integers(1, 4)


@st.composite
def alike(draw: st.DrawFn) -> list[Shape]:
    """Shapes that mostly fit value by value: axes missing in front, sizes 1, at times a misfit."""
    base = draw(st.lists(st.integers(1, 4), max_size=4))
    shapes: list[Shape] = []
    for _ in range(draw(st.integers(2, 3))):
        kept = base[draw(st.integers(0, len(base))) :] if draw(st.booleans()) else base
        shapes.append(tuple(draw(st.sampled_from([n, n, n, 1, None, n + 1])) for n in kept))
    return shapes


@given(st.sampled_from(NATIVES), alike())
def test_value_by_value_agrees(native: str, shapes: list[Shape]) -> None:
    agree(call(native, reads=shapes))


@st.composite
def beside(draw: st.DrawFn) -> tuple[int, list[Shape]]:
    """An axis, and shapes that mostly differ along it only."""
    base = draw(st.lists(st.integers(1, 4), min_size=1, max_size=3))
    axis = draw(st.integers(-len(base) - 2, len(base) + 1))
    along = axis - 1 if axis > 0 else axis
    shapes = []
    for _ in range(draw(st.integers(2, 3))):
        shape: list[int | None] = list(base)
        if -len(base) <= along < len(base):
            shape[along] = draw(lengths)
        other = draw(st.integers(0, len(base) - 1))
        shape[other] = draw(st.sampled_from([shape[other]] * 5 + [3, None]))
        shapes.append(tuple(shape))
    return axis, shapes


@given(beside())
def test_concatenate_agrees(drawn: tuple[int, list[Shape]]) -> None:
    axis, shapes = drawn
    agree(call("Concatenate", axis=axis, reads=shapes))


@st.composite
def products(draw: st.DrawFn) -> tuple[object, list[Shape]]:
    """Axes, and two shapes that mostly have the same size along them."""
    shared = draw(st.integers(1, 4))
    shapes: list[Shape] = []
    pair = []
    for _ in range(2):
        shape = draw(st.lists(st.integers(1, 4), min_size=1, max_size=3))
        axis = draw(st.sampled_from([n for n in range(-len(shape), len(shape) + 1) if n]))
        shape[axis - 1 if axis > 0 else axis] = draw(st.sampled_from([shared] * 5 + [shared + 1]))
        shapes.append(tuple(shape))
        pair.append(axis)
    some: list[object] = [pair, tuple(pair), pair, pair, [*pair, 1], "ij", [1.0, 1]]
    # Keras wraps a single negative axis around the rank until it fits; nobody can mean that.
    if all(-len(shape) <= pair[0] for shape in shapes):
        some += [pair[0]] * 2
    return draw(st.sampled_from(some)), shapes


@given(products(), st.booleans())
def test_dot_agrees(drawn: tuple[object, list[Shape]], normalize: bool) -> None:
    axes, shapes = drawn
    agree(call("Dot", axes=axes, normalize=normalize, reads=shapes))


@given(products())
def test_work_of_a_product_is_that_of_its_matrices(drawn: tuple[object, list[Shape]]) -> None:
    """Each output value sums d products: MACs = output values times d."""
    axes, (a, b) = drawn
    try:
        kind = kind_of(call("Dot", axes=axes, reads=[a, b]))
        outgoing = sizes(kind.output(a, b)) or ()
    except Impossible:
        return
    assert isinstance(kind, Dot)
    summed = a[kind.axes[0] or 0]
    work = kind.macs((a, b), outgoing)
    assert work is not None
    assert value(work) == prod(n or 0 for n in outgoing) * (summed or 0)


def test_scores_of_attention_are_a_product_of_matrices() -> None:
    """Two inputs of 10 steps of 64 values each: 10·10 products over 64 values."""
    kind = Dot(axes=(1, 1))
    work = kind.macs(((10, 64), (10, 64)), (10, 10))

    assert sizes(kind.output((10, 64), (10, 64))) == (10, 10)
    assert work is not None
    assert equation(work) == "10·64·10 = 6,400"


def test_channels_side_by_side_add_up() -> None:
    *_, channels = Concatenate().output((8, 8, 64), (8, 8, 32)) or ()

    assert equation(channels) == "64 + 32 = 96"


def test_a_list_of_one_input_is_taken() -> None:
    assert tuple(keras.layers.Add()([keras.KerasTensor((None, 3))]).shape) == (None, 3)
    assert sizes(Add().output((3,))) == (3,)


@pytest.mark.parametrize("kind", [Subtract(), Dot(axes=(-1, -1))])
def test_two_inputs_and_no_more(kind: Kind) -> None:
    with pytest.raises(Impossible, match="reads 2 inputs, not 3"):
        kind.output((3,), (3,), (3,))
    assert kind.output() is None


def test_the_batch_cannot_be_summed_over() -> None:
    """Keras notices this only when numbers arrive."""
    with pytest.raises(Impossible):
        kind_of(call("Dot", axes=0, reads=[(3,), (3,)])).output((3,), (3,))
    with pytest.raises(ValueError, match="axis 0"):
        keras.layers.Dot(axes=0)([keras.ops.ones((2, 3)), keras.ops.ones((2, 3))])


@pytest.mark.parametrize(
    ("settings", "kind"),
    [
        ({"mode": "sum"}, Add()),
        ({"mode": "mul"}, Multiply()),
        ({"mode": "ave"}, Average()),
        ({"mode": "max"}, Maximum()),
        ({"mode": "concat", "concat_axis": 1}, Concatenate(axis=0)),
        ({"mode": "dot", "dot_axes": 1}, Dot(axes=(0, 0))),
        ({"mode": "cos", "dot_axes": [2, 1]}, Dot(axes=(1, 0), normalize=True)),
    ],
)
def test_modes_of_keras_1(settings: dict[str, object], kind: Kind) -> None:
    assert make("keras", "Merge", ([],), settings) == kind


def test_a_mode_that_is_a_function_is_not_guessed() -> None:
    assert isinstance(make("keras", "Merge", ([],), {"mode": max}), Unknown)


def test_unknown_inputs_stay_unknown() -> None:
    assert Add().output((3,), None) is None
    assert Concatenate().output((3,), None) is None
    assert Dot(axes=(-1, -1)).macs(((3,), None), None) is None
