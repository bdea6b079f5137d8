from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.witness import agree, call
from weighbridge.errors import Impossible
from weighbridge.layers.unit_norm import LocalResponseNorm, UnitNorm

shapes = st.lists(st.integers(1, 6), min_size=1, max_size=3).map(tuple)
numbers = st.integers(-4, 4)


@settings(max_examples=40)
@given(shapes, numbers | st.lists(numbers, max_size=3))
def test_keras_agrees(shape: tuple[int, ...], axis: object) -> None:
    agree(call("UnitNormalization", axis, reads=shape))


def test_unknown_shapes_stay_unknown() -> None:
    assert UnitNorm().output() is None
    assert LocalResponseNorm(axes=2).output(None) is None


def test_channels_need_positions() -> None:
    with pytest.raises(Impossible, match="2 axes or more"):
        LocalResponseNorm(axes=2).output((4,))
