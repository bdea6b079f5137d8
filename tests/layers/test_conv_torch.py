"""PyTorch's convolutions against real ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.layers.drawn import Options, mostly
from tests.layers.drawn_torch import (
    COUNTS,
    STEPS,
    WINDOWS,
    fitting,
    modules,
    per_axis,
    samples,
)
from tests.witness import Call, call
from tests.witness_torch import agree, open_sizes_agree

FILLINGS = mostly(("zeros", "reflect", "replicate", "circular"), ("zero", "SAME"))


def options(rank: int) -> Options:
    """What a convolution over ``rank`` axes may be told, in the constructor's order."""
    # Numbers below 0 or too many are for F.pad to judge, where something else than zeros is added.
    padding = st.one_of(
        fitting(rank, mostly((0, 1, 2), (3,))), mostly(("same", "valid"), ("full", "SAME"))
    )
    return {
        "stride": per_axis(rank, STEPS),
        "padding": padding,
        "dilation": per_axis(rank, STEPS),
        "groups": mostly((1, 1, 2), (0, -1, 3)),
        "bias": st.booleans(),
        "padding_mode": FILLINGS,
    }


@st.composite
def convolutions(draw: st.DrawFn) -> Call:
    """A call of ``Conv1d`` to ``Conv3d`` or their lazy forms with any settings."""
    rank = draw(st.integers(1, 3))
    reads = draw(samples(rank))
    demanded: Options = {"out_channels": COUNTS, "kernel_size": per_axis(rank, WINDOWS)}
    if draw(st.booleans()):
        return draw(modules(f"LazyConv{rank}d", st.just(reads), demanded, options(rank)))
    channels = mostly((reads[0],), (3, 0, -1))
    demanded = {"in_channels": channels, **demanded}
    return draw(modules(f"Conv{rank}d", st.just(reads), demanded, options(rank)))


@given(convolutions())
def test_torch_agrees(made: Call) -> None:
    """Tensors before and after the first call, output shape, and what cannot be."""
    agree(made)


@given(convolutions())
def test_open_sizes_contradict_nothing(made: Call) -> None:
    open_sizes_agree(made)


@pytest.mark.parametrize("padding", [-1, (1, 1, 1), 1.0])
def test_padding_that_cannot_be(padding: object) -> None:
    assert agree(call("Conv2d", 1, 1, 1, padding=padding, reads=(1, 5, 5))) is None
