"""Flax's multi-head attention against real ones, of both its interfaces."""

from __future__ import annotations

from typing import Any

import flax.linen as nn
import jax
import jax.numpy as jnp
from flax import nnx
from hypothesis import given
from hypothesis import strategies as st

from tests.witness_flax import FEW, abstract, agree_linen, agree_nnx, exact, weighed

Settings = dict[str, Any]
SIZES = st.integers(1, 4)
BOTH = st.fixed_dictionaries({"use_bias": st.booleans(), "normalize_qk": st.booleans()})


@FEW
@given(SIZES, SIZES, SIZES, BOTH, st.sampled_from(((), (2,))), st.integers(1, 3))
def test_linen(
    heads: int, each: int, out: int, told: Settings, places: tuple[int, ...], inputs: int
) -> None:
    module = nn.MultiHeadDotProductAttention(
        heads, qkv_features=heads * each, out_features=out, **told
    )
    # Steps and widths differ, so that no array of values is taken for a mask.
    reads = [(*places, steps, width) for steps, width in ((5, 3), (6, 2), (6, 4))]
    agree_linen(module, *reads[:inputs])


@FEW
@given(SIZES, SIZES, BOTH)
def test_linen_as_wide_as_what_comes_in(heads: int, each: int, told: Settings) -> None:
    agree_linen(nn.MultiHeadDotProductAttention(heads, **told), (7, heads * each))


@FEW
@given(SIZES, SIZES, SIZES, SIZES, BOTH, st.integers(1, 3), st.booleans())
def test_nnx(
    shared: int, each: int, out: int, times: int, told: Settings, inputs: int, wide: bool
) -> None:
    heads = shared if inputs == 1 else shared * times
    n_kv = 4 if inputs > 1 else 3
    # Grouped heads are for attention_fn to spread; the one that Flax has by default does not.
    options: Settings = {"num_kv_heads": shared} if heads == shared else {}
    reads = [(5, 3), (6, n_kv), (6, n_kv)]

    def make() -> nnx.Module:
        return nnx.MultiHeadAttention(
            heads, 3, heads * each, out if wide else None, in_kv_features=n_kv, decode=False,
            **options, **told, rngs=nnx.Rngs(0),
        )  # fmt: skip

    agree_nnx(make, *reads[:inputs])


def test_a_cache_is_state_of_its_own() -> None:
    """Keys and values of 6 steps in 2 heads of 4, and how many steps are in it."""

    def make() -> nnx.Module:
        made = nnx.MultiHeadAttention(2, 8, decode=True, rngs=nnx.Rngs(0))
        made.init_cache((1, 6, 8))
        return made

    attention, cache = weighed(abstract(make)).rows

    assert attention.basis == "agrees"
    assert attention.parameters == 4 * (8 + 1) * 8
    assert cache.path == "MultiHeadAttention.Cache"
    assert exact(cache.parameters, cache.buffers) == (0, 2 * 6 * 2 * 4 + 1)


def test_a_mask_is_no_input_of_the_attention() -> None:
    class Model(nn.Module):
        @nn.compact
        def __call__(self, x: jax.Array) -> Any:
            mask = nn.make_causal_mask(jnp.ones(x.shape[:2]))
            return nn.MultiHeadDotProductAttention(2)(x, mask=mask)

    (row,) = weighed(Model(), (5, 8)).rows

    assert (row.basis, row.output) == ("agrees", (5, 8))
    # Four projections at 5 positions; scores and sums of 5 queries against 5 keys.
    assert row.macs == 4 * 5 * 8 * 8 + 2 * 5 * 5 * 8
