"""Flax's embedding against a real one, there and back."""

from __future__ import annotations

import flax.linen as nn
import jax
from flax import nnx
from hypothesis import given
from hypothesis import strategies as st

from tests.witness_flax import FEW, agree_linen, agree_nnx, exact, weighed

SIZES = st.integers(1, 9)


@FEW
@given(SIZES, SIZES, st.lists(SIZES, max_size=2).map(tuple))
def test_embed(rows: int, width: int, shape: tuple[int, ...]) -> None:
    agree_linen(nn.Embed(rows, width), shape, dtype="int32")
    agree_nnx(lambda: nnx.Embed(rows, width, rngs=nnx.Rngs(0)), shape, dtype="int32")


def test_the_way_back_is_work_and_no_new_table() -> None:
    """12 positions against each of 50 rows of 16 values."""

    class There(nn.Module):
        @nn.compact
        def __call__(self, tokens: jax.Array) -> jax.Array:
            table = nn.Embed(50, 16)
            return table.attend(table(tokens))

    class AndBack(nnx.Module):
        def __init__(self, rngs: nnx.Rngs) -> None:
            self.table = nnx.Embed(50, 16, rngs=rngs)

        def __call__(self, tokens: jax.Array) -> jax.Array:
            return self.table.attend(self.table(tokens))

    for module in (There(), AndBack(nnx.Rngs(0))):
        (row,) = weighed(module, (12,)).rows

        assert exact(row.parameters, row.macs) == (50 * 16, 12 * 50 * 16)
        assert row.calls == 2
