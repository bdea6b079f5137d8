"""Normalisation by groups, channels and batches, against real PyTorch."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.layers.drawn import mostly
from tests.witness import call
from tests.witness_torch import agree, kind_of, open_sizes_agree
from weighbridge.errors import Impossible
from weighbridge.formula import equation, total
from weighbridge.model import Shape

channels = mostly((4, 6), (5,))
options: dict[str, st.SearchStrategy[Any]] = {
    "affine": st.booleans(),
    "bias": st.booleans(),
    "track_running_stats": st.booleans(),
    "eps": st.just(1e-3),
    "momentum": st.sampled_from((0.1, None)),
}
RANKS = {"1d": 1, "2d": 2, "3d": 3}


@st.composite
def samples(draw: st.DrawFn, rank: int, least: int = 1) -> Shape:
    """Channels first, seldom an axis too many."""
    axes = draw(mostly((rank,), (rank + 1,)))
    length = st.integers(least, 5)
    return (draw(channels), *(draw(length) for _ in range(axes)))


@settings(max_examples=40)
@given(st.data(), mostly((1, 2, 3), (0, -2, 4, 2.0)), st.booleans(), st.booleans())
def test_groups_agree(data: st.DataObject, groups: object, affine: bool, bias: bool) -> None:
    shape = data.draw(samples(data.draw(st.integers(0, 3))))
    agree(call("GroupNorm", groups, 6, affine=affine, bias=bias, reads=shape))


@settings(max_examples=60)
@given(st.data(), st.sampled_from(sorted(RANKS)), st.booleans())
def test_single_channels_agree(data: st.DataObject, suffix: str, lazy: bool) -> None:
    # PyTorch refuses a single position only while it trains, if it has running statistics.
    shape = data.draw(samples(RANKS[suffix], least=2))
    named = data.draw(st.fixed_dictionaries({}, optional=options))
    native, positional = (
        (f"LazyInstanceNorm{suffix}", ()) if lazy else (f"InstanceNorm{suffix}", (6,))
    )
    agree(call(native, *positional, reads=shape, **named))


@settings(max_examples=80)
@given(st.data(), st.sampled_from((*sorted(RANKS), "")), st.booleans())
def test_batches_agree(data: st.DataObject, suffix: str, lazy: bool) -> None:
    shape = data.draw(samples(RANKS.get(suffix, 2)))
    if suffix == "1d" and data.draw(st.booleans()):
        shape = shape[:1]
    named = data.draw(st.fixed_dictionaries({}, optional=options))
    lazy = lazy and bool(suffix)
    native = f"{'Lazy' * lazy}BatchNorm{suffix}" if suffix else "SyncBatchNorm"
    agree(call(native, *((6,) * (not lazy)), reads=shape, **named))


def test_open_sizes_contradict_nothing() -> None:
    open_sizes_agree(call("BatchNorm2d", 6, reads=(6, 4, 4)))
    open_sizes_agree(call("GroupNorm", 2, 6, reads=(6, 4)))
    open_sizes_agree(call("InstanceNorm2d", 6, affine=True, reads=(6, 4, 4)))


def test_two_parameters_and_two_statistics_per_channel() -> None:
    """torchvision's ResNet-50: 64 channels after the first convolution, and a counter."""
    expected = kind_of(call("BatchNorm2d", 64, reads=())).tensors() or ()
    trained = [tensor for tensor in expected if not tensor.buffer]

    assert equation(total(tensor.dims for tensor in trained)) == "2·64 = 128"
    assert equation(total(tensor.dims for tensor in expected)) == "4·64 + 1 = 257"
    assert [tensor.role for tensor in expected] == [
        "scale", "shift", "mean", "variance", "counter",
    ]  # fmt: skip
    assert expected[-1].dtype == "int64"


@pytest.mark.parametrize(
    ("native", "positional", "shape", "said"),
    [
        ("BatchNorm2d", (64,), (32, 8, 8), "tensors for 64 channels, the input has 32"),
        ("BatchNorm2d", (64,), (64, 8), "samples of 3 axes, not 2"),
        ("InstanceNorm2d", (64,), (64, 1, 1), "single value has no variance"),
        ("InstanceNorm1d", (64,), (64, 1, 1), "samples of 2 axes"),
        ("GroupNorm", (3, 64), (64, 8, 8), "64 channels cannot be split into 3"),
    ],
)
def test_what_cannot_be_is_said(
    native: str, positional: tuple[int, ...], shape: Shape, said: str
) -> None:
    with pytest.raises(Impossible, match=said):
        kind_of(call(native, *positional, reads=())).output(shape)
