"""Flax's trained activation and its dropout against real ones."""

from __future__ import annotations

import flax.linen as nn
from flax import nnx
from hypothesis import given
from hypothesis import strategies as st

from tests.witness_flax import FEW, agree_linen, agree_nnx

SHAPES = st.lists(st.integers(1, 6), min_size=1, max_size=3).map(tuple)


@FEW
@given(SHAPES)
def test_prelu(shape: tuple[int, ...]) -> None:
    agree_linen(nn.PReLU(), shape)
    agree_nnx(nnx.PReLU, shape)


@FEW
@given(SHAPES, st.floats(0, 1), st.booleans())
def test_dropout(shape: tuple[int, ...], rate: float, kept: bool) -> None:
    agree_linen(nn.Dropout(rate, deterministic=True), shape)
    row = agree_nnx(
        lambda: nnx.Dropout(rate, deterministic=True, rngs=nnx.Rngs(0) if kept else None), shape
    )

    # A random key is two whole numbers, beside them stands how many were drawn.
    assert row.buffers == (2 + 1 if kept else 0)
