"""Flax's spectral and weight normalisation against real ones: what they keep beside a layer."""

from __future__ import annotations

import flax.linen as nn
import jax
import pytest
from flax import nnx

from tests.witness_flax import abstract, exact, weighed


class Spectral(nn.Module):
    """A layer under spectral normalisation, at inference."""

    layer: nn.Module

    @nn.compact
    def __call__(self, x: jax.Array) -> jax.Array:
        return nn.SpectralNorm(self.layer)(x, update_stats=False)  # type: ignore[no-any-return]  # an array


@pytest.mark.parametrize(
    ("layer", "reads", "kernel"),
    [(nn.Dense(4), (5,), 5 * 4), (nn.Conv(4, (3, 3)), (6, 6, 2), 3 * 3 * 2 * 4)],
)
def test_spectral_norm(layer: nn.Module, reads: tuple[int, ...], kernel: int) -> None:
    """An estimate of the singular vector (1, 4) and of the value for the kernel, not the bias."""
    around, inside = weighed(Spectral(layer), reads).rows

    assert [around.basis, inside.basis] == ["agrees", "agrees"]
    assert exact(around.parameters, around.buffers, around.macs) == (0, 4 + 1, 0)
    assert inside.parameters == kernel + 4
    assert around.output == inside.output


def test_spectral_norm_of_nnx() -> None:
    def make() -> nnx.Module:
        rngs = nnx.Rngs(0)
        return nnx.SpectralNorm(nnx.Linear(5, 4, rngs=rngs), rngs=rngs)

    around, inside = weighed(abstract(make), (5,)).rows

    assert [around.basis, inside.basis] == ["agrees", "agrees"]
    assert exact(around.buffers, inside.macs) == (4 + 1, 5 * 4)
    assert {held.role for held in around.held or ()} == {"kernel_vector", "kernel_value"}


@pytest.mark.parametrize(
    ("told", "scales"),
    [({}, 4), ({"use_scale": False}, 0), ({"feature_axes": None}, 1),
     ({"variable_filter": {"kernel", "bias"}}, 4 + 4), ({"feature_axes": (-2, -1)}, 5 * 4)],
)  # fmt: skip
def test_weight_norm(told: dict[str, object], scales: int) -> None:
    rows = {row.path: row for row in weighed(nn.WeightNorm(nn.Dense(4), **told), (5,)).rows}  # type: ignore[arg-type]  # its settings

    around = rows.get("WeightNorm")
    assert (around.parameters if around else 0) == scales
    assert {row.basis for row in rows.values()} == {"agrees"}
    assert rows["layer_instance"].parameters == (5 + 1) * 4


def test_weight_norm_of_nnx_holds_plain_arrays() -> None:
    """Its scales are no variables, so that ``nnx`` does not take them for parameters."""
    rngs = nnx.Rngs(0)
    weighing = weighed(nnx.WeightNorm(nnx.Linear(5, 4, rngs=rngs), rngs=rngs), (5,))

    assert exact(weighing.parameters, weighing.buffers) == ((5 + 1) * 4, 4)
    assert weighing.parameters == sum(
        variable.size for variable in jax.tree.leaves(nnx.state(nnx.Linear(5, 4, rngs=rngs)))
    )
