from __future__ import annotations

import keras  # type: ignore[import-untyped]  # Keras ships no types
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.witness import agree, call
from weighbridge.errors import Impossible
from weighbridge.formula import equation, total
from weighbridge.layers import Untold, make
from weighbridge.layers.activation import Activation, PReLU, Softmax
from weighbridge.model import sizes

shapes = st.lists(st.integers(1, 6), min_size=1, max_size=4).map(tuple)
numbers = st.floats(-1, 2, allow_nan=False)
functions = st.sampled_from(["relu", "tanh", "softmax", "gelu", "linear", "hard_sigmoid", "swish"])


@given(shapes, functions | st.sampled_from([keras.activations.relu, abs]))
def test_any_function_keeps_the_shape(shape: tuple[int, ...], function: object) -> None:
    agree(call("Activation", function, reads=shape))


mostly_right = st.sampled_from([0, 0.5, 1, 6.0, 0.0, 3, -1, None])


@given(shapes, mostly_right, mostly_right, mostly_right)
def test_relu_agrees(
    shape: tuple[int, ...], highest: float | None, slope: float | None, threshold: float | None
) -> None:
    agree(call("ReLU", max_value=highest, negative_slope=slope, threshold=threshold, reads=shape))


@given(shapes, st.sampled_from(["LeakyReLU", "ELU"]), numbers)
def test_leaky_and_exponential_units_agree(
    shape: tuple[int, ...], native: str, slope: float
) -> None:
    agree(call(native, slope, reads=shape))


@given(shapes, st.data())
def test_softmax_agrees(shape: tuple[int, ...], data: st.DataObject) -> None:
    one = st.integers(-len(shape) - 1, len(shape))
    axis = data.draw(one | st.lists(one, min_size=1, max_size=2, unique=True))
    agree(call("Softmax", axis=axis, reads=shape))


axes = st.integers(-6, 6)


@given(shapes, st.none() | axes | st.lists(axes, max_size=3))
def test_prelu_agrees(shape: tuple[int, ...], shared: int | list[int] | None) -> None:
    agree(call("PReLU", shared_axes=shared, reads=shape))


def test_one_slope_for_each_channel() -> None:
    """He et al. 2015, section 2.1: the channel-wise variant adds one parameter per channel."""
    shared, own = PReLU(shared=(0, 1)), PReLU()

    assert equation(total(t.dims for t in shared.tensors((28, 28, 64)) or ())) == "64"
    assert equation(total(t.dims for t in own.tensors((28, 28, 64)) or ())) == "28·28·64 = 50,176"


def test_an_open_shape_is_not_guessed() -> None:
    assert PReLU().tensors() is None
    assert equation(total(t.dims for t in PReLU().tensors((None, 3)) or ())) == "n_1·3 = ?"
    assert sizes(PReLU(shared=(0,)).output((None, 3))) == (None, 3)


@pytest.mark.parametrize(
    ("native", "setting"),
    [
        ("LeakyReLU", {"alpha": -1}),
        ("ThresholdedReLU", {"theta": -1}),
        ("PReLU", {"shared_axes": "1"}),
    ],
)
def test_impossible_settings_of_older_versions(native: str, setting: dict[str, object]) -> None:
    with pytest.raises(Impossible):
        make("keras", native, (), setting)


def test_an_axis_beyond_the_sample_is_impossible() -> None:
    """Keras notices this only when numbers arrive."""
    with pytest.raises(Impossible):
        Softmax(axes=(2,)).output((10, 4))
    with pytest.raises(Exception, match="axis"):
        keras.layers.Softmax(axis=3)(keras.ops.ones((2, 10, 4)))


def test_a_function_the_source_does_not_tell_changes_nothing() -> None:
    told = make("keras", "Activation", (Untold("read from a file"),), {})

    assert told == Activation(function="")
