"""Flax's convolutions against real ones, of both its interfaces."""

from __future__ import annotations

from typing import Any

import flax.linen as nn
import jax
import pytest
from flax import nnx
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.witness_flax import FEW, agree_linen, agree_nnx, flops, stand_ins, weighed
from weighbridge import layers
from weighbridge.errors import Impossible

Settings = dict[str, Any]
WORDS = ("SAME", "VALID", "CIRCULAR")


@st.composite
def convolutions(draw: st.DrawFn, transposed: bool = False) -> tuple[Settings, tuple[int, ...]]:
    """Settings that both interfaces share, and the shape of a sample, perhaps with more axes."""
    rank = draw(st.integers(1, 3))
    each = st.integers(1, 3)
    per_axis = st.one_of(each, st.tuples(*(each,) * rank))
    pairs = st.tuples(*(st.tuples(st.integers(0, 2), st.integers(0, 2)),) * rank)
    words = WORDS if transposed else (*WORDS, "REFLECT", *("CAUSAL",) * (rank == 1))
    kernel = draw(st.tuples(*(each,) * rank))
    groups = 1 if transposed else draw(st.sampled_from((1, 1, 2)))
    found = {
        "kernel_size": kernel[0] if rank == 1 and draw(st.booleans()) else kernel,
        "strides": draw(st.tuples(*(each,) * rank) if transposed else per_axis),
        "padding": draw(st.one_of(st.sampled_from(words), st.integers(0, 2), pairs)),
        "kernel_dilation": draw(st.tuples(*(each,) * rank) if transposed else per_axis),
        "use_bias": draw(st.booleans()),
    } | ({} if transposed else {"feature_group_count": groups})
    lengths = draw(st.lists(st.integers(5, 9), min_size=rank, max_size=rank))
    more = draw(st.sampled_from(((), (), (2,))))
    return found, (*more, *lengths, groups * draw(st.integers(1, 3)))


@FEW
@given(convolutions(), st.integers(1, 3))
def test_conv(drawn: tuple[Settings, tuple[int, ...]], filters: int) -> None:
    told, shape = drawn
    features = filters * told["feature_group_count"]
    in_features = shape[-1]
    assume(_has_output("Conv", told, shape))

    agree_linen(nn.Conv(features, **told), shape, macs=False)
    agree_nnx(lambda: nnx.Conv(in_features, features, **told, rngs=nnx.Rngs(0)), shape, macs=False)


@FEW
@given(convolutions(transposed=True), st.integers(1, 3))
def test_conv_transpose(drawn: tuple[Settings, tuple[int, ...]], features: int) -> None:
    told, shape = drawn
    assume(_has_output("ConvTranspose", told, shape))

    agree_linen(nn.ConvTranspose(features, **told), shape, macs=False)
    agree_nnx(
        lambda: nnx.ConvTranspose(shape[-1], features, **told, rngs=nnx.Rngs(0)), shape, macs=False
    )


def _has_output(native: str, told: Settings, shape: tuple[int, ...]) -> bool:
    """Whether anything comes out: JAX lets a window be wider than what it slides over."""
    try:
        layers.make("linen", native, [], {"features": 2, **told}).output(shape)
    except Impossible:
        return False
    return True


@FEW
@given(convolutions(), st.integers(1, 3))
def test_conv_local(drawn: tuple[Settings, tuple[int, ...]], features: int) -> None:
    told, shape = drawn
    told["feature_group_count"] = 1
    assume(_has_output("ConvLocal", told, shape))

    agree_linen(nn.ConvLocal(features, **told), shape, macs=False)


@pytest.mark.parametrize(
    ("module", "shape"),
    [
        (nn.Conv(4, (3, 3), padding="VALID", use_bias=False), (8, 9, 2)),
        (nn.Conv(4, (3,), 2, padding="VALID", feature_group_count=2, use_bias=False), (9, 2)),
        (nn.Conv(4, (3, 3), padding="VALID", use_bias=False), (3, 8, 9, 2)),
        (nn.ConvTranspose(4, (3, 3), (2, 2), padding="VALID", use_bias=False), (5, 6, 2)),
        (nn.ConvTranspose(4, (3,), (1,), padding="VALID", use_bias=False), (6, 2)),
    ],
)
def test_work_is_what_the_compiler_counts(module: nn.Module, shape: tuple[int, ...]) -> None:
    """Without a border nothing is multiplied with padding, which the compiler would leave out."""
    (row,) = weighed(module, shape).rows
    inputs = stand_ins((shape,))
    variables = jax.eval_shape(module.init, jax.random.key(0), *inputs)

    assert row.macs == flops(module.apply, variables, *inputs) // 2


def test_an_input_spread_out_is_observed() -> None:
    """A convolution of an input with gaps is a transposed one; its work shows in the program."""
    module = nn.Conv(4, (3,), input_dilation=2, padding=0, use_bias=False)
    rows = weighed(module, (5, 2)).rows

    assert [row.basis for row in rows] == ["observed only", "agrees"]
    assert rows[0].parameters == 3 * 2 * 4
    assert rows[1].macs == 5 * 3 * 2 * 4
