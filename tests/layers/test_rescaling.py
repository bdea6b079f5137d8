from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.witness import agree, call

shapes = st.lists(st.none() | st.integers(1, 6), max_size=4).map(tuple)


@given(shapes, st.floats(-2, 2))
def test_keras_keeps_the_shape_too(shape: tuple[int | None, ...], scale: float) -> None:
    agree(call("Rescaling", scale, offset=-1, reads=shape))
