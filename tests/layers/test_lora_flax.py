"""Low-rank adapters of ``flax.nnx`` against real ones."""

from __future__ import annotations

from flax import nnx
from hypothesis import given
from hypothesis import strategies as st

from tests.witness_flax import FEW, abstract, agree_nnx, weighed

SIZES = st.integers(1, 7)


@FEW
@given(SIZES, SIZES, SIZES, st.booleans(), st.booleans())
def test_built_in(n_in: int, units: int, rank: int, bias: bool, steps: bool) -> None:
    agree_nnx(
        lambda: nnx.LoRALinear(n_in, units, lora_rank=rank, use_bias=bias, rngs=nnx.Rngs(0)),
        (*(3,) * steps, n_in),
    )


@FEW
@given(SIZES, SIZES, SIZES)
def test_alone(n_in: int, units: int, rank: int) -> None:
    agree_nnx(lambda: nnx.LoRA(n_in, rank, units, rngs=nnx.Rngs(0)), (4, n_in))


def test_the_layer_beside_it_has_a_row_of_its_own() -> None:
    def make() -> nnx.Module:
        rngs = nnx.Rngs(0)
        return nnx.LoRA(3, 2, 4, base_module=nnx.Linear(3, 4, rngs=rngs), rngs=rngs)

    rows = {row.path: row for row in weighed(abstract(make), (3,)).rows}

    assert rows["LoRA"].parameters == (3 + 4) * 2
    assert rows["LoRA"].macs == (3 + 4) * 2
    assert rows["base_module"].parameters == (3 + 1) * 4
    assert rows["base_module"].macs == 3 * 4
