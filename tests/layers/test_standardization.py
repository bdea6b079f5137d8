"""Standardisation of inputs, against real Keras."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.layers.drawn import mostly
from tests.witness import agree, call, kind_of
from weighbridge import layers
from weighbridge.errors import Impossible
from weighbridge.formula import equation, total
from weighbridge.layers import Untold
from weighbridge.layers.standardization import Standardization
from weighbridge.model import sizes

shapes = st.lists(st.integers(1, 4), min_size=1, max_size=3).map(tuple)
numbers = mostly((1, 2, -1, -2), (0, 5, -4))
axes = st.none() | numbers | st.lists(numbers, max_size=2, unique=True).map(tuple)
statistics = st.one_of(
    st.none(),
    st.just(0.5),
    st.integers(1, 4).map(lambda n: [0.5] * n),
    st.just([[0.5, 0.5], [0.5, 0.5]]),
)


@settings(max_examples=80)
@given(shapes, axes, statistics, st.booleans(), mostly((True,), (False,)))
def test_keras_agrees(
    shape: tuple[int, ...], axis: object, given_: object, invert: bool, both: bool
) -> None:
    named = {"mean": given_} if given_ is not None else {}
    if both and given_ is not None:
        named["variance"] = given_
    agree(call("Normalization", axis, invert=invert, reads=shape, **named))


def test_what_is_found_in_data_is_kept_beside_a_counter() -> None:
    """Keras counts these 2·13 + 1 values among the parameters, as non-trainable."""
    expected = kind_of(call("Normalization", reads=())).tensors((13,)) or ()

    assert equation(total(tensor.dims for tensor in expected)) == "2·13 + 1 = 27"
    assert all(tensor.buffer for tensor in expected)
    assert [tensor.role for tensor in expected] == ["mean", "variance", "counter"]


def test_a_mean_that_is_given_is_no_tensor() -> None:
    told = Untold("found by the file's own code")
    kind = layers.make("keras", "Normalization", (), {"mean": told, "variance": told})

    assert kind == Standardization(adapted=False)
    assert kind.tensors((13,)) == ()
    assert sizes(kind.output((13,))) == (13,)


def test_unknown_sizes_stay_unknown() -> None:
    assert equation(total(t.dims for t in Standardization().tensors())) == "2·n + 1 = ?"


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ({"mean": 1.0}, "together"),
        ({"mean": [1.0], "variance": [1.0, 2.0]}, "differ in shape"),
        ({"mean": [[1.0]], "variance": [[1.0]]}, "more axes"),
        ({"mean": [1.0, 2.0], "variance": [1.0, 2.0]}, "does not fit"),
        ({"axis": 0}, "batch"),
        ({"axis": (1, -1)}, "twice"),
    ],
)
def test_what_cannot_be_is_said(named: dict[str, object], said: str) -> None:
    with pytest.raises(Impossible, match=said):
        kind_of(call("Normalization", reads=(), **named)).tensors((3,))
