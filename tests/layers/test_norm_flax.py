"""Flax's normalisations against real ones, of both its interfaces."""

from __future__ import annotations

from typing import Any

import flax.linen as nn
from flax import nnx
from hypothesis import given
from hypothesis import strategies as st

from tests.witness_flax import FEW, abstract, agree_linen, agree_nnx, exact, weighed

SHAPES = st.lists(st.integers(1, 6), min_size=1, max_size=3).map(tuple)
BOTH = st.fixed_dictionaries({"use_bias": st.booleans(), "use_scale": st.booleans()})


@FEW
@given(SHAPES, BOTH, st.data())
def test_batch_norm(shape: tuple[int, ...], told: dict[str, Any], data: st.DataObject) -> None:
    axis = data.draw(st.sampled_from([*range(1, len(shape) + 1), *range(-len(shape), 0)]))
    size = (1, *shape)[axis]

    agree_linen(nn.BatchNorm(use_running_average=True, axis=axis, **told), shape)
    agree_nnx(
        lambda: nnx.BatchNorm(size, use_running_average=True, axis=axis, **told, rngs=nnx.Rngs(0)),
        shape,
    )


@FEW
@given(SHAPES, BOTH, st.data())
def test_layer_norm(shape: tuple[int, ...], told: dict[str, Any], data: st.DataObject) -> None:
    axes = data.draw(
        st.lists(st.sampled_from(range(-len(shape), 0)), min_size=1, unique=True).map(tuple)
    )
    agree_linen(nn.LayerNorm(reduction_axes=axes, feature_axes=axes, **told), shape)
    agree_nnx(lambda: nnx.LayerNorm(shape[-1], **told, rngs=nnx.Rngs(0)), shape)


@FEW
@given(SHAPES, st.booleans())
def test_rms_norm(shape: tuple[int, ...], scale: bool) -> None:
    agree_linen(nn.RMSNorm(use_scale=scale), shape)
    agree_nnx(lambda: nnx.RMSNorm(shape[-1], use_scale=scale, rngs=nnx.Rngs(0)), shape)


@FEW
@given(SHAPES, BOTH, st.integers(1, 3), st.booleans())
def test_group_norm(
    shape: tuple[int, ...], told: dict[str, Any], groups: int, by_size: bool
) -> None:
    channels = shape[-1] * groups
    sizes: dict[str, Any] = {"num_groups": groups}
    if by_size:
        sizes = {"num_groups": None, "group_size": shape[-1]}
    reads = (*shape[:-1], channels)

    agree_linen(nn.GroupNorm(**sizes, **told), reads)
    agree_nnx(lambda: nnx.GroupNorm(channels, **sizes, **told, rngs=nnx.Rngs(0)), reads)


@FEW
@given(SHAPES, BOTH)
def test_instance_norm(shape: tuple[int, ...], told: dict[str, Any]) -> None:
    reads = (2, *shape)

    agree_linen(nn.InstanceNorm(**told), reads)
    agree_nnx(lambda: nnx.InstanceNorm(shape[-1], **told, rngs=nnx.Rngs(0)), reads)


def test_statistics_are_kept_apart() -> None:
    """Two of the four values per channel are trained."""
    weighing = weighed(abstract(lambda: nnx.BatchNorm(16, rngs=nnx.Rngs(0))), (8, 8, 16))

    assert exact(weighing.parameters, weighing.buffers) == (2 * 16, 2 * 16)
    assert [f.message for f in weighing.findings] == [
        "kept apart from the parameters: BatchStat 32"
    ]
