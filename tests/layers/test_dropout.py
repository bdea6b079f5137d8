from __future__ import annotations

import keras  # type: ignore[import-untyped]  # Keras ships no types
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.witness import agree, call, kind_of
from weighbridge.errors import Impossible
from weighbridge.formula import total, value
from weighbridge.layers import Untold, make
from weighbridge.layers.dropout import Dropout, GaussianDropout, GaussianNoise
from weighbridge.model import sizes

shapes = st.lists(st.integers(1, 6), min_size=1, max_size=5).map(tuple)
rates = st.sampled_from([0, 0.0, 1, 1.0, True]) | st.floats(-0.5, 1.5)
RANKS = {"SpatialDropout1D": 2, "SpatialDropout2D": 3, "SpatialDropout3D": 4}
simple = st.sampled_from(["Dropout", "AlphaDropout", "GaussianDropout", "GaussianNoise"])
spatial = st.sampled_from(sorted(RANKS))


@given(simple, rates, shapes)
def test_keras_takes_the_same_rates(native: str, rate: float, shape: tuple[int, ...]) -> None:
    agree(call(native, rate, reads=shape))


@given(
    shapes,
    st.none() | st.just("no") | st.lists(st.none() | st.integers(-1, 3) | st.just(1.5), max_size=3),
)
def test_noise_shapes_agree(shape: tuple[int, ...], noise_shape: object) -> None:
    agree(call("Dropout", 0.5, noise_shape=noise_shape, reads=shape))


@given(spatial, st.sampled_from([0.5, 0, 2]), st.data())
def test_dropout_of_whole_maps_agrees(native: str, rate: float, data: st.DataObject) -> None:
    fitting = st.lists(st.integers(1, 6), min_size=RANKS[native], max_size=RANKS[native])
    shape = data.draw(fitting.map(tuple) | shapes)
    formats = st.sampled_from([None, "channels_first", "channels_last", "first"])
    named = {} if native == "SpatialDropout1D" else {"data_format": data.draw(formats)}
    agree(call(native, rate, reads=shape, **named))


@given(st.floats(-1, 1), st.floats(-1, 1), shapes)
def test_penalties_agree(l1: float, l2: float, shape: tuple[int, ...]) -> None:
    agree(call("ActivityRegularization", l1=l1, l2=l2, reads=shape))


@given(simple | spatial, st.sampled_from([0, 0.0, 1e-3, 0.5, 1]))
def test_the_state_of_random_numbers_is_there_where_keras_makes_one(
    native: str, rate: float
) -> None:
    """Keras keeps it among ``variables`` but not among ``weights``, which it counts."""
    layer = getattr(keras.layers, native)(rate)
    expected = make("keras", native, (rate,), {}).tensors() or ()

    assert not layer.weights
    assert [tuple(variable.shape) for variable in layer.variables] == [
        sizes(tensor.dims) for tensor in expected
    ]
    assert [str(variable.dtype) for variable in layer.variables] == [
        tensor.dtype for tensor in expected
    ]
    assert all(tensor.role == "seed" and tensor.buffer for tensor in expected)


def test_a_rate_the_source_does_not_tell_leaves_the_state_open() -> None:
    kind = make("keras", "Dropout", (Untold("read from the command line"),), {})

    assert kind == Dropout(rate=None)
    assert value(total(tensor.dims for tensor in kind.tensors() or ())) is None


def test_words_of_keras_1() -> None:
    assert kind_of(call("Dropout", p=0.25, reads=(8,))) == Dropout(rate=0.25)
    assert kind_of(call("GaussianNoise", sigma=0.1, reads=(8,))) == GaussianNoise(deviation=0.1)
    assert kind_of(call("GaussianDropout", p=0.1, reads=(8,))) == GaussianDropout(rate=0.1)
    with pytest.raises(Impossible, match="needs rate"):
        make("keras", "Dropout", (), {})
